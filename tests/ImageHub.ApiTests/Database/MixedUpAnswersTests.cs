using System.Net;
using System.Net.Http.Json;
using ImageHub.Application.Delivery;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.Database;

/// <summary>A time in which PostgreSQL's answers do not belong to the statements.</summary>
public sealed class MixedUpAnswersTests(PostgresServer postgres)
{
    [Fact]
    public async Task Requests_get_503_and_the_server_recovers_without_help()
    {
        using var log = new LoggedLines();
        await using var relay = new PostgresRelay(await postgres.CreateDatabaseAsync());
        await using var server = await ImageHubServer.StartAsync(
            postgres, new() { ["ConnectionStrings:ImageHub"] = relay.ConnectionString }, builder => builder.Logging.AddProvider(log));
        var group = await server.Admin.CreateGroupAsync("Harbour");

        relay.MixesUp = true;
        relay.EndConnections();
        await EventuallyAsync(() => log.Find("Listening for changes failed unexpectedly").Count > 1);
        await EventuallyAsync(async () =>
        {
            using var refused = await server.Admin.GetAsync($"/api/v1/groups/{group}");
            refused.Headers.RetryAfter.ShouldNotBeNull();
            await Task.FromResult(refused).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
            return log.Find("The database's answers do not belong to the statement: ").Count > 0;
        });

        var ready = await server.Visitor.GetAsync("/health/ready").JsonAsync();
        (ready.Text("status"), ready.GetProperty("checks").Text("database")).ShouldBe(("degraded", "unreachable"));
        log.With("The database's answers do not belong to the statement of a health check").ShouldNotBeEmpty();
        log.Find("answers do not belong to the statement").ShouldAllBe(line => line.Exception != null && line.Exception.ToString().Contains("Received unexpected backend message DataRow"));

        relay.MixesUp = false;
        await EventuallyAsync(async () => await server.Services.GetRequiredService<IKeptAnswers>().CheckAsync() == KeptAnswerUse.Current);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Quay" }).StatusAsync(HttpStatusCode.OK);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("title").ShouldBe("Quay");
    }
}
