namespace ImageHub.Faults;

/// <summary>The system clock with a time of day that jumps. Timestamps and timers do not jump, as in the kernel.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long jumped;

    public void Jump(TimeSpan by) => Interlocked.Add(ref jumped, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref jumped));
}
