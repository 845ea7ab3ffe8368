using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Imaging.Native;

/// <summary>An image of libvips: a recipe whose pixels are made on demand, unless it was copied to memory.</summary>
internal sealed class VipsImage(nint instance) : GObjectHandle(instance)
{
    /// <summary>The field that holds an embedded colour profile.</summary>
    internal const string IccProfile = "icc-profile-data";

    // VipsBandFormat and VipsInterpretation.
    private const int FormatUChar = 0;
    private const int InterpretationXyz = 12;
    private const int InterpretationLab = 13;
    private const int InterpretationLabQ = 16;
    private const int InterpretationLabS = 21;
    private const int InterpretationSrgb = 22;
    private const int InterpretationScRgb = 28;

    /// <summary>Pixels, as stored, before orientation.</summary>
    internal int Width => VipsNative.ImageGetWidth(this);

    /// <summary>Pixels, as stored, before orientation.</summary>
    internal int Height => VipsNative.ImageGetHeight(this);

    /// <summary>Channels, alpha included.</summary>
    internal int Bands => VipsNative.ImageGetBands(this);

    /// <summary>EXIF's orientation, 1 to 8; 1 when there is none.</summary>
    internal int Orientation => VipsNative.ImageGetOrientation(this);

    /// <summary>Whether the last band is alpha.</summary>
    internal bool HasAlpha => VipsNative.ImageHasAlpha(this) != 0;

    /// <summary>Whether the samples say by themselves which colours they mean, so that a profile would be wrong.</summary>
    internal bool IsColorimetric => VipsNative.ImageGetInterpretation(this)
        is InterpretationXyz or InterpretationLab or InterpretationLabQ or InterpretationLabS or InterpretationScRgb;

    /// <summary>Whether the samples are sRGB by the header, unless a profile says otherwise.</summary>
    internal bool IsSrgbByHeader => VipsNative.ImageGetInterpretation(this) == InterpretationSrgb;

    /// <summary>An image of 8-bit samples, band by band within a pixel, row after row.</summary>
    /// <exception cref="VipsException">The sizes do not belong together.</exception>
    internal static VipsImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, int bands)
    {
        var image = VipsNative.ImageNewFromMemoryCopy(pixels, (nuint)pixels.Length, width, height, bands, FormatUChar);
        return image == 0 ? throw VipsException.Take("new_from_memory") : new VipsImage(image);
    }

    /// <summary>Opens a file; only its header is read.</summary>
    /// <returns>Null when no allowed loader takes the file.</returns>
    /// <exception cref="VipsException">A loader takes the file, but cannot read its header.</exception>
    /// <param name="path">The file.</param>
    /// <param name="failOn">What of the pixels counts as damage: <c>none</c>, <c>truncated</c>, <c>error</c> or <c>warning</c>.</param>
    /// <param name="shrink">By how much a JPEG is decoded smaller each way: 1, 2, 4 or 8.</param>
    internal static VipsImage? Open(string path, string failOn = "none", int shrink = 1)
    {
        var loader = Marshal.PtrToStringUTF8(VipsNative.ForeignFindLoad(path));
        if (loader is null)
        {
            // The search leaves a text behind; nobody asks for it.
            _ = VipsException.Take("find_load");
            return null;
        }

        var open = new VipsOperation(loader).With("filename", path).With("access", "sequential").With("fail-on", failOn);
        return (shrink == 1 ? open : open.With("shrink", shrink)).RunToImage();
    }

    /// <summary>Whether the header has a field.</summary>
    internal bool Has(string field) => VipsNative.ImageGetTypeOf(this, field) != 0;

    /// <summary>A copy of a block of bytes in the header; empty where there is none.</summary>
    internal byte[] GetBlob(string field)
    {
        if (!Has(field) || VipsNative.ImageGetBlob(this, field, out var content, out var length) != 0)
        {
            return [];
        }

        var bytes = new byte[checked((int)length)];
        Marshal.Copy(content, bytes, 0, bytes.Length);
        return bytes;
    }

    /// <summary>Puts a block of bytes into the header of an image that nothing else uses yet.</summary>
    internal void SetBlob(string field, ReadOnlySpan<byte> content) => VipsNative.ImageSetBlobCopy(this, field, content, (nuint)content.Length);

    /// <summary>Takes a field out of the header of an image that nothing else uses yet.</summary>
    internal void Remove(string field) => _ = VipsNative.ImageRemove(this, field);

    /// <summary>A text of the header, or null.</summary>
    internal string? GetText(string field) =>
        Has(field) && VipsNative.ImageGetString(this, field, out var text) == 0
            ? Marshal.PtrToStringUTF8(text)
            : null;

    /// <summary>The names of all header fields, metadata blocks included.</summary>
    internal IReadOnlyList<string> GetFields()
    {
        var strings = VipsNative.ImageGetFields(this);
        try
        {
            var fields = new List<string>();
            for (var at = strings; Marshal.ReadIntPtr(at) is var text && text != 0; at += nint.Size)
            {
                fields.Add(Marshal.PtrToStringUTF8(text)!);
            }

            return fields;
        }
        finally
        {
            VipsNative.FreeStrings(strings);
        }
    }

    /// <summary>Makes all pixels. A file read front to back can be read once only, so this comes before a second use.</summary>
    /// <exception cref="VipsException">The pixels cannot be made: the file is damaged.</exception>
    internal VipsImage CopyToMemory()
    {
        var copy = VipsNative.ImageCopyMemory(this);
        return copy == 0 ? throw VipsException.Take("copy_memory") : new VipsImage(copy);
    }

    /// <summary>All samples, band by band within a pixel, row after row.</summary>
    internal byte[] GetSamples()
    {
        var memory = VipsNative.ImageWriteToMemory(this, out var size);
        if (memory == 0)
        {
            throw VipsException.Take("write_to_memory");
        }

        try
        {
            var samples = new byte[checked((int)size)];
            Marshal.Copy(memory, samples, 0, samples.Length);
            return samples;
        }
        finally
        {
            VipsNative.Free(memory);
        }
    }
}
