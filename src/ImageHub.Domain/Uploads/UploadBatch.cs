namespace ImageHub.Domain.Uploads;

/// <summary>
/// A set of files announced together, with a receipt that lists each file's result. The batch outlives its group and images and is deleted with its
/// account or guest.
/// </summary>
public sealed class UploadBatch
{
    /// <summary>The maximum number of files per batch.</summary>
    public const int MaxFiles = 10_000;

    /// <summary>The maximum number of unfinished batches per account.</summary>
    public const int MaxOpen = 100;

    /// <summary>The maximum number of stored receipts per account, including unfinished ones.</summary>
    public const int MaxKept = 1_000;

    /// <summary>
    /// The maximum number of files on all stored receipts of an account; also the maximum number of stored results of files outside batches.
    /// </summary>
    public const int MaxKeptFiles = 1_000_000;

    private UploadBatch()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account that created the batch; null if a guest created it.</summary>
    public Guid? AccountId { get; private init; }

    /// <summary>The guest who created the batch; null if an account created it.</summary>
    public Guid? GuestId { get; private init; }

    /// <summary>The target group: a curated group, the account's own, or the guest's inbox.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>Whether the target is the account's own group or the guest's inbox.</summary>
    public bool IsOwn { get; private init; }

    /// <summary>The number of announced files.</summary>
    public int Total { get; private init; }

    /// <summary>The number of uploaded files. The three counts are stored because counting files for each list of receipts would be slow.</summary>
    public int Uploaded { get; private init; }

    /// <summary>The number of files that already existed.</summary>
    public int Duplicate { get; private init; }

    /// <summary>The number of files that were rejected or never arrived.</summary>
    public int Failed { get; private init; }

    /// <summary>Whether every file has a result.</summary>
    public bool IsFinished => Uploaded + Duplicate + Failed == Total;

    /// <summary>When the batch was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Creates a batch of files, some of which may already have a result.</summary>
    public static UploadBatch Create(Guid id, Uploader uploader, Guid groupId, bool isOwn, IReadOnlyCollection<UploadFile> files, DateTimeOffset now) => new()
    {
        Id = id,
        AccountId = uploader.AccountId,
        GuestId = uploader.GuestId,
        GroupId = groupId,
        IsOwn = isOwn,
        Total = files.Count,
        Duplicate = files.Count(file => file.Status == UploadStatus.Duplicate),
        Failed = files.Count(file => file.Status == UploadStatus.Failed),
        CreatedAt = now,
    };
}
