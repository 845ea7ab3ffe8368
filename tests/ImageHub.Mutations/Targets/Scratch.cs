using Microsoft.Win32.SafeHandles;

namespace ImageHub.Mutations.Targets;

/// <summary>A file with the current variant: for parsers that read files, and as evidence if a variant ends the process.</summary>
/// <param name="path">The file's path.</param>
internal sealed class Scratch(string path) : IDisposable
{
    private readonly SafeFileHandle handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>The file's path.</summary>
    public string Path => path;

    /// <summary>Replaces the content. The file is not emptied first, because some file systems then flush it.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        RandomAccess.SetLength(handle, content.Length);
        RandomAccess.Write(handle, content, 0);
    }

    public void Dispose()
    {
        handle.Dispose();
        File.Delete(path);
    }
}
