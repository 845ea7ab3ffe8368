using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.v3;

namespace ImageHub.Testing;

/// <summary>
/// Cancels a test that has not ended after ten minutes, so that it fails under its name instead of stopping the suite. Waits without a timeout
/// must observe the token of <see cref="TestContext"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class EndsHangingTestsAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Timer> timers = new(StringComparer.Ordinal);

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var context = TestContext.Current;
        timers[test.UniqueID] = new Timer(_ => context.CancelCurrentTest(), null, Limit, Timeout.InfiniteTimeSpan);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (timers.TryRemove(test.UniqueID, out var timer))
        {
            timer.Dispose();
        }
    }
}
