using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>The steps from a file to its renditions. The file is decoded once, at the smallest size that its format allows.</summary>
/// <param name="vips">The loaded libvips.</param>
internal sealed class Pipeline(LibVips vips)
{
    private const int Quality = 80;

    // The picture below the mark has been encoded before, usually as a JPEG, so this quality is higher.
    private const int MarkedQuality = 85;

    // The SSIM is within 0.003 of that of a JPEG of quality 80 (docs/adr/0034). At a lower quality it differs more; a higher quality saves fewer bytes.
    private const int AvifQuality = 62;
    private const int AvifEffort = 3;
    private const int AlternateWebPQuality = 84;
    private const int AlternateWebPEffort = 4;
    private const int FineQuality = 90;
    private const int LosslessBytes = 128 * 1024;
    private const int PlaceholderSide = 24;
    private const int PlaceholderBytes = 300;
    private const int PlaceholderQuality = 30;

    // The version that renamed the option strip to keep, and import-profile to input-profile.
    private static readonly Version KeepSince = new(8, 15);

    private readonly SrgbProfiles profiles = new();

    /// <summary>Renders the high, medium and low renditions, each from the next larger one, and the placeholder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="high">The high rendition.</param>
    /// <param name="medium">The medium rendition.</param>
    /// <param name="low">The low rendition.</param>
    internal (RenderedFile High, RenderedFile Medium, RenderedFile Low, byte[] Placeholder) Run(string path, FileFormat format, Target high, Target medium, Target low)
    {
        using var large = Decode(path, format, high.Box);
        var savedHigh = Save(large, high.Write);
        using var middle = ShrinkToFit(large, medium.Box);
        large.Dispose();
        var savedMedium = Save(middle, medium.Write);
        using var small = ShrinkToFit(middle, low.Box);
        return (savedHigh, savedMedium, SaveHashed(small, low.Write), MakePlaceholder(small));
    }

    /// <summary>Renders one rendition, optionally with a watermark.</summary>
    internal RenderedFile RunOne(string path, FileFormat format, Target target, RenderedMark? mark)
    {
        using var image = Decode(path, format, target.Box);
        if (mark is null)
        {
            return SaveHashed(image, target.Write);
        }

        using var marked = Marking.Place(image, mark);
        return Save(marked, target.Write, MarkedQuality);
    }

    /// <summary>Renders one transform, optionally with a watermark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="target">The exact size before the crop, and the receiver of the bytes.</param>
    /// <param name="transform">The crop, the size and the encoding.</param>
    /// <param name="mark">The watermark, or null.</param>
    internal RenderedFile RunTransform(string path, FileFormat format, Target target, Transform transform, RenderedMark? mark)
    {
        using var scaled = Decode(path, format, target.Box, isExact: true);
        using var cut = Crop(scaled, transform);
        using var marked = mark is null ? cut.Copy() : Marking.Place(cut, mark);
        var file = Encode(marked, transform);
        target.Write(file);
        return new RenderedFile(marked.Width, marked.Height, file.Length, transform.Format.MediaType());
    }

    /// <summary>Renders renditions in other formats.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="renditions">The renditions with their sizes, largest first; each is made from the previous one.</param>
    /// <param name="formats">The formats.</param>
    /// <param name="write">Receives the bytes of each file.</param>
    /// <returns>The size and media type of the largest rendition in the default format. Nothing is written in this format, so the length is 0.</returns>
    internal RenderedFile RunAlternates(
        string path, FileFormat format, (ImageVariant Variant, Box Size)[] renditions, AlternateFormats formats, WriteAlternate write)
    {
        // Uses the exact sizes of the existing renditions. The configured boxes may have changed since, and would result in other sizes.
        var image = Decode(path, format, renditions[0].Size, isExact: true);
        try
        {
            var largest = new RenderedFile(image.Width, image.Height, 0, TypeOf(image).MediaType());
            foreach (var (variant, size) in renditions)
            {
                using var larger = image;
                image = ShrinkToFit(larger, size, isExact: true);
                SaveAlternates(image, variant, formats, write);
            }

            return largest;
        }
        finally
        {
            image.Dispose();
        }
    }

    /// <summary>Renders the large rendition, also in other formats.</summary>
    internal RenderedFile RunLarge(string path, FileFormat format, Target target, AlternateFormats formats, WriteAlternate write)
    {
        using var image = Decode(path, format, target.Box);
        var large = Save(image, target.Write);
        SaveAlternates(image, ImageVariant.Large, formats, write);
        return large;
    }

    /// <summary>Renders one high-quality JPEG. Its pixels are encoded while they are decoded, because they may not all fit in memory.</summary>
    internal RenderedFile RunJpeg(string path, FileFormat format, Target target)
    {
        try
        {
            using var upright = Shrink(path, format, target.Box, isExact: false);
            using var colours = ToSrgb(upright);
            using var opaque = Flatten(colours);

            // The JPEG is written in pieces. Otherwise a large file would be in memory twice, in libvips and as an array.
            using var file = new TargetCustom();
            var length = 0;
            file.OnWrite += (bytes, count) =>
            {
                target.Write(bytes.AsSpan(0, count));
                length += count;
                return count;
            };
            opaque.JpegsaveTarget(file, q: FineQuality, keep: Enums.ForeignKeep.None);
            return new RenderedFile(opaque.Width, opaque.Height, length, ImageFormat.Jpeg.MediaType());
        }
        catch (VipsException e) when (!e.IsOutOfMemory)
        {
            throw new DamagedImageException(e);
        }
    }

    /// <summary>
    /// Renders a logo as lossless WebP, which keeps sharp edges and is small for drawings. Above 128 KiB, the logo becomes lossy WebP instead: for a photo,
    /// lossless WebP is several times larger.
    /// </summary>
    internal RenderedFile RunLogo(string path, FileFormat format, Target target)
    {
        using var image = Decode(path, format, target.Box);
        var file = WithoutMetadata(image.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None));
        if (file.Length > LosslessBytes)
        {
            file = WithoutMetadata(image.WebpsaveBuffer(q: FineQuality, smartSubsample: true, keep: Enums.ForeignKeep.None));
        }

        target.Write(file);
        return new RenderedFile(image.Width, image.Height, file.Length, ImageFormat.WebP.MediaType());
    }

    /// <summary>Decodes the file into memory. Later steps do not read the file, so the file causes only failures of this step.</summary>
    private VipsImage Decode(string path, FileFormat format, Box box, bool isExact = false)
    {
        try
        {
            using var upright = Shrink(path, format, box, isExact);
            using var colours = ToSrgb(upright);
            using var pixels = colours.CopyMemory();

            // Many programs write an opaque alpha channel. Without the channel, the picture can be a JPEG, which is smaller.
            using var visible = pixels.HasAlpha() && IsOpaque(pixels) ? pixels.ExtractBand(0, n: pixels.Bands - 1) : pixels;

            // All pixels are sRGB now, which is the default for pixels without a profile.
            return visible.Mutate(image => image.Remove(SrgbProfiles.Field));
        }
        catch (VipsException e) when (!e.IsOutOfMemory)
        {
            throw new DamagedImageException(e);
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="box">The box to fit.</param>
    /// <param name="isExact">Whether the result has exactly the box's size.</param>
    private VipsImage Shrink(string path, FileFormat format, Box box, bool isExact)
    {
        var header = ReadHeader(path);
        var size = isExact ? box : box.Fit(header.Upright);
        using var opened = format.Open(path, header.Upright, size);
        if (opened is not null)
        {
            return (VipsImage)Operation.Call("thumbnail_image", ChooseOptions(size, isExact: true, header), opened, size.Width);
        }

        var options = ChooseOptions(box, isExact, header);
        options.Add("fail_on", Enums.FailOn.Truncated);
        return (VipsImage)Operation.Call("thumbnail", options, path, box.Width);
    }

    /// <summary>Reads the header and closes the file. Otherwise libvips would hold all metadata in memory and, for some formats, the whole file.</summary>
    private Header ReadHeader(string path)
    {
        using var image = VipsImage.NewFromFile(path, access: Enums.Access.Sequential);
        var hasProfile = image.Contains(SrgbProfiles.Field);
        return new Header(
            image.UprightSize,
            NeedsNoProfile: image.Interpretation switch
            {
                // The interpretation defines the colours without a profile.
                Enums.Interpretation.Xyz or Enums.Interpretation.Lab or Enums.Interpretation.Labq or Enums.Interpretation.Labs or Enums.Interpretation.Scrgb => true,
                Enums.Interpretation.Srgb => !hasProfile || profiles.IsSrgb(image),
                _ => false,
            },
            IsGrey: image.Bands < 3,
            hasProfile);
    }

    private VOption ChooseOptions(Box box, bool isExact, Header header)
    {
        var options = new VOption { { "height", box.Height }, { "size", isExact ? Enums.Size.Force : Enums.Size.Down } };

        // sRGB is not converted, because setting up a profile takes as long as decoding a small picture.
        if (header.NeedsNoProfile)
        {
            return options;
        }

        // If both profiles are set, files without a profile count as sRGB and are not converted, which is several times faster. Old versions reject a colour
        // profile for grey pixels instead of ignoring it.
        var isOld = vips.Version < KeepSince;
        var isGrey = isOld && header.IsGrey;
        if (!isGrey)
        {
            options.Add(isOld ? "import_profile" : "input_profile", "srgb");
        }

        if (!isGrey || header.HasProfile)
        {
            options.Add(isOld ? "export_profile" : "output_profile", "srgb");
        }

        return options;
    }

    private static VipsImage ToSrgb(VipsImage image)
    {
        using var srgb = image.Colourspace(Enums.Interpretation.Srgb);
        return srgb.Cast(Enums.BandFormat.Uchar);
    }

    private static bool IsOpaque(VipsImage image)
    {
        using var alpha = image.ExtractBand(image.Bands - 1);
        return alpha.Min() >= byte.MaxValue;
    }

    /// <summary>Blends transparent pixels onto white.</summary>
    internal static VipsImage Flatten(VipsImage image) => image.HasAlpha() ? image.Flatten(background: [byte.MaxValue]) : image.Copy();

    private static VipsImage ShrinkToFit(VipsImage image, Box box, bool isExact = false)
    {
        using var small = image.ThumbnailImage(box.Width, height: box.Height, size: isExact ? Enums.Size.Force : Enums.Size.Down);
        return small.CopyMemory();
    }

    private RenderedFile Save(VipsImage image, WriteBytes write, int quality = Quality)
    {
        // Optimized Huffman tables were ruled out, because they take three times as long and save one percent of the size.
        var file = image.HasAlpha() ? EncodeWebP(image, quality) : image.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None);
        write(file);
        return new RenderedFile(image.Width, image.Height, file.Length, TypeOf(image).MediaType());
    }

    private RenderedFile SaveHashed(VipsImage image, WriteBytes write) => Save(image, write) with { PerceptualHash = (long)PerceptualHash.Compute(image) };

    private static VipsImage Crop(VipsImage scaled, Transform transform)
    {
        var (width, height) = (transform.Size.Width, transform.Size.Height);
        return transform.Crop switch
        {
            Transform.NoCrop => scaled.Copy(),
            Transform.AttentionCrop => scaled.Smartcrop(width, height, interesting: Enums.Interesting.Attention),
            _ => scaled.ExtractArea(transform.FindOffset(scaled.Width, width), transform.FindOffset(scaled.Height, height), width, height),
        };
    }

    private byte[] Encode(VipsImage image, Transform transform)
    {
        try
        {
            switch (transform.Format)
            {
                case ImageFormat.Avif:
                    return EncodeAvif(image, transform.Quality);
                case ImageFormat.WebP:
                    return EncodeWebP(image, transform.Quality);
                case ImageFormat.Png:
                    return image.PngsaveBuffer(keep: Enums.ForeignKeep.None);
                default:
                    using (var opaque = Flatten(image))
                    {
                        return opaque.JpegsaveBuffer(q: transform.Quality, keep: Enums.ForeignKeep.None);
                    }
            }
        }
        catch (VipsException exception) when (!exception.IsOutOfMemory)
        {
            // The system's libvips may lack the encoder.
            throw new ProblemException(Problems.UnsupportedFormat, $"The server's libvips cannot write {transform.Format.Title()}; use another extension.", exception);
        }
    }

    private static ImageFormat TypeOf(VipsImage image) => image.HasAlpha() ? ImageFormat.WebP : ImageFormat.Jpeg;

    private void SaveAlternates(VipsImage image, ImageVariant rendition, AlternateFormats formats, WriteAlternate write)
    {
        foreach (var (number, alternate) in ImageVariant.Alternates.Index().Where(one => one.Item.Rendition == rendition))
        {
            var isAvif = alternate.Format == ImageFormat.Avif;
            if (!formats.HasFlag(isAvif ? AlternateFormats.Avif : AlternateFormats.WebP) || alternate.Format == TypeOf(image))
            {
                continue;
            }

            try
            {
                write(number, isAvif ? EncodeAvif(image, AvifQuality) : EncodeWebP(image, AlternateWebPQuality, AlternateWebPEffort));
            }
            catch (VipsException e) when (!e.IsOutOfMemory)
            {
                // The system's libvips may lack the encoder. The format is then omitted.
            }
        }
    }

    private byte[] MakePlaceholder(VipsImage low)
    {
        // Noise compresses badly, so the size is halved, down to 6 pixels, until the file is small enough.
        for (var side = PlaceholderSide; ; side /= 2)
        {
            using var small = Average(low, side);
            var file = EncodeWebP(small, PlaceholderQuality);
            if (file.Length <= PlaceholderBytes || side <= 6)
            {
                return file;
            }
        }
    }

    /// <summary>Averages blocks of pixels so that no side exceeds the given size; sharpness is not needed.</summary>
    private static VipsImage Average(VipsImage image, int side)
    {
        var factor = (Math.Max(image.Width, image.Height) + side - 1) / side;
        return image.Shrink(factor, factor, ceil: true);
    }

    // libvips' default effort, 4, takes twice as long and saves two percent of the size.
    private byte[] EncodeWebP(VipsImage image, int quality, int effort = 2) =>
        WithoutMetadata(image.WebpsaveBuffer(q: quality, effort: effort, keep: Enums.ForeignKeep.None));

    private byte[] WithoutMetadata(byte[] webP) => vips.Version >= KeepSince ? webP : EncodedWebP.WithoutMetadata(webP);

    private static byte[] EncodeAvif(VipsImage image, int quality) =>
        image.HeifsaveBuffer(q: quality, compression: Enums.ForeignHeifCompression.Av1, effort: AvifEffort, keep: Enums.ForeignKeep.None);

    /// <summary>The header values that determine how a file is shrunk.</summary>
    /// <param name="Upright">The size after orientation.</param>
    /// <param name="NeedsNoProfile">Whether the samples are sRGB or in a colour space that needs no profile.</param>
    /// <param name="IsGrey">Whether the image is greyscale.</param>
    /// <param name="HasProfile">Whether the image has a colour profile.</param>
    private readonly record struct Header(Box Upright, bool NeedsNoProfile, bool IsGrey, bool HasProfile);
}

/// <summary>Thrown if the file's pixels cannot be decoded. Any other failure is caused by the server.</summary>
internal sealed class DamagedImageException(VipsException cause) : Exception(cause.Message, cause);

/// <summary>A rendition to write.</summary>
/// <param name="Box">The box to fit, or the exact size before the crop of a transform.</param>
/// <param name="Write">Receives the rendition's bytes.</param>
internal readonly record struct Target(Box Box, WriteBytes Write);

/// <summary>Receives bytes that are valid only during the call.</summary>
internal delegate void WriteBytes(ReadOnlySpan<byte> bytes);

/// <summary>Receives the bytes of the alternate at an index of <see cref="ImageVariant.Alternates"/>. The bytes are valid only during the call.</summary>
internal delegate void WriteAlternate(int alternate, ReadOnlySpan<byte> bytes);
