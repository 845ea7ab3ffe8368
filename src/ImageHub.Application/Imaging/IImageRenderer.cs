using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>
/// Measures and renders image files. It takes and returns paths and plain values only, so that an
/// implementation may do its work in another process.
/// </summary>
public interface IImageRenderer
{
    /// <summary>What does the decoding, for one start-up line: name, version and where it was found.</summary>
    string Description { get; }

    /// <summary>Reads the header of a file; no pixel is decoded.</summary>
    /// <exception cref="Errors.ProblemException">
    /// <see cref="Errors.Problems.UnsupportedFormat"/> when the content is no accepted format (the text says how to get HEIC);
    /// <see cref="Errors.Problems.CorruptImage"/> when it is one but its header cannot be read.
    /// </exception>
    Task<ImageHeader> InspectAsync(string path, CancellationToken cancellationToken);

    /// <summary>Decodes a file once and writes its high and low renditions: upright, sRGB, without metadata, never enlarged.</summary>
    /// <exception cref="Errors.ProblemException">
    /// <see cref="Errors.Problems.CorruptImage"/> for truncated or corrupt content;
    /// <see cref="Errors.Problems.ServerBusy"/> when too many renderings wait already;
    /// <see cref="Errors.Problems.StorageUnavailable"/> when a rendition cannot be written.
    /// </exception>
    Task<Rendering> RenderAsync(RenderRequest request, CancellationToken cancellationToken);

    /// <summary>As <see cref="RenderAsync"/>, but one rendition.</summary>
    Task<RenderedFile> RenderOneAsync(RenditionRequest request, CancellationToken cancellationToken);
}

/// <summary>What a file's header says.</summary>
/// <param name="Format">The format, told by content.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public sealed record ImageHeader(ImageFormat Format, int Width, int Height)
{
    /// <summary>Pixels of one frame.</summary>
    public long Pixels => (long)Width * Height;
}

/// <summary>One rendering.</summary>
/// <param name="SourcePath">The file as sent.</param>
/// <param name="Header">What <see cref="IImageRenderer.InspectAsync"/> said of it.</param>
/// <param name="High">The box of the high rendition.</param>
/// <param name="Low">The box of the low rendition.</param>
/// <param name="HighPath">Where to write the high rendition.</param>
/// <param name="LowPath">Where to write the low rendition.</param>
public sealed record RenderRequest(string SourcePath, ImageHeader Header, Box High, Box Low, string HighPath, string LowPath)
{
    /// <summary>What the file is decoded for; low is made from it.</summary>
    public RenditionRequest Largest => new(SourcePath, Header, High, HighPath);
}

/// <summary>One rendition of a file.</summary>
/// <param name="SourcePath">The file.</param>
/// <param name="Header">What <see cref="IImageRenderer.InspectAsync"/> says of it.</param>
/// <param name="Box">What the rendition fits inside.</param>
/// <param name="Path">Where to write it.</param>
public sealed record RenditionRequest(string SourcePath, ImageHeader Header, Box Box, string Path);

/// <summary>What was written.</summary>
/// <param name="High">The high rendition.</param>
/// <param name="Low">The low rendition.</param>
/// <param name="Placeholder">A WebP of at most 24 pixels a side and about 300 bytes.</param>
public sealed record Rendering(RenderedFile High, RenderedFile Low, byte[] Placeholder);

/// <summary>A written rendition.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="ContentType">Its media type: <c>image/jpeg</c>, or <c>image/webp</c> where there is alpha.</param>
public sealed record RenderedFile(int Width, int Height, long Bytes, string ContentType);
