namespace ImageHub.Application.RateLimits;

/// <summary>Measures how long recent operations took, so that a full queue can tell clients when to try again. Thread-safe.</summary>
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
                // A longer duration is recorded at once. A shorter one lowers the recorded duration by at most a tenth.
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
