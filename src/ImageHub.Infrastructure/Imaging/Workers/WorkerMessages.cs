using System.Buffers.Binary;
using System.Text.Json.Serialization;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>The tasks of a worker.</summary>
internal enum WorkerTask
{
    /// <summary>Renders the high, medium and low renditions, reads the metadata and writes a cleaned copy.</summary>
    Render,

    /// <summary>Renders one rendition, which is sent as the high rendition.</summary>
    RenderOne,

    /// <summary>Renders one high-quality JPEG, which is sent as the high rendition.</summary>
    RenderJpeg,

    /// <summary>Renders one WebP of a logo, which is sent as the high rendition.</summary>
    RenderLogo,

    /// <summary>Renders one transform, which is sent as the high rendition. The box is the exact size before the crop.</summary>
    RenderTransform,

    /// <summary>Renders the high, medium and low renditions in other formats. The boxes are the exact sizes.</summary>
    RenderAlternates,

    /// <summary>Renders one rendition, which is sent as the high rendition, and the same rendition in other formats.</summary>
    RenderLarge,

    /// <summary>Writes a cleaned copy.</summary>
    Clean,

    /// <summary>Writes the pixels as an uncompressed TIFF, upright and with the file's colour profile.</summary>
    Unpack,
}

/// <summary>A line of JSON that a worker reads from standard input.</summary>
/// <param name="Task">The task.</param>
/// <param name="Source">The file's path as the worker sees it.</param>
/// <param name="Header">
/// The header from an earlier inspection; null to inspect the file first and perform the task only if the file is within the limits.
/// </param>
/// <param name="High">The box of the high or only rendition.</param>
/// <param name="Medium">The box of the medium rendition.</param>
/// <param name="Low">The box of the low rendition.</param>
/// <param name="Unpacked">The path of the TIFF that another worker has unpacked; null if this worker decodes the file.</param>
/// <param name="Bytes">The memory limit for the task, in bytes.</param>
/// <param name="MaxPixels">The maximum number of pixels of one frame.</param>
/// <param name="AcceptsHeic">Whether HEIC is accepted, because this worker or another one can decode it.</param>
internal sealed record WorkerRequest(WorkerTask Task, string Source, ImageHeader? Header, Box? High, Box? Medium, Box? Low, string? Unpacked, long Bytes, long MaxPixels, bool AcceptsHeic)
{
    /// <summary>The formats of <see cref="WorkerTask.RenderAlternates"/> and <see cref="WorkerTask.RenderLarge"/>.</summary>
    public AlternateFormats Formats { get; init; }

    /// <summary>The transform of <see cref="WorkerTask.RenderTransform"/>, or null.</summary>
    public Transform? Transform { get; init; }

    /// <summary>
    /// The watermark of <see cref="WorkerTask.RenderOne"/> and <see cref="WorkerTask.RenderTransform"/>, with its file's path as the worker sees it, or null.
    /// </summary>
    public RenderedMark? Mark { get; init; }

    /// <summary>For <see cref="WorkerTask.Clean"/>: the degrees by which to rotate the picture clockwise through its orientation tag.</summary>
    public int Rotation { get; init; }
}

/// <summary>The end of a worker's response, after the files.</summary>
internal sealed record WorkerAnswer
{
    /// <summary>The problem's code, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>The message for the client that sent the file.</summary>
    public string? Detail { get; init; }

    /// <summary>The reason, for the log.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether memory ran out. The worker is then not used again.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>The header. If no other value is set, the file exceeds the request's limits or needs another worker.</summary>
    public ImageHeader? Header { get; init; }

    /// <summary>
    /// The high or only rendition, whose bytes were sent before this message. For alternates, the properties of the largest rendition in the default format.
    /// </summary>
    public RenderedFile? High { get; init; }

    /// <summary>The medium rendition, whose bytes were sent before this message.</summary>
    public RenderedFile? Medium { get; init; }

    /// <summary>The low rendition, whose bytes were sent before this message.</summary>
    public RenderedFile? Low { get; init; }

    /// <summary>The placeholder, a tiny WebP.</summary>
    public byte[]? Placeholder { get; init; }

    /// <summary>The file's metadata.</summary>
    public ImageMetadata? Metadata { get; init; }
}

/// <summary>A worker's first message.</summary>
/// <param name="Description">The decoder's name and version; null if the worker cannot start.</param>
/// <param name="DecodesHevc">Whether the worker can decode HEIC.</param>
/// <param name="Failure">The reason why the worker cannot start, or null.</param>
internal sealed record WorkerGreeting(string? Description, bool DecodesHevc, string? Failure)
{
    /// <summary>The restrictions that are not in force.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>The kinds of frames.</summary>
internal enum FrameKind : byte
{
    /// <summary>A <see cref="WorkerGreeting"/> or <see cref="WorkerAnswer"/> in JSON; the last frame of a response.</summary>
    Json,

    /// <summary>Bytes of the high rendition, in order.</summary>
    High,

    /// <summary>Bytes of the low rendition, in order.</summary>
    Low,

    /// <summary>New bytes of the cleaned copy, in order.</summary>
    Full,

    /// <summary>Bytes of the unpacked file, in order; decode-heic.mjs uses the same number.</summary>
    Unpacked = 4,

    /// <summary>Bytes of the medium rendition, in order.</summary>
    Medium,

    /// <summary>A <see cref="KeptRange"/>: the next range of the source to copy unchanged into the cleaned copy.</summary>
    FullRange,

    /// <summary>Bytes of the first of <see cref="ImageVariant.Alternates"/>, in order. The following numbers are for the other alternates.</summary>
    FirstAlternate,
}

/// <summary>Computes kinds of frames that depend on an index.</summary>
internal static class FrameKinds
{
    /// <summary>The kind for bytes of the alternate at an index of <see cref="ImageVariant.Alternates"/>.</summary>
    internal static FrameKind OfAlternate(int number) => (FrameKind)((int)FrameKind.FirstAlternate + number);
}

/// <summary>A range of the source: start and end (8 bytes each, little-endian).</summary>
internal static class KeptRange
{
    internal const int Size = 16;

    internal static ByteRange Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));

    internal static void Write(ByteRange range, Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, range.Start);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], range.End);
    }
}

/// <summary>The header of a frame: its kind (1 byte) and the length of its content (4 bytes, little-endian).</summary>
internal readonly record struct FrameHeader(FrameKind Kind, int Length)
{
    internal const int Size = 5;

    /// <summary>The maximum length of JSON in bytes. JSON needs up to 12 bytes for each of the 17,200 characters of the longest caption.</summary>
    internal const int MaxJson = 320 * 1024;

    internal static FrameHeader Read(ReadOnlySpan<byte> bytes) => new((FrameKind)bytes[0], BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]));

    internal void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)Kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], Length);
    }
}

[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerAnswer))]
[JsonSerializable(typeof(WorkerGreeting))]
internal sealed partial class WorkerJson : JsonSerializerContext;
