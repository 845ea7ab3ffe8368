using System.Buffers.Binary;
using System.Text;
using ImageHub.Domain.Images;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Application.Imaging;

/// <summary>Detects a format by a file's first bytes, before parsing.</summary>
public static class FileSignature
{
    private const int Length = 256;

    /// <summary>The format according to the file's signature, or null. Reads at most the first 256 bytes.</summary>
    public static ImageFormat? Read(string path)
    {
        using var file = File.OpenHandle(path);
        return Read(file);
    }

    /// <summary>The same for an open file.</summary>
    public static ImageFormat? Read(SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[Length];
        return Tell(start[..RandomAccess.Read(file, start, 0)]);
    }

    /// <summary>The same for a file's first 256 bytes.</summary>
    internal static ImageFormat? Tell(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,

        // Canon's raw files have a TIFF structure, but their first picture is a preview.
        [(byte)'I', (byte)'I', 0x2A, 0, _, _, _, _, (byte)'C', (byte)'R', ..] => null,

        // 42 is classic TIFF, 43 BigTIFF.
        [(byte)'I', (byte)'I', 0x2A or 0x2B, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A or 0x2B, ..] => ImageFormat.Tiff,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => TellByBrand(start),
        _ => null,
    };

    // ISO/IEC 14496-12, section 4.3: size, "ftyp", major brand, minor version, compatible brands. The major brand may be as general as "mif1" (any
    // image), so that the first brand naming a codec decides.
    private static ImageFormat? TellByBrand(ReadOnlySpan<byte> start)
    {
        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(start), (uint)start.Length);
        for (var at = 8; at + 4 <= end; at = at == 8 ? 16 : at + 4)
        {
            switch (Encoding.Latin1.GetString(start.Slice(at, 4)))
            {
                case "avif" or "avis":
                    return ImageFormat.Avif;
                case "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "hevm" or "hevs":
                    return ImageFormat.Heic;
                default:
                    break;
            }
        }

        return null;
    }
}
