namespace ImageHub.Domain.Links;

/// <summary>
/// A guest of a group link who has chosen favourites. There is no foreign key to the link, so favourites remain after the link has ended.
/// </summary>
public sealed class LinkGuest
{
    /// <summary>The maximum number of guests per link who have submitted their favourites or changed them recently.</summary>
    public const int MaxPerLink = 200;

    /// <summary>
    /// The maximum number of guests per link whose favourites are stored. If there are more, idle guests without a submission are deleted, the longest idle
    /// first.
    /// </summary>
    public const int MaxKept = 2_000;

    /// <summary>
    /// After this time without a change, a guest without a submission no longer counts towards <see cref="MaxPerLink"/>. The favourites are
    /// kept.
    /// </summary>
    public static readonly TimeSpan IdleFor = TimeSpan.FromDays(1);

    /// <summary>The maximum number of favourites per guest, including images that have left the group.</summary>
    public const int MaxFavourites = 10_000;

    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 100;

    private LinkGuest()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The link, which may no longer exist.</summary>
    public Guid LinkId { get; private init; }

    /// <summary>SHA-256 of the guest cookie's value.</summary>
    public byte[] TokenHash { get; private init; } = [];

    /// <summary>The guest's name; null before the first submission.</summary>
    public string? Name { get; private set; }

    /// <summary>When the guest first chose or submitted favourites.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the guest last added, annotated or removed a favourite.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>When the favourites were last submitted, or null.</summary>
    public DateTimeOffset? SubmittedAt { get; private set; }

    /// <summary>Creates a guest without a submission.</summary>
    public static LinkGuest Create(Guid linkId, byte[] tokenHash, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        LinkId = linkId,
        TokenHash = tokenHash,
        CreatedAt = now,
        ChangedAt = now,
    };

    /// <summary>Records a change of the favourites.</summary>
    public void Touch(DateTimeOffset now) => ChangedAt = now;

    /// <summary>Submits the current favourites. Guests may submit repeatedly.</summary>
    public void Submit(string name, DateTimeOffset now) => (Name, SubmittedAt) = (name, now);
}
