namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Looks through sources of any length.</summary>
internal static class ByteSearch
{
    private const int WindowSize = 4 * 1024;

    /// <summary>Whether a range, cut to what is there, has nothing but that byte.</summary>
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
}
