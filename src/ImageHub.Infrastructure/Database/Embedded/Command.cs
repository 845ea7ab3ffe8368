using System.Diagnostics;
using System.Text;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Runs the short programs that come with PostgreSQL or prepare it, with a clean environment and a limit.</summary>
internal static class Command
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and everything it printed; 127 when there is no such program.</returns>
    /// <exception cref="TimeoutException">It did not end within the limit; it has been killed.</exception>
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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
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
    /// How a program is started. It inherits nothing of the environment, which holds secrets and may hold PG… variables,
    /// and no terminal.
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
            // The working directory may be one that only root can enter.
            start.WorkingDirectory = "/";
            start.Environment.Clear();
            start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
            start.Environment["LC_ALL"] = "C";
        }

        return start;
    }
}
