namespace ImageHub.Testing;

/// <summary>The system's clock, moved forward by a test: the time of day and what is measured alike.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private TimeSpan shift;

    /// <summary>Whether a test has moved it.</summary>
    public bool IsShifted { get; private set; }

    public void Advance(TimeSpan by)
    {
        shift += by;
        IsShifted = true;
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(shift.TotalSeconds * TimestampFrequency);
}
