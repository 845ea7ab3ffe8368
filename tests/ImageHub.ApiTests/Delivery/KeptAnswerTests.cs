using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Delivery;

/// <summary>Cached answers to visitors, which need no database, and the changes that invalidate them.</summary>
public sealed class KeptAnswerTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        group = await server.Admin.CreateGroupAsync("Kept");
        image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 21));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("/api/v1/groups")]
    [InlineData("/api/v1/groups?cursor=&pageSize=5")]
    [InlineData("/api/v1/groups?slug=kept")]
    [InlineData("/api/v1/groups/{group}")]
    [InlineData("/api/v1/groups/{group}/images")]
    [InlineData("/api/v1/groups/{group}/images/a.jpg")]
    [InlineData("/api/v1/images?groupId={group}&sort=fileName")]
    [InlineData("/api/v1/images/{image}")]
    [InlineData("/api/v1/images/{image}/low?r=1")]
    [InlineData("/api/v1/images/{image}/high")]
    public async Task A_repeated_visitor_request_is_answered_without_the_database(string path)
    {
        var (first, head, second, secondHead) = await AskTwiceAsync(Url(path));
        for (var attempt = 1; attempt < 5 && second.StatusCode != HttpStatusCode.OK; attempt++)
        {
            // A change between the requests, for example by a background job, invalidates the cached answer.
            (first, head, second, secondHead) = await AskTwiceAsync(Url(path));
        }

        (second.StatusCode, secondHead.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        (await second.Content.ReadAsByteArrayAsync()).ShouldBe(await first.Content.ReadAsByteArrayAsync());
        foreach (var header in new[] { "Cache-Control", "ETag", "Content-Security-Policy", "Accept-Ranges", "Link", "Vary", "X-Content-Type-Options" })
        {
            Header(second, header).ShouldBe(Header(first, header));
            Header(secondHead, header).ShouldBe(Header(head, header));
        }

        second.Content.Headers.ContentType.ShouldBe(first.Content.Headers.ContentType);
        second.Content.Headers.ContentDisposition.ShouldBe(first.Content.Headers.ContentDisposition);
        Header(second, "X-Request-Id").ShouldNotBe(Header(first, "X-Request-Id"));
        second.Headers.Contains("X-ImageHub-Stale").ShouldBeFalse();

        // A cached answer is as fresh as a new answer, so the server must not send its time in the cache as the Age header.
        second.Headers.Age.ShouldBeNull();
        second.Headers.Date.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(first.Headers.Date!.Value);
    }

    /// <summary>Requests an address with GET and HEAD, and again while the tables of groups and images are locked.</summary>
    private async Task<(HttpResponseMessage First, HttpResponseMessage Head, HttpResponseMessage Second, HttpResponseMessage SecondHead)> AskTwiceAsync(string url)
    {
        var first = await server.Visitor.GetAsync(url);
        var head = await HeadAsync();
        await using var locked = await server.LockTablesAsync("groups", "images");
        return (first, head, await server.Visitor.GetAsync(url), await HeadAsync());

        async Task<HttpResponseMessage> HeadAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, url);
            return await server.Visitor.SendAsync(request);
        }
    }

    [Fact]
    public async Task Searches_unused_slugs_and_tags_and_requests_with_unknown_parameters_are_not_cached()
    {
        await server.Visitor.GetAsync("/api/v1/groups?x=1").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        foreach (var url in new[] { "/api/v1/groups?q=kep", "/api/v1/groups?slug=unused", "/api/v1/images?tag=unused", $"/api/v1/images?groupId={Guid.NewGuid()}", $"/api/v1/images/{image}/low?x=1" })
        {
            await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.OK);
            await using var locked = await server.LockTablesAsync("groups", "images");
            await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.ServiceUnavailable);
        }
    }

    [Fact]
    public async Task Requests_with_credentials_neither_read_nor_fill_the_cache()
    {
        var hidden = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        var key = server.WithKey(await server.Admin.CreateKeyAsync("read"));
        using var cookie = server.NewClient(useCookies: true);
        await cookie.PostAsJsonAsync("/api/v1/auth/login", new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword }).StatusAsync(HttpStatusCode.OK);

        for (var round = 0; round < 2; round++)
        {
            (await SeesAsync(server.Visitor, hidden)).ShouldBeFalse();
            (await SeesAsync(server.Admin, hidden)).ShouldBeTrue();
            (await SeesAsync(key, hidden)).ShouldBeTrue();
            (await SeesAsync(cookie, hidden)).ShouldBeTrue();
        }

        using var bad = server.NewClient();
        bad.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "nonsense");
        await bad.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Range_and_conditional_requests_on_cached_answers_work_as_usual()
    {
        var url = Url("/api/v1/images/{image}/low?r=1");
        var whole = await server.Visitor.GetByteArrayAsync(url);
        using var kept = await server.Visitor.GetAsync(url);
        var tag = kept.Headers.ETag!;

        using var range = await server.Visitor.SendAsync(Get(url, headers => headers.Range = new RangeHeaderValue(10, 19)));
        using var outside = await server.Visitor.SendAsync(Get(url, headers => headers.Range = new RangeHeaderValue(10_000_000, null)));
        using var same = await server.Visitor.SendAsync(Get(url, headers => headers.IfNoneMatch.Add(tag)));
        using var other = await server.Visitor.SendAsync(Get(url, headers => headers.IfMatch.Add(new EntityTagHeaderValue("\"another\""))));

        range.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await range.Content.ReadAsByteArrayAsync()).ShouldBe(whole[10..20]);
        outside.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        (same.StatusCode, same.Headers.ETag, Header(same, "Cache-Control")).ShouldBe((HttpStatusCode.NotModified, tag, "public, max-age=86400, immutable"));
        other.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task Each_client_gets_the_compression_that_it_accepts()
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var (accepted, expected) in new[] { ("br", "br"), ("gzip", "gzip"), ("gzip, br", "br"), ("", ""), ("identity", ""), ("br;q=0, gzip", "gzip") })
            {
                using var answer = await server.Visitor.SendAsync(Get("/api/v1/groups", headers => headers.TryAddWithoutValidation("Accept-Encoding", accepted)));
                string.Join(',', answer.Content.Headers.ContentEncoding).ShouldBe(expected, $"for '{accepted}'");
            }
        }
    }

    [Fact]
    public async Task Addresses_that_differ_in_case_are_cached_separately()
    {
        var upper = await server.Admin.AddImageAsync(group, "A.jpg", TestImages.Jpeg(seed: 22));

        for (var round = 0; round < 2; round++)
        {
            (await server.Visitor.GetAsync(Url("/api/v1/groups/{group}/images/a.jpg")).JsonAsync()).Id().ShouldBe(image);
            (await server.Visitor.GetAsync(Url("/api/v1/groups/{group}/images/A.jpg")).JsonAsync()).Id().ShouldBe(upper);
        }
    }

    [Fact]
    public async Task Addresses_with_a_plain_and_an_encoded_slash_are_cached_separately()
    {
        var escaped = await server.Admin.AddImageAsync(group, "a%2Fb.jpg", TestImages.Jpeg(seed: 25));

        for (var round = 0; round < 2; round++)
        {
            (await server.Visitor.GetAsync(Url("/api/v1/groups/{group}/images/a%252Fb.jpg")).JsonAsync()).Id().ShouldBe(escaped);
            await server.Visitor.GetAsync(Url("/api/v1/groups/{group}/images/a%2Fb.jpg")).StatusAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Visitors_see_a_change_as_soon_as_it_is_answered_and_on_another_instance_within_a_second()
    {
        await using var second = await server.StartSecondAsync();
        var other = await server.Admin.CreateGroupAsync("Another");
        await server.Admin.AddImageAsync(other, "a.jpg", TestImages.Jpeg(seed: 25));
        var extra = await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(seed: 23));
        HttpClient[] visitors = [server.Visitor, second.Visitor];

        // The second instance has no objects: its answers to requests for variants show only whether the image exists.

        await ExpectAsync(visitors, () => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Renamed" }), async visitor =>
            (await visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("title") == "Renamed" && (await ListedAsync(visitor, group))?.Text("title") == "Renamed");
        await ExpectAsync(visitors, () => server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Sea" }), async visitor =>
            (await visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).Text("title") == "Sea"
            && (await ListedAsync(visitor, group))?.GetProperty("cover").Text("title") == "Sea"
            && (await visitor.GetAsync($"/api/v1/images?groupId={group}").JsonAsync()).Items()[0].Text("title") == "Sea");
        await ExpectAsync(visitors, () => server.Admin.PutAsJsonAsync($"/api/v1/groups/{group}/order", new { ids = new[] { extra } }), async visitor =>
            (await visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0].Id() == extra);
        await ExpectAsync(visitors, () => server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = new[] { group } }), async visitor =>
            (await visitor.GetAsync("/api/v1/groups").JsonAsync()).Items()[0].Id() == group);
        await ExpectAsync(visitors, () => server.Admin.PatchAsJsonAsync($"/api/v1/images/{extra}", new { groupId = other }), async visitor =>
            (await visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Count == 1
            && (await visitor.GetAsync($"/api/v1/groups/{other}/images").JsonAsync()).Items().Count == 2
            && (await visitor.GetAsync($"/api/v1/images/{extra}").JsonAsync()).Id("groupId") == other);
        await ExpectAsync(visitors, () => server.Admin.DeleteAsync($"/api/v1/images/{extra}"), async visitor =>
            await StatusAsync(visitor, $"/api/v1/images/{extra}/low?r=1") == 404 && await StatusAsync(visitor, $"/api/v1/groups/{other}/images/b.jpg") == 404);
        await ExpectAsync(visitors, () => server.Admin.PostAsync($"/api/v1/images/{extra}/restore", null), async visitor =>
            await StatusAsync(visitor, $"/api/v1/images/{extra}") == 200);
        await ExpectAsync(visitors, () => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = false }), IsGoneAsync);
        await ExpectAsync(visitors, () => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = true }), IsThereAsync);
        await ExpectAsync(visitors, () => server.Admin.DeleteAsync($"/api/v1/groups/{group}"), IsGoneAsync);
        await ExpectAsync(visitors, () => server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null), IsThereAsync);
        await ExpectAsync(visitors, () => server.Admin.PutImageAsync(group, "c.jpg", TestImages.Jpeg(seed: 24)), async visitor =>
            (await visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32() == 2
            && (await visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Count == 2);

        async Task<bool> IsGoneAsync(HttpClient visitor) =>
            await ListedAsync(visitor, group) is null
            && await StatusAsync(visitor, $"/api/v1/groups/{group}") == 404
            && await StatusAsync(visitor, $"/api/v1/groups/{group}/images") == 404
            && await StatusAsync(visitor, $"/api/v1/images/{image}") == 404
            && await StatusAsync(visitor, $"/api/v1/images/{image}/low?r=1") == 404
            && await StatusAsync(visitor, $"/api/v1/images/{image}/high?r=1") == 404;

        async Task<bool> IsThereAsync(HttpClient visitor) =>
            await ListedAsync(visitor, group) is not null && await StatusAsync(visitor, $"/api/v1/images/{image}") == 200;
    }

    [Fact]
    public async Task Visitors_see_a_change_by_a_foreign_SQL_statement_within_a_second()
    {
        await server.Visitor.GetAsync(Url("/api/v1/images/{image}/low?r=1")).StatusAsync(HttpStatusCode.OK);

        await server.SqlAsync("UPDATE images SET is_published = false");

        await WithinASecondAsync(async () => await StatusAsync(server.Visitor, Url("/api/v1/images/{image}/low?r=1")) == 404);
    }

    /// <summary>Reads as visitors, makes a change, and asserts that the visitors see the change.</summary>
    private static async Task ExpectAsync(HttpClient[] visitors, Func<Task<HttpResponseMessage>> change, Func<HttpClient, Task<bool>> isSeen)
    {
        foreach (var visitor in visitors)
        {
            (await isSeen(visitor)).ShouldBeFalse();
            (await isSeen(visitor)).ShouldBeFalse();
        }

        using (var answer = await change())
        {
            answer.EnsureSuccessStatusCode();
        }

        (await isSeen(visitors[0])).ShouldBeTrue();
        await WithinASecondAsync(() => isSeen(visitors[1]));
        (await isSeen(visitors[0])).ShouldBeTrue();
    }

    /// <summary>Asserts that a condition is met by a request that starts within a second.</summary>
    internal static async Task WithinASecondAsync(Func<Task<bool>> isSo)
    {
        // The time limit applies to the start of the request, because a busy machine may answer late.
        var begun = Stopwatch.GetTimestamp();
        for (var asked = TimeSpan.Zero; !await isSo(); asked = Stopwatch.GetElapsedTime(begun))
        {
            asked.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task<JsonElement?> ListedAsync(HttpClient visitor, Guid group)
    {
        foreach (var item in (await visitor.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items())
        {
            if (item.Id() == group)
            {
                return item;
            }
        }

        return null;
    }

    private static async Task<bool> SeesAsync(HttpClient client, Guid group) => await ListedAsync(client, group) is not null;

    private static async Task<int> StatusAsync(HttpClient client, string url)
    {
        using var answer = await client.GetAsync(url);
        return (int)answer.StatusCode;
    }

    private static HttpRequestMessage Get(string url, Action<HttpRequestHeaders> add)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        add(request.Headers);
        return request;
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    [Theory]
    [InlineData("/api/v1/images/{image}/low?r=1&r=1")]
    [InlineData("/api/v1/images/{image}/low?r=01")]
    [InlineData("/api/v1/images/{image}/low?page=1")]
    [InlineData("/api/v1/Images/{image}/low?r=1")]
    [InlineData("/api/v1/groups/{GROUP}")]
    [InlineData("/api/v1/images/{image}/low?&r=1")]
    public async Task Unusual_spellings_of_an_address_are_not_cached(string path)
    {
        var url = Url(path).Replace("{GROUP}", group.ToString().ToUpperInvariant(), StringComparison.Ordinal);
        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.OK);

        await using var locked = await server.LockTablesAsync("groups", "images");

        // The request waits for the database and is answered after a timeout.
        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.ServiceUnavailable);
    }

    private string Url(string path) =>
        path.Replace("{group}", group.ToString(), StringComparison.Ordinal).Replace("{image}", image.ToString(), StringComparison.Ordinal);
}
