using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>What runs as a worker: this program once more, or Node.</summary>
/// <param name="Command">What is executed at last, with an absolute path first.</param>
/// <param name="DataBytes">What it may allocate, all its life; 0 where it limits itself for each file.</param>
/// <param name="Folders">What a worker reads its program and libraries from.</param>
internal sealed record WorkerProgram(IReadOnlyList<string> Command, long DataBytes, IReadOnlyList<string> Folders)
{
    private const string Name = "ImageHub.Api";

    // The runtime that runs this process and the program's library, or the program's own executable.
    private static readonly string[] Self = FindMuxer() is { } muxer
        ? [muxer, Path.Combine(AppContext.BaseDirectory, Name + ".dll")]
        : [Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? Name + ".exe" : Name)];

    private static string NativesFolder { get; } = FindNatives();

    /// <summary>This program, with a libvips.</summary>
    /// <param name="library">It, as the setting says it.</param>
    internal static WorkerProgram WithLibVips(string library) =>
        new([.. Self, .. RenderWorker.ToWork(library)], 0, [.. OwnFolders(), .. Path.IsPathFullyQualified(library) ? [Path.GetDirectoryName(library)!] : Array.Empty<string>()]);

    /// <summary>Node, with libheif in WebAssembly; null where there is no Node or the program came without the package.</summary>
    /// <param name="dataBytes">What it may allocate.</param>
    internal static WorkerProgram? FindLibHeif(long dataBytes)
    {
        var script = Path.Combine(NativesFolder, "decode-heic.mjs");
        if (!File.Exists(script) || !Directory.Exists(Path.Combine(NativesFolder, "node_modules", "libheif-js")) || FindNode() is not { } node)
        {
            return null;
        }

        return new WorkerProgram([node, "--expose-gc", "--max-old-space-size=64", script], dataBytes, [.. OwnFolders(), Path.GetDirectoryName(node)!]);
    }

    /// <summary>What is executed first: on Linux this program, which locks itself in before it executes <see cref="Command"/>.</summary>
    /// <param name="dropsRoot">Whether it takes another account on the way.</param>
    internal IReadOnlyList<string> Start(bool dropsRoot) => OperatingSystem.IsLinux() ? [.. Self, .. RenderWorker.ToLockIn(dropsRoot, DataBytes, Folders, Command)] : Command;

    /// <summary>Whether any account can read the program: a server that runs as root has its workers drop to another one then.</summary>
    [SupportedOSPlatform("linux")]
    internal bool IsReadableByAnybody() => Folders.Append(Self[0]).Append(Command[0]).All(IsOpen);

    private static IEnumerable<string> OwnFolders()
    {
        yield return AppContext.BaseDirectory;
        if (Directory.Exists(NativesFolder))
        {
            yield return NativesFolder;
        }

        if (Self.Length > 1)
        {
            yield return Path.GetDirectoryName(Self[0])!;
        }
    }

    // A build has the packages of all programs in one place.
    private static string FindNatives()
    {
        var natives = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "natives"));
        return natives.Exists ? natives.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? natives.FullName : natives.FullName;
    }

    // The runtime's folder is <root>/shared/Microsoft.NETCore.App/<version>; a self-contained program brings its own along.
    private static string? FindMuxer()
    {
        var muxer = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(muxer) ? muxer : null;
    }

    private static string? FindNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(Path.IsPathFullyQualified)
        .Select(folder => new FileInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")))
        .Where(file => file.Exists)
        .Select(file => file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName)
        .FirstOrDefault();

    [SupportedOSPlatform("linux")]
    private static bool IsOpen(string path)
    {
        // What is missing is for the worker to complain of.
        if (!Path.Exists(path))
        {
            return true;
        }

        if (!File.GetUnixFileMode(path).HasFlag(Directory.Exists(path) ? UnixFileMode.OtherRead | UnixFileMode.OtherExecute : UnixFileMode.OtherRead))
        {
            return false;
        }

        for (var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (!File.GetUnixFileMode(parent).HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }
}
