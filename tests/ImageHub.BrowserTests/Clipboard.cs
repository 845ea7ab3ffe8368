namespace ImageHub.BrowserTests;

/// <summary>The browser's clipboard, held by one test at a time.</summary>
public sealed class Clipboard(IPage page, SemaphoreSlim held) : IDisposable
{
    public Task<string> TextAsync() => page.EvaluateAsync<string>("navigator.clipboard.readText()");

    public void Dispose() => held.Release();
}
