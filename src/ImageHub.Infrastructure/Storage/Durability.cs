using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Infrastructure.Storage;

/// <summary>Makes writes durable. A new or renamed file may be lost in a power failure until its folder has been flushed, too (fsync(2)).</summary>
internal static partial class Durability
{
    // Error codes of Linux and macOS: ENOENT, EINTR and EXDEV.
    private const int Missing = 2;
    private const int Interrupted = 4;
    private const int OtherDisk = 18;

    /// <summary>Flushes a file's content to disk.</summary>
    /// <exception cref="IOException">The file cannot be opened, or fsync(2) has failed: the disk may not have stored all bytes.</exception>
    /// <remarks>
    /// On Unix, <see cref="RandomAccess.FlushToDisk"/> and <see cref="FileStream.Flush(bool)"/> ignore every error of fsync(2):
    /// <c>SystemNative_FSync</c> of .NET 10 (<c>pal_io.c</c> of dotnet/runtime) returns 1 for an error, and its caller looks for -1.
    /// </remarks>
    public static void FlushFile(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        if (!OperatingSystem.IsWindows())
        {
            Flush(() => FlushDescriptor(file), path);
        }

        if (!OperatingSystem.IsLinux())
        {
            // On macOS, fsync(2) leaves the bytes in the drive's cache. This method empties the cache, but it does not report errors.
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <summary>Flushes a folder's entries to disk. Does nothing on Windows, which flushes them automatically.</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Uses opendir, because open(2) is variadic, and P/Invoke cannot call variadic functions portably.
        var folder = OpenFolder(path);
        if (folder == 0)
        {
            throw Failed("opened", path, Marshal.GetLastPInvokeError());
        }

        try
        {
            Flush(() => FlushDescriptor(FileDescriptor(folder)), path);
        }
        finally
        {
            _ = CloseFolder(folder);
        }
    }

    /// <summary>
    /// Renames a file and replaces an existing one, in one step. Unlike <see cref="File.Move(string, string, bool)"/>, does not copy the file to another disk,
    /// except on Windows.
    /// </summary>
    /// <returns>False if the new name is on another disk.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder of the new name does not exist.</exception>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    public static bool TryRename(string path, string newPath)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(path, newPath, overwrite: true);
            return true;
        }

        if (Rename(path, newPath) == 0)
        {
            return true;
        }

        // The call of `File.Exists` changes the last error.
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            OtherDisk => false,
            Missing when File.Exists(path) => throw new DirectoryNotFoundException($"'{path}' cannot be renamed to '{newPath}', whose folder does not exist."),
            _ => throw Failed("renamed", path, error),
        };
    }

    private static void Flush(Func<int> flush, string path)
    {
        while (flush() != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw Failed("flushed", path, error);
            }
        }
    }

    /// <summary>An exception with the system's error code, as .NET's own methods throw it.</summary>
    private static IOException Failed(string action, string path, int error) =>
        new($"'{path}' cannot be {action}: {Marshal.GetPInvokeErrorMessage(error)}.", error);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(string path, string newPath);

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenFolder(string path);

    [LibraryImport("libc", EntryPoint = "dirfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileDescriptor(nint folder);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushDescriptor(int fileDescriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushDescriptor(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "closedir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFolder(nint folder);
}
