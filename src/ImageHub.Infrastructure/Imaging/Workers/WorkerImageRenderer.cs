using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>Renders files in worker processes. The server process decodes no file, and it validates all values that workers report.</summary>
/// <param name="dispatcher">Runs files on workers.</param>
internal sealed class WorkerImageRenderer(WorkerDispatcher dispatcher) : IImageRenderer
{
    // Larger than any admissible estimate.
    private const long MaxDecodingBytes = 1L << 50;

    /// <inheritdoc />
    public string Description => dispatcher.Description;

    /// <inheritdoc />
    public string? Confinement => dispatcher.Confinement;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => dispatcher.StartAsync(cancellationToken);

    /// <inheritdoc />
    public ImageFormat? Detect(SafeFileHandle file) => FileFormat.Detect(FileFormat.All, file)?.Format;

    /// <inheritdoc />
    public async Task<RenderResult> RenderAsync(RenderRequest request, CancellationToken cancellationToken)
    {
        SentFile high = new(FrameKind.High, request.High.Path), medium = new(FrameKind.Medium, request.Medium.Path), low = new(FrameKind.Low, request.Low.Path);
        var clean = new SentFile(FrameKind.Full, request.CleanPath);
        var asked = NewRequest(WorkerTask.Render, request.SourcePath, request.High.Box, request.MaxPixels) with { Medium = request.Medium.Box, Low = request.Low.Box };
        var (header, answer) = await MakeAsync(request.Account, asked, [high, medium, low, clean], cancellationToken);
        return answer is { Placeholder: { Length: <= 4096 } placeholder, Metadata: { } metadata } && IsBelievable(metadata)
            ? new RenderResult(
                header,
                Check(answer.High, high, request.High.Box),
                Check(answer.Medium, medium, request.Medium.Box),
                Check(answer.Low, low, request.Low.Box),
                placeholder,
                metadata,
                Written(clean))
            : throw InvalidResponse();
    }

    /// <inheritdoc />
    public async Task<RenderedFile> RenderOneAsync(RenderOneRequest request, CancellationToken cancellationToken)
    {
        var file = new SentFile(FrameKind.High, request.Path);
        var task = request.Transform is not null ? WorkerTask.RenderTransform : request.IsFineJpeg ? WorkerTask.RenderJpeg : request.IsLogo ? WorkerTask.RenderLogo : WorkerTask.RenderOne;
        var asked = NewRequest(task, request.SourcePath, request.Box, request.MaxPixels) with { Mark = request.Mark, Transform = request.Transform };
        var (_, answer) = await MakeAsync(request.Account, asked, [file], cancellationToken);
        return request.Transform is { } transform ? Check(answer.High, file, transform) : Check(answer.High, file, request.Box);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<ImageVariant, WrittenFile>> RenderAlternatesAsync(AlternatesRequest request, CancellationToken cancellationToken)
    {
        var files = AlternateFiles(request.Paths);
        var asked = NewRequest(WorkerTask.RenderAlternates, request.SourcePath, request.High, long.MaxValue) with { Medium = request.Medium, Low = request.Low, Formats = request.Formats };
        var (_, answer) = await MakeAsync(request.Account, asked, files, cancellationToken);
        return answer.High is { } high && (high.Width, high.Height) == (request.High.Width, request.High.Height)
            ? Written(files)
            : throw InvalidResponse();
    }

    /// <inheritdoc />
    public async Task<LargeResult> RenderLargeAsync(LargeRequest request, CancellationToken cancellationToken)
    {
        var (large, others) = (new SentFile(FrameKind.High, request.Large.Path), AlternateFiles(request.Paths));
        var asked = NewRequest(WorkerTask.RenderLarge, request.SourcePath, request.Large.Box, long.MaxValue) with { Formats = request.Formats };
        var (_, answer) = await MakeAsync(request.Account, asked, [large, .. others], cancellationToken);
        return new LargeResult(Check(answer.High, large, request.Large.Box), Written(others));
    }

    /// <inheritdoc />
    public async Task<WrittenFile?> CleanAsync(CleanRequest request, CancellationToken cancellationToken)
    {
        var clean = new SentFile(FrameKind.Full, request.Path);
        var asked = NewRequest(WorkerTask.Clean, request.SourcePath, high: null, long.MaxValue) with { Header = new ImageHeader(request.Format, 0, 0), Rotation = request.Rotation };
        await dispatcher.RunAsync(request.Account, asked, [clean], new Stopwatch(), cancellationToken);
        return Written(clean);
    }

    private WorkerRequest NewRequest(WorkerTask task, string path, Box? high, long maxPixels) =>
        new(task, path, Header: null, high, Medium: null, Low: null, Unpacked: null, WorkerDispatcher.SmallBytes, maxPixels, AcceptsHeic: dispatcher.DecodesHeic);

    /// <summary>
    /// Performs a task on a file. A worker inspects the file and, if the file is small, performs the task at once. For a large file, the worker returns only
    /// the header. The task is then sent again, after its estimated memory has been admitted.
    /// </summary>
    private async Task<(ImageHeader Header, WorkerAnswer Answer)> MakeAsync(Guid account, WorkerRequest request, SentFile[] files, CancellationToken cancellationToken)
    {
        var working = new Stopwatch();
        var answer = await dispatcher.RunAsync(account, request, files, working, cancellationToken);
        if (answer.Header is not { Width: > 0, Height: > 0, DecodingBytes: >= 0 and <= MaxDecodingBytes } header || !Enum.IsDefined(header.Format))
        {
            throw InvalidResponse();
        }

        var bytes = EnsureFits(header, request);
        if (header.Pixels > request.MaxPixels)
        {
            throw new ProblemException(
                Problems.TooManyPixels, $"The image has {header.Width} × {header.Height} = {header.Pixels} pixels; at most {request.MaxPixels} are allowed.");
        }

        if (answer.High is null)
        {
            answer = await dispatcher.RunAsync(account, request with { Header = header, Bytes = bytes }, files, working, cancellationToken);
        }

        return (header, answer);
    }

    /// <summary>Estimates the memory of a rendering.</summary>
    /// <exception cref="ProblemException">The estimate exceeds the limit for a single file.</exception>
    private long EnsureFits(ImageHeader header, WorkerRequest request)
    {
        var bytes = Estimate(header, request);
        return bytes <= dispatcher.MaxFileBytes
            ? bytes
            : throw new ProblemException(
                Problems.TooComplex,
                $"Decoding {header.Width} × {header.Height} pixels of this {header.Format.Name()} file would take about {bytes >> 20} MiB of memory; at most {dispatcher.MaxFileBytes >> 20} MiB are allowed.");
    }

    private long Estimate(ImageHeader header, WorkerRequest request)
    {
        if (!FileFormat.Find(header.Format).NeedsHevc || !dispatcher.UnpacksHeic)
        {
            return ForRendering(header);
        }

        // One worker unpacks the file and still holds its memory while another worker renders the result.
        var unpacked = header with { DecodingBytes = FileFormat.Find(ImageFormat.Tiff).EstimateDecoding(header.Width, header.Height, new FileShape(8, false, 0, 0)) };
        return Math.Max(MemoryEstimate.ForUnpacking(header), WorkerDispatcher.WorkerBytes + ForRendering(unpacked));

        long ForRendering(ImageHeader pixels) => MemoryEstimate.ForRendering(pixels, request.High!.Value, request);
    }

    private static RenderedFile Check(RenderedFile? said, SentFile sent, Box box) =>
        said is { Width: > 0, Height: > 0 } && said.Width <= box.Width && said.Height <= box.Height && sent.Bytes > 0
        && (said.ContentType == ImageFormat.Jpeg.MediaType() || said.ContentType == ImageFormat.WebP.MediaType())
            ? said with { Bytes = sent.Bytes, Crc32 = sent.Crc32 }
            : throw InvalidResponse();

    private static RenderedFile Check(RenderedFile? said, SentFile sent, Transform transform) =>
        said is not null && (said.Width, said.Height) == (transform.Size.Width, transform.Size.Height) && sent.Bytes > 0 && said.ContentType == transform.Format.MediaType()
            ? said with { Bytes = sent.Bytes, Crc32 = sent.Crc32 }
            : throw InvalidResponse();

    private static SentFile[] AlternateFiles(IReadOnlyDictionary<ImageVariant, string> paths) =>
        [.. ImageVariant.Alternates.Select((variant, number) => new SentFile(FrameKinds.OfAlternate(number), paths[variant]))];

    private static Dictionary<ImageVariant, WrittenFile> Written(SentFile[] alternates) =>
        ImageVariant.Alternates.Zip(alternates).Where(pair => pair.Second.Bytes > 0).ToDictionary(pair => pair.First, pair => Written(pair.Second)!);

    private static WrittenFile? Written(SentFile sent) => sent.Bytes > 0 ? new WrittenFile(sent.Bytes, sent.Crc32) : null;

    private static bool IsBelievable(ImageMetadata metadata) =>
        metadata is { Camera: null or { Length: <= 100 }, Location: null or { Latitude: >= -90 and <= 90, Longitude: >= -180 and <= 180 } }
        && metadata.Camera?.Contains('\0', StringComparison.Ordinal) != true
        && IsBelievable(metadata.Exposure)
        && IsBelievable(metadata.Caption);

    private static bool IsBelievable(Caption? caption) => caption is null || (
        caption is { Tags: { Count: <= Image.MaxTags } tags, Rating: null or (>= Caption.MinRating and <= Caption.MaxRating) }
        && IsBelievable(caption.Title, Image.MaxTitleLength)
        && IsBelievable(caption.Description, Image.MaxDescriptionLength)
        && IsBelievable(caption.Creator, Caption.MaxCreditLength)
        && IsBelievable(caption.Copyright, Caption.MaxCreditLength)
        && tags.All(tag => tag is not null && IsBelievable(tag, Image.MaxTagLength)));

    private static bool IsBelievable(string? text, int maxLength) =>
        text is null || (text.Length <= 2 * maxLength && Characters.Count(text) <= maxLength && text.All(character => character == '\n' || !char.IsControl(character)));

    private static bool IsBelievable(Exposure? exposure) => exposure is null || (exposure is
    {
        Lens: null or { Length: <= Exposure.MaxLensLength },
        FocalLengthMm: null or (> 0 and <= Exposure.MaxFocalLengthMm),
        FNumber: null or (> 0 and <= Exposure.MaxFNumber),
        Seconds: null or (> 0 and <= Exposure.MaxSeconds),
        Iso: null or (> 0 and <= Exposure.MaxIso),
    } && exposure.Lens?.Contains('\0', StringComparison.Ordinal) != true);

    // Only a compromised worker sends invalid values.
    private static ProblemException InvalidResponse() => new(Problems.CorruptImage, "The file cannot be decoded: it is damaged or malicious.");
}
