namespace ImageHub.Application.Storage;

/// <summary>Files that only the account that writes them may read (0600), whatever its umask is.</summary>
public static class PrivateFile
{
    /// <summary>Makes a file, or empties one that is there, and opens it.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="options">How it is used.</param>
    /// <param name="bufferSize">Bytes; 0: whoever writes has a buffer already.</param>
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
