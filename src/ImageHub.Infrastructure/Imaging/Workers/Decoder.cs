using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>Processes a file in a worker. All bytes of a file after the signature are read only here.</summary>
/// <param name="vips">The loaded libvips.</param>
/// <param name="write">Sends bytes of a written file.</param>
/// <param name="keep">Sends the next source range of the cleaned copy.</param>
internal sealed class Decoder(LibVips vips, Decoder.WriteFrame write, Action<ByteRange> keep)
{
    private readonly Pipeline pipeline = new(vips);
    private readonly EditedCopy copy = new(keep, bytes => write(FrameKind.Full, bytes));

    /// <summary>Receives bytes that are valid only during the call.</summary>
    internal delegate void WriteFrame(FrameKind kind, ReadOnlySpan<byte> bytes);

    /// <exception cref="ProblemException">The error in the file.</exception>
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
                WorkerTask.RenderAlternates => RenderAlternates(request),
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
            NativeMemory.TrimAbove(WorkerImageRenderer.KeptBytes);
        }
    }

    private static ImageHeader Inspect(string path, bool acceptsHeic)
    {
        var accepted = acceptsHeic ? "JPEG, PNG, WebP, AVIF, GIF, TIFF and HEIC" : "JPEG, PNG, WebP, AVIF, GIF and TIFF";
        if (new FileInfo(path).Length == 0)
        {
            throw new ProblemException(Problems.CorruptImage, "The file is empty.");
        }

        if (FileSignature.Read(path) is not { } claimed)
        {
            throw new ProblemException(Problems.UnsupportedFormat, $"The content is not an image of an accepted format; accepted are {accepted}.");
        }

        if (claimed == ImageFormat.Heic && !acceptsHeic)
        {
            throw WithoutHevc();
        }

        if (claimed == ImageFormat.Tiff && TiffStructure.IsCameraRaw(path))
        {
            throw new ProblemException(Problems.UnsupportedFormat, $"The content is a camera's raw file, which contains only a small preview; accepted are {accepted}.");
        }

        // Before libvips, which reads all metadata with the header.
        var shape = FileShape.Read(path, claimed);
        try
        {
            using var image = VipsImage.NewFromFile(path, access: Enums.Access.Sequential);
            var format = TellLoaded(image, claimed);
            var (width, height) = image.UprightSize;
            return new ImageHeader(format, width, height) { DecodingBytes = MemoryEstimate.ForDecoding(format, width, height, shape) };
        }
        catch (VipsException exception) when (!exception.IsOutOfMemory)
        {
            throw new ProblemException(Problems.CorruptImage, $"The file starts as {claimed.Name()}, but its header cannot be read.", exception);
        }
    }

    /// <summary>Whether a file just inspected may be decoded in the same request. Otherwise the server decides.</summary>
    private bool MayDecode(ImageHeader header, WorkerRequest request) =>
        header.Pixels <= request.MaxPixels
        && MemoryEstimate.ForRendering(header, request.High!.Value, request.Task, request.Formats) <= request.Bytes
        && (header.Format != ImageFormat.Heic || vips.DecodesHevc);

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
        return new WorkerAnswer { High = pipeline.RunOne(path, format, To(request.High, FrameKind.High)) };
    }

    private WorkerAnswer RenderJpeg(WorkerRequest request)
    {
        var (path, format) = FindPixels(request);
        return new WorkerAnswer { High = pipeline.RunJpeg(path, format, To(request.High, FrameKind.High)) };
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
                (alternate, bytes) => write(FrameKinds.OfAlternate(alternate), bytes)),
        };
    }

    private static (string Path, ImageFormat Format) FindPixels(WorkerRequest request) =>
        request.Unpacked is { } unpacked ? (unpacked, ImageFormat.Tiff) : (request.Source, request.Header!.Format);

    private WorkerAnswer Clean(WorkerRequest request) => new() { Metadata = EmbeddedMetadata.Clean(request.Source, request.Header!.Format, copy) };

    private Target To(Box? box, FrameKind kind) => new(box!.Value, bytes => write(kind, bytes));

    // The loader decides: it has read more than the signature.
    private static ImageFormat TellLoaded(VipsImage image, ImageFormat claimed) => (string)image.Get("vips-loader") switch
    {
        { } loader when loader.StartsWith("jpeg", StringComparison.Ordinal) => ImageFormat.Jpeg,
        { } loader when loader.StartsWith("png", StringComparison.Ordinal) => ImageFormat.Png,
        { } loader when loader.StartsWith("webp", StringComparison.Ordinal) => ImageFormat.WebP,
        { } loader when loader.StartsWith("gif", StringComparison.Ordinal) => ImageFormat.Gif,
        { } loader when loader.StartsWith("tiff", StringComparison.Ordinal) => ImageFormat.Tiff,
        { } loader when loader.StartsWith("heif", StringComparison.Ordinal) && claimed is ImageFormat.Avif or ImageFormat.Heic => claimed,
        var loader => throw new VipsException($"loader {loader}"),
    };

    internal static ProblemException WithoutHevc() => new(
        Problems.UnsupportedFormat,
        "HEIC needs an HEVC decoder, and the server has found none. Install Node.js on it, or a libvips that decodes HEVC, such as Debian's package libvips42, and start it again; or send JPEG or AVIF.");
}
