using ImageHub.Domain.Images;

namespace ImageHub.Domain.Groups;

/// <summary>
/// What every image is in. A curated group is one thing shown from several sides: a work, a product, an album. Beside those each user
/// has a group of their own, which is never published, listed, shared or named by a route.
/// </summary>
public sealed class Group
{
    /// <summary>The longest title, in characters.</summary>
    public const int MaxTitleLength = 200;

    /// <summary>The longest description, in characters.</summary>
    public const int MaxDescriptionLength = 10_000;

    /// <summary>The longest product id, in characters.</summary>
    public const int MaxProductIdLength = 200;

    private Group()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The user whose own group it is; null: a curated group. It may outlive the account: it goes when the trash is emptied and it has no image left.</summary>
    public Guid? OwnerId { get; private init; }

    /// <summary>What it is called; empty for a user's own.</summary>
    public string Title { get; private set; } = "";

    /// <summary>What it is, or null.</summary>
    public string? Description { get; private set; }

    /// <summary>Title and description in lower case, one a line: what a search looks through.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>Whether visitors see it.</summary>
    public bool IsPublished { get; private set; }

    /// <summary>The product that it shows, or null.</summary>
    public string? ProductId { get; private set; }

    /// <summary>The image that stands for it; null, or gone from the group: its first image does.</summary>
    public Guid? CoverImageId { get; private set; }

    /// <summary>Its place among the groups: ascending, with gaps.</summary>
    public long Position { get; private set; }

    /// <summary>Its images that are not in the trash. Kept here so that a page of groups counts nothing.</summary>
    public int ImageCount { get; private set; }

    /// <summary>The files of those images as sent, in bytes: what a user's quota is compared with.</summary>
    public long ImageBytes { get; private set; }

    /// <summary>The last place among its images that was promised to a file of an upload batch, whether or not that has arrived.</summary>
    public long PromisedPosition { get; private init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it or its images were last changed.</summary>
    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>When it was moved to the trash, or null.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Makes an empty curated group.</summary>
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

    /// <summary>Makes a user's own group.</summary>
    public static Group CreateOwn(Guid ownerId, DateTimeOffset now)
    {
        var group = new Group { Id = Guid.CreateVersion7(now), OwnerId = ownerId, CreatedAt = now, UpdatedAt = now };
        group.Index();
        return group;
    }

    /// <summary>Changes the title.</summary>
    public void Retitle(string title)
    {
        Title = title;
        Index();
    }

    /// <summary>Sets or clears the description; a blank one is none.</summary>
    public void Describe(string? description)
    {
        Description = string.IsNullOrWhiteSpace(description) ? null : description;
        Index();
    }

    /// <summary>Shows it to visitors or hides it.</summary>
    public void Publish(bool isPublished) => IsPublished = isPublished;

    /// <summary>Sets or clears the product that it shows.</summary>
    public void SetProductId(string? productId) => ProductId = productId;

    /// <summary>Chooses the image that stands for it, or leaves it to the first one.</summary>
    public void Cover(Guid? imageId) => CoverImageId = imageId;

    /// <summary>Counts an image that is in it from now on. The caller holds the group's row.</summary>
    public void Count(Image added, DateTimeOffset now) => Count(1, added.OriginalBytes, now);

    /// <summary>Counts an image that is in it no longer. The caller holds the group's row.</summary>
    public void Uncount(Image removed, DateTimeOffset now) => Count(-1, -removed.OriginalBytes, now);

    /// <summary>Records a change.</summary>
    public void Touch(DateTimeOffset now) => UpdatedAt = now;

    /// <summary>Moves it to the trash.</summary>
    public void Trash(DateTimeOffset now) => DeletedAt = now;

    /// <summary>Takes it out of the trash, with those of its images that have not been purged meanwhile.</summary>
    /// <param name="imageCount">How many these are.</param>
    /// <param name="imageBytes">Their files as sent, in bytes.</param>
    /// <param name="now">The time.</param>
    public void Restore(int imageCount, long imageBytes, DateTimeOffset now)
    {
        DeletedAt = null;
        ImageCount = imageCount;
        ImageBytes = imageBytes;
        UpdatedAt = now;
    }

    private void Count(int images, long bytes, DateTimeOffset now)
    {
        ImageCount += images;
        ImageBytes += bytes;
        UpdatedAt = now;
    }

    private void Index() => SearchText = $"{Title}\n{Description}".ToLowerInvariant();
}
