using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Domain.Tiers;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Links;

/// <summary>Expiring links to images.</summary>
public sealed class ImageLinkTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ShiftedClock clock = null!;
    private ImageHubServer server = null!;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await servers.TakeAsync();
        var group = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        image = await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(1600, 1200, seed: 1));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("low", 230)]
    [InlineData("medium", 540)]
    [InlineData("high", 1050)]
    [InlineData("full", 1200)]
    [InlineData("200", 200)]
    [InlineData("1100", 1100)]
    [InlineData("2000", 1200)]
    public async Task A_link_returns_the_image_until_it_ends(string variant, int height)
    {
        var link = await LinkAsync(variant, 300);
        var url = link.Text("url")!;
        url.ShouldStartWith("/s/");
        using (var answer = await server.Visitor.GetAsync(url))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
            answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
            TestPicture.Read(await answer.Content.ReadAsByteArrayAsync()).Height.ShouldBe(height);
        }

        using (var part = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(0, 9) } })
        {
            await server.Visitor.SendAsync(part).StatusAsync(HttpStatusCode.PartialContent);
        }

        clock.Advance(TimeSpan.FromSeconds(301));
        (await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound")).Text("instance").ShouldBe("/s/-");
    }

    [Fact]
    public async Task An_ended_link_and_a_link_to_a_deleted_image_look_like_an_unknown_link()
    {
        var ended = await LinkAsync("low", 3000);
        var kept = await LinkAsync("low", 3000);
        await server.Visitor.GetAsync(ended.Text("url")).StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync($"/api/v1/links/{ended.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/links/{ended.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        var problems = new List<string>();
        foreach (var url in (string?[])[ended.Text("url"), kept.Text("url"), "/s/AAAAAAAAAAAAAAAAAAAAAA"])
        {
            var problem = await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
            problems.Add(problem.Text("detail")!);
        }

        problems.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_owners_links_allow_only_what_the_owner_is_currently_allowed()
    {
        var tier = await server.Admin.CreateTierAsync("Studio", [100, 200], originals: true, expiringLinks: true);
        var (adaId, bobId) = (await server.Admin.CreateUserAsync("ada", tier), await server.Admin.CreateUserAsync("bob", tier));
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        var own = (await ada.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(800, 600, seed: 2))).JsonAsync(HttpStatusCode.Created)).Id();
        var (smallUrl, fullUrl) = (await OwnLinkAsync("100"), await OwnLinkAsync("full"));
        await ada.PostAsJsonAsync($"/api/v1/images/{own}/links", new { variant = "300", expiresInSeconds = 300 }).ProblemAsync(HttpStatusCode.Forbidden, "tierForbids");
        await LeadAsync(small: true, full: true);

        await ChangeTierAsync(new { expiringLinks = false });
        await LeadAsync(small: false, full: false);
        await ChangeTierAsync(new { expiringLinks = true, originals = false });
        await LeadAsync(small: true, full: false);
        await ChangeTierAsync(new { originals = true, thumbnailHeights = new[] { 200 } });
        await LeadAsync(small: false, full: true);
        await ChangeTierAsync(new { thumbnailHeights = new[] { 100 } });
        await LeadAsync(small: true, full: true);

        await ChangeAsync($"users/{adaId}", new { tierId = Tier.BasicId });
        await LeadAsync(small: false, full: false);
        await ChangeAsync($"users/{adaId}", new { tierId = tier });
        await ChangeAsync($"users/{adaId}", new { isDisabled = true });
        await LeadAsync(small: false, full: false);
        await ChangeAsync($"users/{adaId}", new { isDisabled = false });
        await LeadAsync(small: true, full: true);

        await ChangeAsync($"images/{own}", new { ownerId = bobId });
        await LeadAsync(small: false, full: false);
        await ChangeAsync($"images/{own}", new { ownerId = adaId });
        await LeadAsync(small: true, full: true);
        await server.Admin.DeleteAsync($"/api/v1/users/{adaId}").StatusAsync(HttpStatusCode.NoContent);
        await LeadAsync(small: false, full: false);

        async Task<string> OwnLinkAsync(string variant) =>
            (await ada.PostAsJsonAsync($"/api/v1/images/{own}/links", new { variant, expiresInSeconds = 3000 }).JsonAsync(HttpStatusCode.Created)).Text("url")!;

        Task ChangeTierAsync(object change) => ChangeAsync($"tiers/{tier}", change);

        Task ChangeAsync(string what, object change) => server.Admin.PatchAsJsonAsync($"/api/v1/{what}", change).StatusAsync(HttpStatusCode.OK);

        async Task LeadAsync(bool small, bool full)
        {
            foreach (var (url, leads) in (ValueTuple<string, bool>[])[(smallUrl, small), (fullUrl, full)])
            {
                await server.Visitor.GetAsync(url).StatusAsync(leads ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            }
        }
    }

    [Fact]
    public async Task An_ended_link_is_404_for_every_kind_of_request()
    {
        var link = await LinkAsync("high", 300);
        string etag;
        using (var answer = await server.Visitor.GetAsync(link.Text("url")))
        {
            etag = answer.Headers.ETag!.Tag;
        }

        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        foreach (var (method, header, value) in (ValueTuple<HttpMethod, string, string>[])[(HttpMethod.Get, "Range", "bytes=0-9"), (HttpMethod.Get, "If-None-Match", etag), (HttpMethod.Head, "Accept", "*/*")])
        {
            using var request = new HttpRequestMessage(method, link.Text("url"));
            request.Headers.Add(header, value);
            await server.Visitor.SendAsync(request).StatusAsync(HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData("low", 299)]
    [InlineData("low", 30_001)]
    [InlineData("15", 300)]
    [InlineData("2001", 300)]
    [InlineData("0200", 300)]
    [InlineData("original", 300)]
    [InlineData("", 300)]
    public async Task An_invalid_variant_or_lifetime_is_refused(string variant, int seconds) =>
        await server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant, expiresInSeconds = seconds }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

    [Fact]
    public async Task Only_complete_answers_count_as_views_and_ranges_HEAD_and_304_do_not()
    {
        var link = await LinkAsync("low", 300);
        using var first = await server.Visitor.GetAsync(link.Text("url"));
        await server.Visitor.GetAsync(link.Text("url")).StatusAsync(HttpStatusCode.OK);
        using var head = new HttpRequestMessage(HttpMethod.Head, link.Text("url"));
        await server.Visitor.SendAsync(head).StatusAsync(HttpStatusCode.OK);
        using var part = new HttpRequestMessage(HttpMethod.Get, link.Text("url")) { Headers = { Range = new RangeHeaderValue(0, 9) } };
        await server.Visitor.SendAsync(part).StatusAsync(HttpStatusCode.PartialContent);
        using var same = new HttpRequestMessage(HttpMethod.Get, link.Text("url")) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        await server.Visitor.SendAsync(same).StatusAsync(HttpStatusCode.NotModified);
        var listed = (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().Single(one => one.Id() == link.Id());
        listed.GetProperty("views").GetInt32().ShouldBe(2);
        listed.Text("kind").ShouldBe("image");
        listed.Text("variant").ShouldBe("low");
        listed.Id("targetId").ShouldBe(image);
    }

    [Fact]
    public async Task Views_of_many_parallel_guests_are_counted_exactly_and_before_the_answer()
    {
        var answered = new int[2];
        var links = await Task.WhenAll(answered.Select(_ => LinkAsync("low", 300)));
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async guest =>
        {
            var which = guest % links.Length;
            await server.Visitor.GetAsync(links[which].Text("url")).StatusAsync(HttpStatusCode.OK);
            var soFar = Interlocked.Increment(ref answered[which]);
            (await ViewsAsync(links[which])).ShouldBeGreaterThanOrEqualTo(soFar);
        }));

        foreach (var link in links)
        {
            (await ViewsAsync(link)).ShouldBe(32);
        }
    }

    [Fact]
    public async Task The_Last_Modified_header_of_an_image_is_never_in_the_future()
    {
        clock.Advance(TimeSpan.FromHours(-1));

        using var answer = await server.Admin.GetAsync($"/api/v1/images/{image}/low");

        answer.Content.Headers.LastModified!.Value.ShouldBeLessThanOrEqualTo(answer.Headers.Date!.Value);
    }

    private async Task<int> ViewsAsync(JsonElement link) =>
        (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().Single(listed => listed.Id() == link.Id()).GetProperty("views").GetInt32();

    private Task<JsonElement> LinkAsync(string variant, int seconds) =>
        server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant, expiresInSeconds = seconds }).JsonAsync(HttpStatusCode.Created);
}
