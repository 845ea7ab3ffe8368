using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.Images;

namespace ImageHub.Application.WebDav;

/// <summary>An address below <c>/dav/</c>.</summary>
/// <param name="Segments">The decoded segments after <c>/dav/</c>; empty for the root.</param>
public sealed record DavPath(IReadOnlyList<string> Segments)
{
    /// <summary>The path of the root.</summary>
    public const string Root = "/dav/";

    /// <summary>The name of the folder with the images of a user.</summary>
    public const string Own = "me";

    /// <summary>The last segment; empty for the root.</summary>
    public string LastSegment => Segments.Count > 0 ? Segments[^1] : "";

    /// <summary>The encoded path.</summary>
    public string Href => Root + string.Join('/', Segments.Select(Uri.EscapeDataString));

    /// <summary>The SHA-256 hash of the segments. No segment contains the separator.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Segments)));

    /// <summary>
    /// Whether this is a file that an operating system writes into every folder, such as <c>.DS_Store</c> and <c>._photo.jpg</c>. Such files are accepted and
    /// discarded, so that clients report no errors.
    /// </summary>
    public bool IsJunk => LastSegment.StartsWith(SystemFiles.AppleDoublePrefix, StringComparison.Ordinal) || SystemFiles.Names.Contains(LastSegment, StringComparer.OrdinalIgnoreCase);
}
