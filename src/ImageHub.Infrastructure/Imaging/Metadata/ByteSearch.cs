namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Searches byte sources of any length, one window at a time.</summary>
internal static class ByteSearch
{
    private const int WindowSize = 4 * 1024;

    /// <summary>Whether a range, clipped to the source, contains only the given byte.</summary>
    internal static bool IsFilled(this ByteSource source, ByteRange range, byte value)
    {
        Span<byte> window = stackalloc byte[WindowSize];
        for (var at = range.Start; at < range.End;)
        {
            var read = source.Read(at, window[..(int)Math.Min(window.Length, range.End - at)]);
            if (window[..read].IndexOfAnyExcept(value) >= 0)
            {
                return false;
            }

            if (read == 0)
            {
                break;
            }

            at += read;
        }

        return true;
    }

    /// <summary>The offset of the first occurrence of a byte at or after an offset; the source's length if there is none.</summary>
    internal static long Find(this ByteSource source, byte value, long from)
    {
        Span<byte> window = stackalloc byte[WindowSize];
        for (var at = from; source.Read(at, window) is var read && read > 0; at += read)
        {
            if (window[..read].IndexOf(value) is var found and >= 0)
            {
                return at + found;
            }
        }

        return source.Length;
    }
}
