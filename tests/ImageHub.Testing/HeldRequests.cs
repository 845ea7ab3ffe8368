using Npgsql;
using Shouldly;
using Xunit;

namespace ImageHub.Testing;

/// <summary>Requests that wait for a lock in the database.</summary>
public static class HeldRequests
{
    /// <summary>Sends a request that waits for another transaction's lock. While the request waits, that transaction makes a change and commits.</summary>
    public static async Task<HttpResponseMessage> SendWhileHeldAsync(ImageHubServer server, string held, Func<Task<HttpResponseMessage>> send, string change)
    {
        await using var other = new NpgsqlConnection(server.ConnectionString);
        await other.OpenAsync();
        await ExecuteAsync($"BEGIN; {held}");
        var sending = send();
        await UntilAsync(async () => await server.SqlAsync($"SELECT count(*) FROM pg_stat_activity WHERE {other.ProcessID} = ANY (pg_blocking_pids(pid))") is not 0L, sending);
        await ExecuteAsync($"{change}; COMMIT");
        return await sending;

        async Task ExecuteAsync(string statements)
        {
            await using var command = new NpgsqlCommand(statements, other);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Waits until a number of requests wait for locks in the database. Threads of the scheduler also wait for each other, and do not count.</summary>
    public static Task UntilWaitingAsync(ImageHubServer server, Task<HttpResponseMessage> sending, long requests = 1) => UntilAsync(
        async () => (long)(await server.SqlAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query NOT ILIKE '%qrtz_%'"))! >= requests, sending);

    /// <summary>Waits for a state that requests reach before they are answered.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isReached, params IReadOnlyCollection<Task<HttpResponseMessage>> sending)
    {
        while (!await isReached())
        {
            sending.ShouldAllBe(request => !request.IsCompleted);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
