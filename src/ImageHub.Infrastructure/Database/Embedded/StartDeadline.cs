using System.Diagnostics;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>The time limit of one start, beginning when this object is created.</summary>
internal sealed class StartDeadline
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly long since = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(since);

    /// <summary>Pauses between two checks.</summary>
    /// <param name="what">The awaited event, for the message.</param>
    /// <param name="cancellationToken">Cancels the pause.</param>
    /// <exception cref="TimeoutException">The time is up.</exception>
    public async Task WaitAsync(string what, CancellationToken cancellationToken)
    {
        if (Elapsed > Limit)
        {
            throw new TimeoutException($"The embedded PostgreSQL did not start within {Limit.TotalSeconds} seconds: {what}.");
        }

        await Task.Delay(Pause, cancellationToken);
    }
}
