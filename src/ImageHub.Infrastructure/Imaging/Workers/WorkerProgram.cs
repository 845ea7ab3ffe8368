using System.Runtime.Versioning;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>The program of a worker: this program, or Node.</summary>
/// <param name="Place">The location of this program.</param>
/// <param name="Command">The command of the worker, with an absolute path first.</param>
/// <param name="DataBytes">The maximum memory allocation in bytes; 0 if the worker limits itself for each file.</param>
/// <param name="Folders">The folders of the program and its libraries.</param>
internal sealed record WorkerProgram(WorkerPlace Place, IReadOnlyList<string> Command, long DataBytes, IReadOnlyList<string> Folders)
{
    /// <summary>Creates a worker program that runs this program with a libvips library.</summary>
    /// <param name="place">The location of this program.</param>
    /// <param name="library">The libvips library, in the form of the setting.</param>
    internal static WorkerProgram WithLibVips(WorkerPlace place, string library) => new(
        place,
        [.. place.Program, .. RenderWorker.WorkArguments(library)],
        0,
        [.. place.FindFolders(), .. Path.IsPathFullyQualified(library) ? [Path.GetDirectoryName(library)!] : Array.Empty<string>()]);

    /// <summary>Finds Node with libheif in WebAssembly; null if Node or the package is missing.</summary>
    /// <param name="place">The location of this program.</param>
    /// <param name="dataBytes">The maximum memory allocation in bytes.</param>
    internal static WorkerProgram? FindLibHeif(WorkerPlace place, long dataBytes)
    {
        var script = Path.Combine(place.NativesFolder, "decode-heic.mjs");
        if (!File.Exists(script) || !Directory.Exists(Path.Combine(place.NativesFolder, "node_modules", "libheif-js")) || FindNode() is not { } node)
        {
            return null;
        }

        return new WorkerProgram(place, [node, "--expose-gc", "--max-old-space-size=64", script], dataBytes, [.. place.FindFolders(), Path.GetDirectoryName(node)!]);
    }

    /// <summary>The command to start. On Linux this is the program itself, which restricts itself and then executes <see cref="Command"/>.</summary>
    /// <param name="dropsRoot">Whether the program switches to another account.</param>
    internal IReadOnlyList<string> Start(bool dropsRoot) => OperatingSystem.IsLinux() ? [.. Place.Program, .. RenderWorker.SandboxArguments(dropsRoot, DataBytes, Folders, Command)] : Command;

    /// <summary>Whether every account can read the program, so that workers of a server running as root can switch to another account.</summary>
    [SupportedOSPlatform("linux")]
    internal bool IsReadableByAnybody() => Folders.Append(Place.Program[0]).Append(Command[0]).All(SharedPlace.IsOpen);

    private static string? FindNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(Path.IsPathFullyQualified)
        .Select(folder => new FileInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")))
        .Where(file => file.Exists)
        .Select(file => file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName)
        .FirstOrDefault();
}
