namespace ImageHub.Testing;

/// <summary>The system clock plus an offset that a test adds, for both the time of day and timestamps.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private TimeSpan shift;

    /// <summary>Whether a test has moved the clock.</summary>
    public bool IsShifted { get; private set; }

    public void Advance(TimeSpan by)
    {
        shift += by;
        IsShifted = true;
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(shift.TotalSeconds * TimestampFrequency);
}
