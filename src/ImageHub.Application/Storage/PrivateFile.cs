namespace ImageHub.Application.Storage;

/// <summary>Creates files that only their owner can read (0600), regardless of the umask.</summary>
public static class PrivateFile
{
    /// <summary>Creates or truncates a file and opens it.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="options">The options for opening it.</param>
    /// <param name="bufferSize">The buffer size in bytes; 0 if the caller buffers.</param>
    public static FileStream Create(string path, FileOptions options = FileOptions.None, int bufferSize = 0)
    {
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = bufferSize, Options = options };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, how);
    }
}
