using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Web;

/// <summary>The content of the web app's pages for clients that do not run it.</summary>
public sealed partial class PreviewTests(PreviewTests.PublicSite site) : IClassFixture<PreviewTests.PublicSite>, IAsyncLifetime
{
    internal const string Root = "https://photos.example";
    private const string Hostile = "</title></script><script>alert(1)</script>\" ' & <!-- \u2028 ä";

    private readonly ImageHubServer server = site.Server;
    private Guid group;
    private Guid image;
    private string address = null!;

    public async ValueTask InitializeAsync()
    {
        group = await server.Admin.CreateGroupAsync("Harbour");
        address = await server.Admin.FindPageAsync(group);
        image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 81));
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { description = "Ships,\nfrom all sides." }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Dawn", tags = new[] { "sea" } }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = new[] { group } }).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Ada’s", introduction = "Mostly water.", photographer = "Ada", typeface = "serif" }).StatusAsync(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_gallerys_preview_has_the_owners_texts_and_the_first_cover()
    {
        await server.Admin.CreateGroupAsync("Empty, and first");

        var page = await ReadAsync("/?page=1");

        (page.Title, page.Meta("description"), page.Canonical).ShouldBe(("Ada’s", "Mostly water.", $"{Root}/"));
        var second = await ReadAsync("/?page=2");
        (second.Canonical, second.Meta("og:url")).ShouldBe(($"{Root}/?page=2", $"{Root}/?page=2"));
        (page.Meta("og:title"), page.Meta("og:site_name"), page.Meta("og:url")).ShouldBe(("Ada’s", "Ada’s", $"{Root}/"));
        page.Meta("og:image").ShouldBe($"{Root}/api/v1/images/{image}/high?r=1");
        (page.Data.Text("@type"), page.Data.Text("name"), page.Data.GetProperty("author").Text("name")).ShouldBe(("WebSite", "Ada’s", "Ada"));
    }

    [Fact]
    public async Task A_groups_preview_has_its_title_description_and_cover()
    {
        var page = await ReadAsync(address);

        (page.Title, page.Meta("description"), page.Canonical).ShouldBe(("Harbour · Ada’s", "Ships, from all sides.", $"{Root}{address}"));
        (page.Meta("og:title"), page.Meta("og:description"), page.Meta("og:url")).ShouldBe(("Harbour", "Ships, from all sides.", $"{Root}{address}"));
        (page.Meta("og:image"), page.Meta("og:image:alt"), page.Meta("og:image:type")).ShouldBe(($"{Root}/api/v1/images/{image}/high?r=1", "Dawn", "image/jpeg"));
        var high = (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("high");
        (page.Meta("og:image:width"), page.Meta("og:image:height")).ShouldBe((high.GetProperty("width").ToString(), high.GetProperty("height").ToString()));
        (page.Meta("twitter:card"), page.Meta("twitter:title"), page.Meta("twitter:image")).ShouldBe(("summary_large_image", "Harbour", page.Meta("og:image")));
        (page.Data.Text("@context"), page.Data.Text("@type"), page.Data.Text("name")).ShouldBe(("https://schema.org", "ImageGallery", "Harbour"));
        page.Data.GetProperty("image").Text("contentUrl").ShouldBe(page.Meta("og:image"));
        page.Html.ShouldContain("<script type=\"module\"");
        page.Meta("robots").ShouldBeNull();
        await server.Visitor.GetAsync(new Uri(page.Meta("og:image")!).PathAndQuery).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_images_preview_has_its_title_and_picture()
    {
        var page = await ReadAsync($"{address}/images/{image}");

        (page.Title, page.Meta("description"), page.Canonical).ShouldBe(("Dawn · Ada’s", "Harbour", $"{Root}{address}/images/{image}"));
        page.Meta("og:image").ShouldBe($"{Root}/api/v1/images/{image}/high?r=1");
        (page.Data.Text("@type"), page.Data.Text("name"), page.Data.Text("keywords"), page.Data.Text("creditText")).ShouldBe(("ImageObject", "Dawn", "sea", "Ada"));
        page.Data.GetProperty("isPartOf").Text("name").ShouldBe("Harbour");
    }

    [Fact]
    public async Task The_page_about_the_photographer_exists_while_it_has_a_text()
    {
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { about = (string?)null, email = (string?)null }).StatusAsync(HttpStatusCode.OK);
        await ReadAsync("/about", HttpStatusCode.NotFound);
        (await server.Visitor.GetStringAsync("/sitemap.xml")).ShouldNotContain("/about<");

        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { about = "Born by the sea. " + Hostile, email = "ada@example.com" }).StatusAsync(HttpStatusCode.OK);

        var page = await ReadAsync("/about");
        (page.Title, page.Canonical).ShouldBe(("Ada · Ada’s", $"{Root}/about"));
        page.Meta("description")!.ShouldStartWith("Born by the sea.");
        (page.Data.Text("@type"), page.Data.GetProperty("mainEntity").Text("name"), page.Data.GetProperty("mainEntity").Text("email")).ShouldBe(("AboutPage", "Ada", "ada@example.com"));
        page.Html.ShouldContain("mailto:ada@example.com");
        page.Html.ShouldNotContain("alert(1)</script>");
        (await server.Visitor.GetStringAsync("/sitemap.xml")).ShouldContain($"<loc>{Root}/about</loc>");
    }

    [Fact]
    public async Task User_texts_are_escaped_in_the_page()
    {
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = Hostile[..40], introduction = Hostile, photographer = Hostile }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = Hostile, description = Hostile }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = Hostile, description = Hostile, tags = new[] { Hostile } }).StatusAsync(HttpStatusCode.OK);
        address = await server.Admin.FindPageAsync(group);
        var link = await LinkAsync(new { });
        var scripts = Count(await server.Visitor.GetStringAsync("/index.html"));

        foreach (var (path, data) in new[] { ("/", 2), (address, 2), ($"{address}/images/{image}", 2), (link, 1) })
        {
            var html = await server.Visitor.GetStringAsync(path);
            Count(html).ShouldBe(scripts + data, path);
            html.ShouldNotContain("alert(1)</script>");
            html.ShouldNotContain("<!-- \u2028");
            html.ShouldContain("ä");
        }

        var page = await ReadAsync(address);
        (page.Meta("og:title"), page.Data.Text("name")).ShouldBe((Hostile.Replace("\u2028 ", "", StringComparison.Ordinal), Hostile));

        static int Count(string html) => html.Split("<script", StringSplitOptions.None).Length;
    }

    [Fact]
    public async Task Every_page_contains_the_site_settings_as_data_and_as_a_visible_header_until_the_app_loads()
    {
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Ada & Co <b>", accent = "#1F5F8B", footer = new[] { new { label = "Imprint", url = "https://ada.example/?a=1&b=2" } }, layout = "columns", typeface = "sans" }).StatusAsync(HttpStatusCode.OK);
        var link = await LinkAsync(new { password = ImageHubServer.LinkPassword });
        var logo = (await server.Admin.PutLogoAsync(TestImages.TransparentPng(300, 100))).GetProperty("logo");
        var dark = (await server.Admin.PutLogoAsync(TestImages.Png(120, 100), "/dark")).GetProperty("logoDark");
        var marks = await server.Admin.CreateGroupAsync("Marks", isPublished: false);
        var mark = await server.Admin.AddImageAsync(marks, "mark.png", TestImages.TransparentPng(300, 100));
        var whole = await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId = mark, position = "bottomRight", opacity = 0.5, widthPercent = 30 } }).JsonAsync();

        foreach (var (path, status) in new[] { ("/", HttpStatusCode.OK), (address, HttpStatusCode.OK), (link, HttpStatusCode.OK), ("/groups/x", HttpStatusCode.NotFound) })
        {
            var page = await ReadAsync(path, status);
            var said = page.Site;
            JsonElement.DeepEquals(said, whole).ShouldBeTrue($"{path}: {said}");
            (said.Text("title"), said.Text("introduction"), said.Text("photographer"), said.Text("accent")).ShouldBe(("Ada & Co <b>", "Mostly water.", "Ada", "#1f5f8b"), path);
            (said.GetProperty("footer")[0].Text("label"), said.GetProperty("footer")[0].Text("url")).ShouldBe(("Imprint", "https://ada.example/?a=1&b=2"), path);
            (said.Text("layout"), said.Text("typeface"), said.GetProperty("logo").ToString(), said.GetProperty("logoDark").ToString()).ShouldBe(("columns", "sans", logo.ToString(), dark.ToString()), path);
            page.Html.ShouldContain(
                $"""<p class="splash"><picture><source media="(prefers-color-scheme: dark)" srcset="{dark.Text("url")}" width="43" height="36"><img class="logo" src="{logo.Text("url")}" width="108" height="36" alt="Ada &amp; Co &lt;b&gt;"></picture></p>""",
                customMessage: path);
        }

        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = (object?)null }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync("/api/v1/site/logo").StatusAsync(HttpStatusCode.NoContent);
        (await ReadAsync("/")).Html.ShouldContain($"""<img class="logo" src="{dark.Text("url")}" width="43" height="36" alt="Ada &amp; Co &lt;b&gt;" data-only="dark"></picture>""");
        await server.Admin.DeleteAsync("/api/v1/site/logo/dark").StatusAsync(HttpStatusCode.NoContent);
        (await ReadAsync(address)).Html.ShouldContain("""<p class="splash"><span>Ada &amp; Co &lt;b&gt;</span></p>""");
        (await ReadAsync("/")).Html.ShouldContain("""<p class="splash"></p>""", customMessage: "The gallery's title is below the header.");
    }

    [Fact]
    public async Task A_page_names_its_typeface_and_preloads_only_a_font_that_it_shows()
    {
        const string Font = "as=\"font\"";
        var serif = (await ReadAsync("/")).Html;
        (serif.Contains("<html data-typeface=\"serif\"", StringComparison.Ordinal), serif.Contains(Font, StringComparison.Ordinal)).ShouldBe((true, true));

        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { typeface = "sans" }).StatusAsync(HttpStatusCode.OK);

        var sans = (await ReadAsync("/")).Html;
        (sans.Contains("<html data-typeface=\"sans\"", StringComparison.Ordinal), sans.Contains(Font, StringComparison.Ordinal)).ShouldBe((true, false));
    }

    [Fact]
    public async Task Each_page_of_the_gallery_has_its_own_groups_even_after_the_first_one_is_kept()
    {
        const int PageSize = 12;
        for (var number = 0; number < PageSize; number++)
        {
            await server.Admin.CreateGroupAsync($"Page filler {number}");
        }

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Front" }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = new[] { group } }).StatusAsync(HttpStatusCode.NoContent);
        const string First = "<span class=\"GalleryPage_title\">Front</span>";
        foreach (var (page, hasFirst) in ((string, bool)[])[("/", true), ("/", true), ("/?page=2", false), ("/?page=2", false), ("/", true)])
        {
            var html = await BodyAsync(server.Visitor, page);
            html.Contains(First, StringComparison.Ordinal).ShouldBe(hasFirst, page);
        }
    }

    [Fact]
    public async Task A_groups_page_contains_its_cover_in_all_sizes_and_its_photos_for_browsers_without_scripts()
    {
        var shown = await server.Admin.CreateGroupAsync("Covered");
        var cover = await server.Admin.AddImageAsync(shown, "1.jpg", TestImages.Jpeg(1400, 700, 90));
        foreach (var seed in (int[])[91, 92, 93])
        {
            await server.Admin.AddImageAsync(shown, $"{seed}.jpg", TestImages.Jpeg(64, 48, seed));
        }

        // A group of four photos is shown without a cover.
        (await BodyAsync(server.Visitor, await server.Admin.FindPageAsync(shown))).ShouldNotContain("srcset");
        await server.Admin.AddImageAsync(shown, "5.jpg", TestImages.Jpeg(64, 48, 94));

        var picture = $"/api/v1/images/{cover}";
        var page = await BodyAsync(server.Visitor, await server.Admin.FindPageAsync(shown));
        page.ShouldContain($"srcset=\"{picture}/low?r=1 378w, {picture}/medium?r=1 379w, {picture}/medium?r=1 757w, {picture}/high?r=1 758w, {picture}/high?r=1 1473w\"");
        page.ShouldContain("sizes=\"(max-width: 600px) max(100vw, calc(2.000 * min(66.7vw, 56svh))), max(100vw, calc(2.000 * clamp(320px, 68svh, 960px)))\"");
        page.ShouldContain("fetchpriority=\"high\"");
        page.Split("<noscript>")[1].Split("<a href=\"/groups/covered/images/").Length.ShouldBe(6);
    }

    [Fact]
    public async Task A_long_description_is_shortened_and_a_missing_one_is_replaced_by_a_count()
    {
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { description = new string('ü', 300) }).StatusAsync(HttpStatusCode.OK);
        (await ReadAsync(address)).Meta("description").ShouldBe(new string('ü', 199) + "…");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { description = (string?)null }).StatusAsync(HttpStatusCode.OK);
        (await ReadAsync(address)).Meta("description").ShouldBe("1 photo.");
    }

    [Fact]
    public async Task A_page_of_a_hidden_item_is_404_with_the_app_and_reveals_nothing()
    {
        var hidden = await server.Admin.CreateGroupAsync("Secret", isPublished: false);
        var unseen = await server.Admin.AddImageAsync(hidden, "secret.jpg", TestImages.Jpeg(seed: 82));
        var trashed = await server.Admin.CreateGroupAsync("Secret");
        await server.Admin.DeleteAsync($"/api/v1/groups/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        var secret = await server.Admin.FindPageAsync(hidden);
        string[] hiddenOnes = [secret, $"{secret}/images/{unseen}"];
        string[] nobodys =
        [
            $"/groups/{trashed}", "/groups/secret-of-nobody", $"/groups/{Guid.CreateVersion7()}", "/groups/x", $"{address}/images/x", $"{address}/images/{unseen}", $"{address}/images/{Guid.CreateVersion7()}",
            $"/groups/{hidden}/images/{image}", "/shared/AAAAAAAAAAAAAAAAAAAAAA", "/shared/AAAAAAAAAAAAAAAAAAAAAA/images/x",
        ];

        foreach (var path in hiddenOnes.Concat(nobodys))
        {
            var page = await ReadAsync(path, HttpStatusCode.NotFound);
            (page.Title, page.Meta("robots"), page.Meta("og:title"), page.Canonical).ShouldBe(("Ada’s", "noindex", null, null), path);
            page.Html.ShouldContain("<script type=\"module\"");
            page.Html.ShouldNotContain("Secret");
            using var head = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
            head.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        var admin = server.NewAdminsBrowser();
        foreach (var path in hiddenOnes)
        {
            using var answer = await admin.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.CacheControl.ShouldBe(new CacheControlHeaderValue { Private = true, NoStore = true });
            (await answer.Content.ReadAsStringAsync()).ShouldContain("ecret");
            await server.Visitor.GetAsync(path).StatusAsync(HttpStatusCode.NotFound);
        }

        foreach (var path in nobodys)
        {
            await admin.GetAsync(path).StatusAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_change_is_visible_at_once_and_on_another_instance_within_a_second()
    {
        await using var second = await server.StartSecondAsync();
        HttpClient[] visitors = [server.Visitor, second.Visitor];
        string[] paths = ["/", address, $"{address}/images/{image}"];
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { slug = address.Split('/')[^1] }).StatusAsync(HttpStatusCode.OK);

        await ExpectAsync(() => server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Other" }), paths, html => html.Contains("Other", StringComparison.Ordinal));
        await ExpectAsync(() => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Quay" }), paths[1..], html => html.Contains("Quay", StringComparison.Ordinal));
        await ExpectAsync(() => server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Dusk" }), paths, html => html.Contains("Dusk", StringComparison.Ordinal));
        await ExpectAsync(() => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = false }), paths, html => !html.Contains(image.ToString(), StringComparison.Ordinal));
        await server.Visitor.GetAsync(paths[1]).StatusAsync(HttpStatusCode.NotFound);
        await ExpectAsync(() => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = true }), paths, html => html.Contains(image.ToString(), StringComparison.Ordinal));
        await ExpectAsync(() => server.Admin.DeleteAsync($"/api/v1/images/{image}"), paths, html => !html.Contains(image.ToString(), StringComparison.Ordinal));

        async Task ExpectAsync(Func<Task<HttpResponseMessage>> change, string[] touched, Func<string, bool> isSeen)
        {
            foreach (var (visitor, path) in visitors.SelectMany(visitor => touched.Select(path => (visitor, path))))
            {
                isSeen(await BodyAsync(visitor, path)).ShouldBeFalse(path);
            }

            using (var answer = await change())
            {
                answer.EnsureSuccessStatusCode();
            }

            foreach (var path in touched)
            {
                isSeen(await BodyAsync(visitors[0], path)).ShouldBeTrue(path);
                var begun = Stopwatch.GetTimestamp();
                for (var asked = TimeSpan.Zero; !isSeen(await BodyAsync(visitors[1], path)); asked = Stopwatch.GetElapsedTime(begun))
                {
                    asked.ShouldBeLessThan(TimeSpan.FromSeconds(1), path);
                }
            }
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/groups/{group}")]
    [InlineData("/groups/{group}/images/{image}")]
    public async Task A_repeated_visitor_page_is_served_without_the_database_in_each_encoding(string template)
    {
        var path = template.Replace("/groups/{group}", address, StringComparison.Ordinal).Replace("{image}", image.ToString(), StringComparison.Ordinal);
        var tags = new List<EntityTagHeaderValue>();
        var first = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        string[] encodings = ["", "gzip", "br;q=0.5, gzip"];
        foreach (var encoding in encodings)
        {
            using var answer = await SendAsync(path, encoding);
            first[encoding] = await answer.Content.ReadAsByteArrayAsync();
            tags.Add(answer.Headers.ETag!);
            (answer.Headers.CacheControl!.ToString(), answer.Headers.Vary.Single()).ShouldBe(("no-cache", "Accept-Encoding"));
        }

        tags.Distinct().Count().ShouldBe(3);
        Unpack(first["gzip"], body => new GZipStream(body, CompressionMode.Decompress)).ShouldBe(first[""]);
        Unpack(first["br;q=0.5, gzip"], body => new BrotliStream(body, CompressionMode.Decompress)).ShouldBe(first[""]);
        await using var locked = await server.LockTablesAsync("groups", "images", "site_profiles");
        foreach (var (encoding, tag) in encodings.Zip(tags))
        {
            using var again = await SendAsync(path + "?utm_source=x", encoding);
            (again.StatusCode, again.Headers.ETag).ShouldBe((HttpStatusCode.OK, tag));
            (await again.Content.ReadAsByteArrayAsync()).ShouldBe(first[encoding]);
            again.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self'");
            using var same = await SendAsync(path, encoding, tag);
            same.StatusCode.ShouldBe(HttpStatusCode.NotModified);

            // A browser replaces its cached headers with the headers of a 304, so a 304 must repeat the same values or omit them.
            foreach (var header in (string[])["Content-Security-Policy", "Referrer-Policy", "Cache-Control"])
            {
                Header(same, header).ShouldBeOneOf("", Header(again, header));
            }
        }
    }

    [Fact]
    public async Task A_link_page_shows_title_and_cover_and_is_neither_indexed_nor_cached()
    {
        var link = await LinkAsync(new { });

        foreach (var path in new[] { link, $"{link}/images/{image}" })
        {
            using var answer = await server.Visitor.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.GetValues("Cache-Control").ShouldBe(["no-store"]);
            answer.Headers.GetValues("X-Robots-Tag").ShouldBe(["noindex"]);
            answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
            var page = new PageText(await answer.Content.ReadAsStringAsync());
            (page.Title, page.Meta("og:title"), page.Meta("robots"), page.Canonical, page.Meta("og:url")).ShouldBe(("Harbour · Ada’s", "Harbour", "noindex", null, null));
            page.Meta("og:image").ShouldBe($"{Root}/api/v1{link}/images/{image}/high?r=1");
            await server.Visitor.GetAsync(new Uri(page.Meta("og:image")!).PathAndQuery).StatusAsync(HttpStatusCode.OK);
        }

        (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().ShouldAllBe(listed => listed.GetProperty("views").GetInt32() == 0);
    }

    [Fact]
    public async Task A_link_with_a_password_or_a_view_limit_shows_only_the_sites_title_and_uses_no_view()
    {
        foreach (var link in new[] { await LinkAsync(new { password = ImageHubServer.LinkPassword }), await LinkAsync(new { maxViews = 1 }) })
        {
            var page = await ReadAsync(link);
            (page.Title, page.Meta("robots"), page.Meta("og:title"), page.Meta("og:image")).ShouldBe(("Ada’s", "noindex", null, null));
            page.Html.ShouldNotContain("Harbour");
        }

        (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().ShouldAllBe(listed => listed.GetProperty("views").GetInt32() == 0);
    }

    [Fact]
    public async Task The_page_of_a_link_ends_with_the_link()
    {
        var made = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created);
        await ReadAsync(made.Text("url")!);

        await server.Admin.DeleteAsync($"/api/v1/links/{made.Id()}").StatusAsync(HttpStatusCode.NoContent);

        (await ReadAsync(made.Text("url")!, HttpStatusCode.NotFound)).Html.ShouldNotContain("Harbour");
    }

    [Fact]
    public async Task The_app_is_served_while_the_database_hangs()
    {
        var unread = await server.Admin.CreateGroupAsync("Unread");
        await using var locked = await server.LockTablesAsync("groups", "images", "site_profiles");

        using var answer = await server.Visitor.GetAsync($"/groups/{unread}");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(await server.Visitor.GetStringAsync("/index.html"));
        answer.Headers.GetValues("Cache-Control").ShouldBe(["no-cache"]);
    }

    [Fact]
    public async Task Without_a_public_URL_previews_use_the_requests_host_only_behind_a_known_proxy_or_on_this_machine()
    {
        await using var other = await ImageHubServer.StartAsync(site.Postgres);
        await using var proxied = await ImageHubServer.StartAsync(site.Postgres, new() { ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" });
        foreach (var (asked, headers, expected) in ((ImageHubServer, string, string)[])[
            (other, "", other.Url.ToString().TrimEnd('/')),
            (other, "Host: evil.example", ""),
            (other, "Host: evil.example | X-Forwarded-Host: photos.example | X-Forwarded-For: 192.0.2.1", ""),
            (proxied, "Host: photos.example | X-Forwarded-For: 192.0.2.1 | X-Forwarded-Proto: https", "https://photos.example"),
            (proxied, "Host: 10.0.0.3:5080 | X-Forwarded-Host: photos.example:8443 | X-Forwarded-For: 192.0.2.1 | X-Forwarded-Proto: https", "https://photos.example:8443"),
            (proxied, "Host: photos.example | X-Forwarded-Host: a/b@c | X-Forwarded-For: 192.0.2.1", "")])
        {
            var made = await asked.Admin.CreateGroupAsync("Quay");
            var shown = await asked.Admin.FindPageAsync(made);
            var photo = await asked.Admin.AddImageAsync(made, "a.jpg", TestImages.Jpeg(seed: 84));

            // The second answer may come from the cache, but it must not contain another host's addresses.
            foreach (var _ in Enumerable.Range(0, 2))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, shown);
                foreach (var header in headers.Split(" | ", StringSplitOptions.RemoveEmptyEntries))
                {
                    var (name, value) = (header.Split(": ")[0], header.Split(": ")[1]);
                    request.Headers.TryAddWithoutValidation(name, value);
                }

                using var answer = await asked.Visitor.SendAsync(request);
                var said = new PageText(await answer.Content.ReadAsStringAsync());
                (said.Canonical, said.Meta("og:url"), said.Meta("og:image")).ShouldBe(($"{expected}{shown}", $"{expected}{shown}", $"{expected}/api/v1/images/{photo}/high?r=1"), headers);
                said.Html.ShouldNotContain("evil.example");
            }
        }

        (await other.Visitor.GetAsync("/api/v1/site").JsonAsync()).GetProperty("publicUrl").ValueKind.ShouldBe(JsonValueKind.Null);
        (await server.Visitor.GetAsync("/api/v1/site").JsonAsync()).Text("publicUrl").ShouldBe(Root);
    }

    [Fact]
    public async Task Without_a_public_URL_data_for_search_engines_has_relative_addresses()
    {
        await using var other = await ImageHubServer.StartAsync(site.Postgres);
        var made = await other.Admin.CreateGroupAsync("Harbour");
        var photo = await other.Admin.AddImageAsync(made, "a.jpg", TestImages.Jpeg(seed: 83));

        var page = new PageText(await other.Visitor.GetStringAsync("/groups/harbour"));

        page.Title.ShouldBe("Harbour · Gallery");
        page.Data.GetProperty("image").Text("contentUrl").ShouldBe($"/api/v1/images/{photo}/high?r=1");
        page.Html.ShouldNotContain("oembed");
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    private static byte[] Unpack(byte[] body, Func<Stream, Stream> open)
    {
        using var unpacked = new MemoryStream();
        using (var packed = open(new MemoryStream(body)))
        {
            packed.CopyTo(unpacked);
        }

        return unpacked.ToArray();
    }

    private static async Task<string> BodyAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<PageText> ReadAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await server.Visitor.GetAsync(path);
        answer.StatusCode.ShouldBe(expected, path);
        return new PageText(await answer.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> SendAsync(string path, string acceptEncoding, EntityTagHeaderValue? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        if (ifNoneMatch is not null)
        {
            request.Headers.IfNoneMatch.Add(ifNoneMatch);
        }

        return server.Visitor.SendAsync(request);
    }

    /// <summary>Creates a link and returns the address of its page.</summary>
    private async Task<string> LinkAsync(object options) => (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", options).JsonAsync(HttpStatusCode.Created)).Text("url")!;

    /// <summary>A page as read by a program that does not run the app.</summary>
    private sealed partial class PageText(string html)
    {
        public string Html => html;

        public string? Title => Decode(TitleElement().Match(html));

        public string? Canonical => Decode(CanonicalElement().Match(html));

        public JsonElement Data => JsonSerializer.Deserialize<JsonElement>(DataElement().Match(html).Groups["value"].Value);

        public JsonElement Site => JsonSerializer.Deserialize<JsonElement>(SiteElement().Match(html).Groups["value"].Value);

        public string? Meta(string name) => MetaElement().Matches(html).Where(element => element.Groups["name"].Value == name).Select(Decode).SingleOrDefault();

        private static string? Decode(Match match) => match.Success ? WebUtility.HtmlDecode(match.Groups["value"].Value) : null;

        [GeneratedRegex("<title>(?<value>[^<]*)</title>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex TitleElement();

        [GeneratedRegex("<link rel=\"canonical\" href=\"(?<value>[^\"]*)\">", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex CanonicalElement();

        [GeneratedRegex("<script type=\"application/json\" id=\"site\">(?<value>[^<]*)</script>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex SiteElement();

        [GeneratedRegex("<script type=\"application/ld\\+json\">(?<value>[^<]*)</script>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex DataElement();

        [GeneratedRegex("<meta (name|property)=\"(?<name>[^\"]*)\" content=\"(?<value>[^\"]*)\">", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex MetaElement();
    }

    /// <summary>A server that knows its public address.</summary>
    public sealed class PublicSite(PostgresServer postgres) : IAsyncLifetime
    {
        public PostgresServer Postgres => postgres;

        public ImageHubServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Server = await ImageHubServer.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Web:PublicUrl"] = Root + "/" });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
