namespace ImageHub.Domain.Uploads;

/// <summary>An announced file, in a batch or on its own. Its bytes arrive in one or more parts.</summary>
public sealed class UploadFile
{
    /// <summary>The maximum number of parts of a file, not counting the last part.</summary>
    public const int MaxParts = 1_000;

    /// <summary>The maximum number of unfinished files per account outside batches.</summary>
    public const int MaxOpen = 10_000;

    /// <summary>How long an unfinished file's bytes are kept after the latest part, and how long the upload address shows a finished file's result.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>How long a batch waits for its files.</summary>
    public static readonly TimeSpan AwaitedFor = TimeSpan.FromDays(7);

    private UploadFile()
    {
    }

    /// <summary>UUIDv7; also the last segment of the upload address.</summary>
    public Guid Id { get; private init; }

    /// <summary>The batch; null for a file announced on its own.</summary>
    public Guid? BatchId { get; private init; }

    /// <summary>The position in the batch, from 0.</summary>
    public int Index { get; private init; }

    /// <summary>The account that announced the file, or null; other accounts cannot send or read it.</summary>
    public Guid? AccountId { get; private init; }

    /// <summary>The guest who announced the file, or null; other guests cannot send or read it.</summary>
    public Guid? GuestId { get; private init; }

    /// <summary>The target group: a curated group, the account's own, or the guest's inbox.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>The announced file name.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>Whether the file is renamed rather than rejected if its name is taken.</summary>
    public bool IsRenamedOnClash { get; private init; }

    /// <summary>The announced size in bytes.</summary>
    public long Bytes { get; private init; }

    /// <summary>The announced SHA-256: 32 bytes, or null.</summary>
    public byte[]? Sha256 { get; private init; }

    /// <summary>The position reserved among the group's images; null to append the image when it arrives.</summary>
    public long? Position { get; private init; }

    /// <summary>The creation metadata as sent by the client (tus 1.0, Upload-Metadata); null if the file was announced in another way.</summary>
    public string? Metadata { get; private init; }

    /// <summary>The status.</summary>
    public UploadStatus Status { get; private set; }

    /// <summary>
    /// The number of bytes stored in parts. The last part is never stored as a part, so the number is less than <see cref="Bytes"/> until the image
    /// exists.
    /// </summary>
    public long Offset { get; private init; }

    /// <summary>The number of stored parts.</summary>
    public int PartCount { get; private init; }

    /// <summary>The id of the created image, or of the existing image with the same content.</summary>
    public Guid? ImageId { get; private set; }

    /// <summary>The error code of a failed file.</summary>
    public string? Code { get; private set; }

    /// <summary>The error message of a failed file.</summary>
    public string? Error { get; private set; }

    /// <summary>When the file was announced.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When bytes last arrived, initially the time of the announcement.</summary>
    public DateTimeOffset TouchedAt { get; private init; }

    /// <summary>When the file got its result; null until then.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>Announces a file.</summary>
    public static UploadFile Create(
        Guid id, Guid? batchId, int index, Uploader uploader, Guid groupId, string fileName, bool isRenamedOnClash, long bytes, byte[]? sha256, long? position, DateTimeOffset now, string? metadata = null) => new()
        {
            Id = id,
            BatchId = batchId,
            Index = index,
            AccountId = uploader.AccountId,
            GuestId = uploader.GuestId,
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

    /// <summary>
    /// When the upload's state expires: an unfinished file's bytes are deleted, and the upload address no longer shows a finished file's result. A batch waits
    /// longer for a file without any bytes.
    /// </summary>
    public DateTimeOffset ExpiresAt() => (FinishedAt, BatchId, Offset) switch
    {
        ({ } finished, _, _) => finished + KeptFor,
        (null, not null, 0) => TouchedAt + AwaitedFor,
        _ => TouchedAt + KeptFor,
    };

    /// <summary>Records that the image was created.</summary>
    public void Finish(Guid imageId, DateTimeOffset now) => (Status, ImageId, FinishedAt) = (UploadStatus.Uploaded, imageId, now);

    /// <summary>Records that an image with the same content exists.</summary>
    public void FinishAsDuplicate(Guid? existingId, DateTimeOffset now) => (Status, ImageId, FinishedAt) = (UploadStatus.Duplicate, existingId, now);

    /// <summary>Records that the file was rejected.</summary>
    public void Fail(string code, string error, DateTimeOffset now) => (Status, Code, Error, FinishedAt) = (UploadStatus.Failed, code, error, now);
}
