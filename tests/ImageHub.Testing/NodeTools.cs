using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace ImageHub.Testing;

/// <summary>npm programs that tests run beside the application.</summary>
public static class NodeTools
{
    /// <summary>The folder of the programs.</summary>
    public static string Folder { get; } = typeof(NodeTools).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "NodeFolder").Value!;

    // No test's time limit includes the start of its fixtures.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    /// <summary>Starts a script of the folder with Node.js. The standard streams are redirected.</summary>
    public static Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("The tests need Node.js 20 or newer with npm: install it and build again.", exception);
        }
    }

    /// <summary>Starts a server that writes its port as its first line.</summary>
    /// <returns>The process and the port.</returns>
    public static async Task<(Process Process, string Port)> StartServerAsync(params IEnumerable<string> arguments)
    {
        var process = Start(arguments);
        try
        {
            var port = await process.StandardOutput.ReadLineAsync().WaitAsync(StartLimit);
            return (process, port ?? throw new InvalidOperationException($"{process.StartInfo.ArgumentList[0]} did not start: {await process.StandardError.ReadToEndAsync()}"));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }
}
