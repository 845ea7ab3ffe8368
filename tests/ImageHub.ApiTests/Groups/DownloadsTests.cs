using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Groups;

/// <summary>The downloads that a group allows to visitors and guests; no route offers more.</summary>
public sealed class DownloadsTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync();
        group = await server.Admin.CreateGroupAsync("Wedding");
        image = await server.Admin.AddImageAsync(group, "kiss.tif", TestImages.Tiff(2000, 1500, seed: 1));
        await server.Admin.AddImageAsync(group, "cake.jpg", TestImages.Jpeg(2000, 1500, seed: 2));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_group_offers_all_files_without_a_watermark_until_its_owner_decides_otherwise()
    {
        var found = await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync();

        found.Text("downloads").ShouldBe("full");
        found.GetProperty("watermark").GetBoolean().ShouldBeFalse();
        (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Another", downloads = "none" }).JsonAsync(HttpStatusCode.Created)).Text("downloads").ShouldBe("none");
    }

    [Theory]
    [InlineData("high")]
    [InlineData("none")]
    public async Task No_route_gives_the_full_size_to_visitors_of_a_group_that_does_not_offer_it(string downloads)
    {
        var address = $"/api/v1/images/{image}/full";
        await server.Visitor.GetAsync($"{address}?r=1").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"{address}?format=jpeg").StatusAsync(HttpStatusCode.OK);
        var shown = (await server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant = "full", expiresInSeconds = 3_000 }).JsonAsync(HttpStatusCode.Created)).Text("url");
        var link = await ShareAsync(new { });
        await SetAsync(new { downloads });

        using var key = server.NewClient();
        key.DefaultRequestHeaders.Add("X-API-Key", await server.Admin.CreateKeyAsync("read"));
        await server.Admin.CreateUserAsync($"ada-{downloads}");
        using var user = await server.SignInAsync($"ada-{downloads}", ImageHubServer.UserPassword);
        foreach (var client in (HttpClient[])[server.Visitor, key, user])
        {
            foreach (var query in (string[])["", "?r=1", "?r=0", "?download=true", "?format=jpeg", "?r=1&mark=1"])
            {
                await client.GetAsync(address + query).ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
            }

            using var range = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Range", "bytes=0-99" } } };
            await client.SendAsync(range).ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
            using var head = new HttpRequestMessage(HttpMethod.Head, address);
            await client.SendAsync(head).StatusAsync(HttpStatusCode.Forbidden);
            await client.GetAsync($"/api/v1/groups/{group}/archive").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
            await client.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { }).ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
            foreach (var summary in await SummariesAsync(client))
            {
                summary.GetProperty("full").ValueKind.ShouldBe(JsonValueKind.Null);
                summary.GetProperty("width").GetInt32().ShouldBe(2000);
            }
        }

        await server.Visitor.GetAsync(shown).ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        await server.Visitor.GetAsync($"{Below(link)}/images/{image}/full").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        await server.Visitor.GetAsync($"{Below(link)}/archive").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        (await server.Visitor.GetAsync($"{Below(link)}/images").JsonAsync()).Items()[0].GetProperty("full").ValueKind.ShouldBe(JsonValueKind.Null);
        (await server.Visitor.GetAsync(Below(link)).JsonAsync()).Text("downloads").ShouldBe(downloads);
    }

    [Fact]
    public async Task High_may_be_downloaded_where_the_full_size_may_not_and_nothing_where_nothing_is_offered()
    {
        var high = $"/api/v1/images/{image}/high";
        await SetAsync(new { downloads = "high" });
        await server.Visitor.GetAsync($"{high}?download=true").StatusAsync(HttpStatusCode.OK);
        var made = await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { variant = "high" }).JsonAsync(HttpStatusCode.Created);
        using (var zip = new ZipArchive(await server.Visitor.GetStreamAsync(made.Text("url"))))
        {
            zip.Entries.Select(entry => entry.Name).ShouldBe(["kiss.tif.jpg", "cake.jpg"]);
        }

        await SetAsync(new { downloads = "none" });

        await server.Visitor.GetAsync(made.Text("url")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync($"{high}?download=true").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        await server.Visitor.GetAsync(high).StatusAsync(HttpStatusCode.OK);
        await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { variant = "high" }).ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
    }

    [Fact]
    public async Task An_archive_ends_when_its_files_are_no_longer_offered_but_the_admins_does_not()
    {
        var visitors = (await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        var admins = (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");

        await SetAsync(new { downloads = "high" });

        await server.Visitor.GetAsync(visitors).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync(admins).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Admins_still_get_everything_but_no_shared_cache_keeps_what_visitors_do_not_get()
    {
        await SetAsync(new { downloads = "none" });

        using var full = await server.Admin.GetAsync($"/api/v1/images/{image}/full?r=1");
        full.StatusCode.ShouldBe(HttpStatusCode.OK);
        full.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        (await SummariesAsync(server.Admin))[0].GetProperty("full").Text("url").ShouldBe($"/api/v1/images/{image}/full?r=1");
        using var high = await server.Visitor.GetAsync($"/api/v1/images/{image}/high?r=1");
        high.Headers.CacheControl!.Public.ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_may_offer_more_or_less_than_its_group()
    {
        var more = await ShareAsync(new { downloads = "full" });
        var less = await ShareAsync(new { downloads = "none" });
        await SetAsync(new { downloads = "high" });
        var archive = await server.Visitor.PostAsJsonAsync($"{Below(more)}/archives", new { }).JsonAsync(HttpStatusCode.Created);

        await server.Visitor.GetAsync($"{Below(more)}/images/{image}/full?download=true").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"{Below(more)}/archive").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"{Below(less)}/images/{image}/high?download=true").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        (await server.Admin.PatchAsJsonAsync($"/api/v1/links/{more.Id()}", new { downloads = (string?)null }).JsonAsync()).GetProperty("downloads").ValueKind.ShouldBe(JsonValueKind.Null);

        await server.Visitor.GetAsync($"{Below(more)}/images/{image}/full").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        await server.Visitor.GetAsync(archive.Text("url")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task An_image_follows_the_group_that_it_is_moved_to()
    {
        var strict = await server.Admin.CreateGroupAsync("Strict");
        await SetAsync(new { downloads = "none" }, strict);

        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { groupId = strict }).StatusAsync(HttpStatusCode.OK);

        await server.Visitor.GetAsync($"/api/v1/images/{image}/full").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
    }

    [Fact]
    public async Task An_unknown_value_is_refused_with_the_allowed_ones()
    {
        foreach (var body in (object[])[new { downloads = "medium" }, new { downloads = 1 }, new { downloads = (string?)null }])
        {
            var problem = await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").GetProperty("downloads")[0].GetString()!.ShouldContain("full, high and none are allowed");
        }
    }

    [Fact]
    public async Task Without_a_mark_no_group_and_no_link_can_require_one()
    {
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = true, downloads = "high" }).ProblemAsync(HttpStatusCode.Conflict, "noWatermark");
        await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "New", watermark = true, downloads = "high" }).ProblemAsync(HttpStatusCode.Conflict, "noWatermark");
        await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { watermark = true }).ProblemAsync(HttpStatusCode.Conflict, "noWatermark");
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("watermark").GetBoolean().ShouldBeFalse();
    }

    private Task SetAsync(object body, Guid? id = null) => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{id ?? group}", body).StatusAsync(HttpStatusCode.OK);

    private Task<JsonElement> ShareAsync(object body) => server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", body).JsonAsync(HttpStatusCode.Created);

    private static string Below(JsonElement link) => $"/api/v1{link.Text("url")}";

    /// <summary>Reads the image's summary from every kind of answer that contains one.</summary>
    private async Task<IReadOnlyList<JsonElement>> SummariesAsync(HttpClient client) =>
    [
        await client.GetAsync($"/api/v1/images/{image}").JsonAsync(),
        await client.GetAsync($"/api/v1/groups/{group}/images/kiss.tif").JsonAsync(),
        (await client.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0],
        (await client.GetAsync($"/api/v1/images?groupId={group}&sort=takenAt&q=kiss").JsonAsync()).Items()[0],
        (await client.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("cover"),
        (await client.GetAsync("/api/v1/groups?q=Wedding").JsonAsync()).Items()[0].GetProperty("cover"),
    ];
}
