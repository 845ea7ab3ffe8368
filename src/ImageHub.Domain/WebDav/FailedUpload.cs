namespace ImageHub.Domain.WebDav;

/// <summary>
/// A failed upload to the address of an image. Some clients delete the address of each upload that has failed, because other servers leave an incomplete file there.
/// </summary>
public sealed class FailedUpload
{
    /// <summary>The maximum number of rows per account; new ones replace the oldest ones.</summary>
    public const int MaxCount = 1_000;

    /// <summary>The time after the failure during which a deletion is taken for that of the upload.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private FailedUpload()
    {
    }

    /// <summary>The account that sent the file.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The SHA-256 hash of the file's path, whose length is not bounded.</summary>
    public byte[] PathHash { get; private init; } = [];

    /// <summary>When the upload failed.</summary>
    public DateTimeOffset FailedAt { get; private init; }

    /// <summary>Creates a row.</summary>
    public static FailedUpload Create(Guid accountId, byte[] pathHash, DateTimeOffset now) => new() { AccountId = accountId, PathHash = pathHash, FailedAt = now };
}
