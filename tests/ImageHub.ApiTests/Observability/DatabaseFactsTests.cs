using ImageHub.Application.Database;
using ImageHub.Infrastructure.Observability;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ImageHub.ApiTests.Observability;

/// <summary>Metrics that are read from the database.</summary>
public sealed class DatabaseFactsTests(PostgresServer postgres)
{
    [Fact]
    public async Task Facts_are_read_in_the_background_at_most_once_a_minute_and_absent_while_the_database_is_away()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var there = server.Services.GetRequiredService<NpgsqlDataSource>();
        await using var away = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={FreePort.Find()};Database=away;Username=nobody;Timeout=1");
        var (state, clock, readings, database) = (new DatabaseState(), new ManualClock(), 0, there);
        var facts = new DatabaseFacts(
            () =>
            {
                readings++;
                return database;
            },
            state,
            clock,
            NullLogger.Instance);

        facts.Find("trash.images").ShouldBeEmpty();
        readings.ShouldBe(0, "the database is not prepared");

        state.IsPrepared = true;
        await EventuallyAsync(isThere: true);
        var first = readings;
        clock.Advance(TimeSpan.FromSeconds(50));
        facts.Find("backlog").Select(fact => fact.Tag).ShouldBe(["large", "alternates", "comparisons", "webhooks", "uploads"]);
        readings.ShouldBe(first);

        database = away;
        clock.Advance(TimeSpan.FromSeconds(10));
        facts.Find("trash.images").ShouldBe([(null, 0)], "a scrape does not wait for a reading");
        await EventuallyAsync(isThere: false);

        database = there;
        clock.Advance(TimeSpan.FromSeconds(61));
        await EventuallyAsync(isThere: true);
        readings.ShouldBeGreaterThan(first + 1);

        async Task EventuallyAsync(bool isThere)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (facts.Find("trash.images").Any() != isThere)
            {
                await Task.Delay(10, patience.Token);
                if (isThere)
                {
                    // On a busy machine a reading may exceed its time limit. The next one begins a minute later.
                    clock.Advance(TimeSpan.FromSeconds(1));
                }
            }
        }
    }
}
