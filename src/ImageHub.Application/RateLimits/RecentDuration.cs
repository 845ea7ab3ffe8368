namespace ImageHub.Application.RateLimits;

/// <summary>Tracks how long an operation recently took, to estimate the wait of a full queue. Thread-safe.</summary>
public sealed class RecentDuration(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly HashSet<Run> running = [];
    private TimeSpan longest = TimeSpan.FromSeconds(1);

    /// <summary>The longest recent duration, including operations still running.</summary>
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

    /// <summary>Measures an operation until the result is disposed.</summary>
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
                // Each shorter duration reduces the recorded duration by a tenth.
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
