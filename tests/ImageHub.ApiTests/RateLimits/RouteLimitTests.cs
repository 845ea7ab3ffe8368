using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>Limits of single routes, configured by settings.</summary>
public sealed class RouteLimitTests(PostgresServer postgres) : IAsyncLifetime
{
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal)
    {
        ["ForwardedHeaders:KnownProxies"] = "127.0.0.0/8",
        ["RateLimits:Routes:GroupsList:Burst"] = "3",
        ["RateLimits:Routes:GroupsList:PerMinute"] = "2",
        ["RateLimits:Routes:linksCreateForGroup:Burst"] = "1",
        ["RateLimits:Routes:linksCreateForGroup:PerMinute"] = "1",
        ["Throttles:Links:Burst"] = "7",
        ["Throttles:Links:PerMinute"] = "60",
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_route_has_a_limit_for_each_address_account_and_key()
    {
        await ExpectLimitAsync(server.Visitor, "198.51.100.1");
        await ExpectLimitAsync(server.Visitor, "198.51.100.2");
        await ExpectLimitAsync(server.Admin, "198.51.100.1");

        // A key has its own bucket, separate from its account's.
        foreach (var name in (string[])["first", "second"])
        {
            var key = await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name, scopes = new[] { "read" } }).JsonAsync(HttpStatusCode.Created);
            using var program = server.WithKey(key.Text("key")!);
            await ExpectLimitAsync(program, "198.51.100.1");
        }
    }

    [Fact]
    public async Task Other_routes_have_no_limit()
    {
        await ExpectLimitAsync(server.Visitor, "198.51.100.1");
        using var answer = await server.Visitor.GetAsync("/api/v1/images");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"atWork\";q=16;qu=\"concurrent-requests\"");
    }

    [Fact]
    public async Task A_request_counted_in_two_buckets_reports_both_of_them()
    {
        var group = await server.Admin.CreateGroupAsync();
        using var answer = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        answer.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"linksCreateForGroup\";q=1;w=60, \"links\";q=7;w=7");
        answer.Headers.GetValues("RateLimit").Single().ShouldBe("\"linksCreateForGroup\";r=0;t=60, \"links\";r=6;t=1");
    }

    [Fact]
    public async Task Archives_are_limited_by_address_and_requests_with_a_key_are_exempt()
    {
        var group = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(group, "a.png", TestImages.Png(16, 16, seed: 1));

        // Tokens are refilled during the loop, so the refusal comes a few requests later.
        for (var asked = 0; ; asked++)
        {
            asked.ShouldBeLessThan(100);
            using var made = await server.Visitor.PostAsync($"/api/v1/groups/{group}/archives", null);
            made.Headers.GetValues("RateLimit-Policy").Single().Split(", ")[0].ShouldBe("\"archives\";q=20;w=60");
            if (made.StatusCode == HttpStatusCode.TooManyRequests)
            {
                asked.ShouldBeGreaterThanOrEqualTo(20);
                made.Headers.GetValues("RateLimit").Single().ShouldMatch("^\"archives\";r=0;t=[0-9]+$");
                break;
            }

            made.StatusCode.ShouldBe(HttpStatusCode.Created);
            made.Headers.GetValues("RateLimit").Single().ShouldMatch("^\"archives\";r=[0-9]+;t=[0-9]+, \"atWork\";r=15$");
        }

        using var website = server.WithKey(await server.Admin.CreateKeyAsync("read"));
        for (var asked = 0; asked < 25; asked++)
        {
            using var made = await website.PostAsync($"/api/v1/groups/{group}/archives", null);
            (made.StatusCode, made.Headers.Contains("RateLimit")).ShouldBe((HttpStatusCode.Created, false));
        }
    }

    [Fact]
    public async Task A_request_without_permission_uses_none_of_the_limit()
    {
        var group = await server.Admin.CreateGroupAsync();
        await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).StatusAsync(HttpStatusCode.Unauthorized);
        await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).StatusAsync(HttpStatusCode.Unauthorized);
    }

    private static async Task ExpectLimitAsync(HttpClient client, string address)
    {
        for (var left = 2; left >= 0; left--)
        {
            using var answer = await SendAsync(client, address);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.GetValues("RateLimit-Policy").Single().Split(", ")[0].ShouldBe("\"groupsList\";q=3;w=90");
            answer.Headers.GetValues("RateLimit").Single().ShouldStartWith($"\"groupsList\";r={left};t=");
        }

        using var refused = await SendAsync(client, address);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(20, 31);
        refused.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"groupsList\";r=0;");
        (await Task.FromResult(refused).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests")).Text("detail")!.ShouldContain("3 at once and 2 a minute");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/groups") { Headers = { { "X-Forwarded-For", address } } };
        return await client.SendAsync(request);
    }
}
