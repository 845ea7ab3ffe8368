namespace ImageHub.Domain.Uploads;

/// <summary>The account or the guest of a link that announces and sends files, and the limits of its receipts.</summary>
public sealed record Uploader
{
    private Uploader()
    {
    }

    /// <summary>The account; null for a guest.</summary>
    public Guid? AccountId { get; private init; }

    /// <summary>The guest; null for an account.</summary>
    public Guid? GuestId { get; private init; }

    /// <summary>The id of the account or guest.</summary>
    public Guid Id => AccountId ?? GuestId!.Value;

    /// <summary>The maximum number of unfinished batches.</summary>
    public int MaxOpen { get; private init; } = UploadBatch.MaxOpen;

    /// <summary>The maximum number of stored receipts, including unfinished ones.</summary>
    public int MaxKept { get; private init; } = UploadBatch.MaxKept;

    /// <summary>The maximum number of files on all stored receipts.</summary>
    public int MaxKeptFiles { get; private init; } = UploadBatch.MaxKeptFiles;

    /// <summary>Creates the uploader of an account.</summary>
    public static Uploader ForAccount(Guid accountId) => new() { AccountId = accountId };

    /// <summary>Creates the uploader of a guest, whose receipts have lower limits.</summary>
    public static Uploader ForGuest(Guid guestId) => new() { GuestId = guestId, MaxOpen = 20, MaxKept = 100, MaxKeptFiles = 20_000 };
}
