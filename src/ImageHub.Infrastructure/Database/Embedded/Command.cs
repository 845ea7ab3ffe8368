using System.Diagnostics;
using System.Text;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Runs PostgreSQL's short-lived programs and system programs with a time limit, and, except on Windows, with a clean environment.</summary>
internal static class Command
{
    /// <summary>Runs a program until it exits.</summary>
    /// <returns>The exit code and the complete output; 127 if the program does not exist.</returns>
    /// <exception cref="TimeoutException">The program exceeded the limit and has been killed.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> command, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Describe(command) };
        var output = new StringBuilder();
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, missing.Message);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"\"{string.Join(' ', command)}\" did not end within {limit.TotalSeconds} seconds. It printed: {output}", late);
        }

        return (process.ExitCode, output.ToString().Trim());

        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }
    }

    /// <summary>
    /// Describes how to start a program without a terminal. Except on Windows, omits this process's environment, which contains secrets and may contain PG…
    /// variables.
    /// </summary>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!OperatingSystem.IsWindows())
        {
            // The program's account may not have access to the current working directory.
            start.WorkingDirectory = "/";
            start.Environment.Clear();
            start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
            start.Environment["LC_ALL"] = "C";
        }

        return start;
    }
}
