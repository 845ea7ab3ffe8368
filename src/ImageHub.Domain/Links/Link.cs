namespace ImageHub.Domain.Links;

/// <summary>What a link leads to.</summary>
public enum LinkKind
{
    /// <summary>The bytes of one resolution of an image.</summary>
    Image,

    /// <summary>A group, read-only.</summary>
    Group,
}

/// <summary>A link for whoever has it. What its creator may do is asked each time it is followed, and not kept here.</summary>
public sealed class Link
{
    /// <summary>The random bytes of a token.</summary>
    public const int TokenBytes = 16;

    /// <summary>The shortest life of a link that expires.</summary>
    public static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(300);

    /// <summary>The longest life of an image's link.</summary>
    public static readonly TimeSpan MaxImageLifetime = TimeSpan.FromSeconds(30_000);

    /// <summary>The longest life of a group's link that expires.</summary>
    public static readonly TimeSpan MaxGroupLifetime = TimeSpan.FromSeconds(31_536_000);

    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 100;

    private Link()
    {
    }

    /// <summary>UUIDv7; it opens nothing.</summary>
    public Guid Id { get; private init; }

    /// <summary>SHA-256 of the token, which is known to nobody but those who were given it.</summary>
    public byte[] TokenHash { get; private init; } = [];

    /// <summary>What it leads to.</summary>
    public LinkKind Kind { get; private init; }

    /// <summary>The image, of an image's link.</summary>
    public Guid? ImageId { get; private init; }

    /// <summary>The group, of a group's link.</summary>
    public Guid? GroupId { get; private init; }

    /// <summary>Which resolution, of an image's link: a thumbnail's height, <c>low</c>, <c>medium</c>, <c>high</c> or <c>full</c>.</summary>
    public string? Variant { get; private init; }

    /// <summary>Who made it; it ends with the account.</summary>
    public Guid CreatedBy { get; private init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it ends, or null: when it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>How often it may be followed, or null: any number of times.</summary>
    public int? MaxViews { get; private set; }

    /// <summary>How often it was followed. Counted by one statement that also compares, so that guests at once get no more than there are.</summary>
    public int Views { get; private init; }

    /// <summary>bcrypt of the password that guests need, or null.</summary>
    public string? PasswordHash { get; private set; }

    /// <summary>Whether guests may choose images, of a group's link.</summary>
    public bool AllowsFavourites { get; private set; }

    /// <summary>How many images a guest may choose; null: <see cref="LinkGuest.MaxFavourites"/>.</summary>
    public int? MaxFavourites { get; private set; }

    /// <summary>What its maker calls it, or null.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether the group's title and cover are shown before the password, and in previews, of a group's link.</summary>
    public bool ShowsPreview { get; private set; }

    /// <summary>The token of a group's link, encrypted, so that admins can copy its address again; null for links made before it was kept.</summary>
    public string? ProtectedToken { get; private init; }

    /// <summary>Makes a link to one resolution of an image.</summary>
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

    /// <summary>Makes a link to a group.</summary>
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

    /// <summary>Whether it has expired or is used up.</summary>
    public bool HasEnded(DateTimeOffset now) => ExpiresAt <= now || Views >= MaxViews;

    /// <summary>Gives it another name, or none.</summary>
    public void Rename(string? name) => Name = string.IsNullOrEmpty(name) ? null : name;

    /// <summary>Sets when it ends; null: when it is revoked.</summary>
    public void EndAt(DateTimeOffset? time) => ExpiresAt = time;

    /// <summary>Sets the password that guests need; null: none. What they have shown for the former one counts no longer.</summary>
    public void Protect(string? passwordHash) => PasswordHash = passwordHash;

    /// <summary>Sets how often it may be followed; null: any number of times.</summary>
    public void LimitViews(int? maxViews) => MaxViews = maxViews;

    /// <summary>Sets whether guests may choose images, and how many each of them.</summary>
    public void AllowFavourites(bool isAllowed, int? max) => (AllowsFavourites, MaxFavourites) = (isAllowed, max);

    /// <summary>Sets whether title and cover are shown before the password, and in previews.</summary>
    public void Preview(bool isShown) => ShowsPreview = isShown;
}
