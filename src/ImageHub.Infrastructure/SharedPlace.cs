using System.Runtime.Versioning;

namespace ImageHub.Infrastructure;

/// <summary>Where root keeps copies for its unprivileged processes that cannot reach the originals, such as those in a clone below a private home.</summary>
[UnsupportedOSPlatform("windows")]
internal static class SharedPlace
{
    /// <summary>The folder.</summary>
    public const string Root = "/var/lib/imagehub";

    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder that every account may enter and list.</summary>
    public static void CreateOpen(string folder)
    {
        Directory.CreateDirectory(folder);

        // Set apart, because the process's umask may be stricter than what the other account needs.
        File.SetUnixFileMode(folder, Open);
    }

    /// <summary>Copies a folder so that every account may read it.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="target">A folder that is not there yet.</param>
    /// <param name="isWanted">Tells of each file and folder whether it is copied; null: all are.</param>
    public static void Copy(string source, string target, Func<FileSystemInfo, bool>? isWanted = null)
    {
        CreateOpen(target);
        foreach (var entry in new DirectoryInfo(source).EnumerateFileSystemInfos().Where(entry => isWanted?.Invoke(entry) != false))
        {
            var place = Path.Combine(target, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(place, link);
            }
            else if (entry is DirectoryInfo)
            {
                Copy(entry.FullName, place, isWanted);
            }
            else
            {
                File.Copy(entry.FullName, place);
                File.SetUnixFileMode(place, entry.UnixFileMode | UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }
        }
    }

    /// <summary>Whether every account can read a file, or list a folder, as far as modes tell. A path that is missing counts as readable.</summary>
    public static bool IsOpen(string path)
    {
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
