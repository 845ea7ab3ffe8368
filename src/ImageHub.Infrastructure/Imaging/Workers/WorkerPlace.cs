using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>Where workers find the program. A server that runs as root starts them as another account, which must reach it.</summary>
/// <param name="BaseDirectory">The folder with the program's own files.</param>
/// <param name="NativesFolder">The folder with packages from npm; it may be missing.</param>
internal sealed record WorkerPlace(string BaseDirectory, string NativesFolder)
{
    private const string Name = "ImageHub.Api";
    private const string Natives = "natives";

    /// <summary>Where the server itself has been started from.</summary>
    internal static WorkerPlace Own { get; } = new(AppContext.BaseDirectory, FindNatives());

    /// <summary>What starts the program: the runtime that runs this process and the program's library, or the program's own executable.</summary>
    internal IReadOnlyList<string> Program { get; } = FindMuxer() is { } muxer
        ? [muxer, Path.Combine(BaseDirectory, Name + ".dll")]
        : [Path.Combine(BaseDirectory, OperatingSystem.IsWindows() ? Name + ".exe" : Name)];

    /// <summary>Where the account of root's workers reaches the program: where it is, or else a copy.</summary>
    /// <returns>The server's own place also where a copy cannot be made.</returns>
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
            logger.LogWarning("Render workers cannot get a copy of the program below {Folder}: {Reason}", SharedPlace.Root, exception.Message);
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

    /// <summary>Copies the program, once for each build; copies of earlier builds of the same folder are removed after a day.</summary>
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
                // Another ImageHub was faster.
                Directory.Delete(unfinished, recursive: true);
            }

            RemoveEarlier(root, place, copy, logger);
            logger.LogInformation("Uid {Account}, as which render workers run, cannot reach {Folder}: they run from {Copy}", LinuxSandbox.Account, Own.BaseDirectory, copy);
        }

        return new WorkerPlace(copy, Path.Combine(copy, Natives));
    }

    /// <summary>Removes copies of earlier builds and unfinished ones. Copies younger than a day stay: a server may still run from them.</summary>
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
                logger.LogInformation("The copy {Folder} of an earlier build stays: {Reason}", earlier, exception.Message);
            }
        }
    }

    private static List<FileInfo> FindFiles() =>
        [.. new DirectoryInfo(Own.BaseDirectory).EnumerateFiles().Where(IsWanted).OrderBy(file => file.FullName, StringComparer.Ordinal)];

    // Workers need neither PostgreSQL nor what describes the program; the natives are their own copy.
    private static bool IsWanted(FileSystemInfo entry) => entry.Name is not (Natives or "@embedded-postgres" or ".bin") && entry.Extension is not (".pdb" or ".xml");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    // A build has the packages of all programs in one place.
    private static string FindNatives()
    {
        var natives = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, Natives));
        return natives.Exists ? natives.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? natives.FullName : natives.FullName;
    }

    // The runtime's folder is <root>/shared/Microsoft.NETCore.App/<version>; a self-contained program brings its own along.
    private static string? FindMuxer()
    {
        var muxer = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(muxer) ? muxer : null;
    }
}
