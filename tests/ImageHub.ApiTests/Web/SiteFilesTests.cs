using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.Web;

/// <summary>Files that programs expect on a site.</summary>
public sealed class SiteFilesTests(PostgresServer postgres)
{
    private const string Root = "https://photos.example";

    private static readonly XNamespace Sitemaps = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Fact]
    public async Task Without_a_public_URL_only_robots_txt_exists()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);

        var rules = await server.Visitor.GetStringAsync("/robots.txt");

        rules.Split('\n').ShouldBe(["User-agent: *", "Disallow: /shared/", "Disallow: /s/", "Disallow: /admin", "Disallow: /account", ""]);
        foreach (var path in (string[])["/sitemap.xml", "/feed.xml", "/oembed?url=https://photos.example/"])
        {
            await server.Visitor.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }
    }

    [Fact]
    public async Task The_installed_app_has_the_sites_new_title_at_once()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        async Task<(string?, string?, string?)> ManifestAsync()
        {
            using var answer = await server.Visitor.GetAsync("/manifest.webmanifest");
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
            var manifest = await answer.Content.ReadFromJsonAsync<JsonElement>();
            manifest.GetProperty("icons").EnumerateArray().Select(icon => icon.Text("src")).ShouldBe(["/icon.svg", "/icon-192.png", "/icon-512.png", "/icon-maskable-512.png"]);
            return (manifest.Text("name"), manifest.TryGetProperty("description", out var description) ? description.GetString() : null, manifest.Text("theme_color"));
        }

        (await ManifestAsync()).ShouldBe(("Gallery", null, "#2a2b2d"));
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Ada’s", introduction = "Boats.", accent = "#7a3b2e" }).StatusAsync(HttpStatusCode.OK);
        (await ManifestAsync()).ShouldBe(("Ada’s", "Boats.", "#7a3b2e"));
    }

    [Fact]
    public async Task Caches_must_revalidate_the_sites_files()
    {
        await using var server = await StartAsync();
        var group = await server.Admin.CreateGroupAsync("Harbour");
        foreach (var path in (string[])["/sitemap.xml", "/feed.xml", "/robots.txt", "/manifest.webmanifest", $"/oembed?url={Root}/groups/{group}", "/openapi/v1.json", "/health/ready"])
        {
            // The second answer may come from the cache.
            foreach (var _ in Enumerable.Range(0, 2))
            {
                using var answer = await server.Visitor.GetAsync(path);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
                answer.Headers.CacheControl.ShouldNotBeNull(path).ToString().ShouldBe("no-cache", path);
            }
        }
    }

    [Fact]
    public async Task The_sitemap_and_the_feed_list_published_groups_and_follow_each_change_at_once()
    {
        await using var server = await StartAsync();
        var first = await server.Admin.CreateGroupAsync("Harbour");
        var cover = await server.Admin.AddImageAsync(first, "a.jpg", TestImages.Jpeg(seed: 91));
        await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        var trashed = await server.Admin.CreateGroupAsync("Trashed");
        await server.Admin.DeleteAsync($"/api/v1/groups/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{first}", new { title = "Ships & <sails>\uFFFE", description = "At dawn." }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Ada’s", photographer = "Ada" }).StatusAsync(HttpStatusCode.OK);

        (await server.Visitor.GetStringAsync("/robots.txt")).ShouldEndWith($"\nSitemap: {Root}/sitemap.xml\n");
        (await AddressesAsync(server)).ShouldBe([$"{Root}/", $"{Root}/groups/ships-sails"]);
        var feed = await FeedAsync(server);
        (feed.Element(Atom + "title")!.Value, feed.Element(Atom + "author")!.Value, feed.Element(Atom + "id")!.Value).ShouldBe(("Ada’s", "Ada", $"{Root}/"));
        var entry = feed.Elements(Atom + "entry").ShouldHaveSingleItem();
        (entry.Element(Atom + "title")!.Value, entry.Element(Atom + "summary")!.Value, entry.Element(Atom + "id")!.Value).ShouldBe(("Ships & <sails>\uFFFD", "At dawn.", $"urn:uuid:{first}"));
        entry.Elements(Atom + "link").Select(link => (link.Attribute("rel")!.Value, link.Attribute("href")!.Value))
            .ShouldBe([("alternate", $"{Root}/groups/ships-sails"), ("enclosure", $"{Root}/api/v1/images/{cover}/high?r=1")]);

        await using (var locked = await server.LockTablesAsync("groups", "images", "site_profiles"))
        {
            (await AddressesAsync(server)).Count.ShouldBe(2);
            (await FeedAsync(server)).Elements(Atom + "entry").Count().ShouldBe(1);
        }

        // A group is listed once it has a photo.
        var second = await server.Admin.CreateGroupAsync("Quay");
        (await AddressesAsync(server)).Count.ShouldBe(2);
        (await FeedAsync(server)).Elements(Atom + "entry").Count().ShouldBe(1);
        await server.Admin.AddImageAsync(second, "b.jpg", TestImages.Jpeg(seed: 95));
        (await AddressesAsync(server)).ShouldBe([$"{Root}/", $"{Root}/groups/ships-sails", $"{Root}/groups/quay"]);
        (await FeedAsync(server)).Elements(Atom + "entry").Select(one => one.Element(Atom + "id")!.Value).ShouldBe([$"urn:uuid:{second}", $"urn:uuid:{first}"]);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{first}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        (await AddressesAsync(server)).ShouldBe([$"{Root}/", $"{Root}/groups/quay"]);
        (await FeedAsync(server)).Elements(Atom + "entry").Count().ShouldBe(1);
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Other" }).StatusAsync(HttpStatusCode.OK);
        (await FeedAsync(server)).Element(Atom + "title")!.Value.ShouldBe("Other");
    }

    [Fact]
    public async Task The_sitemap_and_the_feed_list_groups_in_groups_until_a_group_above_is_hidden()
    {
        await using var server = await StartAsync();
        var top = await server.Admin.CreateGroupAsync("Travels");
        var inner = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Bergen", parentId = top }).JsonAsync(HttpStatusCode.Created)).Id();
        (await AddressesAsync(server)).ShouldBe([$"{Root}/"]);
        await server.Admin.AddImageAsync(inner, "quay.jpg", TestImages.Jpeg(seed: 97));

        // The group above has no photos of its own, but a group below has.
        (await AddressesAsync(server)).Order(StringComparer.Ordinal).ShouldBe([$"{Root}/", $"{Root}/groups/bergen", $"{Root}/groups/travels"]);
        (await FeedAsync(server)).Elements(Atom + "entry").Select(one => one.Element(Atom + "title")!.Value).Order(StringComparer.Ordinal).ShouldBe(["Bergen", "Travels"]);

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        (await AddressesAsync(server)).ShouldBe([$"{Root}/"]);
        (await FeedAsync(server)).Elements(Atom + "entry").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_that_already_has_the_feed_gets_304()
    {
        await using var server = await StartAsync();
        using var first = await server.Visitor.GetAsync("/feed.xml");
        first.Content.Headers.ContentType!.ToString().ShouldBe("application/atom+xml; charset=utf-8");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/feed.xml") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };

        await server.Visitor.SendAsync(request).StatusAsync(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_sitemap_that_is_too_long_is_split_and_listed_in_an_index()
    {
        await using var server = await StartAsync();
        await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(64, 48, seed: 96));
        // Insert the groups without triggers, which take time for each row. The change of the site below invalidates the cached sitemap.
        await server.SqlAsync(
            """
            SET session_replication_role = replica;
            INSERT INTO groups SELECT copied.* FROM groups AS made, generate_series(1, 50010) AS number,
                LATERAL jsonb_populate_record(made, jsonb_build_object('id', gen_random_uuid(), 'slug', 'group-' || number, 'folder_name', number, 'position', made.position + number)) AS copied
            """);
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Many" }).StatusAsync(HttpStatusCode.OK);
        await EventuallyAsync(async () => (await ReadAsync(server, "/sitemap.xml")).Name.LocalName == "sitemapindex");

        var index = await ReadAsync(server, "/sitemap.xml");
        var parts = index.Elements(Sitemaps + "sitemap").Select(part => part.Element(Sitemaps + "loc")!.Value).ToList();

        parts.ShouldBe([$"{Root}/sitemap.xml?part=1", $"{Root}/sitemap.xml?part=2"]);
        var addresses = new List<string>();
        foreach (var part in parts)
        {
            var listed = await AddressesAsync(server, new Uri(part).PathAndQuery);
            listed.Count.ShouldBeLessThanOrEqualTo(50_000);
            addresses.AddRange(listed);
        }

        addresses.Count.ShouldBe(50_012);
        addresses.ShouldBeUnique();
        foreach (var part in (string[])["0", "3", "-1", "x"])
        {
            await server.Visitor.GetAsync($"/sitemap.xml?part={part}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }
    }

    [Fact]
    public async Task Another_site_can_embed_a_link_to_a_group_or_the_photo_of_an_image()
    {
        await using var server = await StartAsync();
        var group = await server.Admin.CreateGroupAsync("Harbour");
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(1600, 1200, seed: 92));
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Ada’s", photographer = "Ada" }).StatusAsync(HttpStatusCode.OK);

        var link = await EmbedAsync(server, "/groups/harbour").JsonAsync();
        (await EmbedAsync(server, $"/groups/{group}").JsonAsync()).ToString().ShouldBe(link.ToString());
        (link.Text("type"), link.Text("version"), link.Text("title"), link.Text("author_name"), link.Text("provider_name"), link.Text("provider_url"))
            .ShouldBe(("link", "1.0", "Harbour", "Ada", "Ada’s", $"{Root}/"));
        link.Text("thumbnail_url").ShouldBe($"{Root}/api/v1/images/{image}/low?r=1");
        link.TryGetProperty("url", out _).ShouldBeFalse();

        var photo = await EmbedAsync(server, $"/groups/harbour/images/{image}", "&format=json").JsonAsync();
        (photo.Text("type"), photo.Text("title"), photo.Text("url")).ShouldBe(("photo", "a.jpg", $"{Root}/api/v1/images/{image}/high?r=1"));
        (photo.GetProperty("width").GetInt32(), photo.GetProperty("height").GetInt32()).ShouldBe((1400, 1050));
        
        // The size matches the returned picture, even if no picture is within the limit. A thumbnail above the limit is left out.
        foreach (var (limit, variant, size, hasThumbnail) in new[]
        {
            ("&maxwidth=800", "medium", (720, 540), true), ("&maxheight=300", "low", (307, 230), true), ("&maxwidth=100", "low", (307, 230), false), ("&maxheight=1", "low", (307, 230), false),
        })
        {
            var smaller = await EmbedAsync(server, $"/groups/{group}/images/{image}", limit).JsonAsync();
            (smaller.Text("url"), (smaller.GetProperty("width").GetInt32(), smaller.GetProperty("height").GetInt32())).ShouldBe(($"{Root}/api/v1/images/{image}/{variant}?r=1", size), limit);
            smaller.EnumerateObject().Count(field => field.Name.StartsWith("thumbnail", StringComparison.Ordinal)).ShouldBe(hasThumbnail ? 3 : 0, limit);
        }

        var page = await server.Visitor.GetStringAsync("/groups/harbour");
        var found = WebUtility.HtmlDecode(page.Split("type=\"application/json+oembed\" href=\"")[1].Split('"')[0]);
        (await server.Visitor.GetAsync(new Uri(found).PathAndQuery).JsonAsync()).Text("title").ShouldBe("Harbour");
        page.ShouldContain($"type=\"application/atom+xml\" href=\"{Root}/feed.xml\"");
    }

    [Fact]
    public async Task Hidden_items_and_addresses_of_other_sites_are_not_embedded()
    {
        await using var server = await StartAsync();
        var hidden = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        var unseen = await server.Admin.AddImageAsync(hidden, "a.jpg", TestImages.Jpeg(seed: 93));
        var group = await server.Admin.CreateGroupAsync("Seen");
        string[] urls =
        [
            $"{Root}/groups/{hidden}", $"{Root}/groups/hidden", $"{Root}/groups/{hidden}/images/{unseen}", $"{Root}/groups/{group}/images/{unseen}", $"{Root}/groups/x", $"{Root}/", $"{Root}/shared/x", "x",
            $"https://other.example/groups/{group}", $"http://photos.example/groups/{group}", $"https://photos.example:8443/groups/{group}", $"/groups/{group}",
        ];
        foreach (var url in urls)
        {
            await server.Admin.GetAsync($"/oembed?url={Uri.EscapeDataString(url)}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }

        await server.Visitor.GetAsync("/oembed").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await EmbedAsync(server, $"/groups/{group}", "&maxwidth=0").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await EmbedAsync(server, $"/groups/{group}", "&maxwidth=x").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await EmbedAsync(server, $"/groups/{group}", "&format=xml").ProblemAsync(HttpStatusCode.NotImplemented, "embedFormatNotImplemented");
    }

    private static Task<HttpResponseMessage> EmbedAsync(ImageHubServer server, string path, string more = "") =>
        server.Visitor.GetAsync($"/oembed?url={Uri.EscapeDataString(Root + path)}{more}");

    private static async Task<XElement> ReadAsync(ImageHubServer server, string path) => XDocument.Parse(await server.Visitor.GetStringAsync(path)).Root!;

    private static async Task<List<string>> AddressesAsync(ImageHubServer server, string path = "/sitemap.xml")
    {
        var listed = await ReadAsync(server, path);
        listed.Name.ShouldBe(Sitemaps + "urlset");
        return [.. listed.Elements(Sitemaps + "url").Select(url => url.Element(Sitemaps + "loc")!.Value)];
    }

    private static Task<XElement> FeedAsync(ImageHubServer server) => ReadAsync(server, "/feed.xml");

    private Task<ImageHubServer> StartAsync() =>
        ImageHubServer.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Web:PublicUrl"] = Root });
}
