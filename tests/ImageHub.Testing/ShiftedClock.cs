namespace ImageHub.Testing;

/// <summary>The system clock plus an offset that a test adds, for both the time of day and timestamps.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private TimeSpan shift;
    private TimeSpan correction;
    private DateTimeOffset? stopped;

    /// <summary>Whether a test has advanced the clock; <see cref="Set"/> does not count.</summary>
    public bool IsShifted { get; private set; }

    public void Advance(TimeSpan by)
    {
        shift += by;
        IsShifted = true;
    }

    /// <summary>Moves the time of day only, as when the machine's clock is set.</summary>
    public void Set(TimeSpan by) => correction += by;

    /// <summary>Stops the time of day, which then changes by <see cref="Advance"/> and <see cref="Set"/> only.</summary>
    public void Stop() => stopped = base.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => (stopped ?? base.GetUtcNow()) + shift + correction;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(shift.TotalSeconds * TimestampFrequency);
}
