namespace ImageHub.Domain.Links;

/// <summary>A guest of a group's link who has chosen something. It names its link without depending on it: what was chosen outlives the link's end.</summary>
public sealed class LinkGuest
{
    /// <summary>The most guests of a link who have submitted something, or chosen something lately.</summary>
    public const int MaxPerLink = 200;

    /// <summary>The most guests of a link whose choices are kept; of those who have not submitted theirs the longest idle ones go first.</summary>
    public const int MaxKept = 2_000;

    /// <summary>After so long without a choice a guest who has not submitted anything leaves the place to others. What was chosen stays.</summary>
    public static readonly TimeSpan IdleFor = TimeSpan.FromDays(1);

    /// <summary>The most images that a guest has chosen, those among them that have left the group.</summary>
    public const int MaxFavourites = 10_000;

    /// <summary>The most characters of a name.</summary>
    public const int MaxNameLength = 100;

    private LinkGuest()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>Of which link; it may be gone.</summary>
    public Guid LinkId { get; private init; }

    /// <summary>SHA-256 of the value of the guest's cookie.</summary>
    public byte[] TokenHash { get; private init; } = [];

    /// <summary>What the guest is called, or null before the first submission.</summary>
    public string? Name { get; private set; }

    /// <summary>When the guest began to choose.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the guest last chose an image or removed one from the choice.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>When the choice was last submitted, or null.</summary>
    public DateTimeOffset? SubmittedAt { get; private set; }

    /// <summary>A guest who has not submitted anything.</summary>
    public static LinkGuest Create(Guid linkId, byte[] tokenHash, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        LinkId = linkId,
        TokenHash = tokenHash,
        CreatedAt = now,
        ChangedAt = now,
    };

    /// <summary>Records that the guest has changed the choice.</summary>
    public void Touch(DateTimeOffset now) => ChangedAt = now;

    /// <summary>Submits the choice as it is; again after each change, as often as the guest likes.</summary>
    public void Submit(string name, DateTimeOffset now) => (Name, SubmittedAt) = (name, now);
}
