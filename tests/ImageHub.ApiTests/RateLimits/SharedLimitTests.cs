using System.Net;
using System.Net.Http.Json;
using ImageHub.Infrastructure.RateLimits;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.RateLimits;
using Microsoft.Extensions.Logging.Abstractions;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>Limits that instances share in Redis, and their fallback while Redis is down.</summary>
public sealed class SharedLimitTests(PostgresServer postgres)
{
    [Fact]
    public async Task Two_instances_share_the_bucket_of_an_account_and_the_count_of_failed_sign_ins()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var first = await StartAsync(redis);
        await using var second = await first.StartSecondAsync();

        // The bucket has five tokens and gains one each minute.
        var group = await first.Admin.CreateGroupAsync();
        for (var i = 0; i < 5; i++)
        {
            await MakeLinkAsync(i % 2 == 0 ? first : second, group).StatusAsync(HttpStatusCode.Created);
        }

        foreach (var server in (ImageHubServer[])[first, second])
        {
            using var refused = await MakeLinkAsync(server, group);
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(30, 61);
            refused.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"links\";r=0;t=");
        }

        for (var i = 0; i < 10; i++)
        {
            await FailToSignInAsync(i % 2 == 0 ? first : second).StatusAsync(HttpStatusCode.Unauthorized);
        }

        using var held = await FailToSignInAsync(second);
        held.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        held.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(30, 61);
        (await ReadyAsync(first)).ShouldBe(("ok", "ok"));

        // Redis receives no name that was sent, which may be a password.
        using var connection = new RedisConnection(redis.Address, TimeSpan.FromSeconds(10), TimeProvider.System, NullLogger<RedisConnection>.Instance);
        var keys = (string?)await connection.EvaluateAsync("return table.concat(redis.call('KEYS', '*'), ' ')", "any", []);
        keys.ShouldNotBeNull().ShouldContain("imagehub:limits:login-account:");
        keys.ShouldNotContain("nobody", Case.Insensitive);
    }

    [Fact]
    public async Task A_request_after_the_time_in_Retry_After_is_accepted()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var server = await StartAsync(redis, perMinute: 20);
        var group = await server.Admin.CreateGroupAsync();

        // On a busy machine, a token may be refilled before the request that should be refused.
        HttpResponseMessage answer;
        var rounds = 0;
        do
        {
            (++rounds).ShouldBeLessThan(10);
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => MakeLinkAsync(server, group)));
            answer = await MakeLinkAsync(server, group);
        }
        while (answer.StatusCode == HttpStatusCode.Created);
        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, TestContext.Current.CancellationToken);
        await MakeLinkAsync(server, group).StatusAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_Redis_an_instance_counts_by_itself_and_reports_the_outage_until_Redis_is_back(bool hangs)
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var hub = new ImageHubProcess
        {
            Environment = { ["RateLimits__Redis"] = redis.Address, ["RateLimits__RedisTimeoutMilliseconds"] = "1000", ["Throttles__Links__Burst"] = "5", ["Throttles__Links__PerMinute"] = "1" },
        };
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();
        await LinksUntilRefusedAsync(admin, group, expected: 5);
        var before = Outages(hub);

        await (hangs ? redis.FreezeAsync() : redis.KillAsync());

        // The instance falls back to its own full bucket. A frozen Redis delays requests only briefly.
        var began = TimeProvider.System.GetTimestamp();
        await LinksUntilRefusedAsync(admin, group, expected: 5);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        (await ReadyAsync(admin)).ShouldBe(("degraded", "unreachable"));
        await EventuallyAsync(() => Task.FromResult(Outages(hub) is var (begun, ended) && begun > before.Begun && ended == before.Ended));

        await (hangs ? redis.ThawAsync() : redis.StartAsync());
        await EventuallyAsync(async () => await ReadyAsync(admin) == ("ok", "ok"));

        await EventuallyAsync(() => Task.FromResult(Outages(hub).Ended == before.Ended + 1));
        await LinksUntilRefusedAsync(admin, group, expected: hangs ? 0 : 5);
    }

    [Fact]
    public async Task A_server_starts_and_works_while_Redis_is_down()
    {
        await using var redis = new RedisServer();
        await using var server = await StartAsync(redis);
        var group = await server.Admin.CreateGroupAsync();
        await LinksUntilRefusedAsync(server.Admin, group, expected: 5);
        (await ReadyAsync(server)).ShouldBe(("degraded", "unreachable"));

        await redis.StartAsync();
        await EventuallyAsync(async () => await ReadyAsync(server) == ("ok", "ok"));

        await LinksUntilRefusedAsync(server.Admin, group, expected: 5);
    }

    private Task<ImageHubServer> StartAsync(RedisServer redis, int perMinute = 1) => ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal)
    {
        ["RateLimits:Redis"] = redis.Address,

        // On a busy machine, Redis may answer late. This must not count as an outage.
        ["RateLimits:RedisTimeoutMilliseconds"] = "10000",
        ["Throttles:Links:Burst"] = "5",
        ["Throttles:Links:PerMinute"] = $"{perMinute}",
    });

    /// <summary>
    /// Counts how often the log says that Redis is unavailable and that it is back. On a busy machine, Redis may answer too late at the start. Therefore,
    /// callers compare the counts with earlier counts.
    /// </summary>
    private static (int Begun, int Ended) Outages(ImageHubProcess hub) =>
        (hub.Output.Split("Redis is unavailable").Length - 1, hub.Output.Split("Redis is back").Length - 1);

    private static async Task LinksUntilRefusedAsync(HttpClient admin, Guid group, int expected)
    {
        var made = 0;
        while (true)
        {
            using var answer = await admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { });
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                made.ShouldBe(expected);
                return;
            }

            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
            made++;
        }
    }

    private static Task<HttpResponseMessage> MakeLinkAsync(ImageHubServer server, Guid group) => server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { });

    private static Task<HttpResponseMessage> FailToSignInAsync(ImageHubServer server) =>
        server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "nobody", password = "a wrong password" });

    private static Task<(string? Status, string? Redis)> ReadyAsync(ImageHubServer server) => ReadyAsync(server.Visitor);

    private static async Task<(string? Status, string? Redis)> ReadyAsync(HttpClient client)
    {
        var ready = await client.GetAsync("/health/ready").JsonAsync();
        return (ready.Text("status"), ready.GetProperty("checks").Text("redis"));
    }
}
