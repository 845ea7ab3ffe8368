using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>The steps from a file to its renditions. The file is decoded once, as small as its format allows.</summary>
/// <param name="vips">The loaded libvips.</param>
internal sealed class Pipeline(LibVips vips)
{
    private const int Quality = 80;

    // Within 0.003 of the SSIM of a JPEG of quality 80 (docs/adr/0034): lower ones are further away, higher ones save less.
    private const int AvifQuality = 62;
    private const int AvifEffort = 3;
    private const int AlternateWebPQuality = 84;
    private const int AlternateWebPEffort = 4;
    private const int FineQuality = 90;
    private const int PlaceholderSide = 24;
    private const int PlaceholderBytes = 300;
    private const int PlaceholderQuality = 30;

    // From there on strip= is called keep=, and import-profile= input-profile=.
    private static readonly Version KeepSince = new(8, 15);

    private readonly SrgbProfiles profiles = new();

    /// <summary>Makes all renditions, each from the next larger one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="high">The high rendition.</param>
    /// <param name="medium">The medium rendition.</param>
    /// <param name="low">The low rendition.</param>
    internal (RenderedFile High, RenderedFile Medium, RenderedFile Low, byte[] Placeholder) Run(string path, ImageFormat format, Target high, Target medium, Target low)
    {
        using var large = Decode(path, format, high.Box);
        var savedHigh = Save(large, high.Write);
        using var middle = ShrinkToFit(large, medium.Box);
        large.Dispose();
        var savedMedium = Save(middle, medium.Write);
        using var small = ShrinkToFit(middle, low.Box);
        return (savedHigh, savedMedium, SaveHashed(small, low.Write), MakePlaceholder(small));
    }

    /// <summary>Makes one rendition.</summary>
    internal RenderedFile RunOne(string path, ImageFormat format, Target target)
    {
        using var image = Decode(path, format, target.Box);
        return SaveHashed(image, target.Write);
    }

    /// <summary>Makes renditions in other formats.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="renditions">The renditions, the largest first, and their widths and heights: each is made from the one before.</param>
    /// <param name="formats">In which formats.</param>
    /// <param name="write">Takes the bytes of each.</param>
    /// <returns>What the largest rendition itself is, without its bytes.</returns>
    internal RenderedFile RunAlternates(
        string path, ImageFormat format, (ImageVariant Variant, Box Size)[] renditions, AlternateFormats formats, WriteAlternate write)
    {
        // Exactly their sizes: a box may have been another one when they were made.
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

    /// <summary>Makes one rendition for close looks, a JPEG in any case. Its pixels are encoded as they are decoded: all of them may be too many to be held at once.</summary>
    internal RenderedFile RunJpeg(string path, ImageFormat format, Target target)
    {
        try
        {
            using var upright = Shrink(path, format, target.Box, isExact: false);
            using var colours = ToSrgb(upright);
            using var opaque = Flatten(colours);

            // Sent piece by piece, since the file of a large picture would be held twice: by libvips and as an array.
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

    /// <summary>Only here is the file read: a failure is the file's.</summary>
    private VipsImage Decode(string path, ImageFormat format, Box box, bool isExact = false)
    {
        try
        {
            using var upright = Shrink(path, format, box, isExact);
            using var colours = ToSrgb(upright);
            using var pixels = colours.CopyMemory();

            // Many programs write alpha that says opaque everywhere; JPEG serves those better.
            using var visible = pixels.HasAlpha() && IsOpaque(pixels) ? pixels.ExtractBand(0, n: pixels.Bands - 1) : pixels;

            // All is sRGB now, which is what a reader assumes of untagged pixels.
            return visible.Mutate(image => image.Remove(SrgbProfiles.Field));
        }
        catch (VipsException e) when (!e.IsOutOfMemory)
        {
            throw new DamagedImageException(e);
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="box">What it fits inside.</param>
    /// <param name="isExact">Whether it gets exactly the size of the box.</param>
    private VipsImage Shrink(string path, ImageFormat format, Box box, bool isExact)
    {
        var strictness = ChooseStrictness(path, format);
        var header = ReadHeader(path);
        if (format == ImageFormat.Jpeg)
        {
            return ShrinkJpeg(path, strictness, header, box, isExact);
        }

        // libvips takes pages of halving sizes for one picture's levels, and old versions choose too small a level of those.
        // TIFF does not shrink while it loads anyway, so its first page is loaded and shrunk.
        using var page = format == ImageFormat.Tiff ? VipsImage.Tiffload(path, access: Enums.Access.Sequential, failOn: strictness) : null;
        var options = ChooseOptions(box, isExact, header);
        if (page is null)
        {
            options.Add("fail_on", strictness);
        }

        return (VipsImage)(page is null ? Operation.Call("thumbnail", options, path, box.Width) : Operation.Call("thumbnail_image", options, page, box.Width));
    }

    /// <summary>
    /// A JPEG is decoded at a half, a quarter or an eighth, by its own blocks, as long as no pixels are missing then. Left to itself, libvips decodes twice as
    /// many each way: sharper by next to nothing, for twice the time.
    /// </summary>
    private VipsImage ShrinkJpeg(string path, Enums.FailOn strictness, Header header, Box box, bool isExact)
    {
        var size = isExact ? box : box.Fit(header.Upright);
        var factor = 8;
        while (factor > 1 && (header.Upright.Width / factor < size.Width || header.Upright.Height / factor < size.Height))
        {
            factor /= 2;
        }

        using var reduced = VipsImage.Jpegload(path, shrink: factor, access: Enums.Access.Sequential, failOn: strictness);
        return (VipsImage)Operation.Call("thumbnail_image", ChooseOptions(size, isExact: true, header), reduced, size.Width);
    }

    /// <summary>Reads it and closes the file again: libvips holds all metadata with it, and of some formats the file.</summary>
    private Header ReadHeader(string path)
    {
        using var image = VipsImage.NewFromFile(path, access: Enums.Access.Sequential);
        var hasProfile = image.Contains(SrgbProfiles.Field);
        return new Header(
            image.UprightSize,
            NeedsNoProfile: image.Interpretation switch
            {
                // The samples say by themselves which colours they mean.
                Enums.Interpretation.Xyz or Enums.Interpretation.Lab or Enums.Interpretation.Labq or Enums.Interpretation.Labs or Enums.Interpretation.Scrgb => true,
                Enums.Interpretation.Srgb => !hasProfile || profiles.IsSrgb(image),
                _ => false,
            },
            IsGrey: image.Bands < 3,
            hasProfile);
    }

    private static Enums.FailOn ChooseStrictness(string path, ImageFormat format)
    {
        if (format != ImageFormat.Jpeg)
        {
            return Enums.FailOn.Truncated;
        }

        var structure = JpegStructure.Read(path);
        if (!structure.IsIntact)
        {
            throw new VipsException("the markers of the JPEG are damaged, or its end is missing");
        }

        return structure.HasOddHeader ? Enums.FailOn.Truncated : Enums.FailOn.Warning;
    }

    private VOption ChooseOptions(Box box, bool isExact, Header header)
    {
        var options = new VOption { { "height", box.Height }, { "size", isExact ? Enums.Size.Force : Enums.Size.Down } };

        // Profiles take as long to set up as a small picture takes to decode, so sRGB goes without.
        if (header.NeedsNoProfile)
        {
            return options;
        }

        // With both given, other untagged files are taken as sRGB without a conversion; with only one it would cost a multiple.
        // Old versions take a colour profile for grey pixels as an error instead of passing it over.
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

    /// <summary>A copy with transparent parts on white.</summary>
    internal static VipsImage Flatten(VipsImage image) => image.HasAlpha() ? image.Flatten(background: [byte.MaxValue]) : image.Copy();

    private static VipsImage ShrinkToFit(VipsImage image, Box box, bool isExact = false)
    {
        using var small = image.ThumbnailImage(box.Width, height: box.Height, size: isExact ? Enums.Size.Force : Enums.Size.Down);
        return small.CopyMemory();
    }

    private RenderedFile Save(VipsImage image, WriteBytes write)
    {
        // Optimized Huffman tables were ruled out: three times the time for one percent of the size.
        var file = image.HasAlpha() ? EncodeWebP(image, Quality) : image.JpegsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None);
        write(file);
        return new RenderedFile(image.Width, image.Height, file.Length, TypeOf(image).MediaType());
    }

    private RenderedFile SaveHashed(VipsImage image, WriteBytes write) => Save(image, write) with { PerceptualHash = (long)PerceptualHash.Compute(image) };

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
                write(number, isAvif ? EncodeAvif(image) : EncodeWebP(image, AlternateWebPQuality, AlternateWebPEffort));
            }
            catch (VipsException e) when (!e.IsOutOfMemory)
            {
                // A libvips of the system may lack the encoder. It goes without.
            }
        }
    }

    private byte[] MakePlaceholder(VipsImage low)
    {
        // Pure noise does not compress: then fewer pixels say as much.
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

    /// <summary>Makes one pixel of so many that no side has more than it may: nothing sharp is wanted.</summary>
    private static VipsImage Average(VipsImage image, int side)
    {
        var factor = (Math.Max(image.Width, image.Height) + side - 1) / side;
        return image.Shrink(factor, factor, ceil: true);
    }

    // The default effort, 4, takes twice the time for two percent of the size.
    private byte[] EncodeWebP(VipsImage image, int quality, int effort = 2)
    {
        var file = image.WebpsaveBuffer(q: quality, effort: effort, keep: Enums.ForeignKeep.None);
        return vips.Version >= KeepSince ? file : EncodedWebP.WithoutMetadata(file);
    }

    private static byte[] EncodeAvif(VipsImage image) =>
        image.HeifsaveBuffer(q: AvifQuality, compression: Enums.ForeignHeifCompression.Av1, effort: AvifEffort, keep: Enums.ForeignKeep.None);

    /// <summary>What a file's header says of how it is shrunk.</summary>
    /// <param name="Upright">Its size, after orientation.</param>
    /// <param name="NeedsNoProfile">Whether its samples are sRGB, or say by themselves which colours they mean.</param>
    /// <param name="IsGrey">Whether it has no colours.</param>
    /// <param name="HasProfile">Whether it has a colour profile.</param>
    private readonly record struct Header(Box Upright, bool NeedsNoProfile, bool IsGrey, bool HasProfile);
}

/// <summary>The file's own pixels cannot be made; anything else that fails is the server's fault.</summary>
internal sealed class DamagedImageException(VipsException cause) : Exception(cause.Message, cause);

/// <summary>A rendition to be made.</summary>
/// <param name="Box">What it fits inside.</param>
/// <param name="Write">Takes its bytes, which are in native memory.</param>
internal readonly record struct Target(Box Box, WriteBytes Write);

/// <summary>Takes bytes that are gone when it returns.</summary>
internal delegate void WriteBytes(ReadOnlySpan<byte> bytes);

/// <summary>Takes bytes of one of <see cref="ImageVariant.Alternates"/>, told by its place, that are gone when it returns.</summary>
internal delegate void WriteAlternate(int alternate, ReadOnlySpan<byte> bytes);
