using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.Versioning;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Database.Embedded;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ImageHub.UnitTests.Database;

// Tests that need features missing on Windows skip themselves there.
[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPostgresTests : IDisposable
{
    private const string PipeVariable = "IMAGEHUB_TEST_PIPE";
    private const string FolderVariable = "IMAGEHUB_TEST_FOLDER";
    private const int Kill = 9;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly string folder = Environment.GetEnvironmentVariable(FolderVariable) ?? TemporaryFolders.Create();

    /// <summary>The pipe to a process that is to be killed. The process ends by itself when the pipe closes.</summary>
    private NamedPipeServerStream? pipe;

    private string Cluster => Path.Combine(folder, "postgres");

    [Fact]
    public async Task Written_rows_are_still_there_after_a_restart()
    {
        await using (var first = await StartAsync())
        {
            await AskAsync(first, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')");
        }

        PostmasterFile.Read(Cluster).ShouldBeNull();
        await using var second = await StartAsync();
        (await AskAsync(second, "SELECT word FROM kept")).ShouldBe("here");
        second.IsAdopted.ShouldBeFalse();
    }

    [Fact]
    public async Task The_server_folds_the_case_of_non_ASCII_letters_and_supports_trigrams()
    {
        await using var postgres = await StartAsync();

        (await AskAsync(postgres, "CREATE EXTENSION pg_trgm; SELECT lower('ÄÖÜ') = 'äöü' AND similarity('garden', 'gardens') > 0.5")).ShouldBe(true);
    }

    [Fact]
    public async Task A_second_process_uses_the_running_server_and_leaves_it_running()
    {
        await using var first = await StartAsync();

        await using (var second = await StartAsync())
        {
            second.IsAdopted.ShouldBeTrue();
            (await AskAsync(second, "SELECT 1")).ShouldBe(1);
        }

        (await AskAsync(first, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task When_two_processes_start_at_once_one_uses_the_server_of_the_other()
    {
        var both = await Task.WhenAll(Task.Run(() => StartAsync()), Task.Run(() => StartAsync()));

        both.Count(postgres => postgres.IsAdopted).ShouldBe(1);
        foreach (var postgres in both.OrderByDescending(postgres => postgres.IsAdopted))
        {
            await postgres.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_process_that_shares_a_server_starts_another_when_the_owner_stops()
    {
        var owner = await StartAsync();
        await using var adopter = await StartAsync();

        await owner.DisposeAsync();

        await AnswersAgainAsync(adopter);
        adopter.IsAdopted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_server_restarts_with_the_committed_rows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGKILL.");
        await using var postgres = await StartAsync(durable: true);
        await AskAsync(postgres, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')");

        Posix.Signal(PostmasterFile.Read(Cluster)!.Process, Kill).ShouldBeTrue();

        await AnswersAgainAsync(postgres);
        (await AskAsync(postgres, "SELECT word FROM kept")).ShouldBe("here");
    }

    [Fact]
    public async Task A_recovery_may_take_longer_than_the_time_limit_of_a_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is Linux's.");
        await using (await StartAsync())
        {
            // Creates the cluster.
        }

        // PostgreSQL reads its statistics while it starts. The open of a FIFO without a writer waits.
        var statistics = Path.Combine(Cluster, "pg_stat", "pgstat.stat");
        var mode = File.GetUnixFileMode(statistics);
        File.Delete(statistics);
        (await Command.RunAsync(["mkfifo", statistics], Deadline, TestContext.Current.CancellationToken)).ExitCode.ShouldBe(0);
        File.SetUnixFileMode(statistics, mode | UnixFileMode.OtherRead);
        var clock = new ShiftedClock();
        using var log = new LoggedLines();
        await using var postgres = new EmbeddedPostgres(folder, log.CreateLogger("test"), durable: false, clock);

        var start = postgres.StartAsync(TestContext.Current.CancellationToken);
        await Polling.EventuallyAsync(() => PostmasterFile.Read(Cluster)?.IsStarting ?? false);
        clock.Advance(TimeSpan.FromSeconds(46));
        await Polling.EventuallyAsync(() => start.IsCompleted || log.With("is still starting after").Count == 1);
        clock.Advance(TimeSpan.FromHours(1));
        await Polling.EventuallyAsync(() => start.IsCompleted || log.With("is still starting after").Count == 2);
        start.IsCompleted.ShouldBeFalse();
        using (var writer = new FileStream(statistics, FileMode.Open, FileAccess.Write))
        {
            // Ends the wait.
        }

        await start;
        (await AskAsync(postgres, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_long_log_is_moved_to_a_second_file_while_the_server_writes_it()
    {
        await using var postgres = await StartAsync();
        var log = new ServerLog(folder);
        await File.AppendAllTextAsync(log.Location, new string('x', 5_000_001), TestContext.Current.CancellationToken);

        log.Shorten();
        log.Shorten();
        await Should.ThrowAsync<PostgresException>(() => AskAsync(postgres, "SELECT 1 / 0"));

        new FileInfo(log.Location + ".1").Length.ShouldBeGreaterThan(5_000_000);
        new FileInfo(log.Location).Length.ShouldBeLessThan(10_000);
        (await File.ReadAllTextAsync(log.Location, TestContext.Current.CancellationToken)).ShouldContain("division by zero");
    }

    [Fact]
    public async Task Killing_the_process_that_started_the_server_ends_it_and_the_next_start_succeeds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux ends a process with its parent.");
        using var parent = await StartInAnotherProcessAsync();
        var server = PostmasterFile.Read(Cluster)!.Process;

        parent.Kill();
        await using var next = await StartAsync();

        next.IsAdopted.ShouldBeFalse();
        PostmasterFile.IsRunning(server).ShouldBeFalse();
        (await AskAsync(next, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Killing_every_process_at_once_does_not_prevent_the_next_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux ends a process with its parent.");
        using var parent = await StartInAnotherProcessAsync();

        Posix.Signal(PostmasterFile.Read(Cluster)!.Process, Kill).ShouldBeTrue();
        parent.Kill();
        await using var next = await StartAsync();

        next.IsAdopted.ShouldBeFalse();
        (await AskAsync(next, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_postmaster_file_with_the_process_id_of_another_program_does_not_prevent_the_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "setpriv is Linux's.");
        string file = Path.Combine(Cluster, "postmaster.pid"), content;
        await using (await StartAsync())
        {
            content = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        }

        // The process runs under PostgreSQL's account. Under another account, PostgreSQL itself would detect that it is a different program.
        var account = PostgresAccount.For(Cluster);
        using var foreigner = Process.Start(Command.Describe(account.Run("sleep", "600")))!;
        await File.WriteAllTextAsync(file, foreigner.Id + content[content.IndexOf('\n', StringComparison.Ordinal)..], TestContext.Current.CancellationToken);
        account.Own(Cluster);

        await using var postgres = await StartAsync();

        postgres.IsAdopted.ShouldBeFalse();
        foreigner.HasExited.ShouldBeFalse();
        foreigner.Kill();
    }

    [Fact]
    public async Task An_empty_postmaster_file_does_not_prevent_the_start()
    {
        await using (await StartAsync())
        {
            // Creates the cluster.
        }

        await File.WriteAllTextAsync(Path.Combine(Cluster, "postmaster.pid"), "", TestContext.Current.CancellationToken);
        PostgresAccount.For(Cluster).Own(Cluster);

        await using var postgres = await StartAsync();

        (await AskAsync(postgres, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Only_an_incomplete_postmaster_file_that_can_be_read_is_deleted()
    {
        var file = Path.Combine(folder, "postmaster.pid");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            PostmasterFile.TryDeleteIncomplete(folder).ShouldBeFalse();
        }

        File.Exists(file).ShouldBeTrue();
        PostmasterFile.TryDeleteIncomplete(folder).ShouldBeTrue();
        File.Exists(file).ShouldBeFalse();
        PostmasterFile.TryDeleteIncomplete(folder).ShouldBeTrue();
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task As_root_the_lock_file_in_a_linked_data_directory_belongs_to_the_owner_of_the_links_target()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Posix.EffectiveUser() == 0, "Only root can make another account's folder.");
        var link = Path.Combine(folder, "link");
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        Directory.CreateSymbolicLink(link, data);
        Posix.Give(data, 12345, 12345);
        await using var turn = new FileStream(Path.Combine(folder, "turn"), FileMode.CreateNew);

        new RunningLock(link).Prepare(turn);

        (Posix.Look(Path.Combine(data, "postgres.running"))?.User).ShouldBe(12345u);
    }

    [Fact]
    public async Task A_server_and_the_one_that_replaces_it_after_a_kill_hold_the_lock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The server has a lock only on Linux.");
        var locked = Path.Combine(folder, "postgres.running");
        await using (var postgres = await StartAsync())
        {
            Should.Throw<IOException>(() => new FileStream(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
            var server = PostmasterFile.Read(Cluster)!.Process;
            Posix.Signal(server, Kill).ShouldBeTrue();
            await AnswersAgainAsync(postgres);
            Should.Throw<IOException>(() => new FileStream(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }

        await using var free = new FileStream(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_does_not_stop_the_server()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        await using var postgres = await StartAsync();
        var server = PostmasterFile.Read(Cluster)!.Process;

        var status = await File.ReadAllTextAsync($"/proc/{server}/stat", TestContext.Current.CancellationToken);

        // "pid (name) state parent group session …": the server leads its own session.
        status[(status.LastIndexOf(')') + 2)..].Split(' ')[3].ShouldBe($"{server}");
    }

    [Fact]
    public async Task Files_of_an_interrupted_initdb_are_removed()
    {
        var unfinished = Path.Combine(folder, "postgres.unfinished");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "18", TestContext.Current.CancellationToken);

        await using var postgres = await StartAsync();

        (await AskAsync(postgres, "SELECT 1")).ShouldBe(1);
        Directory.Exists(unfinished).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failed_start_reports_the_output_of_PostgreSQL()
    {
        await using (await StartAsync())
        {
        }

        await File.AppendAllTextAsync(Path.Combine(Cluster, "postgresql.conf"), "nonsense = on\n", TestContext.Current.CancellationToken);

        var failure = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync());

        failure.Message.ShouldContain("unrecognized configuration parameter \"nonsense\"");
        failure.Message.ShouldContain(Cluster);
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_refused_and_not_changed()
    {
        await using (await StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(Cluster, "PG_VERSION"), "9\n", TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync())).Message.ShouldContain("was made by PostgreSQL 9");
    }

    [Fact]
    public async Task As_root_an_inaccessible_data_directory_gets_a_cluster_in_another_folder_permanently()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Posix.EffectiveUser() == 0, "PostgreSQL refuses to run as root; only root has to drop its privileges.");
        var closed = Path.Combine(folder, "data");
        string? cluster = null;
        try
        {
            await using (var first = await StartAsync(closed))
            {
                cluster = new DirectoryInfo(Path.Combine(closed, "postgres")).LinkTarget;
                cluster.ShouldNotBeNull().ShouldStartWith(SharedPlace.Root);
                await AskAsync(first, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')");
            }

            await using var second = await StartAsync(closed);
            (await AskAsync(second, "SELECT word FROM kept")).ShouldBe("here");
        }
        finally
        {
            if (cluster is not null)
            {
                Directory.Delete(Path.GetDirectoryName(cluster)!, recursive: true);
            }
        }

        (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(closed))).Message.ShouldContain("delete the link");
    }

    [Fact]
    public async Task Files_in_the_data_directory_are_private()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        await using var postgres = await StartAsync();

        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            (entry.UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute))
                .ShouldBe(UnixFileMode.None, entry.FullName);
        }

        var socket = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("postgres")).Host!;
        File.GetUnixFileMode(socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_socket_folder_created_by_another_user_is_not_used()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Posix.EffectiveUser() == 0, "Only root can make another account's folder.");
        string usual;
        await using (var before = await StartAsync())
        {
            usual = new NpgsqlConnectionStringBuilder(before.ConnectionString("postgres")).Host!;
        }

        Posix.TryMakePrivateFolder(usual).ShouldBeTrue();
        Posix.Give(usual, 12345, 12345);
        try
        {
            await using var postgres = await StartAsync();
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString("postgres")).Host.ShouldBe(usual + "-2");
            (await AskAsync(postgres, "SELECT 1")).ShouldBe(1);
        }
        finally
        {
            Directory.Delete(usual);
        }
    }

    /// <summary>Not a test. Other tests run this method in a process that they kill.</summary>
    [Fact(Explicit = true)]
    public async Task Waits_to_be_killed()
    {
        await using var postgres = await StartAsync();
        await using var toParent = new NamedPipeClientStream(".", Environment.GetEnvironmentVariable(PipeVariable)!);
        await toParent.ConnectAsync(TestContext.Current.CancellationToken);
        await toParent.WriteAsync(new byte[1], TestContext.Current.CancellationToken);

        // The read ends when the other end of the pipe closes, so the process also ends if its parent process ends without killing it.
        _ = await toParent.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        pipe?.Dispose();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<EmbeddedPostgres> StartAsync(string? dataDirectory = null, bool durable = false)
    {
        var postgres = new EmbeddedPostgres(dataDirectory ?? folder, NullLogger.Instance, durable);
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        return postgres;
    }

    private async Task<Process> StartInAnotherProcessAsync()
    {
        var name = Path.GetFileName(folder);
        pipe = new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "ImageHub.UnitTests"),
            ["-explicit", "only", "-method", $"{typeof(EmbeddedPostgresTests).FullName}.{nameof(Waits_to_be_killed)}"])
        {
            Environment = { [FolderVariable] = folder, [PipeVariable] = name, ["DOTNET_EnableDiagnostics"] = "0" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Deadline);
        await pipe.WaitForConnectionAsync(patience.Token);
        await pipe.ReadExactlyAsync(new byte[1], patience.Token);
        return process;
    }

    private static async Task AnswersAgainAsync(EmbeddedPostgres postgres)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await AskAsync(postgres, "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(since) < Deadline)
            {
                // The server is being restarted.
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<object?> AskAsync(EmbeddedPostgres postgres, string sql)
    {
        var once = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("postgres")) { Pooling = false };
        await using var connection = new NpgsqlConnection(once.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
