using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>How the program is started once more, as a worker, and what that start has to read.</summary>
internal static class WorkerProgram
{
    private const string Name = "ImageHub.Api";

    /// <summary>The command without arguments: the runtime that runs this process and the program's library, or the program's own executable.</summary>
    internal static IReadOnlyList<string> Command { get; } = FindMuxer() is { } muxer
        ? [muxer, Path.Combine(AppContext.BaseDirectory, Name + ".dll")]
        : [Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? Name + ".exe" : Name)];

    /// <summary>The folders that a worker reads its program and libraries from.</summary>
    /// <param name="library">Its libvips, as the setting says it.</param>
    internal static IEnumerable<string> Folders(string library)
    {
        yield return AppContext.BaseDirectory;

        // A build has the packages of all programs in one place.
        var natives = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "natives"));
        if (natives.Exists)
        {
            yield return natives.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? natives.FullName;
        }

        if (Command.Count > 1)
        {
            yield return Path.GetDirectoryName(Command[0])!;
        }

        if (Path.IsPathFullyQualified(library))
        {
            yield return Path.GetDirectoryName(library)!;
        }
    }

    /// <summary>Whether any account can read the program: a server that runs as root has its workers drop to another one then.</summary>
    [SupportedOSPlatform("linux")]
    internal static bool IsReadableByAnybody(string library) => Folders(library).Append(Command[0]).All(IsOpen);

    // The runtime's folder is <root>/shared/Microsoft.NETCore.App/<version>; a self-contained program brings its own along.
    private static string? FindMuxer()
    {
        var muxer = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(muxer) ? muxer : null;
    }

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
