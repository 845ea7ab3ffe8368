using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// The time limit of one start, beginning when this object is created. While PostgreSQL recovers after a crash, the limit does not apply: recovery repeats up to
/// <c>max_wal_size</c> of changes, which takes minutes on a slow disk, and a stopped recovery begins again. The limit applies to another process that waits for
/// the process that starts PostgreSQL.
/// </summary>
internal sealed class StartDeadline(TimeProvider clock, ILogger logger)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(45);

    private readonly long since = clock.GetTimestamp();
    private long limitedSince = clock.GetTimestamp();
    private long loggedAt = clock.GetTimestamp();

    public TimeSpan Elapsed => clock.GetElapsedTime(since);

    /// <summary>Pauses between two checks.</summary>
    /// <param name="what">The awaited event, for the message.</param>
    /// <param name="cancellationToken">Cancels the pause.</param>
    /// <exception cref="TimeoutException">The time is up.</exception>
    public async Task WaitAsync(string what, CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(limitedSince) > Limit)
        {
            throw new TimeoutException($"The embedded PostgreSQL did not start within {Limit.TotalSeconds} seconds: {what}.");
        }

        await Task.Delay(Pause, cancellationToken);
    }

    /// <summary>Pauses between two checks of a server that recovers. The limit begins again after the last such pause.</summary>
    /// <param name="process">The server's process id, for the log.</param>
    /// <param name="location">The path of the server's log.</param>
    /// <param name="cancellationToken">Cancels the pause.</param>
    public async Task WaitForRecoveryAsync(int process, string location, CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(loggedAt) > LogInterval)
        {
            loggedAt = clock.GetTimestamp();
            logger.LogWarning(
                "The embedded PostgreSQL (process {Process}) is still starting after {Seconds} s. After a crash, it repeats the last changes, which takes minutes on a slow disk. See {Log}",
                process,
                (int)Elapsed.TotalSeconds,
                location);
        }

        await Task.Delay(Pause, cancellationToken);
        limitedSince = clock.GetTimestamp();
    }
}
