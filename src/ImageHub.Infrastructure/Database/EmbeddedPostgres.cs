using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ImageHub.Infrastructure.Database.Embedded;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// The PostgreSQL that ImageHub brings along: one cluster in a data directory, started and stopped with the process.
/// </summary>
/// <remarks>
/// <para>
/// It listens on a Unix socket in a private folder only (on Windows on loopback, with a generated password). On Linux it ends
/// when the process that started it ends, however that happens; elsewhere a server left over is adopted by the next start.
/// </para>
/// <para>
/// A second process on the same data directory, such as an import from the command line while the server runs, adopts the
/// running PostgreSQL and leaves it alone at its end. If the process that started it stops first, the adopter's
/// connections break, and a moment later it runs a PostgreSQL of its own under the same connection string. The same goes
/// for a server that dies: it is started again.
/// </para>
/// </remarks>
/// <param name="dataDirectory">ImageHub's data directory; made, private, if it does not exist.</param>
/// <param name="logger">Hears where the cluster is and how it started.</param>
/// <param name="durable">False only for tests: whatever was written may be lost, and nothing waits for the disk.</param>
internal sealed class EmbeddedPostgres(string dataDirectory, ILogger logger, bool durable = true) : IAsyncDisposable
{
    /// <summary>Connections that the cluster takes; a pool is given fewer, so that another process finds room.</summary>
    private const int MaxConnections = 60;

    private const int PoolSize = 40;
    private const string UserName = "imagehub";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan InitDbLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan FastStopLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ImmediateStopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly string dataDirectory = Path.GetFullPath(dataDirectory);
    private PostgresBinaries? binaries;
    private string? cluster;
    private string? host;
    private string? password;
    private int port;

    // The server's pid; null while stopped or adopted.
    private int? owned;
    private PostgresProcess? process;
    private CancellationTokenSource? stopping;
    private Task watch = Task.CompletedTask;

    /// <summary>Which PostgreSQL it is and where its cluster lies, for the log.</summary>
    public string Description =>
        binaries is null || cluster is null
            ? $"PostgreSQL (embedded, not started, {dataDirectory})"
            : $"PostgreSQL {binaries.Version} ({(binaries.Package is not null ? "embedded" : $"embedded, from {binaries.Folder}")}, {cluster})";

    /// <summary>Whether another process started the server, and stops it.</summary>
    public bool IsAdopted { get; private set; }

    private string LogFile => Path.Combine(dataDirectory, "postgres.log");

    private string PasswordFile => Path.Combine(dataDirectory, "postgres.password");

    /// <summary>How to connect to a database of the cluster; the database need not exist yet.</summary>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = host ?? throw new InvalidOperationException("The embedded PostgreSQL has not been started."),
            Port = port,
            Username = UserName,
            Password = password,
            Database = database,
            SslMode = SslMode.Disable,
            MaxPoolSize = PoolSize,
        }.ConnectionString;

    /// <summary>Starts the server, or adopts the one that runs in this data directory; makes the cluster first if there is none.</summary>
    /// <exception cref="InvalidOperationException">It cannot start; the message says why and ends with what PostgreSQL logged.</exception>
    /// <exception cref="TimeoutException">It did not start within a minute.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await BringUpAsync(cancellationToken);
        stopping = new CancellationTokenSource();
        watch = WatchAsync(stopping.Token);
    }

    /// <summary>Stops the server that this instance started, keeping everything committed; leaves an adopted one alone.</summary>
    public async Task StopAsync()
    {
        if (stopping is not null)
        {
            await stopping.CancelAsync();
            await watch;
            stopping.Dispose();
            stopping = null;
        }

        await EndServerAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task BringUpAsync(CancellationToken cancellationToken)
    {
        var deadline = Stopwatch.GetTimestamp();
        Placement.CreatePrivate(dataDirectory);
        using var turn = await TakeTurnAsync(deadline, cancellationToken);

        var placement = new Placement(dataDirectory, logger);
        cluster = placement.FindCluster();
        var account = PostgresAccount.For(cluster);
        var diesWithItsParent = await CanTieAsync(account, cancellationToken);
        binaries = await Placement.ReachableAsync(await PostgresBinaries.FindAsync(cancellationToken), account, cancellationToken);
        cluster ??= await placement.MakeClusterAsync(account, folder => InitializeAsync(folder, account, cancellationToken), cancellationToken);
        await CheckClusterAsync(cluster, account, cancellationToken);

        while (true)
        {
            var postmaster = PostmasterFile.Read(cluster);
            if (postmaster is not null && postmaster.IsAlive(cluster))
            {
                // It is up, still starting, or (the process that owned it has just been killed) shutting down.
                if (postmaster.IsReady && await AnswersAsync(postmaster, cancellationToken))
                {
                    IsAdopted = true;
                    logger.LogInformation("{Database} runs already; using it", Description);
                    return;
                }
            }
            else
            {
                postmaster?.Disown();
                if (await LaunchAsync(account, diesWithItsParent, deadline, cancellationToken))
                {
                    logger.LogInformation("{Database} started in {Milliseconds} ms", Description, (int)Stopwatch.GetElapsedTime(deadline).TotalMilliseconds);
                    return;
                }
            }

            await WaitAsync(deadline, $"the PostgreSQL of {cluster} (process {postmaster?.Process}) neither answers nor ends", cancellationToken);
        }
    }

    /// <summary>Starts the server again when it ends by itself: killed, or stopped by the process that it was adopted from.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (owned is not null && process is not null)
                {
                    await process.Exited.WaitAsync(cancellationToken);
                }
                else
                {
                    while (PostmasterFile.Read(cluster!)?.IsAlive(cluster!) ?? false)
                    {
                        await Task.Delay(WatchPause, cancellationToken);
                    }
                }

                logger.LogError("{Database} has ended; starting it again. {Log} may say why", Description, LogFile);
                owned = null;
                process = null;
                try
                {
                    await BringUpAsync(cancellationToken);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    logger.LogError(failure, "{Database} could not be started again; trying once more in {Seconds} s", Description, RetryPause.TotalSeconds);
                    await Task.Delay(RetryPause, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It is being stopped on purpose.
        }
    }

    private async Task EndServerAsync()
    {
        if (owned is not { } server)
        {
            return;
        }

        owned = null;
        if (!await EndsAsync(server, StopMode.Fast, FastStopLimit))
        {
            logger.LogWarning("{Database} did not stop within {Seconds} s and is made to; it recovers at the next start", Description, FastStopLimit.TotalSeconds);
            if (!await EndsAsync(server, StopMode.Immediate, ImmediateStopLimit))
            {
                logger.LogError("{Database}, process {Process}, could not be stopped; see {Log}", Description, server, LogFile);
            }
        }

        process = null;
        CloseSocketFolder();
    }

    /// <summary>Two processes that start at one moment take turns: the second finds a running server.</summary>
    private async Task<FileStream> TakeTurnAsync(long deadline, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataDirectory, "postgres.lock");
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        while (true)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (UnauthorizedAccessException refused)
            {
                throw new InvalidOperationException($"The data directory {dataDirectory} belongs to another account: {refused.Message}", refused);
            }
            catch (IOException) when (File.Exists(path))
            {
                await WaitAsync(deadline, $"another process has been starting the database of {dataDirectory} (it holds {path})", cancellationToken);
            }
        }
    }

    /// <summary>Whether this system can end the server together with this process (setpriv's pdeathsig).</summary>
    private static async Task<bool> CanTieAsync(PostgresAccount account, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var (exitCode, output) = await Command.RunAsync(account.RunServer("true"), ProbeLimit, cancellationToken);
        return exitCode == 0
            || (account.User is null
                ? false
                : throw new InvalidOperationException(
                    $"PostgreSQL does not run as root, and starting it as uid {account.User} through setsid and setpriv (package util-linux) failed: {output} "
                    + "Install that package, run ImageHub as another user, or set ConnectionStrings__ImageHub to a server of your own."));
    }

    private async Task InitializeAsync(string folder, PostgresAccount account, CancellationToken cancellationToken)
    {
        logger.LogInformation("Making a PostgreSQL {Version} cluster in {DataDirectory}", binaries!.Version, dataDirectory);
        List<string> command = [binaries.InitDb, $"--pgdata={folder}", $"--username={UserName}", "--encoding=UTF8", "--no-instructions"];

        // The builtin locale sorts and folds case alike on every system; before version 17 there was none.
        command.AddRange(binaries.Version.Major >= 17 ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : ["--locale=C.UTF-8"]);
        if (!durable)
        {
            command.Add("--no-sync");
        }

        if (OperatingSystem.IsWindows())
        {
            await File.WriteAllTextAsync(PasswordFile, RandomNumberGenerator.GetHexString(32), cancellationToken);
            command.AddRange(["--auth=scram-sha-256", $"--pwfile={PasswordFile}"]);
        }
        else
        {
            command.Add("--auth=trust");
        }

        var (exitCode, output) = await Command.RunAsync(account.Run(command), InitDbLimit, cancellationToken);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"initdb could not make a PostgreSQL cluster in {folder}. It said: {output}");
        }
    }

    private async Task CheckClusterAsync(string folder, PostgresAccount account, CancellationToken cancellationToken)
    {
        string made;
        try
        {
            made = (await File.ReadAllTextAsync(Path.Combine(folder, "PG_VERSION"), cancellationToken)).Trim();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new InvalidOperationException($"The PostgreSQL cluster {folder} belongs to another account than ImageHub's: run ImageHub as that one, or hand it over with chown -R.", refused);
        }
        catch (FileNotFoundException missing)
        {
            throw new InvalidOperationException($"{folder} is no PostgreSQL cluster: it has no PG_VERSION. Move it away, and an empty cluster is made.", missing);
        }

        if (made != binaries!.Version.Major.ToString(CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException(
                $"The cluster {folder} was made by PostgreSQL {made}, and this is PostgreSQL {binaries.Version}. Dump it with the former and restore it into an empty data directory.");
        }

        if (OperatingSystem.IsLinux() && account.User is not null)
        {
            if (Posix.Look(folder)?.User == 0)
            {
                // Restored from a backup by root, say.
                account.Own(folder);
            }

            if (!await account.CanReachAsync(folder, cancellationToken))
            {
                throw new InvalidOperationException($"Uid {account.User}, as which PostgreSQL runs, cannot reach the cluster {folder}: a folder above it is closed to it.");
            }
        }
    }

    /// <summary>Starts the server and waits until it is ready; false when it ended because its predecessor is still ending.</summary>
    private async Task<bool> LaunchAsync(PostgresAccount account, bool diesWithItsParent, long deadline, CancellationToken cancellationToken)
    {
        IsAdopted = false;
        process = null;
        if (OperatingSystem.IsWindows())
        {
            host = IPAddress.Loopback.ToString();
            port = FreePort();
            password = await File.ReadAllTextAsync(PasswordFile, cancellationToken);
        }
        else
        {
            host = await SocketFolder.OpenAsync(dataDirectory, account, cancellationToken);
            port = 5432;

            // Nothing runs in this cluster, so what lies here is left over, and its pid may be anyone's by now.
            File.Delete(Path.Combine(host, ".s.PGSQL.5432"));
            File.Delete(Path.Combine(host, ".s.PGSQL.5432.lock"));
        }

        var logged = OpenLog();
        var settings = Settings().Select(setting => $"--{setting.Key}={setting.Value}");
        if (diesWithItsParent)
        {
            process = await PostgresProcess.StartAsync(account.RunServer([binaries!.Server, "-D", cluster!, .. settings]), LogFile);
        }
        else
        {
            // pg_ctl gives the server a session of its own and, on Windows, takes an administrator's rights from it.
            await Command.RunAsync(
                [binaries!.Control, "start", "--no-wait", "-D", cluster!, "-l", LogFile, "-o", string.Join(' ', settings.Select(setting => $"\"{setting}\""))],
                StartLimit,
                cancellationToken);
        }

        while (true)
        {
            var postmaster = PostmasterFile.Read(cluster!);
            if (postmaster is { IsReady: true } && (process is null ? postmaster.IsAlive(cluster!) : postmaster.Process == process.Id))
            {
                owned = postmaster.Process;
                return true;
            }

            if (process is { Exited.IsCompleted: true })
            {
                var said = Tail(logged);
                CloseSocketFolder();
                return said.Contains("is still in use", StringComparison.Ordinal)
                    ? false
                    : throw new InvalidOperationException($"PostgreSQL ended with code {await process.Exited} instead of starting in {cluster}. It said: {said}");
            }

            try
            {
                await WaitAsync(deadline, $"PostgreSQL did not become ready in {cluster}; {LogFile} ends with: {Tail(logged)}", cancellationToken);
            }
            catch
            {
                // Stopped or too late: nothing may stay behind.
                owned = process?.Id ?? PostmasterFile.Read(cluster!)?.Process;
                await EndServerAsync();
                throw;
            }
        }
    }

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = OperatingSystem.IsWindows() ? host! : "",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = OperatingSystem.IsWindows() ? "" : host!,
            ["unix_socket_permissions"] = "0700",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["logging_collector"] = "off",
            ["log_checkpoints"] = "off",

            // Rows and parameters are visitors' data and do not belong in a log.
            ["log_error_verbosity"] = "terse",
            ["log_min_error_statement"] = "panic",

            // A small server: a gallery's queries are short, and libvips needs the memory and the cores.
            ["max_connections"] = MaxConnections.ToString(CultureInfo.InvariantCulture),
            ["shared_buffers"] = "64MB",
            ["wal_buffers"] = "1MB",
            ["jit"] = "off",
            ["max_worker_processes"] = "2",
            ["max_parallel_workers"] = "0",
            ["max_parallel_workers_per_gather"] = "0",
            ["autovacuum_max_workers"] = "1",
            ["wal_level"] = "minimal",
            ["max_wal_senders"] = "0",
            ["max_logical_replication_workers"] = "0",
        };
        if (binaries!.Version.Major >= 18)
        {
            settings["io_method"] = "sync";
            settings["autovacuum_worker_slots"] = "2";
        }

        if (!durable)
        {
            settings["fsync"] = "off";
            settings["full_page_writes"] = "off";

            // Every test class has a database and a pool of its own.
            settings["max_connections"] = "300";
        }

        return settings;
    }

    private async Task<bool> AnswersAsync(PostmasterFile postmaster, CancellationToken cancellationToken)
    {
        host = OperatingSystem.IsWindows() ? IPAddress.Loopback.ToString() : postmaster.SocketFolder;
        port = postmaster.Port;
        password = OperatingSystem.IsWindows() ? await File.ReadAllTextAsync(PasswordFile, cancellationToken) : null;
        var once = new NpgsqlConnectionStringBuilder(ConnectionString("postgres")) { Pooling = false, Timeout = 5 };
        try
        {
            await using var connection = new NpgsqlConnection(once.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Asks the server to end and waits for it.</summary>
    private async Task<bool> EndsAsync(int server, StopMode mode, TimeSpan limit)
    {
        if (OperatingSystem.IsWindows())
        {
            var (exitCode, _) = await Command.RunAsync([binaries!.Control, "stop", "-D", cluster!, "-m", mode == StopMode.Fast ? "fast" : "immediate", "-t", $"{limit.TotalSeconds}"], limit * 2, CancellationToken.None);
            return exitCode == 0;
        }

        Posix.Signal(server, (int)mode);
        if (process is not null)
        {
            return await Task.WhenAny(process.Exited, Task.Delay(limit)) == process.Exited;
        }

        var since = Stopwatch.GetTimestamp();
        while (OperatingSystem.IsLinux() ? PostmasterFile.IsRunning(server) : Posix.Signal(server, 0))
        {
            if (Stopwatch.GetElapsedTime(since) > limit)
            {
                return false;
            }

            await Task.Delay(Pause);
        }

        return true;
    }

    /// <summary>Makes sure that the log exists, private and not too long, and says where this start's lines will begin.</summary>
    private long OpenLog()
    {
        const long longest = 5_000_000;
        if (File.Exists(LogFile) && new FileInfo(LogFile).Length > longest)
        {
            File.Move(LogFile, LogFile + ".1", overwrite: true);
        }

        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var log = new FileStream(LogFile, options);
        return log.Length;
    }

    private void CloseSocketFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            SocketFolder.Close(host!);
        }
    }

    private string Tail(long from)
    {
        using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = from;
        using var reader = new StreamReader(log);
        return string.Join(Environment.NewLine, reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(15));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task WaitAsync(long since, string what, CancellationToken cancellationToken)
    {
        if (Stopwatch.GetElapsedTime(since) > StartLimit)
        {
            throw new TimeoutException($"The embedded PostgreSQL did not start within {StartLimit.TotalSeconds} seconds: {what}.");
        }

        await Task.Delay(Pause, cancellationToken);
    }

    /// <summary>PostgreSQL's ways to stop, by the numbers of their signals.</summary>
    private enum StopMode
    {
        /// <summary>SIGINT: connections are closed, everything committed is on disk.</summary>
        Fast = 2,

        /// <summary>SIGQUIT: it drops everything, and recovers at its next start.</summary>
        Immediate = 3,
    }
}
