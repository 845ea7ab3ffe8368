using System.Diagnostics;
using System.Runtime.CompilerServices;
using Shouldly;

namespace ImageHub.Testing;

/// <summary>Waits until a server or a page reaches a state. The timeout of two minutes ends a hanging test.</summary>
public static class Polling
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> isSo, [CallerArgumentExpression(nameof(isSo))] string condition = "")
    {
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            waited.Elapsed.ShouldBeLessThan(Limit, $"it did not become true: {condition}");
            await Task.Delay(Interval);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static Task EventuallyAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string condition = "") =>
        EventuallyAsync(() => Task.FromResult(isSo()), condition);
}
