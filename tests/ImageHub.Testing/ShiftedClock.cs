namespace ImageHub.Testing;

/// <summary>The system's clock, moved forward by a test: the time of day and what is measured alike.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private TimeSpan shift;

    public void Advance(TimeSpan by) => shift += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(shift.TotalSeconds * TimestampFrequency);
}
