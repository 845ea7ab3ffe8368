using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// Keeps a server running for a data directory's cluster. This process starts the server, or adopts a server that another process has started.
/// </summary>
/// <param name="dataDirectory">The absolute path of the data directory.</param>
/// <param name="durable">False only in tests.</param>
/// <param name="logger">Receives every start, every long recovery and every unexpected end of the server.</param>
/// <param name="clock">Measures the duration of a start.</param>
internal sealed class Supervisor(string dataDirectory, bool durable, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortenPause = TimeSpan.FromMinutes(1);

    private readonly ServerLog log = new(dataDirectory);
    private readonly RunningLock running = new(dataDirectory);

    // Null while the server is stopped or adopted.
    private OwnedServer? server;

    /// <summary>The running installation; null before the first start.</summary>
    public Installation? Installation { get; private set; }

    /// <summary>The server's address; null before the first start.</summary>
    public Endpoint? Endpoint { get; private set; }

    /// <summary>Whether another process started the server and will stop it.</summary>
    public bool IsAdopted { get; private set; }

    /// <summary>Starts the server or adopts the running one; creates the cluster first if there is none.</summary>
    public async Task BringUpAsync(CancellationToken cancellationToken)
    {
        var deadline = new StartDeadline(clock, logger);
        Placement.CreatePrivate(dataDirectory);
        using var turn = await TakeTurnAsync(deadline, cancellationToken);

        var placement = new Placement(dataDirectory, logger);
        var existing = placement.FindCluster();
        var account = PostgresAccount.For(existing);
        var stopsWithThisProcess = await Launch.CanTieAsync(account, cancellationToken);
        var binaries = await Placement.ReachableAsync(await PostgresBinaries.FindAsync(cancellationToken), account, cancellationToken);
        var initialization = new NewCluster(dataDirectory, binaries, account, durable, logger);
        var cluster = existing ?? await placement.MakeClusterAsync(account, folder => initialization.InitializeAsync(folder, cancellationToken), cancellationToken);
        var installation = Installation = new Installation(binaries, cluster);
        await ClusterCheck.RunAsync(installation, account, cancellationToken);

        while (true)
        {
            var postmaster = PostmasterFile.Read(cluster);
            if (postmaster is not null && postmaster.IsAlive(cluster))
            {
                // The server is ready, still starting, or shutting down because the process that started it was just killed.
                if (postmaster.IsReady && await AdoptsAsync(postmaster, cancellationToken))
                {
                    logger.LogInformation("{Database} is already running; using it", installation.Description);
                    return;
                }

                if (postmaster.IsStarting)
                {
                    await deadline.WaitForRecoveryAsync(postmaster.Process, log.Location, cancellationToken);
                    continue;
                }
            }
            else if (running.IsFree(turn) && (postmaster is not null || PostmasterFile.TryDeleteIncomplete(cluster)))
            {
                postmaster?.Disown();
                running.Prepare(turn);
                if (await LaunchesAsync(installation, account, stopsWithThisProcess, deadline, cancellationToken))
                {
                    logger.LogInformation("{Database} started in {Milliseconds} ms", installation.Description, (int)deadline.Elapsed.TotalMilliseconds);
                    return;
                }
            }

            await deadline.WaitAsync(
                postmaster?.IsAlive(cluster) ?? false
                    ? $"the PostgreSQL of {cluster} (process {postmaster.Process}) neither accepts connections nor exits"
                    : $"another process still uses {cluster} (it holds {running.Location} or postmaster.pid)",
                cancellationToken);
        }
    }

    /// <summary>Restarts the server when it was killed, or when the process that started it has stopped it.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await WaitForEndAsync(Installation!, cancellationToken);
                    logger.LogError("{Database} has stopped unexpectedly; restarting it. See {Log} for the reason", Installation!.Description, log.Location);
                    server = null;
                    await BringUpAsync(cancellationToken);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    logger.LogError(failure, "{Database} could not be started again; trying once more in {Seconds} s", Installation!.Description, RetryPause.TotalSeconds);
                    await Task.Delay(RetryPause, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server is being stopped intentionally.
        }
    }

    /// <summary>Stops the server if this process started it.</summary>
    public async Task StopAsync()
    {
        if (server is { } own)
        {
            server = null;
            await own.StopAsync();
        }
    }

    private async Task WaitForEndAsync(Installation installation, CancellationToken cancellationToken)
    {
        if (server?.Exited is { } exited)
        {
            while (!exited.IsCompleted)
            {
                log.Shorten();
                await Task.WhenAny(exited, Task.Delay(ShortenPause, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            return;
        }

        while (PostmasterFile.Read(installation.Cluster)?.IsAlive(installation.Cluster) ?? false)
        {
            log.Shorten();
            await Task.Delay(WatchPause, cancellationToken);
        }
    }

    private async Task<bool> AdoptsAsync(PostmasterFile postmaster, CancellationToken cancellationToken)
    {
        Endpoint = await Endpoint.FindAsync(postmaster, dataDirectory, cancellationToken);
        if (!await Endpoint.AnswersAsync(cancellationToken))
        {
            return false;
        }

        IsAdopted = true;
        return true;
    }

    private async Task<bool> LaunchesAsync(Installation installation, PostgresAccount account, bool stopsWithThisProcess, StartDeadline deadline, CancellationToken cancellationToken)
    {
        IsAdopted = false;
        Endpoint = await Endpoint.OpenAsync(dataDirectory, account, cancellationToken);
        server = await new Launch(installation, Endpoint, log, running, durable, logger).RunAsync(account, stopsWithThisProcess, deadline, cancellationToken);
        return server is not null;
    }

    /// <summary>Serializes processes that start at the same time, so that the second process finds a running server.</summary>
    private async Task<FileStream> TakeTurnAsync(StartDeadline deadline, CancellationToken cancellationToken)
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
                await deadline.WaitAsync($"another process is still starting the database of {dataDirectory} (it holds {path})", cancellationToken);
            }
        }
    }
}
