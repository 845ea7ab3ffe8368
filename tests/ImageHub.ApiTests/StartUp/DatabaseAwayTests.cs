using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ImageHub.ApiTests.StartUp;

/// <summary>An external database that is down at the start or later.</summary>
public sealed class DatabaseAwayTests
{
    /// <summary>Whether an instance has started its background jobs.</summary>
    private const string HasJobs = "SELECT EXISTS (SELECT FROM pg_stat_user_tables WHERE relname = 'qrtz_scheduler_state' AND n_tup_ins > 0)";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_are_503_with_Retry_After_while_the_database_is_down_and_work_again_afterwards(bool isOneOfTwoHosts)
    {
        var folder = TemporaryFolders.Create();
        try
        {
            await using var postgres = new EmbeddedPostgres(folder, NullLogger.Instance, durable: false);
            await postgres.StartAsync(CancellationToken.None);
            var database = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("away")) { Timeout = 2 };
            if (isOneOfTwoHosts)
            {
                // The first host does not exist, like a former primary whose standby has been promoted.
                database.Host = $"{folder}/gone,{database.Host}";
            }

            var connectionString = database.ConnectionString;
            await postgres.StopAsync();

            await using var hub = new ImageHubProcess
            {
                Environment =
                {
                    ["ConnectionStrings__ImageHub"] = connectionString,
                    ["Jwt__SigningKey"] = ImageHubServer.SigningKey,
                    ["Admin__Password"] = "",

                    // Disables stale answers, so that visitors get an error while the database is down.
                    ["Delivery__StaleSeconds"] = "0",
                },
            };
            using var client = await hub.StartAsync();
            await ExpectAwayAsync(client);
            var url = client.BaseAddress!.ToString();
            var (exitCode, output, error) = await HealthCommandTests.RunAsync("--url", url);
            (exitCode, output).ShouldBe((1, ""));
            error.ShouldStartWith($"{url}health/ready answers 503 {{\"status\":\"down\"");

            await postgres.StartAsync(CancellationToken.None);
            await client.EventuallyPreparedAsync();
            (exitCode, output, error) = await HealthCommandTests.RunAsync("--url", url);
            (exitCode, error).ShouldBe((0, ""));
            output.ShouldStartWith($"{url}health/ready answers 200 {{\"status\":\"ok\"");

            // The admin is created long after the start, and the password is still printed.
            const string shown = "first admin: admin, password: ";
            await hub.LineAsync(shown);
            var login = new { userName = ImageHubServer.AdminName, password = hub.Output.Split(shown)[1].Split(' ')[0] };
            await client.PostAsJsonAsync("/api/v1/auth/login", login).StatusAsync(HttpStatusCode.OK);

            // Quartz cannot create its tables while the database is down.
            await EventuallyAsync(connectionString, HasJobs);
            await postgres.StopAsync();
            await ExpectAwayAsync(client);
            await client.PostAsJsonAsync("/api/v1/auth/login", login).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");

            await postgres.StartAsync(CancellationToken.None);
            await EventuallyReadsAsync(client);

            // The server stops cleanly while the database is down.
            await postgres.StopAsync();
            await ExpectAwayAsync(client);
            await hub.StopAsync();
            hub.ExitCode.ShouldBe(0, hub.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public Task A_database_that_goes_down_while_interrupted_uploads_are_undone_does_not_stop_the_server() => RunAsync(async (postgres, connectionString, hub) =>
    {
        // The next start looks for the image of an interrupted upload.
        await hub.KillAsync();
        var staging = Path.Combine(hub.DataDirectory, "staging");
        var abandoned = Path.Combine(Directory.EnumerateDirectories(staging).Single(), Guid.CreateVersion7().ToString());
        Directory.CreateDirectory(abandoned);
        using var client = await StartWaitingAsync("images", connectionString, hub);
        await postgres.StopAsync();
        await ExpectAwayAsync(client);
        await postgres.StartAsync(CancellationToken.None);
        await EventuallyReadsAsync(client);
        await Polling.EventuallyAsync(() => Task.FromResult(!Directory.Exists(abandoned)), abandoned);
    });

    /// <summary>The scheduler cannot be started again in the same process, so the process manager has to start the server again.</summary>
    [Fact]
    public Task A_database_that_goes_down_while_background_jobs_start_stops_the_server_with_one_line() => RunAsync(async (postgres, connectionString, hub) =>
    {
        await hub.StopAsync();
        (await StartWaitingAsync("qrtz_locks", connectionString, hub)).Dispose();
        await postgres.StopAsync();
        await hub.EndAsync();
        hub.ExitCode.ShouldBe(1, hub.Output);
        var line = hub.Output.Split('\n').Single(line => line.Contains("crit: ", StringComparison.Ordinal));
        line.ShouldContain("Background jobs cannot be started; the service stops: the database does not respond: ");
        hub.Output.Split('\n').ShouldAllBe(line => line.Length < 1_000);
    });

    [Fact]
    public Task The_log_has_one_short_line_when_background_jobs_cannot_reach_the_database() => RunAsync(async (postgres, connectionString, hub) =>
    {
        await hub.StopAsync();

        // The next start runs the job of imports, which loses its connection.
        (await StartWaitingAsync("imports", connectionString, hub)).Dispose();
        await postgres.StopAsync();
        await hub.LineAsync("Background jobs wait for the database: ");
        hub.Output.Split('\n').ShouldAllBe(line => line.Length < 1_000);
        await postgres.StartAsync(CancellationToken.None);
    });

    [Fact]
    public Task The_log_has_the_error_of_a_background_job() => RunAsync(async (_, connectionString, hub) =>
    {
        await hub.StopAsync();
        await using var connection = await OpenAsync(connectionString);
        using var client = await StartWaitingAsync("imports", connectionString, hub, connection);
        await ExecuteAsync(connection, "ALTER TABLE imports RENAME TO away; COMMIT");
        await hub.LineAsync("relation \"imports\" does not exist");
    });

    [Fact]
    public Task A_stop_does_not_wait_until_the_database_can_record_the_ends_of_jobs() => RunAsync(async (postgres, connectionString, hub) =>
    {
        await hub.StopAsync();

        // The next start runs the job of imports.
        (await StartWaitingAsync("imports", connectionString, hub)).Dispose();
        await postgres.StopAsync();
        await hub.StopAsync();
        hub.ExitCode.ShouldBe(0, hub.Output);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(3_600)]
    public async Task The_health_check_and_readers_notice_a_hanging_database_within_seconds(int staleSeconds)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var folder = TemporaryFolders.Create();
        try
        {
            await using var postgres = new EmbeddedPostgres(folder, NullLogger.Instance, durable: false);
            await postgres.StartAsync(CancellationToken.None);
            await using var hub = new ImageHubProcess
            {
                Environment =
                {
                    ["ConnectionStrings__ImageHub"] = postgres.ConnectionString("hung"),
                    ["Jwt__SigningKey"] = ImageHubServer.SigningKey,
                    ["Delivery__StaleSeconds"] = staleSeconds.ToString(CultureInfo.InvariantCulture),
                },
            };
            using var client = await hub.StartAsync();
            await client.EventuallyPreparedAsync();
            await KnowGroupsAsync();

            var server = await ClusterProcesses.HangAsync(folder);
            try
            {
                // Use pooled connections, and then new connections: the kernel still accepts connections to a frozen server.
                for (var round = 0; round < 2; round++)
                {
                    // The health check answers within 3 s, and reads within 5 s. Without these limits, a request would wait 15 s or longer. (A busy machine
                    // may answer later.)
                    using (var soon = new CancellationTokenSource(TimeSpan.FromSeconds(12)))
                    {
                        var ready = await client.GetAsync("/health/ready", soon.Token).JsonAsync(staleSeconds == 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
                        ready.Text("status").ShouldBe(staleSeconds == 0 ? "down" : "degraded");
                        ready.GetProperty("checks").Text("database").ShouldBeOneOf("timeout", "unreachable");
                    }

                    using var readSoon = new CancellationTokenSource(TimeSpan.FromSeconds(12));
                    await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
                    {
                        using var answer = await client.GetAsync("/api/v1/groups", readSoon.Token);
                        if (staleSeconds > 0)
                        {
                            answer.Headers.Contains("X-ImageHub-Stale").ShouldBeTrue($"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(readSoon.Token)} {hub.Output}");
                            return;
                        }

                        answer.Headers.RetryAfter.ShouldNotBeNull();
                        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
                    }));
                }
            }
            finally
            {
                await ProcessSignals.SendAsync("CONT", server);
            }

            // Answers are cached once notifications arrive, shortly after the start.
            async Task KnowGroupsAsync()
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
                do
                {
                    await client.GetAsync("/api/v1/groups", patience.Token).StatusAsync(HttpStatusCode.OK);
                    await Task.Delay(50, patience.Token);
                }
                while (staleSeconds > 0 && !Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "kept"), "*.answer", SearchOption.AllDirectories).Any());
            }

            await client.EventuallyPreparedAsync();
            await client.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs a test with a database of its own and a server that has started its background jobs.</summary>
    private static async Task RunAsync(Func<EmbeddedPostgres, string, ImageHubProcess, Task> test)
    {
        var folder = TemporaryFolders.Create();
        try
        {
            await using var postgres = new EmbeddedPostgres(folder, NullLogger.Instance, durable: false);
            await postgres.StartAsync(CancellationToken.None);
            var connectionString = postgres.ConnectionString("away");
            await using var hub = new ImageHubProcess { Environment = { ["ConnectionStrings__ImageHub"] = connectionString, ["Jwt__SigningKey"] = ImageHubServer.SigningKey } };
            (await hub.StartAsync()).Dispose();
            await EventuallyAsync(connectionString, HasJobs);
            await test(postgres, connectionString, hub);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Locks a table on another connection, and starts a server that then waits for this table.</summary>
    private static async Task<HttpClient> StartWaitingAsync(string table, string connectionString, ImageHubProcess hub, NpgsqlConnection? locking = null)
    {
        // The connection ends when the database stops.
        locking ??= await OpenAsync(connectionString);
        await ExecuteAsync(locking, $"BEGIN; LOCK TABLE {table}");
        var client = await hub.StartAsync();
        await EventuallyAsync(connectionString, $"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass)");
        return client;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task EventuallyAsync(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        await Polling.EventuallyAsync(async () => await ExecuteAsync(connection, sql) is true, sql);
    }

    /// <summary>Waits until groups are listed. Until then, each response must be a 503 with Retry-After.</summary>
    private static async Task EventuallyReadsAsync(HttpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            using var answer = await client.GetAsync("/api/v1/groups", patience.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            answer.Headers.RetryAfter.ShouldNotBeNull();
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
            await Task.Delay(50, patience.Token);
        }
    }

    private static async Task ExpectAwayAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/groups");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
        await client.GetAsync("/health/live").StatusAsync(HttpStatusCode.OK);
        var ready = await client.GetAsync("/health/ready").JsonAsync(HttpStatusCode.ServiceUnavailable);
        (ready.Text("status"), ready.GetProperty("checks").Text("storage")).ShouldBe(("down", "ok"));
        ready.GetProperty("checks").Text("database").ShouldNotBe("ok");
    }
}
