using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>
/// Renders image files. It takes and returns paths and plain values only, so that an
/// implementation may do its work in another process.
/// </summary>
public interface IImageRenderer
{
    /// <summary>What does the decoding, for one start-up line: name, version and where it was found.</summary>
    string Description { get; }

    /// <summary>What is wrong with how decoding is confined, as a word: <c>asRoot</c> or <c>unconfined</c>; null: nothing.</summary>
    string? Confinement { get; }

    /// <summary>Starts what decodes, and fails where it cannot be.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the text is one line that names the key.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Decodes a file once and writes its high, medium and low renditions: upright, sRGB, without metadata, never enlarged. Reads its header and what the
    /// camera recorded, and cleans the file as <see cref="CleanAsync"/> does. No pixel is decoded before the header says that it may be.
    /// </summary>
    /// <exception cref="Errors.ProblemException">
    /// <see cref="Errors.Problems.UnsupportedFormat"/> when the content is no accepted format (the text says how to get HEIC);
    /// <see cref="Errors.Problems.CorruptImage"/> when it is one but truncated or corrupt;
    /// <see cref="Errors.Problems.TooComplex"/> when it takes more memory or time than it may, or would;
    /// <see cref="Errors.Problems.TooManyPixels"/> when it has more than the request allows;
    /// <see cref="Errors.Problems.ServerBusy"/> when too many wait already, or this waited too long;
    /// <see cref="Errors.Problems.StorageUnavailable"/> when a file cannot be written.
    /// </exception>
    Task<Rendering> RenderAsync(RenderRequest request, CancellationToken cancellationToken);

    /// <summary>As <see cref="RenderAsync"/>, but one rendition and nothing else.</summary>
    Task<RenderedFile> RenderOneAsync(RenditionRequest request, CancellationToken cancellationToken);

    /// <summary>Decodes a file once and writes its renditions in other formats, as <see cref="RenderAsync"/> makes them otherwise.</summary>
    /// <returns>Those that were written: none in WebP where there is alpha, since the rendition itself is that, and none in a format that this libvips does not write.</returns>
    Task<IReadOnlyDictionary<ImageVariant, WrittenFile>> RenderAlternatesAsync(AlternatesRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a copy of the file to <paramref name="cleanPath"/> with what decoding, colours, animation and pages need, and of its metadata
    /// with what is on a list: orientation, resolution, make, model, lens, exposure, time taken, software, creator, credit, copyright, licence,
    /// and a gain map. Pixels stay bit for bit.
    /// </summary>
    /// <returns>Null, and nothing is written, when the file carries nothing else.</returns>
    /// <exception cref="Errors.ProblemException">As <see cref="RenderAsync"/>; <see cref="Errors.Problems.CorruptImage"/> also when the file's structure cannot be followed.</exception>
    Task<WrittenFile?> CleanAsync(string path, ImageFormat format, string cleanPath, CancellationToken cancellationToken);
}

/// <summary>What a file's header says.</summary>
/// <param name="Format">The format, told by content.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public sealed record ImageHeader(ImageFormat Format, int Width, int Height)
{
    /// <summary>Pixels of one frame.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>An estimate of the bytes that decoding it holds at once.</summary>
    public long DecodingBytes { get; init; }
}

/// <summary>One rendering.</summary>
/// <param name="SourcePath">The file as sent.</param>
/// <param name="Account">Whose it is: accounts take turns. <see cref="RenderAccounts"/> has those that are nobody's.</param>
/// <param name="High">The high rendition.</param>
/// <param name="Medium">The medium rendition; its box fits inside that of the high one.</param>
/// <param name="Low">The low rendition; its box fits inside that of the medium one.</param>
/// <param name="CleanPath">Where to write the cleaned copy.</param>
public sealed record RenderRequest(string SourcePath, Guid Account, RenditionTarget High, RenditionTarget Medium, RenditionTarget Low, string CleanPath)
{
    /// <summary>The most pixels (one frame) that it may have.</summary>
    public long MaxPixels { get; init; } = long.MaxValue;
}

/// <summary>A rendition to be made.</summary>
/// <param name="Box">What it fits inside.</param>
/// <param name="Path">Where to write it.</param>
public sealed record RenditionTarget(Box Box, string Path);

/// <summary>Accounts of files that are no user's.</summary>
public static class RenderAccounts
{
    /// <summary>The admins together.</summary>
    public static readonly Guid Admins = Guid.Empty;

    /// <summary>What nobody waits for: begun only while nothing else is rendered or waits for it, one file at a time, and never refused for the time it has waited.</summary>
    public static readonly Guid Background = Guid.AllBitsSet;
}

/// <summary>One rendition of a file.</summary>
/// <param name="SourcePath">The file.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Box">What the rendition fits inside.</param>
/// <param name="Path">Where to write it.</param>
public sealed record RenditionRequest(string SourcePath, Guid Account, Box Box, string Path)
{
    /// <summary>
    /// Whether it is to be looked at closely: little compressed, and a JPEG also where there is alpha, which becomes white. Otherwise as
    /// <see cref="IImageRenderer.RenderAsync"/> makes renditions.
    /// </summary>
    public bool IsFineJpeg { get; init; }
}

/// <summary>The renditions of a file in other formats.</summary>
/// <param name="SourcePath">The file.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="High">The width and height that the high rendition has.</param>
/// <param name="Medium">Those of the medium rendition.</param>
/// <param name="Low">Those of the low rendition.</param>
/// <param name="Formats">Which formats.</param>
/// <param name="Paths">Where to write each of <see cref="ImageVariant.Alternates"/>.</param>
public sealed record AlternatesRequest(
    string SourcePath, Guid Account, Box High, Box Medium, Box Low, AlternateFormats Formats, IReadOnlyDictionary<ImageVariant, string> Paths);

/// <summary>What was written.</summary>
/// <param name="Header">What the file's header says.</param>
/// <param name="High">The high rendition.</param>
/// <param name="Medium">The medium rendition.</param>
/// <param name="Low">The low rendition.</param>
/// <param name="Placeholder">A WebP of at most 24 pixels a side and about 300 bytes.</param>
/// <param name="Metadata">What the camera recorded.</param>
/// <param name="Clean">The cleaned copy; null: none was written, as <see cref="IImageRenderer.CleanAsync"/> says.</param>
public sealed record Rendering(ImageHeader Header, RenderedFile High, RenderedFile Medium, RenderedFile Low, byte[] Placeholder, ImageMetadata Metadata, WrittenFile? Clean);

/// <summary>A written file.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Crc32">Its CRC-32.</param>
public sealed record WrittenFile(long Bytes, uint Crc32);

/// <summary>A written rendition.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="ContentType">Its media type: <c>image/jpeg</c>, or <c>image/webp</c> where there is alpha.</param>
public sealed record RenderedFile(int Width, int Height, long Bytes, string ContentType)
{
    /// <summary>The file's CRC-32.</summary>
    public uint Crc32 { get; init; }

    /// <summary>What it looks like, in 64 bits of which similar pictures have nearly all; of the low rendition and of one that was made alone.</summary>
    public long? PerceptualHash { get; init; }

    /// <summary>What a row says of it.</summary>
    internal Rendition ToRendition() => new(Width, Height, Bytes, ContentType, Crc32);
}
