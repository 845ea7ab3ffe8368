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
}
