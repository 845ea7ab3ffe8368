using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Renders with libvips, in this process.</summary>
internal sealed class VipsImageRenderer(IOptions<ImagingOptions> options, TimeProvider clock, ILogger<VipsImageRenderer> logger) : IImageRenderer
{
    // Fails here, while the program starts, where libvips cannot be loaded.
    private readonly LibVips vips = LibVips.Load(options.Value.LibVips, AppContext.BaseDirectory);

    private readonly RenderQueue queue = new(Environment.ProcessorCount, options.Value.MemoryBudgetBytes, options.Value.MaxQueuedRenderings, clock);

    /// <inheritdoc />
    public string Description => vips.Description;

    /// <inheritdoc />
    public Task<ImageHeader> InspectAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => Inspect(path), cancellationToken);

    /// <inheritdoc />
    public Task<Rendering> RenderAsync(RenderRequest request, CancellationToken cancellationToken) =>
        QueueAsync(request.Largest, pipeline => pipeline.Run(request), [request.HighPath, request.LowPath], cancellationToken);

    /// <inheritdoc />
    public Task<RenderedFile> RenderOneAsync(RenditionRequest request, CancellationToken cancellationToken) =>
        QueueAsync(request, pipeline => pipeline.RunOne(request), [request.Path], cancellationToken);

    private async Task<T> QueueAsync<T>(RenditionRequest largest, Func<Pipeline, T> run, string[] written, CancellationToken cancellationToken)
    {
        using var admission = await queue.EnterAsync(MemoryEstimate.For(largest), cancellationToken);

        // Decoding blocks for as long as it takes; on the pool's threads it would hold up requests.
        return await Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return Render(largest.Header.Format, run, written, cancellationToken);
                }
                finally
                {
                    NativeMemory.Trim(largest.Header.Pixels);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
    }

    private string Accepted() => vips.DecodesHevc ? "JPEG, PNG, WebP, AVIF, GIF, TIFF and HEIC" : "JPEG, PNG, WebP, AVIF, GIF and TIFF";

    private ImageHeader Inspect(string path)
    {
        var start = ReadStart(path);
        if (start.Length == 0)
        {
            throw new ProblemException(Problems.CorruptImage, "The file is empty.");
        }

        if (FileSignature.Tell(start) is not { } claimed)
        {
            throw new ProblemException(Problems.UnsupportedFormat, $"The content is not an image of an accepted format; accepted are {Accepted()}.");
        }

        if (claimed == ImageFormat.Heic && !vips.DecodesHevc)
        {
            throw WithoutHevc();
        }

        if (claimed == ImageFormat.Tiff && TiffStructure.IsCameraRaw(path))
        {
            throw new ProblemException(Problems.UnsupportedFormat, $"The content is a camera's raw file, of which only a small preview could be shown; accepted are {Accepted()}.");
        }

        try
        {
            using var image = VipsImage.Open(path) ?? throw new VipsException("no loader takes it");
            var format = TellLoaded(image, claimed);
            var isTurned = image.Orientation >= 5;
            return isTurned ? new ImageHeader(format, image.Height, image.Width) : new ImageHeader(format, image.Width, image.Height);
        }
        catch (VipsException e)
        {
            logger.LogInformation("The header of a file that starts as {Format} cannot be read: {Reason}", claimed.Name(), e.Message);
            throw new ProblemException(Problems.CorruptImage, $"The file starts as {claimed.Name()}, but its header cannot be read.");
        }
    }

    private T Render<T>(ImageFormat format, Func<Pipeline, T> run, string[] written, CancellationToken cancellationToken)
    {
        var isComplete = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rendering = run(new Pipeline(vips, cancellationToken));
            isComplete = true;
            return rendering;
        }
        catch (DamagedImageException e)
        {
            logger.LogInformation("A file of format {Format} cannot be decoded: {Reason}", format.Name(), e.Message);
            throw new ProblemException(Problems.CorruptImage, $"The {format.Name()} file is truncated or damaged.");
        }
        catch (UnsavedRenditionException e)
        {
            throw UnwrittenFile.Report(logger, e.InnerException!, e.Path);
        }
        finally
        {
            VipsNative.ThreadShutdown();
            if (!isComplete)
            {
                Array.ForEach(written, UnwrittenFile.Remove);
            }
        }
    }

    // The loader has the last word: it has read more than a signature.
    private static ImageFormat TellLoaded(VipsImage image, ImageFormat claimed) => image.GetText("vips-loader") switch
    {
        { } loader when loader.StartsWith("jpeg", StringComparison.Ordinal) => ImageFormat.Jpeg,
        { } loader when loader.StartsWith("png", StringComparison.Ordinal) => ImageFormat.Png,
        { } loader when loader.StartsWith("webp", StringComparison.Ordinal) => ImageFormat.WebP,
        { } loader when loader.StartsWith("gif", StringComparison.Ordinal) => ImageFormat.Gif,
        { } loader when loader.StartsWith("tiff", StringComparison.Ordinal) => ImageFormat.Tiff,
        { } loader when loader.StartsWith("heif", StringComparison.Ordinal) && claimed is ImageFormat.Avif or ImageFormat.Heic => claimed,
        var loader => throw new VipsException($"loader {loader}"),
    };

    private static ProblemException WithoutHevc() => new(
        Problems.UnsupportedFormat,
        $"HEIC needs an HEVC decoder, which the libvips in use does not have. Set {ImagingOptions.LibVipsKey} to system with an operating system's libvips that has one, such as Debian's package libvips42; or send JPEG or AVIF.");

    private static byte[] ReadStart(string path)
    {
        using var file = File.OpenHandle(path);
        var buffer = new byte[FileSignature.Length];
        var read = RandomAccess.Read(file, buffer, 0);
        return buffer[..read];
    }
}
