namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Finds bytes in a source of any length.</summary>
internal static class ByteSearch
{
    private const int WindowSize = 32 * 1024;

    /// <summary>The first place at or behind an offset, or -1.</summary>
    internal static long IndexOf(this ByteSource source, ReadOnlySpan<byte> pattern, long from = 0)
    {
        var window = new byte[WindowSize];
        for (var at = from; at < source.Length; at += window.Length - pattern.Length + 1)
        {
            var read = source.Read(at, window);
            var found = window.AsSpan(0, read).IndexOf(pattern);
            if (found >= 0)
            {
                return at + found;
            }

            if (read < window.Length)
            {
                break;
            }
        }

        return -1;
    }

    /// <summary>Whether any of the patterns occurs.</summary>
    internal static bool ContainsAny(this ByteSource source, IReadOnlyList<byte[]> patterns)
    {
        var window = new byte[WindowSize];
        var overlap = patterns.Max(pattern => pattern.Length) - 1;
        for (var at = 0L; at < source.Length; at += window.Length - overlap)
        {
            var read = window.AsSpan(0, source.Read(at, window));
            foreach (var pattern in patterns)
            {
                if (read.IndexOf(pattern) >= 0)
                {
                    return true;
                }
            }

            if (read.Length < window.Length)
            {
                break;
            }
        }

        return false;
    }

    /// <summary>Where the first byte other than zero stands, or the length.</summary>
    internal static long SkipZeros(this ByteSource source, long from)
    {
        var window = new byte[WindowSize];
        for (var at = from; at < source.Length;)
        {
            var read = source.Read(at, window);
            var found = window.AsSpan(0, read).IndexOfAnyExcept((byte)0);
            if (found >= 0)
            {
                return at + found;
            }

            if (read == 0)
            {
                break;
            }

            at += read;
        }

        return source.Length;
    }
}
