using ImageHub.Domain.Images;

namespace ImageHub.Domain.Groups;

/// <summary>
/// A set of images; every image belongs to one group. A curated group presents a subject, such as a work or a product. Each user also has one own group, and
/// each guest who sends photos has an inbox.
/// </summary>
/// <remarks>Users' own groups and inboxes cannot be published or shared, and no API route lists or addresses them.</remarks>
public sealed class Group
{
    /// <summary>The maximum length of a title, in characters.</summary>
    public const int MaxTitleLength = 200;

    /// <summary>The maximum length of a description, in characters.</summary>
    public const int MaxDescriptionLength = 10_000;

    /// <summary>The maximum length of a product id, in characters.</summary>
    public const int MaxProductIdLength = 200;

    /// <summary>The maximum length of a slug, in characters.</summary>
    public const int MaxSlugLength = 80;

    /// <summary>The maximum number of levels: groups at the first level, and four levels of groups below them.</summary>
    public const int MaxLevels = 5;

    private Group()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>
    /// The user whose own group this is; null for a curated group and an inbox. After the account is deleted, the group remains until its last image has been
    /// purged from the trash.
    /// </summary>
    public Guid? OwnerId { get; private init; }

    /// <summary>For an inbox, the curated group for which the guest sends photos; null for other groups. The photos in an inbox await approval.</summary>
    public Guid? InboxOf { get; private init; }

    /// <summary>The guest whose inbox this is; null for other groups. The inbox outlives the guest's row.</summary>
    public Guid? GuestId { get; private init; }

    /// <summary>Whether this is a curated group: neither a user's own group nor an inbox.</summary>
    public bool IsCurated => OwnerId is null && InboxOf is null;

    /// <summary>
    /// The name in the page's address: lower-case letters, digits and hyphens. Unique among the curated groups outside the trash; the database derives it from
    /// the title unless <see cref="HasOwnSlug"/>. Null for a user's own group and an inbox.
    /// </summary>
    public string? Slug { get; private set; }

    /// <summary>Whether an admin or editor has set the slug. The slug then no longer follows the title.</summary>
    public bool HasOwnSlug { get; private set; }

    /// <summary>
    /// The name of the group's folder in WebDAV, unique among the groups with the same parent that are outside the trash. The database derives it from the
    /// title (<see cref="FolderName"/>). Null for a user's own group and an inbox.
    /// </summary>
    public string? FolderName { get; private init; }

    /// <summary>The title; the guest's name for an inbox, and empty for a user's own group.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The description, or null.</summary>
    public string? Description { get; private set; }

    /// <summary>Title and description in lower case, one per line: the text that searches match.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>The group directly above; null at the first level.</summary>
    public Guid? ParentId { get; private set; }

    /// <summary>The ids of the groups above, outermost first; empty at the first level.</summary>
    public IReadOnlyList<Guid> Path { get; private set; } = [];

    /// <summary>Whether visitors see the group. All groups above it are then published, too.</summary>
    public bool IsPublished { get; private set; }

    /// <summary>Whether the group is hidden only because a group above it is hidden.</summary>
    public bool IsHiddenByParent { get; private set; }

    /// <summary>The group's own setting: whether visitors see it once all groups above it are published.</summary>
    public bool PublishedSetting => IsPublished || IsHiddenByParent;

    /// <summary>The files of the group's images that visitors may download.</summary>
    public Downloads Downloads { get; private set; }

    /// <summary>Whether visitors get the renditions above low only with the site's watermark.</summary>
    public bool HasWatermark { get; private set; }

    /// <summary>The visitors' rights to the group's images.</summary>
    public VisitorRights Rights => new(Downloads, HasWatermark);

    /// <summary>The product's id, or null.</summary>
    public string? ProductId { get; private set; }

    /// <summary>The cover image. If null, or no longer in the group, the first image is the cover.</summary>
    public Guid? CoverImageId { get; private set; }

    /// <summary>The position among the groups: ascending, with gaps.</summary>
    public long Position { get; private set; }

    /// <summary>The number of images outside the trash. It is stored because counting images for each list of groups would be slow.</summary>
    public int ImageCount { get; private set; }

    /// <summary>
    /// The total size of the original files of images outside the trash, in bytes. The bytes of a user's own group count against the quota.
    /// </summary>
    public long ImageBytes { get; private set; }

    /// <summary>The last position reserved for a file of an upload batch, whether or not the file has arrived.</summary>
    public long PromisedPosition { get; private init; }

    /// <summary>When the group was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the group or its images were last changed.</summary>
    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>When the group was moved to the trash, or null.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>The group above with which this group was moved to the trash; null if this group was moved individually, or is not in the trash.</summary>
    public Guid? TrashedWithId { get; private init; }

    /// <summary>Creates an empty curated group at the first level.</summary>
    public static Group Create(string title, string? description, bool isPublished, string? productId, long position, DateTimeOffset now)
    {
        var group = new Group
        {
            Id = Guid.CreateVersion7(now),
            Title = title,
            IsPublished = isPublished,
            ProductId = productId,
            Position = position,
            CreatedAt = now,
            UpdatedAt = now,
        };
        group.Describe(description);
        return group;
    }

    /// <summary>Creates a user's own group.</summary>
    public static Group CreateOwn(Guid ownerId, DateTimeOffset now)
    {
        var group = new Group { Id = Guid.CreateVersion7(now), OwnerId = ownerId, CreatedAt = now, UpdatedAt = now };
        group.Index();
        return group;
    }

    /// <summary>Creates the inbox of a guest.</summary>
    /// <param name="groupId">The group for which the guest sends photos.</param>
    /// <param name="guestId">The guest.</param>
    /// <param name="guestName">The guest's name.</param>
    /// <param name="now">The time.</param>
    public static Group CreateInbox(Guid groupId, Guid guestId, string guestName, DateTimeOffset now)
    {
        var group = new Group { Id = Guid.CreateVersion7(now), InboxOf = groupId, GuestId = guestId, Title = guestName, CreatedAt = now, UpdatedAt = now };
        group.Index();
        return group;
    }

    /// <summary>Changes the title.</summary>
    public void Retitle(string title)
    {
        Title = title;
        Index();
    }

    /// <summary>Sets or clears the description; a blank description clears it.</summary>
    public void Describe(string? description)
    {
        Description = string.IsNullOrWhiteSpace(description) ? null : description;
        Index();
    }

    /// <summary>
    /// Whether a text can be a slug: 1–80 lower-case letters a–z, digits and hyphens, but not in the form of an id, because addresses with ids exist, too.
    /// </summary>
    public static bool IsSlug(string text) =>
        text.Length is > 0 and <= MaxSlugLength && text.All(character => character is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')) && !Guid.TryParseExact(text, "D", out _);

    /// <summary>Sets the slug; null to follow the title again.</summary>
    public void SetSlug(string? slug) => (Slug, HasOwnSlug) = (slug, slug is not null);

    /// <summary>
    /// Places the group directly below another group, or at the first level, and sets <see cref="PublishedSetting"/>. The caller also changes the groups below
    /// and the images.
    /// </summary>
    public void Place(Group? parent, bool isPublished)
    {
        ParentId = parent?.Id;
        Path = parent is null ? [] : [.. parent.Path, parent.Id];
        IsPublished = isPublished && parent is not { IsPublished: false };
        IsHiddenByParent = isPublished && !IsPublished;
    }

    /// <summary>Sets the visitors' rights to the group's images. The caller also changes the copies of these rights in the images' rows.</summary>
    public void Grant(VisitorRights rights) => (Downloads, HasWatermark) = rights;

    /// <summary>Sets or clears the product's id.</summary>
    public void SetProductId(string? productId) => ProductId = productId;

    /// <summary>Sets the cover; null for the first image.</summary>
    public void Cover(Guid? imageId) => CoverImageId = imageId;

    /// <summary>Adds an image to the counts. The caller must hold the group's row lock.</summary>
    public void Count(Image added, DateTimeOffset now) => Count(1, added.OriginalBytes, now);

    /// <summary>Removes an image from the counts. The caller must hold the group's row lock.</summary>
    public void Uncount(Image removed, DateTimeOffset now) => Count(-1, -removed.OriginalBytes, now);

    /// <summary>Records a change.</summary>
    public void Touch(DateTimeOffset now) => UpdatedAt = now;

    /// <summary>Moves the group to the trash.</summary>
    public void Trash(DateTimeOffset now) => DeletedAt = now;

    private void Count(int images, long bytes, DateTimeOffset now)
    {
        ImageCount += images;
        ImageBytes += bytes;
        UpdatedAt = now;
    }

    private void Index() => SearchText = $"{Title}\n{Description}".ToLowerInvariant();
}
