using System.Diagnostics;
using ImageHub.Testing;

namespace ImageHub.Scale;

/// <summary>Runs a program to its end.</summary>
internal static class Programs
{
    /// <summary>Debian's nginx, whose folder is not in every account's <c>PATH</c>.</summary>
    public const string Nginx = "/usr/sbin/nginx";

    /// <returns>The program's standard output.</returns>
    /// <exception cref="InvalidOperationException">The program failed (the message has its error output), or did not end within a minute.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException exception)
        {
            process.Kill();
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} does not end.", exception);
        }

        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {await error}");
    }

    /// <summary>Waits until a condition holds, for at most a minute.</summary>
    /// <exception cref="TimeoutException">The condition does not hold after a minute; the message names the condition.</exception>
    public static async Task UntilAsync(string condition, Func<Task<bool>> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            if (waited.Elapsed > TimeSpan.FromMinutes(1))
            {
                throw new TimeoutException($"Waited a minute in vain: {condition}.");
            }

            await Task.Delay(100);
        }
    }
}

/// <summary>A program that runs until it is stopped. Its output goes to a file.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly Process process;

    /// <summary>Starts the program.</summary>
    /// <param name="log">The file for its output.</param>
    /// <param name="program">The program's name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    public Daemon(string log, string program, params IEnumerable<string> arguments) =>
        process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" > \"$0\" 2>&1", log, program, .. arguments]) { UseShellExecute = false })!;

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await ProcessSignals.SendAsync("TERM", process.Id);
            try
            {
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
            }
            catch (TimeoutException)
            {
                process.Kill();
            }
        }

        process.Dispose();
    }
}
