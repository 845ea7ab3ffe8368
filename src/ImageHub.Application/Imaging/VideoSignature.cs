using System.Text;

namespace ImageHub.Application.Imaging;

/// <summary>Detects videos of cameras and phones by a file's first bytes, so that the error message can say that the file is a video.</summary>
internal static class VideoSignature
{
    private const int Length = 64;

    /// <summary>Whether a file that is not an image is a video.</summary>
    public static bool IsVideo(string path)
    {
        Span<byte> start = stackalloc byte[Length];
        using var file = File.OpenHandle(path);
        return IsVideo(start[..RandomAccess.Read(file, start, 0)]);
    }

    /// <summary>Whether a file that is not an image is a video, given its first 64 bytes.</summary>
    internal static bool IsVideo(ReadOnlySpan<byte> start) => start switch
    {
        // MP4 and 3GP (ISO/IEC 14496-12). Images, raw files and audio have other major brands.
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', _, _, _, _, ..] => IsVideoBrand(Encoding.Latin1.GetString(start.Slice(8, 4))),

        // A QuickTime file without a brand starts with one of these atoms.
        [_, _, _, _, (byte)'m', (byte)'o', (byte)'o', (byte)'v', ..] or [_, _, _, _, (byte)'m', (byte)'d', (byte)'a', (byte)'t', ..]
            or [_, _, _, _, (byte)'w', (byte)'i', (byte)'d', (byte)'e', ..] => true,

        // Matroska and WebM (RFC 8794).
        [0x1A, 0x45, 0xDF, 0xA3, ..] => true,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'A', (byte)'V', (byte)'I', (byte)' ', ..] => true,
        _ => false,
    };

    private static bool IsVideoBrand(string brand) =>
        brand is "qt  " or "avc1" or "dash" or "f4v " or "mmp4" or "MSNV" || brand[..2] is "mp" || brand[..3] is "iso" or "M4V" or "3gp" or "3g2";
}
