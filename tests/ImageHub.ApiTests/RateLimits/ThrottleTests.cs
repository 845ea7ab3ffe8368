using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>The limits of each account, by kind of operation.</summary>
public sealed class ThrottleTests(PostgresServer postgres)
{
    [Fact]
    public async Task Announced_files_count_against_the_limit_whether_they_are_needed_or_refused()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal)
        {
            ["Throttles:Uploads:Burst"] = "30",
            ["Throttles:Uploads:PerMinute"] = "1",
            ["Uploads:MaxFileBytes"] = "1000",
        });
        var group = await server.Admin.CreateGroupAsync();
        var refused = Enumerable.Range(0, 20).Select(file => new { fileName = $"{file}.jpg", bytes = 1_001 }).ToArray();

        await server.Admin.AnnounceAsync(group, refused).StatusAsync(HttpStatusCode.Created);

        await server.Admin.AnnounceAsync(group, refused).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        (await server.SqlAsync("SELECT count(*) FROM upload_files")).ShouldBe(20L);
    }

    [Fact]
    public async Task A_burst_gets_through_and_then_the_account_waits_as_long_as_it_is_told()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal)
        {
            ["Throttles:Uploads:Burst"] = "3",
            ["Throttles:Uploads:PerMinute"] = "60",
            ["Throttles:Links:Burst"] = "1",
            ["Throttles:Links:PerMinute"] = "1",
        });
        var group = await server.Admin.CreateGroupAsync();
        for (var seed = 1; seed <= 3; seed++)
        {
            using var taken = await server.Admin.PutImageAsync(group, $"{seed}.jpg", TestImages.Jpeg(seed: seed));
            taken.StatusCode.ShouldBe(HttpStatusCode.Created);
            taken.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"uploads\";q=3;w=3");
            taken.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"uploads\";r=");
        }

        // A token is refilled each second, so a few of these uploads are accepted, too.
        var more = await Task.WhenAll(Enumerable.Range(4, 24).Select(seed => server.Admin.PutImageAsync(group, $"{seed}.jpg", TestImages.Jpeg(seed: seed))));
        using (var refused = more.First(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 2);
            refused.Headers.GetValues("RateLimit").Single().ShouldContain(";r=0;");
        }

        // Another kind of operation has its own bucket, and reads have none.
        await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).StatusAsync(HttpStatusCode.Created);
        var problem = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        problem.Text("detail")!.ShouldContain("1 at once and 1 a minute");
        using var free = await server.Admin.GetAsync($"/api/v1/groups/{group}");
        free.Headers.Contains("RateLimit").ShouldBeFalse();
    }
}
