using System.ComponentModel.DataAnnotations;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>Settings of rendering, section <c>Imaging</c>.</summary>
public sealed class ImagingOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Imaging";

    /// <summary>The key that says which libvips is loaded.</summary>
    public const string LibVipsKey = Section + ":" + nameof(LibVips);

    // WebP, which renditions with alpha are written as, ends there (RFC 9649).
    private const int MaxSide = 16_383;

    /// <summary>The box of low renditions; it fits inside <see cref="Medium"/>.</summary>
    public BoxOptions Low { get; set; } = new() { Width = 360, Height = 230 };

    /// <summary>The box of medium renditions; it fits inside <see cref="High"/>.</summary>
    public BoxOptions Medium { get; set; } = new() { Width = 720, Height = 540 };

    /// <summary>The box of high renditions.</summary>
    public BoxOptions High { get; set; } = new() { Width = 1400, Height = 1050 };

    /// <summary>In which formats besides JPEG low, medium and high are made in the background, so that browsers fetch fewer bytes. What has been made stays.</summary>
    [EnumDataType(typeof(AlternateFormats), ErrorMessage = Section + ":Alternates must be Both, Avif, WebP or None.")]
    public AlternateFormats Alternates { get; set; } = AlternateFormats.Both;

    /// <summary><c>bundled</c> (the one beside the program), <c>system</c>, or the absolute path of a library.</summary>
    [Required(ErrorMessage = LibVipsKey + " must be bundled, system or the absolute path of a libvips library.")]
    public string LibVips { get; set; } = "bundled";

    /// <summary>The most pixels (one frame) that an image may have, checked before any decoding.</summary>
    [Range(1, 2_000_000_000, ErrorMessage = Section + ":MaxPixels must be 1 to 2000000000 (pixels).")]
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>Worker processes that decode; absent: one a processor. One account's files take at most so many, all together one more.</summary>
    [Range(1, 1024, ErrorMessage = Section + ":Workers must be 1 to 1024.")]
    public int? Workers { get; set; }

    /// <summary>Seconds that decoding one file may take.</summary>
    [Range(1, 3600, ErrorMessage = Section + ":DecodeSeconds must be 1 to 3600 (seconds).")]
    public int DecodeSeconds { get; set; } = 20;

    /// <summary>Bytes of memory that all workers may hold together, idle ones included; a file may take three quarters.</summary>
    [Range(256L * 1024 * 1024, 1L << 40, ErrorMessage = Section + ":MemoryBudgetBytes must be 268435456 to 1099511627776 (bytes).")]
    public long MemoryBudgetBytes { get; set; } = 768L * 1024 * 1024;

    /// <summary>Whether a server that runs as root may decode as root where no other account can read the program.</summary>
    public bool AllowRootWorkers { get; set; }

    /// <summary>Renderings that may wait for memory or a processor before further ones are refused.</summary>
    [Range(0, 100_000, ErrorMessage = Section + ":MaxQueuedRenderings must be 0 to 100000.")]
    public int MaxQueuedRenderings { get; set; } = 100;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Data annotations do not look into nested objects by themselves.
        foreach (var (name, box) in new[] { (nameof(Low), Low), (nameof(Medium), Medium), (nameof(High), High) })
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

/// <summary>Formats of alternates.</summary>
[Flags]
public enum AlternateFormats
{
    /// <summary>None are made.</summary>
    None = 0,

    /// <summary>WebP (RFC 9649).</summary>
    WebP = 1,

    /// <summary>AVIF (AV1 in ISO/IEC 23008-12).</summary>
    Avif = 2,

    /// <summary>Each.</summary>
    Both = WebP | Avif,
}

/// <summary>A box as it is configured.</summary>
public sealed class BoxOptions
{
    /// <summary>Pixels, after orientation.</summary>
    public int Width { get; set; }

    /// <summary>Pixels, after orientation.</summary>
    public int Height { get; set; }

    /// <summary>The box as the domain knows it.</summary>
    public Box ToBox() => new(Width, Height);
}
