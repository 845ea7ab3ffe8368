using System.Runtime.Versioning;

namespace ImageHub.Infrastructure;

/// <summary>
/// The folder in which root stores copies for unprivileged processes that cannot access the originals, for example because the originals are below a private
/// home directory.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class SharedPlace
{
    /// <summary>The path of the folder.</summary>
    public const string Root = "/var/lib/imagehub";

    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Creates a folder that every account can list.</summary>
    public static void CreateOpen(string folder)
    {
        Directory.CreateDirectory(folder);

        // The mode is set separately, because the umask may be stricter.
        File.SetUnixFileMode(folder, Open);
    }

    /// <summary>Copies a folder. Every account can read the copy.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="target">The target, which must not exist.</param>
    /// <param name="isWanted">Whether to copy a file or folder; null to copy all.</param>
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

    /// <summary>Whether the modes of a path and its parents let every account read the file or list the folder. A missing path counts as readable.</summary>
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
