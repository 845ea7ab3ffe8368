using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Native;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>The steps from a file to its renditions. The file is decoded once, as small as its format allows.</summary>
/// <param name="vips">The loaded libvips.</param>
/// <param name="cancellationToken">Stops the decoding, where the decoder can be stopped.</param>
internal sealed class Pipeline(LibVips vips, CancellationToken cancellationToken)
{
    private const int Quality = 80;
    private const int PlaceholderSide = 24;
    private const int PlaceholderBytes = 300;

    // From there on strip= is called keep=, and import-profile= input-profile=.
    private static readonly Version s_keepSince = new(8, 15);

    internal Rendering Run(RenderRequest request)
    {
        using var high = DecodeHigh(request);
        using var low = ShrinkToFit(high, request.Low);
        return new Rendering(Save(high, request.HighPath), Save(low, request.LowPath), MakePlaceholder(low));
    }

    /// <summary>Only here is the file read: a failure is the file's.</summary>
    private VipsImage DecodeHigh(RenderRequest request)
    {
        try
        {
            using var upright = Decode(request);
            using var colours = ToSrgb(upright);
            using var pixels = CopyToMemory(colours);
            return DropUnusedAlpha(pixels);
        }
        catch (VipsException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new DamagedImageException(e);
        }
    }

    private static VipsImage Decode(RenderRequest request)
    {
        using var thumbnail = new VipsOperation("thumbnail")
            .With("filename", request.SourcePath)
            .With("width", request.High.Width)
            .With("height", request.High.Height)
            .With("size", "down")
            .With("fail-on", request.Header.Format == ImageFormat.Jpeg ? "warning" : "truncated");

        // With both given, an untagged file is taken as sRGB without a conversion; with only one it would cost a multiple.
        return thumbnail
            .With(thumbnail.Knows("input-profile") ? "input-profile" : "import-profile", "srgb")
            .With(thumbnail.Knows("output-profile") ? "output-profile" : "export-profile", "srgb")
            .RunToImage();
    }

    private static VipsImage ToSrgb(VipsImage image)
    {
        using var srgb = new VipsOperation("colourspace").With("in", image).With("space", "srgb").RunToImage();
        return new VipsOperation("cast").With("in", srgb).With("format", "uchar").RunToImage();
    }

    private VipsImage CopyToMemory(VipsImage image)
    {
        using (cancellationToken.UnsafeRegister(static state => ((VipsImage)state!).Kill(), image))
        {
            return image.CopyToMemory();
        }
    }

    /// <summary>Many programs write alpha that says opaque everywhere; JPEG serves those better.</summary>
    private static VipsImage DropUnusedAlpha(VipsImage image)
    {
        if (!image.HasAlpha || !IsOpaque(image))
        {
            return new VipsOperation("copy").With("in", image).RunToImage();
        }

        using var extract = new VipsOperation("extract_band").With("in", image).With("band", 0).With("n", image.Bands - 1);
        return extract.RunToImage();
    }

    private static bool IsOpaque(VipsImage image)
    {
        using var extract = new VipsOperation("extract_band").With("in", image).With("band", image.Bands - 1);
        using var alpha = extract.RunToImage();
        using var minimum = new VipsOperation("min").With("in", alpha);
        return minimum.RunToNumber() >= byte.MaxValue;
    }

    private static VipsImage ShrinkToFit(VipsImage image, Box box)
    {
        using var thumbnail = new VipsOperation("thumbnail_image")
            .With("in", image)
            .With("width", box.Width)
            .With("height", box.Height)
            .With("size", "down");
        using var small = thumbnail.RunToImage();
        return small.CopyToMemory();
    }

    private RenderedFile Save(VipsImage image, string path)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var save = image.HasAlpha
            ? new VipsOperation("webpsave").With("Q", Quality)
            : new VipsOperation("jpegsave").With("Q", Quality).With("optimize-coding", true);
        WithoutMetadata(save.With("in", image).With("filename", path)).Run();
        return new RenderedFile(image.Width, image.Height, new FileInfo(path).Length, (image.HasAlpha ? ImageFormat.WebP : ImageFormat.Jpeg).MediaType());
    }

    private byte[] MakePlaceholder(VipsImage low)
    {
        // Pure noise does not compress: then fewer pixels say as much.
        for (var side = PlaceholderSide; ; side /= 2)
        {
            using var small = ShrinkToFit(low, new Box(side, side));
            using var save = new VipsOperation("webpsave_buffer").With("in", small).With("Q", 30);
            var bytes = WithoutMetadata(save).RunToBytes();
            if (bytes.Length <= PlaceholderBytes || side <= 6)
            {
                return bytes;
            }
        }
    }

    private VipsOperation WithoutMetadata(VipsOperation save) =>
        vips.Version >= s_keepSince ? save.With("keep", 0) : save.With("strip", true);
}

/// <summary>The file's own pixels cannot be made; anything else that fails is the server's fault.</summary>
internal sealed class DamagedImageException(VipsException cause) : Exception(cause.Message, cause);
