using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing;

namespace ImageHub.ApiTests.StartUp;

/// <summary>
/// Makes system calls of a running program fail with <c>EIO</c>, as a broken disk does: one call of each thread fails, or all calls. Uses strace
/// (https://strace.io), on Linux only.
/// </summary>
internal sealed class FailingCalls : IAsyncDisposable
{
    private readonly Process strace;

    private FailingCalls(Process strace) => this.strace = strace;

    /// <summary>Begins once strace has attached itself to the program. Skips the test where that is not allowed.</summary>
    /// <param name="processId">The program.</param>
    /// <param name="calls">The names of the calls, separated by commas; strace ignores an unknown name after a question mark.</param>
    /// <param name="which">The call of each thread that fails, from 1; <c>1+</c> for all.</param>
    /// <param name="path">The only file or folder whose calls fail; null for all.</param>
    public static async Task<FailingCalls> BeginAsync(int processId, string calls, string which = "1", string? path = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace runs on Linux only.");
        var start = new ProcessStartInfo(
            "strace",
            [
                "-f", "-p", processId.ToString(CultureInfo.InvariantCulture), "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:error=EIO:when={which}",
                .. path is null ? (string[])[] : ["-P", path],
            ])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        var tracer = Process.Start(start)!;
        var line = await tracer.StandardError.ReadLineAsync();
        Assert.SkipWhen(line?.Contains("not permitted", StringComparison.Ordinal) == true, $"Containers without the right to trace processes cannot make calls fail: {line}");
        line.ShouldNotBeNull().ShouldContain("attached");

        // strace waits while nobody reads its messages.
        _ = tracer.StandardError.ReadToEndAsync();
        return new FailingCalls(tracer);
    }

    public async ValueTask DisposeAsync()
    {
        await ProcessSignals.SendAsync("TERM", strace.Id);
        await strace.WaitForExitAsync();
        strace.Dispose();
    }
}
