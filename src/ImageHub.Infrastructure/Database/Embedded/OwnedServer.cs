using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>A server that this process has launched, and stops.</summary>
/// <param name="id">The server's pid.</param>
/// <param name="process">The server as a child; null when pg_ctl launched it.</param>
/// <param name="installation">What runs.</param>
/// <param name="endpoint">Where it listens.</param>
/// <param name="log">Where it says why it does not stop.</param>
/// <param name="logger">Hears of a server that does not stop.</param>
internal sealed class OwnedServer(int id, PostgresProcess? process, Installation installation, Endpoint endpoint, ServerLog log, ILogger logger)
{
    private static readonly TimeSpan FastLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ImmediateLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Ends with the server; null when only its postmaster file tells.</summary>
    public Task? Exited => process?.Exited;

    /// <summary>Stops the server, keeping everything committed.</summary>
    public async Task StopAsync()
    {
        if (!await EndsAsync(StopMode.Fast, FastLimit))
        {
            logger.LogWarning("{Database} did not stop within {Seconds} s and is made to; it recovers at the next start", installation.Description, FastLimit.TotalSeconds);
            if (!await EndsAsync(StopMode.Immediate, ImmediateLimit))
            {
                logger.LogError("{Database}, process {Process}, could not be stopped; see {Log}", installation.Description, id, log.Location);
            }
        }

        endpoint.Close();
    }

    /// <summary>Asks the server to end and waits for it.</summary>
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

    /// <summary>PostgreSQL's ways to stop, by the numbers of their signals.</summary>
    private enum StopMode
    {
        /// <summary>SIGINT: connections are closed, everything committed is on disk.</summary>
        Fast = 2,

        /// <summary>SIGQUIT: it drops everything, and recovers at its next start.</summary>
        Immediate = 3,
    }
}
