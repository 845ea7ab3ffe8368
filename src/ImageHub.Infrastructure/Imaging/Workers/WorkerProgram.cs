using System.Runtime.Versioning;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>What runs as a worker: this program once more, or Node.</summary>
/// <param name="Place">Where this program is found.</param>
/// <param name="Command">What is executed at last, with an absolute path first.</param>
/// <param name="DataBytes">What it may allocate, all its life; 0 where it limits itself for each file.</param>
/// <param name="Folders">What a worker reads its program and libraries from.</param>
internal sealed record WorkerProgram(WorkerPlace Place, IReadOnlyList<string> Command, long DataBytes, IReadOnlyList<string> Folders)
{
    /// <summary>This program, with a libvips.</summary>
    /// <param name="place">Where it is found.</param>
    /// <param name="library">The libvips, as the setting says it.</param>
    internal static WorkerProgram WithLibVips(WorkerPlace place, string library) => new(
        place,
        [.. place.Program, .. RenderWorker.ToWork(library)],
        0,
        [.. place.FindFolders(), .. Path.IsPathFullyQualified(library) ? [Path.GetDirectoryName(library)!] : Array.Empty<string>()]);

    /// <summary>Node, with libheif in WebAssembly; null where there is no Node or the program came without the package.</summary>
    /// <param name="place">Where this program is found.</param>
    /// <param name="dataBytes">What it may allocate.</param>
    internal static WorkerProgram? FindLibHeif(WorkerPlace place, long dataBytes)
    {
        var script = Path.Combine(place.NativesFolder, "decode-heic.mjs");
        if (!File.Exists(script) || !Directory.Exists(Path.Combine(place.NativesFolder, "node_modules", "libheif-js")) || FindNode() is not { } node)
        {
            return null;
        }

        return new WorkerProgram(place, [node, "--expose-gc", "--max-old-space-size=64", script], dataBytes, [.. place.FindFolders(), Path.GetDirectoryName(node)!]);
    }

    /// <summary>What is executed first: on Linux this program, which locks itself in before it executes <see cref="Command"/>.</summary>
    /// <param name="dropsRoot">Whether it takes another account on the way.</param>
    internal IReadOnlyList<string> Start(bool dropsRoot) => OperatingSystem.IsLinux() ? [.. Place.Program, .. RenderWorker.ToLockIn(dropsRoot, DataBytes, Folders, Command)] : Command;

    /// <summary>Whether any account can read the program: a server that runs as root has its workers drop to another one then.</summary>
    [SupportedOSPlatform("linux")]
    internal bool IsReadableByAnybody() => Folders.Append(Place.Program[0]).Append(Command[0]).All(SharedPlace.IsOpen);

    private static string? FindNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(Path.IsPathFullyQualified)
        .Select(folder => new FileInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")))
        .Where(file => file.Exists)
        .Select(file => file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName)
        .FirstOrDefault();
}
