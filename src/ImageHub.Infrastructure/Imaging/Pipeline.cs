using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
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
    private const int PlaceholderQuality = 30;

    // From there on strip= is called keep=, and import-profile= input-profile=.
    private static readonly Version KeepSince = new(8, 15);

    internal Rendering Run(RenderRequest request)
    {
        using var high = Decode(request.Largest);
        using var low = ShrinkToFit(high, request.Low);
        return new Rendering(Save(high, request.HighPath), Save(low, request.LowPath), MakePlaceholder(low));
    }

    internal RenderedFile RunOne(RenditionRequest request)
    {
        using var image = Decode(request);
        return Save(image, request.Path);
    }

    /// <summary>Only here is the file read: a failure is the file's.</summary>
    private VipsImage Decode(RenditionRequest request)
    {
        try
        {
            using var upright = Shrink(request);
            using var colours = ToSrgb(upright);
            using var pixels = CopyToMemory(colours);

            // All is sRGB now, which is what a reader assumes of untagged pixels.
            pixels.Remove(VipsImage.IccProfile);
            return DropUnusedAlpha(pixels);
        }
        catch (VipsException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new DamagedImageException(e);
        }
    }

    private VipsImage Shrink(RenditionRequest request)
    {
        // libvips takes pages of halving sizes for one picture's levels, and old versions choose too small a level of those.
        // TIFF does not shrink while it loads anyway, so its first page is loaded and shrunk.
        using var page = request.Header.Format == ImageFormat.Tiff ? VipsImage.Open(request.SourcePath, ChooseStrictness(request)) : null;
        var thumbnail = page is null
            ? new VipsOperation("thumbnail").With("filename", request.SourcePath).With("fail-on", ChooseStrictness(request))
            : new VipsOperation("thumbnail_image").With("in", page);
        thumbnail.With("width", request.Box.Width).With("height", request.Box.Height).With("size", "down");
        ConvertToSrgb(thumbnail, request.SourcePath, page);
        return thumbnail.RunToImage();
    }

    private static string ChooseStrictness(RenditionRequest request)
    {
        if (request.Header.Format != ImageFormat.Jpeg)
        {
            return "truncated";
        }

        var structure = JpegStructure.Read(request.SourcePath);
        if (!structure.IsIntact)
        {
            throw new VipsException("the markers of the JPEG are damaged, or its end is missing");
        }

        return structure.HasOddHeader ? "truncated" : "warning";
    }

    private void ConvertToSrgb(VipsOperation thumbnail, string path, VipsImage? page)
    {
        var isOld = vips.Version < KeepSince;
        using var opened = page is null ? VipsImage.Open(path) : null;
        var header = page ?? opened;
        // Profiles take as long to set up as a small picture takes to decode, so untagged sRGB goes without.
        if (header is { IsColorimetric: true } or { IsUntaggedSrgb: true })
        {
            return;
        }

        // With both given, other untagged files are taken as sRGB without a conversion; with only one it would cost a multiple.
        // Old versions take a colour profile for grey pixels as an error instead of passing it over.
        var isGrey = isOld && header is { Bands: < 3 };
        if (!isGrey)
        {
            thumbnail.With(isOld ? "import-profile" : "input-profile", "srgb");
        }

        if (!isGrey || header!.Has(VipsImage.IccProfile))
        {
            thumbnail.With(isOld ? "export-profile" : "output-profile", "srgb");
        }
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

        return new VipsOperation("extract_band").With("in", image).With("band", 0).With("n", image.Bands - 1).RunToImage();
    }

    private static bool IsOpaque(VipsImage image)
    {
        using var alpha = new VipsOperation("extract_band").With("in", image).With("band", image.Bands - 1).RunToImage();
        return new VipsOperation("min").With("in", alpha).RunToNumber() >= byte.MaxValue;
    }

    private static VipsImage ShrinkToFit(VipsImage image, Box box)
    {
        using var small = new VipsOperation("thumbnail_image")
            .With("in", image)
            .With("width", box.Width)
            .With("height", box.Height)
            .With("size", "down")
            .RunToImage();
        return small.CopyToMemory();
    }

    private RenderedFile Save(VipsImage image, string path)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var length = Encode(image).RunToBytes(file =>
            {
                if (image.HasAlpha)
                {
                    file = Clean(file);
                }

                // From native memory, so that no rendition passes through the managed heap.
                using var target = PrivateFile.Create(path);
                target.Write(file);
                return file.Length;
            });
            return new RenderedFile(image.Width, image.Height, length, (image.HasAlpha ? ImageFormat.WebP : ImageFormat.Jpeg).MediaType());
        }
        catch (Exception e) when (e is VipsException or IOException or UnauthorizedAccessException)
        {
            throw new UnsavedRenditionException(path, e);
        }
    }

    private VipsOperation Encode(VipsImage image) => image.HasAlpha ? EncodeWebP(image, Quality) : EncodeJpeg(image);

    private byte[] MakePlaceholder(VipsImage low)
    {
        // Pure noise does not compress: then fewer pixels say as much.
        for (var side = PlaceholderSide; ; side /= 2)
        {
            using var small = ShrinkToFit(low, new Box(side, side));
            var save = EncodeWebP(small, PlaceholderQuality);
            var file = save.RunToBytes(file => Clean(file).ToArray());
            if (file.Length <= PlaceholderBytes || side <= 6)
            {
                return file;
            }
        }
    }

    // Optimized Huffman tables were ruled out: three times the time for one percent of the size.
    private VipsOperation EncodeJpeg(VipsImage image) =>
        WithoutMetadata(new VipsOperation("jpegsave_buffer").With("in", image).With("Q", Quality));

    // The default effort, 4, takes twice the time for two percent of the size.
    private VipsOperation EncodeWebP(VipsImage image, int quality) =>
        WithoutMetadata(new VipsOperation("webpsave_buffer").With("in", image).With("Q", quality).With("effort", 2));

    private ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> webP) => vips.Version >= KeepSince ? webP : EncodedWebP.WithoutMetadata(webP);

    private VipsOperation WithoutMetadata(VipsOperation save) =>
        vips.Version >= KeepSince ? save.With("keep", 0) : save.With("strip", true);
}

/// <summary>The file's own pixels cannot be made; anything else that fails is the server's fault.</summary>
internal sealed class DamagedImageException(VipsException cause) : Exception(cause.Message, cause);

/// <summary>A rendition was made but could not be saved: the server's fault, and maybe not for long.</summary>
internal sealed class UnsavedRenditionException(string path, Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>Where it was to be written.</summary>
    internal string Path { get; } = path;
}
