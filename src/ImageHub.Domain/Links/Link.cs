using ImageHub.Domain.Groups;

namespace ImageHub.Domain.Links;

/// <summary>The target of a link.</summary>
public enum LinkKind
{
    /// <summary>One resolution of an image.</summary>
    Image,

    /// <summary>A group, read-only.</summary>
    Group,
}

/// <summary>
/// A link that works for anyone who has its address. The creator's permissions are not stored here: they are checked each time the link is opened.
/// </summary>
public sealed class Link
{
    /// <summary>The number of random bytes in a token.</summary>
    public const int TokenBytes = 16;

    /// <summary>The minimum lifetime of an expiring link.</summary>
    public static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(300);

    /// <summary>The maximum lifetime of an image's link.</summary>
    public static readonly TimeSpan MaxImageLifetime = TimeSpan.FromSeconds(30_000);

    /// <summary>The maximum lifetime of an expiring group link.</summary>
    public static readonly TimeSpan MaxGroupLifetime = TimeSpan.FromSeconds(31_536_000);

    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The maximum of <see cref="MaxFiles"/> and of <see cref="MaxFilesPerGuest"/>.</summary>
    public const int MaxMaxFiles = 5_000;

    /// <summary>The default of <see cref="MaxFiles"/>.</summary>
    public const int DefaultMaxFiles = 500;

    /// <summary>The default of <see cref="MaxFilesPerGuest"/>.</summary>
    public const int DefaultMaxFilesPerGuest = 100;

    /// <summary>The minimum of <see cref="MaxBytes"/>: 1 MB.</summary>
    public const long MinMaxBytes = 1_000_000;

    /// <summary>The maximum of <see cref="MaxBytes"/>: 1 TB.</summary>
    public const long MaxMaxBytes = 1_000_000_000_000;

    /// <summary>The default of <see cref="MaxBytes"/>: 10 GB.</summary>
    public const long DefaultMaxBytes = 10_000_000_000;

    private Link()
    {
    }

    /// <summary>UUIDv7; not a credential.</summary>
    public Guid Id { get; private init; }

    /// <summary>SHA-256 of the token.</summary>
    public byte[] TokenHash { get; private init; } = [];

    /// <summary>The target.</summary>
    public LinkKind Kind { get; private init; }

    /// <summary>The image of an image link.</summary>
    public Guid? ImageId { get; private init; }

    /// <summary>The group of a group link.</summary>
    public Guid? GroupId { get; private init; }

    /// <summary>The variant of an image link: a thumbnail's height, <c>low</c>, <c>medium</c>, <c>high</c> or <c>full</c>.</summary>
    public string? Variant { get; private init; }

    /// <summary>The creator. The link is deleted with the account.</summary>
    public Guid CreatedBy { get; private init; }

    /// <summary>When the link was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the link expires; null for a link that works until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>The maximum number of views; null for unlimited.</summary>
    public int? MaxViews { get; private set; }

    /// <summary>The number of views. For a group link, one conditional SQL statement counts a view, so concurrent guests cannot exceed the maximum.</summary>
    public int Views { get; private init; }

    /// <summary>The bcrypt hash of the password for guests, or null.</summary>
    public string? PasswordHash { get; private set; }

    /// <summary>Whether guests of a group link may choose favourites.</summary>
    public bool AllowsFavourites { get; private set; }

    /// <summary>The maximum number of favourites per guest; null for <see cref="LinkGuest.MaxFavourites"/>.</summary>
    public int? MaxFavourites { get; private set; }

    /// <summary>Whether guests of a group link may send photos.</summary>
    public bool AllowsUploads { get; private set; }

    /// <summary>The maximum number of photos that all guests of the link together may send.</summary>
    public int MaxFiles { get; private set; } = DefaultMaxFiles;

    /// <summary>The maximum number of photos that each guest may send.</summary>
    public int MaxFilesPerGuest { get; private set; } = DefaultMaxFilesPerGuest;

    /// <summary>The maximum total size of the photos that all guests together may send, in bytes.</summary>
    public long MaxBytes { get; private set; } = DefaultMaxBytes;

    /// <summary>The number of photos that guests have sent, including those that were approved or deleted since.</summary>
    public int SentFiles { get; private init; }

    /// <summary>The total size of these photos as sent, in bytes.</summary>
    public long SentBytes { get; private init; }

    /// <summary>The creator's name for the link, or null.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether a group link shows the group's title and cover before the password and in previews.</summary>
    public bool ShowsPreview { get; private set; }

    /// <summary>The files that guests of a group link may download; null for the group's setting.</summary>
    public Downloads? Downloads { get; private set; }

    /// <summary>Whether guests of a group link get the renditions above low only with the site's watermark; null for the group's setting.</summary>
    public bool? HasWatermark { get; private set; }

    /// <summary>
    /// The encrypted token of a group link, from which the server builds the address again; null for image links and links created before tokens were stored.
    /// </summary>
    public string? ProtectedToken { get; private init; }

    /// <summary>Creates a link to a variant of an image.</summary>
    public static Link ToImage(Guid imageId, string variant, byte[] tokenHash, Guid createdBy, DateTimeOffset now, TimeSpan lifetime) => new()
    {
        Id = Guid.CreateVersion7(now),
        TokenHash = tokenHash,
        Kind = LinkKind.Image,
        ImageId = imageId,
        Variant = variant,
        CreatedBy = createdBy,
        CreatedAt = now,
        ExpiresAt = now + lifetime,
    };

    /// <summary>Creates a link to a group.</summary>
    public static Link ToGroup(
        Guid groupId, byte[] tokenHash, string protectedToken, Guid createdBy, DateTimeOffset now, TimeSpan? lifetime, string? passwordHash, int? maxViews) => new()
        {
            Id = Guid.CreateVersion7(now),
            TokenHash = tokenHash,
            ProtectedToken = protectedToken,
            Kind = LinkKind.Group,
            GroupId = groupId,
            CreatedBy = createdBy,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
            PasswordHash = passwordHash,
            MaxViews = maxViews,
        };

    /// <summary>Whether the link has expired or reached its maximum number of views.</summary>
    public bool HasEnded(DateTimeOffset now) => ExpiresAt <= now || Views >= MaxViews;

    /// <summary>Sets or clears the name.</summary>
    public void Rename(string? name) => Name = string.IsNullOrEmpty(name) ? null : name;

    /// <summary>Sets the expiry time; null for a link that works until it is revoked.</summary>
    public void EndAt(DateTimeOffset? time) => ExpiresAt = time;

    /// <summary>Sets or clears the password. Access granted with the previous password is withdrawn.</summary>
    public void Protect(string? passwordHash) => PasswordHash = passwordHash;

    /// <summary>Sets the maximum number of views; null for unlimited.</summary>
    public void LimitViews(int? maxViews) => MaxViews = maxViews;

    /// <summary>Sets whether guests may choose favourites, and the maximum number per guest.</summary>
    public void AllowFavourites(bool isAllowed, int? max) => (AllowsFavourites, MaxFavourites) = (isAllowed, max);

    /// <summary>Sets whether guests may send photos, and the limits. Photos that were already sent count towards the new limits.</summary>
    public void AllowUploads(bool isAllowed, int maxFiles, int maxFilesPerGuest, long maxBytes) =>
        (AllowsUploads, MaxFiles, MaxFilesPerGuest, MaxBytes) = (isAllowed, maxFiles, maxFilesPerGuest, maxBytes);

    /// <summary>Sets the guests' rights to the group's images; null for the group's setting.</summary>
    public void Grant(Downloads? downloads, bool? hasWatermark) => (Downloads, HasWatermark) = (downloads, hasWatermark);

    /// <summary>Sets whether title and cover are shown before the password and in previews.</summary>
    public void Preview(bool isShown) => ShowsPreview = isShown;
}
