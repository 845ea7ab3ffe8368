namespace ImageHub.Application.RateLimits;

/// <summary>How long something takes lately: what a full queue tells the next one to wait. Safe to use from many threads.</summary>
public sealed class RecentDuration(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly HashSet<Run> running = [];
    private TimeSpan longest = TimeSpan.FromSeconds(1);

    /// <summary>The longest of the last ones, and of those that have not ended yet.</summary>
    public TimeSpan Longest
    {
        get
        {
            lock (gate)
            {
                return running.Select(run => clock.GetElapsedTime(run.Began)).Append(longest).Max();
            }
        }
    }

    /// <summary>Begins to measure one, until it is disposed.</summary>
    public IDisposable Begin()
    {
        var run = new Run(this, clock.GetTimestamp());
        lock (gate)
        {
            running.Add(run);
        }

        return run;
    }

    private void End(Run run)
    {
        lock (gate)
        {
            if (running.Remove(run))
            {
                // Each that is shorter takes a tenth off.
                var duration = clock.GetElapsedTime(run.Began);
                longest = duration > longest * 0.9 ? duration : longest * 0.9;
            }
        }
    }

    private sealed class Run(RecentDuration durations, long began) : IDisposable
    {
        public long Began => began;

        public void Dispose() => durations.End(this);
    }
}
