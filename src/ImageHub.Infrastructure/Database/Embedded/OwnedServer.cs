using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>A server that this process has started and will stop.</summary>
/// <param name="id">The server's process id.</param>
/// <param name="process">The server as a child process; null if pg_ctl started it.</param>
/// <param name="installation">The installation and its cluster.</param>
/// <param name="endpoint">The server's address.</param>
/// <param name="log">The server's log, whose path is logged if the server does not stop.</param>
/// <param name="logger">Receives a warning if the server does not stop.</param>
internal sealed class OwnedServer(int id, PostgresProcess? process, Installation installation, Endpoint endpoint, ServerLog log, ILogger logger)
{
    private static readonly TimeSpan FastLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ImmediateLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Completes when the server exits; null if pg_ctl started the server.</summary>
    public Task? Exited => process?.Exited;

    /// <summary>Stops the server; all committed data is kept.</summary>
    public async Task StopAsync()
    {
        if (!await EndsAsync(StopMode.Fast, FastLimit))
        {
            logger.LogWarning("{Database} did not stop within {Seconds} s and is stopped immediately; it recovers at the next start", installation.Description, FastLimit.TotalSeconds);
            if (!await EndsAsync(StopMode.Immediate, ImmediateLimit))
            {
                logger.LogError("{Database}, process {Process}, could not be stopped; see {Log}", installation.Description, id, log.Location);
            }
        }

        endpoint.Close();
    }

    /// <summary>Asks the server to stop and waits until it has stopped. Returns false if the limit is exceeded.</summary>
    private async Task<bool> EndsAsync(StopMode mode, TimeSpan limit)
    {
        if (OperatingSystem.IsWindows())
        {
            var (exitCode, _) = await Command.RunAsync(
                [installation.Binaries.Control, "stop", "-D", installation.Cluster, "-m", mode == StopMode.Fast ? "fast" : "immediate", "-t", $"{limit.TotalSeconds}"],
                limit * 2,
                CancellationToken.None);
            return exitCode == 0;
        }

        Posix.Signal(id, (int)mode);
        if (process is not null)
        {
            return await Task.WhenAny(process.Exited, Task.Delay(limit)) == process.Exited;
        }

        var since = Stopwatch.GetTimestamp();
        while (OperatingSystem.IsLinux() ? PostmasterFile.IsRunning(id) : Posix.Signal(id, 0))
        {
            if (Stopwatch.GetElapsedTime(since) > limit)
            {
                return false;
            }

            await Task.Delay(Pause);
        }

        return true;
    }

    /// <summary>PostgreSQL's shutdown modes, as signal numbers.</summary>
    private enum StopMode
    {
        /// <summary>SIGINT: aborts running transactions, closes connections, and writes all committed data to disk.</summary>
        Fast = 2,

        /// <summary>SIGQUIT: aborts at once and recovers at the next start.</summary>
        Immediate = 3,
    }
}
