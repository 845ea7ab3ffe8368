using ImageHub.Domain.Images;

namespace ImageHub.Domain.Tiers;

/// <summary>The limits and features of user accounts: thumbnails, originals, links and quota.</summary>
public sealed class Tier
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The minimum height of a thumbnail, in pixels.</summary>
    public const int MinThumbnailHeight = 16;

    /// <summary>The maximum height of a thumbnail, in pixels.</summary>
    public const int MaxThumbnailHeight = 2_000;

    /// <summary>The maximum number of thumbnail heights in a tier.</summary>
    public const int MaxThumbnailHeights = 20;

    /// <summary>The built-in default tier of users; it cannot be deleted.</summary>
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

    /// <summary>The name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The name in lower case; names of tiers are case-insensitive.</summary>
    public string NormalizedName { get; private set; } = "";

    /// <summary>The heights of thumbnails in pixels, ascending, without duplicates.</summary>
    public IReadOnlyList<int> ThumbnailHeights { get; private set; } = [];

    /// <summary>Whether owners may download <c>full</c> and <c>original</c>.</summary>
    public bool Originals { get; private set; }

    /// <summary>Whether owners may create expiring links.</summary>
    public bool ExpiringLinks { get; private set; }

    /// <summary>The maximum total size of a user's files in bytes; null for unlimited.</summary>
    public long? QuotaBytes { get; private set; }

    /// <summary>The maximum size of a file in bytes; null for the server's limit.</summary>
    public long? MaxFileBytes { get; private set; }

    /// <summary>Creates a tier without any features.</summary>
    public static Tier Create(string name, DateTimeOffset now)
    {
        var tier = new Tier { Id = Guid.CreateVersion7(now) };
        tier.Rename(name);
        return tier;
    }

    /// <summary>Renames the tier.</summary>
    public void Rename(string name) => (Name, NormalizedName) = (name, Normalize(name));

    /// <summary>Sets the heights of thumbnails.</summary>
    public void OfferThumbnails(IEnumerable<int> heights) => ThumbnailHeights = [.. heights.Distinct().Order()];

    /// <summary>Allows or disallows originals.</summary>
    public void OfferOriginals(bool isOffered) => Originals = isOffered;

    /// <summary>Allows or disallows expiring links.</summary>
    public void OfferExpiringLinks(bool isOffered) => ExpiringLinks = isOffered;

    /// <summary>Sets the quota in bytes; null for unlimited.</summary>
    public void LimitTotal(long? bytes) => QuotaBytes = bytes;

    /// <summary>Sets the maximum file size; null for the server's limit.</summary>
    public void LimitFiles(long? bytes) => MaxFileBytes = bytes;

    /// <summary>
    /// Whether an owner may download this variant of an image: a thumbnail of a listed height, or <c>full</c> and <c>original</c> with
    /// <see cref="Originals"/>.
    /// </summary>
    public bool Allows(ImageVariant variant) => variant.Number is { } height
        ? ThumbnailHeights.Any(offered => offered == height)
        : Originals && (variant == ImageVariant.Full || variant == ImageVariant.Original);

    /// <summary>Whether an owner may share this variant through a link. The original is excluded because it contains the location.</summary>
    public bool AllowsLink(ImageVariant variant) => ExpiringLinks && variant != ImageVariant.Original && Allows(variant);

    /// <summary>The number of bytes left in the quota; null for unlimited.</summary>
    public long? BytesLeft(long usedBytes) => QuotaBytes is { } quota ? Math.Max(0, quota - usedBytes) : null;

    /// <summary>Converts a name to the form used for comparison.</summary>
    public static string Normalize(string name) => name.ToLowerInvariant();
}
