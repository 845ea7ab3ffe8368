namespace ImageHub.BrowserTests;

/// <summary>Waits for conditions that the page or the server meets later.</summary>
public static class Eventually
{
    /// <summary>Polls until the value equals the expected value. The timeout of a minute only ends a hanging test.</summary>
    public static async Task ShouldBecomeAsync<T>(this Func<Task<T>> ask, T expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var answer = await ask();
        while (!Equals(answer, expected) && !patience.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
            answer = await ask();
        }

        // Shouldly's comparison is not used: it would accept collections that never became equal within the minute.
        Equals(answer, expected).ShouldBeTrue($"it should become {expected}, and is {answer}");
    }
}
