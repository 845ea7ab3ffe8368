namespace ImageHub.BrowserTests;

/// <summary>Exclusive access to the browser's clipboard: only one test holds it at a time.</summary>
public sealed class Clipboard(IPage page, SemaphoreSlim held) : IDisposable
{
    public Task<string> TextAsync() => page.EvaluateAsync<string>("navigator.clipboard.readText()");

    public void Dispose() => held.Release();
}
