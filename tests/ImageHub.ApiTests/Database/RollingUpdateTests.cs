using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Database.Upgrades;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.Database;

/// <summary>An instance of a newer version migrates the database while this one is running.</summary>
public sealed class RollingUpdateTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    /// <summary>The number of the lock that holds an update open.</summary>
    private const int Held = 4711;

    /// <summary>The steps of an update that only adds to the schema, and of one that fills a new column.</summary>
    private static readonly string[] Updates =
    [
        "ALTER TABLE images ADD later_number integer NOT NULL DEFAULT 0; CREATE INDEX later_numbers ON images (later_number); CREATE TABLE later_notes (id bigint PRIMARY KEY, image_id uuid REFERENCES images ON DELETE CASCADE)",
        "ALTER TABLE groups ADD later_text text; ALTER TABLE groups ADD CONSTRAINT later_check CHECK (later_text IS NULL OR length(later_text) < 100)",
        "ALTER TABLE images ADD later_text text; UPDATE images SET later_text = lower(file_name)",
    ];

    [Fact]
    public async Task A_client_that_retries_after_Retry_After_gets_through_after_a_column_was_added()
    {
        var groups = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => server.Admin.CreateGroupAsync($"Harbour {number}")));

        // Open several connections, each with prepared statements.
        for (var round = 0; round < 20; round++)
        {
            (await Task.WhenAll(groups.Select(RenameAsync))).ShouldAllBe(status => status == HttpStatusCode.OK);
        }

        await server.SqlAsync("ALTER TABLE groups ADD COLUMN later integer");

        for (var round = 0; round < 30; round++)
        {
            var group = groups[round % groups.Length];
            var status = await RenameAsync(group);
            status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
            (status == HttpStatusCode.OK ? status : await RenameAsync(group)).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Reads_and_uploads_go_on_while_an_update_runs_and_nothing_acknowledged_is_lost()
    {
        var group = await server.Admin.CreateGroupAsync("Meadow");
        var upgrade = server.Services.GetRequiredService<SchemaUpgrade>();
        using var end = new CancellationTokenSource();
        var (stored, read, unexpected) = (0, 0, new ConcurrentBag<string>());
        var uploads = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                // The same file is sent again after a refusal.
                var photo = TestImages.Jpeg(160, 120, 9_000 + stored);
                while (!await IsAcceptedAsync(() => server.Admin.PutImageAsync(group, $"{stored}.jpg", photo), HttpStatusCode.Created))
                {
                    await Task.Delay(50);
                }

                Interlocked.Increment(ref stored);
            }
        });
        var reads = Task.Run(async () =>
        {
            for (var number = 0; !end.IsCancellationRequested; number++)
            {
                // The addresses vary and the uploads change the group, so most answers are not cached.
                if (await IsAcceptedAsync(() => server.Visitor.GetAsync($"/api/v1/groups/{group}/images?pageSize={1 + (number % 100)}"), HttpStatusCode.OK))
                {
                    Interlocked.Increment(ref read);
                }
            }
        });

        var address = new NpgsqlConnectionStringBuilder(server.Services.GetRequiredService<DatabaseServer>().ConnectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        foreach (var update in Updates)
        {
            await GoOnAsync();
            await RunAsync(update);
        }

        await GoOnAsync();

        // An update of a table that nobody uses is held open, and the others go on.
        await using var holder = new NpgsqlConnection(address);
        await holder.OpenAsync();
        await using var hold = new NpgsqlCommand($"SELECT pg_advisory_lock({Held})", holder);
        await hold.ExecuteNonQueryAsync();
        var held = RunAsync($"ALTER TABLE webhook_events ADD later_number integer; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({Held})");
        while (await server.SqlAsync($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Held} AND NOT granted") is not 1L)
        {
            held.IsCompleted.ShouldBeFalse();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await GoOnAsync();
        held.IsCompleted.ShouldBeFalse();
        await holder.CloseAsync();
        await held;
        await end.CancelAsync();
        await Task.WhenAll(uploads, reads);
        unexpected.ShouldBeEmpty();
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(stored);
        (await server.SqlAsync($"SELECT count(*) FROM images WHERE group_id = '{group}' AND later_number = 0")).ShouldBe((long)stored);

        Task RunAsync(string script) => upgrade.RunAsync(connection, new PendingMigrations("Later", 1, script), FrozenSet<string>.Empty, "no folder", TestContext.Current.CancellationToken);

        // Waits until three more files were stored and three more pages were read.
        async Task GoOnAsync()
        {
            var (storedBefore, readBefore) = (stored, read);
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (stored < storedBefore + 3 || read < readBefore + 3)
            {
                (uploads.IsFaulted || reads.IsFaulted).ShouldBeFalse($"{uploads.Exception} {reads.Exception}");
                await Task.Delay(20, patience.Token);
            }
        }

        async Task<bool> IsAcceptedAsync(Func<Task<HttpResponseMessage>> send, HttpStatusCode wanted)
        {
            using var answer = await send();
            if (answer.StatusCode != wanted && (answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is null))
            {
                unexpected.Add($"{answer.StatusCode:d} {await answer.Content.ReadAsStringAsync()}");
                return true;
            }

            return answer.StatusCode == wanted;
        }
    }

    private async Task<HttpStatusCode> RenameAsync(Guid group)
    {
        using var answer = await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = Guid.NewGuid().ToString() });
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        return answer.StatusCode;
    }
}
