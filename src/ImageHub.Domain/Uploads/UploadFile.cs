namespace ImageHub.Domain.Uploads;

/// <summary>A file that was announced: one of a batch, or one by itself. Its bytes come in one or several parts.</summary>
public sealed class UploadFile
{
    /// <summary>Most parts that one file may come in, the last one aside.</summary>
    public const int MaxParts = 1_000;

    /// <summary>Most unfinished files of one account that belong to no batch.</summary>
    public const int MaxOpen = 10_000;

    /// <summary>How long the bytes of an unfinished file are kept after the last of them came, and the result of a finished one is repeated.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>How long a batch waits for its files.</summary>
    public static readonly TimeSpan AwaitedFor = TimeSpan.FromDays(7);

    private UploadFile()
    {
    }

    /// <summary>UUIDv7; also the last segment of its address.</summary>
    public Guid Id { get; private init; }

    /// <summary>The batch that it belongs to; null: it was announced by itself.</summary>
    public Guid? BatchId { get; private init; }

    /// <summary>Its place in the batch, from 0.</summary>
    public int Index { get; private init; }

    /// <summary>The account that announced it; nobody else can send or read it.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The group that it goes to: a curated one, or the account's own.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>The name that it is to have.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>Whether a name that is taken is changed, instead of refusing the file.</summary>
    public bool IsRenamedOnClash { get; private init; }

    /// <summary>Its size, as announced.</summary>
    public long Bytes { get; private init; }

    /// <summary>SHA-256 as announced: 32 bytes, or null.</summary>
    public byte[]? Sha256 { get; private init; }

    /// <summary>The place among the group's images that it was promised; null: the end, when it comes.</summary>
    public long? Position { get; private init; }

    /// <summary>The metadata of its creation as the client sent them (tus 1.0, Upload-Metadata); null: it was announced in another way.</summary>
    public string? Metadata { get; private init; }

    /// <summary>How far it is.</summary>
    public UploadStatus Status { get; private set; }

    /// <summary>How many bytes are kept in parts. The last part is never kept, so that this is below <see cref="Bytes"/> until the image exists.</summary>
    public long Offset { get; private init; }

    /// <summary>In how many parts.</summary>
    public int PartCount { get; private init; }

    /// <summary>The image that it became, or that has the same bytes.</summary>
    public Guid? ImageId { get; private set; }

    /// <summary>Why it failed, as a code.</summary>
    public string? Code { get; private set; }

    /// <summary>Why it failed, as text.</summary>
    public string? Error { get; private set; }

    /// <summary>When it was announced.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When bytes of it last came, or it was announced.</summary>
    public DateTimeOffset TouchedAt { get; private init; }

    /// <summary>When it was uploaded, found to be a duplicate or refused; null until then.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>Announces a file.</summary>
    public static UploadFile Create(
        Guid id, Guid? batchId, int index, Guid accountId, Guid groupId, string fileName, bool isRenamedOnClash, long bytes, byte[]? sha256, long? position, DateTimeOffset now, string? metadata = null) => new()
        {
            Id = id,
            BatchId = batchId,
            Index = index,
            AccountId = accountId,
            GroupId = groupId,
            FileName = fileName,
            IsRenamedOnClash = isRenamedOnClash,
            Bytes = bytes,
            Sha256 = sha256,
            Position = position,
            Metadata = metadata,
            CreatedAt = now,
            TouchedAt = now,
        };

    /// <summary>When what is kept of it goes: the bytes of an unfinished file, the result of a finished one. A file of a batch is awaited longer.</summary>
    public DateTimeOffset ExpiresAt() => (FinishedAt, BatchId, Offset) switch
    {
        ({ } finished, _, _) => finished + KeptFor,
        (null, not null, 0) => TouchedAt + AwaitedFor,
        _ => TouchedAt + KeptFor,
    };

    /// <summary>Records that it became an image.</summary>
    public void Finish(Guid imageId, DateTimeOffset now) => (Status, ImageId, FinishedAt) = (UploadStatus.Uploaded, imageId, now);

    /// <summary>Records that equal bytes were there.</summary>
    public void FinishAsDuplicate(Guid? existingId, DateTimeOffset now) => (Status, ImageId, FinishedAt) = (UploadStatus.Duplicate, existingId, now);

    /// <summary>Records that it was refused for good.</summary>
    public void Fail(string code, string error, DateTimeOffset now) => (Status, Code, Error, FinishedAt) = (UploadStatus.Failed, code, error, now);
}
