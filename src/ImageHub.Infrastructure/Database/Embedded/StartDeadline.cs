using System.Diagnostics;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>The time that one start may take, from when this was made on.</summary>
internal sealed class StartDeadline
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly long since = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(since);

    /// <summary>Pauses before the next look.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public async Task WaitAsync(string what, CancellationToken cancellationToken)
    {
        if (Elapsed > Limit)
        {
            throw new TimeoutException($"The embedded PostgreSQL did not start within {Limit.TotalSeconds} seconds: {what}.");
        }

        await Task.Delay(Pause, cancellationToken);
    }
}
