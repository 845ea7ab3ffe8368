using ImageHub.Domain.Images;
using ImageHub.Domain.Site;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Application.Imaging;

/// <summary>Renders image files. All parameters and results are paths and plain values, so an implementation may run in another process.</summary>
public interface IImageRenderer
{
    /// <summary>The decoder's name, version and location, logged at startup.</summary>
    string Description { get; }

    /// <summary>The weakness of the decoder's sandbox: <c>asRoot</c> or <c>unconfined</c>; null if the sandbox is complete.</summary>
    string? Confinement { get; }

    /// <summary>Starts the decoder, and throws if it is unavailable.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// A setting is invalid; the message is one line that names the key.
    /// </exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Detects a file's format by its signature, which is in the first 256 bytes. Null if the format is not accepted.</summary>
    ImageFormat? Detect(SafeFileHandle file);

    /// <summary>
    /// Decodes a file once and writes its high, medium and low renditions: upright, sRGB, without metadata, never enlarged. Also reads the header, the camera's
    /// metadata and the caption, and cleans the file as <see cref="CleanAsync"/> does. The values in the header are checked against the limits before any pixel
    /// is decoded.
    /// </summary>
    /// <exception cref="Errors.ProblemException">
    /// <see cref="Errors.Problems.UnsupportedFormat"/> if the content is not an accepted format (the message explains how to enable HEIC); <see
    /// cref="Errors.Problems.CorruptImage"/> if it is truncated or corrupt; <see cref="Errors.Problems.TooComplex"/> if it exceeds or would
    /// exceed the limits for memory or time; <see cref="Errors.Problems.TooManyPixels"/> if it has more pixels than the request allows; <see
    /// cref="Errors.Problems.ServerBusy"/> if the queue is full or the wait was too long; <see cref="Errors.Problems.StorageUnavailable"/> if a
    /// file cannot be written.
    /// </exception>
    Task<RenderResult> RenderAsync(RenderRequest request, CancellationToken cancellationToken);

    /// <summary>Renders a file as <see cref="RenderAsync"/> does, but writes a single rendition.</summary>
    Task<RenderedFile> RenderOneAsync(RenderOneRequest request, CancellationToken cancellationToken);

    /// <summary>Decodes a file once and writes its renditions in other formats. Limits and errors are the same as for <see cref="RenderAsync"/>.</summary>
    /// <returns>
    /// The written files. WebP is omitted for an image with alpha, because its renditions are already WebP. Formats that the loaded libvips cannot
    /// write are also omitted.
    /// </returns>
    Task<IReadOnlyDictionary<ImageVariant, WrittenFile>> RenderAlternatesAsync(AlternatesRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Decodes a file once and writes its large rendition, in the default format and in others. Limits and errors are the same as for
    /// <see cref="RenderAsync"/>, and the omitted formats are the same as for <see cref="RenderAlternatesAsync"/>.
    /// </summary>
    Task<LargeResult> RenderLargeAsync(LargeRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a copy of a file that keeps the data needed for decoding, colours, animation and pages, and an allowlist of metadata:
    /// orientation, resolution, make, model, lens, exposure, time taken, software, creator, credit, copyright, licence, and a gain map. Pixels are unchanged, bit for bit.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Null, without writing a file, if there is nothing to change.</returns>
    /// <exception cref="Errors.ProblemException">
    /// The errors of <see cref="RenderAsync"/>; also <see cref="Errors.Problems.CorruptImage"/> if the file's structure is invalid.
    /// </exception>
    Task<WrittenFile?> CleanAsync(CleanRequest request, CancellationToken cancellationToken);
}

/// <summary>The values in a file's header.</summary>
/// <param name="Format">The format, detected by content.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public sealed record ImageHeader(ImageFormat Format, int Width, int Height)
{
    /// <summary>The number of pixels of one frame.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>The estimated peak memory for decoding, in bytes.</summary>
    public long DecodingBytes { get; init; }
}

/// <summary>A request to render a file.</summary>
/// <param name="SourcePath">The original file.</param>
/// <param name="Account">
/// The account that is charged for the rendering; accounts take turns. <see cref="RenderAccounts"/> defines the accounts of files without a user.
/// </param>
/// <param name="High">The high rendition.</param>
/// <param name="Medium">The medium rendition; its box fits inside the box of the high rendition.</param>
/// <param name="Low">The low rendition; its box fits inside the box of the medium rendition.</param>
/// <param name="CleanPath">The path for the cleaned copy.</param>
public sealed record RenderRequest(string SourcePath, Guid Account, RenderTarget High, RenderTarget Medium, RenderTarget Low, string CleanPath)
{
    /// <summary>The maximum number of pixels of one frame.</summary>
    public long MaxPixels { get; init; } = long.MaxValue;
}

/// <summary>A rendition to write.</summary>
/// <param name="Box">The box that the rendition must fit.</param>
/// <param name="Path">The path to write to.</param>
public sealed record RenderTarget(Box Box, string Path);

/// <summary>The accounts for files that do not belong to a user.</summary>
public static class RenderAccounts
{
    /// <summary>All admins and editors together.</summary>
    public static readonly Guid Admins = Guid.Empty;

    /// <summary>All visitors together, for pictures that are rendered on request.</summary>
    public static readonly Guid Visitors = new("00000000-0000-0000-0000-000000000001");

    /// <summary>
    /// Background work. It starts only while no other rendering runs or waits, renders one file at a time, and is never rejected for waiting too long.
    /// </summary>
    public static readonly Guid Background = Guid.AllBitsSet;
}

/// <summary>A request for a cleaned copy of a file.</summary>
/// <param name="SourcePath">The file.</param>
/// <param name="Account">The account.</param>
/// <param name="Format">The file's format.</param>
/// <param name="Rotation">
/// The degrees by which to rotate the picture clockwise: 0, 90, 180 or 270. Only its orientation tag changes. The format must have one
/// (<see cref="ImageFormats.HasOrientation"/>).
/// </param>
/// <param name="Path">The path to write to.</param>
public sealed record CleanRequest(string SourcePath, Guid Account, ImageFormat Format, int Rotation, string Path);

/// <summary>A request for one rendition of a file.</summary>
/// <param name="SourcePath">The file.</param>
/// <param name="Account">The account.</param>
/// <param name="Box">The box that the rendition must fit.</param>
/// <param name="Path">The path to write to.</param>
public sealed record RenderOneRequest(string SourcePath, Guid Account, Box Box, string Path)
{
    /// <summary>
    /// Whether to render with high quality, and always as JPEG with alpha blended onto white. If false, quality and format are the same as for
    /// <see cref="IImageRenderer.RenderAsync"/>.
    /// </summary>
    public bool IsFineJpeg { get; init; }

    /// <summary>
    /// Whether to render a picture with flat colours and sharp edges, always as WebP: lossless or, if that file would be large, with high quality.
    /// </summary>
    public bool IsLogo { get; init; }

    /// <summary>The crop, the size and the encoding of a transform, or null. The picture is first scaled to exactly the box.</summary>
    public Transform? Transform { get; init; }

    /// <summary>The watermark to place on the picture, or null.</summary>
    public RenderedMark? Mark { get; init; }

    /// <summary>The maximum number of pixels of one frame.</summary>
    public long MaxPixels { get; init; } = long.MaxValue;
}

/// <summary>A watermark to place on a picture.</summary>
/// <param name="Path">The mark's file: a rendition that this renderer has made.</param>
/// <param name="Size">The size of the picture in that file.</param>
/// <param name="Position">The position on the picture.</param>
/// <param name="Opacity">0–1.</param>
/// <param name="Width">The mark's width on the picture, in pixels. A mark that would be higher than the picture is scaled down.</param>
public sealed record RenderedMark(string Path, Box Size, WatermarkPosition Position, double Opacity, int Width);

/// <summary>A request for a file's renditions in other formats.</summary>
/// <param name="SourcePath">The file.</param>
/// <param name="Account">The account.</param>
/// <param name="High">The width and height of the high rendition.</param>
/// <param name="Medium">The width and height of the medium rendition.</param>
/// <param name="Low">The width and height of the low rendition.</param>
/// <param name="Formats">The formats.</param>
/// <param name="Paths">The path for each of <see cref="ImageVariant.Alternates"/>.</param>
public sealed record AlternatesRequest(
    string SourcePath, Guid Account, Box High, Box Medium, Box Low, AlternateFormats Formats, IReadOnlyDictionary<ImageVariant, string> Paths);

/// <summary>A request for a file's large rendition.</summary>
/// <param name="SourcePath">The file.</param>
/// <param name="Account">The account.</param>
/// <param name="Large">The large rendition.</param>
/// <param name="Formats">The other formats.</param>
/// <param name="Paths">The path for each of <see cref="ImageVariant.Alternates"/>.</param>
public sealed record LargeRequest(
    string SourcePath, Guid Account, RenderTarget Large, AlternateFormats Formats, IReadOnlyDictionary<ImageVariant, string> Paths);

/// <summary>The files of a large rendition.</summary>
/// <param name="Large">The rendition.</param>
/// <param name="Alternates">The rendition in other formats.</param>
public sealed record LargeResult(RenderedFile Large, IReadOnlyDictionary<ImageVariant, WrittenFile> Alternates);

/// <summary>The written files, the header and the metadata.</summary>
/// <param name="Header">The file's header.</param>
/// <param name="High">The high rendition.</param>
/// <param name="Medium">The medium rendition.</param>
/// <param name="Low">The low rendition.</param>
/// <param name="Placeholder">A WebP of at most 24 pixels per side and about 300 bytes.</param>
/// <param name="Metadata">The file's metadata.</param>
/// <param name="Clean">The cleaned copy; null if none was written, see <see cref="IImageRenderer.CleanAsync"/>.</param>
public sealed record RenderResult(ImageHeader Header, RenderedFile High, RenderedFile Medium, RenderedFile Low, byte[] Placeholder, ImageMetadata Metadata, WrittenFile? Clean);

/// <summary>A written file.</summary>
/// <param name="Bytes">The size, in bytes.</param>
/// <param name="Crc32">The CRC-32.</param>
public sealed record WrittenFile(long Bytes, uint Crc32);

/// <summary>A written rendition.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="ContentType">
/// The media type: <c>image/jpeg</c>, or <c>image/webp</c> for an image with alpha; for a transform, the media type of its format.
/// </param>
public sealed record RenderedFile(int Width, int Height, long Bytes, string ContentType)
{
    /// <summary>The file's CRC-32.</summary>
    public uint Crc32 { get; init; }

    /// <summary>A 64-bit perceptual hash; similar images differ in few bits. Set for the low rendition and for a single rendition.</summary>
    public long? PerceptualHash { get; init; }

    /// <summary>Converts the file to the form stored in a row.</summary>
    internal Rendition ToRendition() => new(Width, Height, Bytes, ContentType, Crc32);
}
