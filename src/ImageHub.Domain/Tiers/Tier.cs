using ImageHub.Domain.Images;

namespace ImageHub.Domain.Tiers;

/// <summary>What users get: which thumbnails, originals and links, and how much they may keep.</summary>
public sealed class Tier
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The smallest thumbnail, in pixels.</summary>
    public const int MinThumbnailHeight = 16;

    /// <summary>The largest thumbnail, in pixels.</summary>
    public const int MaxThumbnailHeight = 2_000;

    /// <summary>Most thumbnails of one image.</summary>
    public const int MaxThumbnailHeights = 20;

    /// <summary>The built-in tier of users of whom nothing else is said; it cannot be deleted.</summary>
    public static readonly Guid BasicId = new("01980000-0000-7000-8000-000000000001");

    /// <summary>A built-in tier with originals.</summary>
    public static readonly Guid PremiumId = new("01980000-0000-7000-8000-000000000002");

    /// <summary>A built-in tier with originals and expiring links.</summary>
    public static readonly Guid EnterpriseId = new("01980000-0000-7000-8000-000000000003");

    private Tier()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>What it is called.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The name in lower case: any case is the same tier.</summary>
    public string NormalizedName { get; private set; } = "";

    /// <summary>The heights of its thumbnails in pixels, ascending, each once.</summary>
    public IReadOnlyList<int> ThumbnailHeights { get; private set; } = [];

    /// <summary>Whether owners get <c>full</c> and <c>original</c>.</summary>
    public bool Originals { get; private set; }

    /// <summary>Whether owners may make links that expire.</summary>
    public bool ExpiringLinks { get; private set; }

    /// <summary>How many bytes of files a user may keep, or null: unlimited.</summary>
    public long? QuotaBytes { get; private set; }

    /// <summary>The largest file in bytes, or null: as large as the server takes.</summary>
    public long? MaxFileBytes { get; private set; }

    /// <summary>Makes a tier that allows nothing yet.</summary>
    public static Tier Create(string name, DateTimeOffset now)
    {
        var tier = new Tier { Id = Guid.CreateVersion7(now) };
        tier.Rename(name);
        return tier;
    }

    /// <summary>Renames it.</summary>
    public void Rename(string name) => (Name, NormalizedName) = (name, Normalize(name));

    /// <summary>Sets which thumbnails there are.</summary>
    public void OfferThumbnails(IEnumerable<int> heights) => ThumbnailHeights = [.. heights.Distinct().Order()];

    /// <summary>Gives or takes originals.</summary>
    public void OfferOriginals(bool isOffered) => Originals = isOffered;

    /// <summary>Gives or takes expiring links.</summary>
    public void OfferExpiringLinks(bool isOffered) => ExpiringLinks = isOffered;

    /// <summary>Sets how many bytes a user may keep; null: unlimited.</summary>
    public void LimitTotal(long? bytes) => QuotaBytes = bytes;

    /// <summary>Sets the largest file; null: as large as the server takes.</summary>
    public void LimitFiles(long? bytes) => MaxFileBytes = bytes;

    /// <summary>Whether an owner gets this variant of an image.</summary>
    public bool Allows(ImageVariant variant) => variant.Height is { } height
        ? ThumbnailHeights.Contains(height)
        : Originals && (variant == ImageVariant.Full || variant == ImageVariant.Original);

    /// <summary>Whether an owner may pass this variant on by a link: what the owner gets, except the original, which has the location.</summary>
    public bool AllowsLink(ImageVariant variant) => ExpiringLinks && variant != ImageVariant.Original && Allows(variant);

    /// <summary>How many bytes fit beside those that are used; null: any number.</summary>
    public long? BytesLeft(long usedBytes) => QuotaBytes is { } quota ? Math.Max(0, quota - usedBytes) : null;

    /// <summary>The form in which names are compared.</summary>
    public static string Normalize(string name) => name.ToLowerInvariant();
}
