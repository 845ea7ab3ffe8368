using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Starts a server for a cluster that has no running server.</summary>
internal sealed class Launch(Installation installation, Endpoint endpoint, ServerLog log, RunningLock running, bool durable, ILogger logger)
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Whether the system can stop the server when this process ends (the option pdeathsig of setpriv).</summary>
    /// <exception cref="InvalidOperationException">ImageHub runs as root, and the server cannot be started under another account.</exception>
    public static async Task<bool> CanTieAsync(PostgresAccount account, CancellationToken cancellationToken)
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

    /// <summary>Starts the server and waits until it is ready. Returns null if the server exited because the previous server is still shutting down.</summary>
    /// <exception cref="InvalidOperationException">The server exited; the message contains its output.</exception>
    /// <exception cref="TimeoutException">The server was not ready in time and has been stopped.</exception>
    public async Task<OwnedServer?> RunAsync(PostgresAccount account, bool stopsWithThisProcess, StartDeadline deadline, CancellationToken cancellationToken)
    {
        var cluster = installation.Cluster;
        var logged = log.Open();
        var process = await StartAsync(account, stopsWithThisProcess, cancellationToken);
        while (true)
        {
            var postmaster = PostmasterFile.Read(cluster);
            var isOurs = postmaster is not null && (process is null ? postmaster.IsAlive(cluster) : postmaster.Process == process.Id);
            if (isOurs && postmaster!.IsReady)
            {
                return Own(postmaster.Process, process);
            }

            if (process is { Exited.IsCompleted: true })
            {
                var said = log.Tail(logged);
                endpoint.Close();
                return said.Contains("is still in use", StringComparison.Ordinal)
                    ? null
                    : throw new InvalidOperationException($"PostgreSQL ended with code {await process.Exited} instead of starting in {cluster}. It said: {said}");
            }

            try
            {
                await (isOurs && postmaster!.IsStarting
                    ? deadline.WaitForRecoveryAsync(postmaster.Process, log.Location, cancellationToken)
                    : deadline.WaitAsync($"PostgreSQL did not become ready in {cluster}; {log.Location} ends with: {log.Tail(logged)}", cancellationToken));
            }
            catch
            {
                // No process must remain after a cancellation or a timeout.
                if ((process?.Id ?? PostmasterFile.Read(cluster)?.Process) is { } unready)
                {
                    await Own(unready, process).StopAsync();
                }

                throw;
            }
        }
    }

    private async Task<PostgresProcess?> StartAsync(PostgresAccount account, bool stopsWithThisProcess, CancellationToken cancellationToken)
    {
        var (binaries, cluster) = installation;
        var settings = ServerSettings.For(endpoint, binaries.Version, durable).Select(setting => $"--{setting.Key}={setting.Value}");
        if (stopsWithThisProcess)
        {
            return await PostgresProcess.StartAsync(account.RunServer([binaries.Server, "-D", cluster, .. settings]), log.Location, running.Location);
        }

        // pg_ctl starts the server in a separate session and, on Windows, without administrator rights.
        await Command.RunAsync(
            [binaries.Control, "start", "--no-wait", "-D", cluster, "-l", log.Location, "-o", string.Join(' ', settings.Select(setting => $"\"{setting}\""))],
            StartDeadline.Limit,
            cancellationToken);
        return null;
    }

    private OwnedServer Own(int id, PostgresProcess? process) => new(id, process, installation, endpoint, log, logger);
}
