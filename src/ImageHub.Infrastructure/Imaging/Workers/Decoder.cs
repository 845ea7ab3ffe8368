using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>Processes a file in a worker. The server itself interprets only a file's signature.</summary>
/// <param name="vips">The loaded libvips.</param>
/// <param name="write">Sends bytes of a written file.</param>
/// <param name="keep">Sends the next range of the source to copy unchanged into the cleaned copy.</param>
/// <param name="formats">The accepted formats.</param>
internal sealed class Decoder(LibVips vips, Decoder.WriteFrame write, Action<ByteRange> keep, IReadOnlyList<FileFormat> formats)
{
    private readonly Pipeline pipeline = new(vips);
    private readonly EditedCopy copy = new(keep, bytes => write(FrameKind.Full, bytes));

    /// <summary>Receives bytes that are valid only during the call.</summary>
    internal delegate void WriteFrame(FrameKind kind, ReadOnlySpan<byte> bytes);

    /// <exception cref="ProblemException">The file is invalid or not accepted.</exception>
    internal WorkerAnswer Run(WorkerRequest request)
    {
        try
        {
            if (request.Header is null)
            {
                request = request with { Header = Inspect(request.Source, request.AcceptsHeic) };
                if (!MayDecode(request.Header, request))
                {
                    return new WorkerAnswer { Header = request.Header };
                }
            }

            var answer = request.Task switch
            {
                WorkerTask.Render => Render(request),
                WorkerTask.RenderOne => RenderOne(request),
                WorkerTask.RenderJpeg => RenderJpeg(request),
                WorkerTask.RenderLogo => RenderLogo(request),
                WorkerTask.RenderTransform => RenderTransform(request),
                WorkerTask.RenderAlternates => RenderAlternates(request),
                WorkerTask.RenderLarge => RenderLarge(request),
                WorkerTask.Clean => Clean(request),
                _ => throw new ArgumentOutOfRangeException(nameof(request), request.Task, "There is no such task."),
            };
            return answer with { Header = request.Header };
        }
        catch (DamagedImageException exception)
        {
            throw new ProblemException(Problems.CorruptImage, $"The {request.Header!.Format.Name()} file is truncated or damaged.", exception);
        }
        finally
        {
            NativeMemory.TrimAbove(WorkerDispatcher.KeptBytes);
        }
    }

    private ImageHeader Inspect(string path, bool acceptsHeic)
    {
        if (new FileInfo(path).Length == 0)
        {
            throw new ProblemException(Problems.CorruptImage, "The file is empty.");
        }

        if (FileFormat.Detect(formats, path) is not { } format)
        {
            throw Refuse("an image of an accepted format", isNot: true);
        }

        if (format.NeedsHevc && !acceptsHeic)
        {
            throw WithoutHevc();
        }

        if (format.FindForeign(path) is { } foreign)
        {
            throw Refuse(foreign, isNot: false);
        }

        // Checks the limits before libvips opens the file, because libvips reads all metadata with the header.
        var shape = format.ReadShape(path);
        try
        {
            using var image = VipsImage.NewFromFile(path, access: Enums.Access.Sequential);

            // A loader for another format means that the signature is wrong.
            var loader = (string)image.Get("vips-loader");
            if (!loader.StartsWith(format.Loader, StringComparison.Ordinal))
            {
                throw new VipsException($"loader {loader}");
            }

            var (width, height) = image.UprightSize;
            return new ImageHeader(format.Format, width, height) { DecodingBytes = format.EstimateDecoding(width, height, shape) };
        }
        catch (VipsException exception) when (!exception.IsOutOfMemory)
        {
            throw new ProblemException(Problems.CorruptImage, $"The file starts as {format.Format.Name()}, but its header cannot be read.", exception);
        }

        ProblemException Refuse(string kind, bool isNot)
        {
            var accepted = formats.Where(one => acceptsHeic || !one.NeedsHevc).Select(one => one.Format.Title()).ToArray();
            return new ProblemException(
                Problems.UnsupportedFormat, $"The content is {(isNot ? "not " : "")}{kind}; accepted are {string.Join(", ", accepted[..^1])} and {accepted[^1]}.");
        }
    }

    /// <summary>Whether an inspected file may be decoded in the same request. Otherwise the server decides whether to send a second request.</summary>
    private bool MayDecode(ImageHeader header, WorkerRequest request) =>
        header.Pixels <= request.MaxPixels
        && MemoryEstimate.ForRendering(header, request.High!.Value, request) <= request.Bytes
        && (!FileFormat.Find(formats, header.Format).NeedsHevc || vips.DecodesHevc);

    private WorkerAnswer Render(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        var made = pipeline.Run(
            path, format, To(request.High, FrameKind.High), To(request.Medium, FrameKind.Medium), To(request.Low, FrameKind.Low));
        return Clean(request) with { High = made.High, Medium = made.Medium, Low = made.Low, Placeholder = made.Placeholder };
    }

    private WorkerAnswer RenderOne(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        return new WorkerAnswer { High = pipeline.RunOne(path, format, To(request.High, FrameKind.High), request.Mark) };
    }

    private WorkerAnswer RenderJpeg(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        return new WorkerAnswer { High = pipeline.RunJpeg(path, format, To(request.High, FrameKind.High)) };
    }

    private WorkerAnswer RenderLogo(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        return new WorkerAnswer { High = pipeline.RunLogo(path, format, To(request.High, FrameKind.High)) };
    }

    private WorkerAnswer RenderTransform(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        return new WorkerAnswer { High = pipeline.RunTransform(path, format, To(request.High, FrameKind.High), request.Transform!, request.Mark) };
    }

    private WorkerAnswer RenderAlternates(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        return new WorkerAnswer
        {
            High = pipeline.RunAlternates(
                path,
                format,
                [(ImageVariant.High, request.High!.Value), (ImageVariant.Medium, request.Medium!.Value), (ImageVariant.Low, request.Low!.Value)],
                request.Formats,
                WriteAlternate),
        };
    }

    private WorkerAnswer RenderLarge(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        return new WorkerAnswer { High = pipeline.RunLarge(path, format, To(request.High, FrameKind.High), request.Formats, WriteAlternate) };
    }

    private void WriteAlternate(int alternate, ReadOnlySpan<byte> bytes) => write(FrameKinds.OfAlternate(alternate), bytes);

    private (string Path, FileFormat Format) FindPixels(WorkerRequest request) => request.Unpacked is { } unpacked
        ? (unpacked, FileFormat.Find(formats, ImageFormat.Tiff))
        : (request.Source, FileFormat.Find(formats, request.Header!.Format));

    private WorkerAnswer Clean(WorkerRequest request) => new() { Metadata = EmbeddedMetadata.Clean(request.Source, FileFormat.Find(formats, request.Header!.Format), copy, request.Rotation) };

    private Target To(Box? box, FrameKind kind) => new(box!.Value, bytes => write(kind, bytes));

    internal static ProblemException WithoutHevc() => new(
        Problems.UnsupportedFormat,
        "HEIC needs an HEVC decoder, and the server has found none. Install Node.js on the server, or a libvips that decodes HEVC, such as Debian's package libvips42, and restart the server; or send JPEG or AVIF.");
}
