namespace ImageHub.Domain.Uploads;

/// <summary>
/// Files that were announced together, and the receipt that keeps the result of each. It outlives its group and its images, and ends with
/// the account that made it.
/// </summary>
public sealed class UploadBatch
{
    /// <summary>Most files in one batch.</summary>
    public const int MaxFiles = 10_000;

    /// <summary>Most batches of one account that wait for files.</summary>
    public const int MaxOpen = 100;

    /// <summary>Most receipts that are kept of one account, open ones included.</summary>
    public const int MaxKept = 1_000;

    /// <summary>Most files on all kept receipts of one account together; also the most results of single files that are kept of it.</summary>
    public const int MaxKeptFiles = 1_000_000;

    private UploadBatch()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account that made it.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The group that the files go to: a curated one, or the account's own.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>Whether that is the account's own group.</summary>
    public bool IsOwn { get; private init; }

    /// <summary>How many files were announced.</summary>
    public int Total { get; private init; }

    /// <summary>How many became images. These three are kept here so that a list of receipts counts nothing.</summary>
    public int Uploaded { get; private init; }

    /// <summary>How many were there already.</summary>
    public int Duplicate { get; private init; }

    /// <summary>How many were refused, or never came.</summary>
    public int Failed { get; private init; }

    /// <summary>Whether every file has its result.</summary>
    public bool IsFinished => Uploaded + Duplicate + Failed == Total;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Makes a batch of files, some of which may have their result already.</summary>
    public static UploadBatch Create(Guid id, Guid accountId, Guid groupId, bool isOwn, IReadOnlyCollection<UploadFile> files, DateTimeOffset now) => new()
    {
        Id = id,
        AccountId = accountId,
        GroupId = groupId,
        IsOwn = isOwn,
        Total = files.Count,
        Duplicate = files.Count(file => file.Status == UploadStatus.Duplicate),
        Failed = files.Count(file => file.Status == UploadStatus.Failed),
        CreatedAt = now,
    };
}
