using System.ComponentModel;
using System.Diagnostics;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Runs WebDAV clients and the test suite litmus from Debian packages.</summary>
internal static class DavPrograms
{
    /// <summary>Runs a program in a folder, asserts that its exit code is 0, and returns its output.</summary>
    public static async Task<string> RunAsync(string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (exitCode, output) = await ExecuteAsync(program, folder, environment, arguments);
        exitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    /// <summary>Runs a program in a folder and returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> ExecuteAsync(string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"The tests of WebDAV need {program}: install Debian's package {program}, or run ./test.sh.", exception);
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output + await error);
        }
    }
}
