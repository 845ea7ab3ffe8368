namespace ImageHub.Application.RateLimits;

/// <summary>How long something took lately: what a full queue tells the next one to wait. Safe to use from many threads.</summary>
public sealed class RecentDuration
{
    private readonly Lock gate = new();
    private TimeSpan longest = TimeSpan.FromSeconds(1);

    /// <summary>The longest of the last ones: each that is shorter takes a tenth off.</summary>
    public TimeSpan Longest
    {
        get
        {
            lock (gate)
            {
                return longest;
            }
        }
    }

    /// <summary>Notes how long one took.</summary>
    public void Note(TimeSpan duration)
    {
        lock (gate)
        {
            longest = duration > longest * 0.9 ? duration : longest * 0.9;
        }
    }
}
