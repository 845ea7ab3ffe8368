using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ImageHub.Infrastructure.Database.Embedded;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>The only folder that a worker may use. On Linux, it contains the current file as a hard link or a copy.</summary>
internal sealed partial class WorkerFolder : IDisposable
{
    private const string FromInside = "/proc/self/cwd/";

    /// <param name="path">A new private folder on the disk of the files to lend.</param>
    /// <param name="isOpened">
    /// Whether the worker runs as another account, which then owns the folder. The folder is the worker's working directory, so the account needs no access to
    /// the parent folders.
    /// </param>
    internal WorkerFolder(string path, bool isOpened)
    {
        Path = path;
        IsOpened = isOpened;
        if (isOpened && OperatingSystem.IsLinux())
        {
            Posix.Give(path, LinuxSandbox.Account, LinuxSandbox.Account);
        }
    }

    /// <summary>The folder's absolute path.</summary>
    internal string Path { get; }

    /// <summary>Whether another account reads the folder.</summary>
    internal bool IsOpened { get; }

    /// <summary>Links a file into the folder. On other systems than Linux, where workers are not restricted, the worker reads the original path.</summary>
    internal Lent Lend(string path, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Lent(path, null, null);
        }

        var inside = System.IO.Path.Combine(Path, name);
        if (IsOpened)
        {
            // Makes the file readable to the worker's account. Other accounts cannot reach the file, because the parent folders are private.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        // Deletes the old entry instead of overwriting it, because it may be a link to the previous source. If the file system has no hard links, the file is
        // copied.
        File.Delete(inside);
        if (Link(path, inside) != 0)
        {
            File.Copy(path, inside, overwrite: false);
        }

        return new Lent(FromInside + name, inside, IsOpened ? path : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The staging folder has been deleted as a whole.
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [SupportedOSPlatform("linux")]
    private static partial int Link(string path, string link);

    /// <summary>A file that a worker may read. Disposing revokes the access.</summary>
    /// <param name="Path">The path as the worker sees it.</param>
    /// <param name="Inside">The path of the file's link or copy in the folder; null if the worker reads the original path.</param>
    /// <param name="Opened">The path of the file that was made readable for the worker's account; null if its mode is unchanged.</param>
    internal sealed record Lent(string Path, string? Inside, string? Opened) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            if (Inside is not null)
            {
                File.Delete(Inside);
            }

            if (Opened is not null && OperatingSystem.IsLinux() && File.Exists(Opened))
            {
                File.SetUnixFileMode(Opened, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }
}
