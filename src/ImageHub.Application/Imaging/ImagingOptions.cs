using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>Settings of rendering, section <c>Imaging</c>.</summary>
public sealed class ImagingOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Imaging";

    /// <summary>The key of the setting for libvips.</summary>
    public const string LibVipsKey = Section + ":" + nameof(LibVips);

    // WebP's maximum width and height, in pixels (RFC 9649). Renditions with alpha are WebP.
    private const int MaxSide = 16_383;

    /// <summary>The box of low renditions; it fits inside <see cref="Medium"/>.</summary>
    public BoxOptions Low { get; set; } = new() { Width = 360, Height = 230 };

    /// <summary>The box of medium renditions; it fits inside <see cref="High"/>.</summary>
    public BoxOptions Medium { get; set; } = new() { Width = 720, Height = 540 };

    /// <summary>The box of high renditions.</summary>
    public BoxOptions High { get; set; } = new() { Width = 1400, Height = 1050 };

    /// <summary>
    /// The box of large renditions, which are rendered in the background for images that do not fit in <see cref="High"/>.
    /// </summary>
    public BoxOptions Large { get; set; } = new() { Width = 2880, Height = 2880 };

    /// <summary>
    /// The formats besides JPEG in which low, medium, high and large are rendered in the background, so that browsers download fewer bytes. Existing
    /// files are kept.
    /// </summary>
    [EnumDataType(typeof(AlternateFormats), ErrorMessage = Section + ":Alternates must be Both, Avif, WebP or None.")]
    public AlternateFormats Alternates { get; set; } = AlternateFormats.Both;

    /// <summary><c>bundled</c> (next to the program), <c>system</c>, or the absolute path of a library.</summary>
    [Required(ErrorMessage = LibVipsKey + " must be bundled, system or the absolute path of a libvips library.")]
    public string LibVips { get; set; } = "bundled";

    /// <summary>The maximum number of pixels of an image (one frame), checked before decoding.</summary>
    [Range(1, 2_000_000_000, ErrorMessage = Section + ":MaxPixels must be 1 to 2000000000 (pixels).")]
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>
    /// The number of worker processes for decoding; absent: one per processor. A single account's files use at most this number, all accounts
    /// together one more.
    /// </summary>
    [Range(1, 1024, ErrorMessage = Section + ":Workers must be 1 to 1024.")]
    public int? Workers { get; set; }

    /// <summary>
    /// The limit for each step of rendering a file, in seconds of processor time. By the clock, all steps together may take three times as long.
    /// </summary>
    [Range(1, 3600, ErrorMessage = Section + ":DecodeSeconds must be 1 to 3600 (seconds).")]
    public int DecodeSeconds { get; set; } = 20;

    /// <summary>The memory limit of all workers together, in bytes, including idle ones; a single file may use three quarters.</summary>
    [Range(256L * 1024 * 1024, 1L << 40, ErrorMessage = Section + ":MemoryBudgetBytes must be 268435456 to 1099511627776 (bytes).")]
    public long MemoryBudgetBytes { get; set; } = 768L * 1024 * 1024;

    /// <summary>Whether a server that runs as root may decode as root if no other account can read the program.</summary>
    public bool AllowRootWorkers { get; set; }

    /// <summary>The maximum number of renderings waiting for memory or a processor; further ones are rejected.</summary>
    [Range(0, 100_000, ErrorMessage = Section + ":MaxQueuedRenderings must be 0 to 100000.")]
    public int MaxQueuedRenderings { get; set; } = 100;

    /// <summary>The boxes as text, such as <c>360x230 720x540 1400x1050 2880x2880</c>.</summary>
    internal string DescribeBoxes() => $"{Low} {Medium} {High} {Large}";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Data annotations do not validate nested objects.
        foreach (var (name, box) in new[] { (nameof(Low), Low), (nameof(Medium), Medium), (nameof(High), High), (nameof(Large), Large) })
        {
            foreach (var (side, pixels) in new[] { (nameof(Box.Width), box.Width), (nameof(Box.Height), box.Height) })
            {
                if (pixels is < 1 or > MaxSide)
                {
                    yield return new ValidationResult($"{Section}:{name}:{side} is {pixels}; it must be 1 to {MaxSide} (pixels).", [$"{name}.{side}"]);
                }
            }
        }

        foreach (var (name, box, outerName, outer) in new[] { (nameof(Low), Low, nameof(Medium), Medium), (nameof(Medium), Medium, nameof(High), High) })
        {
            if (box.Width > outer.Width || box.Height > outer.Height)
            {
                yield return new ValidationResult(
                    $"{Section}:{name} is {box.Width}×{box.Height}; it must fit inside {Section}:{outerName}, {outer.Width}×{outer.Height}.", [name]);
            }
        }
    }
}

/// <summary>The formats of alternates.</summary>
[Flags]
public enum AlternateFormats
{
    /// <summary>No alternates.</summary>
    None = 0,

    /// <summary>WebP (RFC 9649).</summary>
    WebP = 1,

    /// <summary>AVIF (AV1 in ISO/IEC 23008-12).</summary>
    Avif = 2,

    /// <summary>Both formats.</summary>
    Both = WebP | Avif,
}

/// <summary>A configured box.</summary>
public sealed class BoxOptions
{
    /// <summary>The maximum width in pixels, after orientation. After a change, existing images are rendered again in the background.</summary>
    public int Width { get; set; }

    /// <summary>The maximum height in pixels, after orientation. After a change, existing images are rendered again in the background.</summary>
    public int Height { get; set; }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    /// <summary>Converts the box to a domain value.</summary>
    public Box ToBox() => new(Width, Height);
}
