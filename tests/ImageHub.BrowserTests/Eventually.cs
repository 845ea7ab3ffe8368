namespace ImageHub.BrowserTests;

/// <summary>What becomes true while the page and the server are at work.</summary>
public static class Eventually
{
    /// <summary>Asks until the answer is the one expected. A busy machine may take its time: the minute only ends what hangs.</summary>
    public static async Task ShouldBecomeAsync<T>(this Func<Task<T>> ask, T expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var answer = await ask();
        while (!Equals(answer, expected) && !patience.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
            answer = await ask();
        }

        // Not Shouldly's comparison, which finds collections equal that were never found to be before the minute was over.
        Equals(answer, expected).ShouldBeTrue($"it should become {expected}, and is {answer}");
    }
}
