using System.Buffers.Binary;
using System.Text.Json.Serialization;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>What a worker is asked to do with one file.</summary>
internal enum WorkerTask
{
    /// <summary>Makes the high, the medium and the low rendition, reads the metadata and writes a cleaned copy.</summary>
    Render,

    /// <summary>Makes one rendition, which is sent as the high one.</summary>
    RenderOne,

    /// <summary>Makes one rendition as a fine JPEG, which is sent as the high one.</summary>
    RenderJpeg,

    /// <summary>Makes the high, the medium and the low rendition in other formats. Their boxes are their widths and heights.</summary>
    RenderAlternates,

    /// <summary>Writes a cleaned copy.</summary>
    Clean,

    /// <summary>Writes the pixels as an uncompressed TIFF, upright and with the file's colour profile.</summary>
    Unpack,
}

/// <summary>One line of JSON that a worker reads from its standard input.</summary>
/// <param name="Task">What to do.</param>
/// <param name="Source">The file's path, as the worker sees it.</param>
/// <param name="Header">What the file was inspected to be; null: that comes first, and the task is done only if the file turns out to be within the limits.</param>
/// <param name="High">The box of the high rendition, or of the only one.</param>
/// <param name="Medium">The box of the medium rendition.</param>
/// <param name="Low">The box of the low rendition.</param>
/// <param name="Unpacked">The path of the TIFF that another worker has made of the file; null where this one decodes it.</param>
/// <param name="Bytes">What it may hold while the task is done.</param>
/// <param name="MaxPixels">The most pixels (one frame) that it may have.</param>
/// <param name="AcceptsHeic">Whether HEIC is decoded, by this worker or another one.</param>
internal sealed record WorkerRequest(WorkerTask Task, string Source, ImageHeader? Header, Box? High, Box? Medium, Box? Low, string? Unpacked, long Bytes, long MaxPixels, bool AcceptsHeic)
{
    /// <summary>The formats of <see cref="WorkerTask.RenderAlternates"/>.</summary>
    public AlternateFormats Formats { get; init; }
}

/// <summary>The end of a worker's answer, after the files that it sends.</summary>
internal sealed record WorkerAnswer
{
    /// <summary>The code of the problem, when there is one.</summary>
    public string? Problem { get; init; }

    /// <summary>What its sender is told.</summary>
    public string? Detail { get; init; }

    /// <summary>What the log is told besides.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether memory ran out: the worker is not used again.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>The header. Without anything besides: the file is beyond the limits of the request.</summary>
    public ImageHeader? Header { get; init; }

    /// <summary>The high rendition, or the only one; its bytes came before. Of alternates, whose bytes came before, what the rendition itself is.</summary>
    public RenderedFile? High { get; init; }

    /// <summary>The medium rendition; its bytes came before.</summary>
    public RenderedFile? Medium { get; init; }

    /// <summary>The low rendition; its bytes came before.</summary>
    public RenderedFile? Low { get; init; }

    /// <summary>A small WebP.</summary>
    public byte[]? Placeholder { get; init; }

    /// <summary>What the camera recorded.</summary>
    public ImageMetadata? Metadata { get; init; }
}

/// <summary>The first thing that a worker says.</summary>
/// <param name="Description">Its libvips; null when it cannot be loaded.</param>
/// <param name="DecodesHevc">Whether it decodes HEIC.</param>
/// <param name="Failure">Why it cannot work.</param>
internal sealed record WorkerGreeting(string? Description, bool DecodesHevc, string? Failure)
{
    /// <summary>The restrictions that it found not to be in force.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>What a frame carries.</summary>
internal enum FrameKind : byte
{
    /// <summary>A <see cref="WorkerGreeting"/> or <see cref="WorkerAnswer"/> in JSON; the last of an answer.</summary>
    Json,

    /// <summary>Bytes of the high rendition, in order.</summary>
    High,

    /// <summary>Bytes of the low rendition, in order.</summary>
    Low,

    /// <summary>Bytes of the cleaned copy that are new, in order.</summary>
    Full,

    /// <summary>Bytes of the unpacked file, in order; decode-heic.mjs knows the number.</summary>
    Unpacked = 4,

    /// <summary>Bytes of the medium rendition, in order.</summary>
    Medium,

    /// <summary>A <see cref="KeptRange"/> of the source that the cleaned copy has next.</summary>
    FullRange,

    /// <summary>Bytes of the first of <see cref="ImageVariant.Alternates"/>, in order; the others have the numbers that follow.</summary>
    FirstAlternate,
}

/// <summary>The kinds of frames that have numbers.</summary>
internal static class FrameKinds
{
    /// <summary>Bytes of one of <see cref="ImageVariant.Alternates"/>, told by its place.</summary>
    internal static FrameKind OfAlternate(int number) => (FrameKind)((int)FrameKind.FirstAlternate + number);
}

/// <summary>A range of the source: its start and its end (8 bytes each, little endian).</summary>
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

/// <summary>The start of a frame: its kind (1 byte) and the length of what follows (4 bytes, little endian).</summary>
internal readonly record struct FrameHeader(FrameKind Kind, int Length)
{
    internal const int Size = 5;

    /// <summary>The longest JSON that is believed.</summary>
    internal const int MaxJson = 64 * 1024;

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
