using Microsoft.Win32.SafeHandles;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Reads a file through a small window, so that memory use does not depend on the file's size.</summary>
/// <param name="path">The file.</param>
internal sealed class FileBytes(string path) : ByteSource, IDisposable
{
    private readonly SafeFileHandle handle = File.OpenHandle(path);
    private readonly byte[] window = new byte[64 * 1024];
    private long windowStart;
    private int windowLength;

    internal override long Length => field == 0 ? field = RandomAccess.GetLength(handle) : field;

    public void Dispose() => handle.Dispose();

    internal override int Read(long offset, Span<byte> buffer)
    {
        if (offset >= Length)
        {
            return 0;
        }

        var isInWindow = offset >= windowStart && offset + buffer.Length <= windowStart + windowLength;
        if (!isInWindow)
        {
            if (buffer.Length >= window.Length)
            {
                return Fill(buffer, offset);
            }

            (windowStart, windowLength) = (offset, Fill(window, offset));
        }

        var available = window.AsSpan((int)(offset - windowStart), Math.Min(buffer.Length, (int)(windowStart + windowLength - offset)));
        available.CopyTo(buffer);
        return available.Length;
    }

    private int Fill(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], offset + total) is var read && read > 0)
        {
            total += read;
        }

        return total;
    }
}
