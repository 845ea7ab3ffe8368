namespace ImageHub.Domain.Links;

/// <summary>
/// A guest of a group link who sends photos. The photos stay in the guest's inbox until approval. There is no foreign key to the link: after the link is
/// deleted, a job deletes the row and the guest's receipts.
/// </summary>
public sealed class UploadGuest
{
    /// <summary>The maximum number of guests per link who send photos.</summary>
    public const int MaxPerLink = 1_000;

    /// <summary>How long a guest who has sent no photo is kept after the last announcement. A guest from whom a photo is awaited is kept longer.</summary>
    public static readonly TimeSpan IdleFor = TimeSpan.FromDays(1);

    private UploadGuest()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The link, which may no longer exist.</summary>
    public Guid LinkId { get; private init; }

    /// <summary>SHA-256 of the guest cookie's value.</summary>
    public byte[] TokenHash { get; private init; } = [];

    /// <summary>The number of photos that the guest has sent, including those that were approved or deleted since.</summary>
    public int SentFiles { get; private init; }

    /// <summary>When the guest last announced photos.</summary>
    public DateTimeOffset AnnouncedAt { get; private init; }

    /// <summary>Creates a guest without photos.</summary>
    public static UploadGuest Create(Guid linkId, byte[] tokenHash, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        LinkId = linkId,
        TokenHash = tokenHash,
        AnnouncedAt = now,
    };
}
