using System.Globalization;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.StartUp;

/// <summary>The stored schedule of background jobs.</summary>
public sealed class ScheduleTests(PostgresServer postgres)
{
    // A run that was skipped sets no time.
    private const string HasRun = "prev_fire_time > 0";

    [Fact]
    public async Task A_restart_keeps_the_time_of_the_next_run()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await StoredAsync(server);
        await server.StopAsync();
        await server.SqlAsync("UPDATE qrtz_triggers SET next_fire_time = next_fire_time - 36000000000 WHERE trigger_name = 'PruneLinks'");
        var due = await NextRunAsync();
        var checkIns = await CheckInAsync();

        await server.RestartAsync();
        await Polling.EventuallyAsync(async () => await CheckInAsync() > checkIns);
        await server.StopAsync();

        (await NextRunAsync()).ShouldBe(due);

        async Task<long> CheckInAsync() => Convert.ToInt64(await server.SqlAsync("SELECT max(last_checkin_time) FROM qrtz_scheduler_state"), CultureInfo.InvariantCulture);

        Task<object?> NextRunAsync() => server.SqlAsync("SELECT next_fire_time FROM qrtz_triggers WHERE trigger_name = 'PruneLinks'");
    }

    [Fact]
    public async Task A_job_that_another_version_has_stored_with_another_class_and_interval_runs()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await StoredAsync(server);
        await server.StopAsync();
        await server.SqlAsync("UPDATE qrtz_simple_triggers SET repeat_interval = repeat_interval * 7 WHERE trigger_name = 'PruneLinks'");
        await server.SqlAsync("UPDATE qrtz_triggers SET trigger_state = 'ERROR', next_fire_time = 621355968000000000 + (extract(epoch FROM now()) * 1e7)::bigint WHERE trigger_name = 'PruneLinks'");
        await server.SqlAsync("UPDATE qrtz_job_details SET job_class_name = replace(job_class_name, 'Links.PruneLinks', 'Former.PruneLinks')");

        await server.RestartAsync();

        await Polling.EventuallyAsync(async () => await CountAsync(server, HasRun) == 1);
        (await CountAsync(server, "repeat_interval = 86400000")).ShouldBe(1);
    }

    [Theory]
    [InlineData("-3 days")]
    [InlineData("10 years")]
    public async Task A_daily_job_runs_soon_after_a_start_if_it_was_missed_or_stored_by_a_clock_that_was_ahead(string due)
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await StoredAsync(server);
        await server.StopAsync();
        (await CountAsync(server, HasRun)).ShouldBe(0);

        // Quartz counts ticks of 100 ns since the year 1.
        await server.SqlAsync($"UPDATE qrtz_triggers SET next_fire_time = 621355968000000000 + (extract(epoch FROM now() + interval '{due}') * 1e7)::bigint WHERE trigger_name = 'PruneLinks'");
        await server.RestartAsync();

        await Polling.EventuallyAsync(async () => await CountAsync(server, HasRun) == 1);
    }

    /// <summary>Waits until the schedule is stored. Its tables are created after the server listens.</summary>
    private static Task StoredAsync(ImageHubServer server) => Polling.EventuallyAsync(
        async () => await server.SqlAsync("SELECT to_regclass('qrtz_simple_triggers')::text") is string && await CountAsync(server, "TRUE") == 1);

    private static async Task<int> CountAsync(ImageHubServer server, string condition) => Convert.ToInt32(
        await server.SqlAsync($"SELECT count(*) FROM qrtz_triggers NATURAL JOIN qrtz_simple_triggers WHERE trigger_name = 'PruneLinks' AND {condition}"), CultureInfo.InvariantCulture);
}
