using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Storage;

/// <summary>Makes writes durable. A new or renamed file may be lost in a power failure until its folder has been flushed, too (fsync(2)).</summary>
internal static partial class Durability
{
    /// <summary>Flushes a file's content to disk.</summary>
    public static void FlushFile(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
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
            throw new IOException($"The folder '{path}' cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        }

        try
        {
            if (Flush(FileDescriptor(folder)) != 0)
            {
                throw new IOException($"The folder '{path}' cannot be flushed (errno {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            _ = CloseFolder(folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenFolder(string path);

    [LibraryImport("libc", EntryPoint = "dirfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileDescriptor(nint folder);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int fileDescriptor);

    [LibraryImport("libc", EntryPoint = "closedir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFolder(nint folder);
}
