using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ImageHub.Infrastructure.Database.Embedded;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>The one folder that a worker may use. The file that it works on is in it under a second name while it works.</summary>
internal sealed partial class WorkerFolder : IDisposable
{
    private const string FromInside = "/proc/self/cwd/";

    /// <param name="path">A new, private folder on the disk of the files that will be lent.</param>
    /// <param name="isOpened">Whether the worker runs as another account, to which the folder is given. It enters by its working directory: the folders above stay closed.</param>
    internal WorkerFolder(string path, bool isOpened)
    {
        Path = path;
        IsOpened = isOpened;
        if (isOpened && OperatingSystem.IsLinux())
        {
            Posix.Give(path, LinuxSandbox.Account, LinuxSandbox.Account);
        }
    }

    /// <summary>Its absolute path.</summary>
    internal string Path { get; }

    /// <summary>Whether another account reads it.</summary>
    internal bool IsOpened { get; }

    /// <summary>Puts a file into the folder; elsewhere than on Linux, where workers are not locked in, it stays where it is.</summary>
    internal Lent Lend(string path, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Lent(path, null, null);
        }

        var inside = System.IO.Path.Combine(Path, name);
        if (IsOpened)
        {
            // Nobody else gets through the folders above it.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        // A file system without hard links takes a copy. What stands there is never written to: it may be the last file.
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
            // The staging folder has gone as a whole.
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [SupportedOSPlatform("linux")]
    private static partial int Link(string path, string link);

    /// <summary>A file that a worker may read. Disposing takes it back.</summary>
    /// <param name="Path">Its path, as the worker sees it.</param>
    /// <param name="Inside">Its second name.</param>
    /// <param name="Opened">The path of a file that was made readable for the worker's account.</param>
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
