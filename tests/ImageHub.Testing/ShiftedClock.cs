namespace ImageHub.Testing;

/// <summary>The system's clock, moved forward by a test.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private TimeSpan shift;

    public void Advance(TimeSpan by) => shift += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
}
