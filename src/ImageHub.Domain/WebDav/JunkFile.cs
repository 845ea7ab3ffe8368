namespace ImageHub.Domain.WebDav;

/// <summary>
/// The size of a file that an operating system writes into every folder, such as <c>.DS_Store</c>. The file's content is discarded, but clients read the size
/// after an upload.
/// </summary>
public sealed class JunkFile
{
    /// <summary>The maximum number of rows per account; a new row replaces the oldest row.</summary>
    public const int MaxCount = 5_000;

    /// <summary>The maximum size of a file, in bytes.</summary>
    public const long MaxBytes = Placeholder.MaxBytes;

    /// <summary>The time after a write during which the size is known.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private JunkFile()
    {
    }

    /// <summary>The account that sent the file.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The SHA-256 hash of the file's path, whose length is not bounded.</summary>
    public byte[] PathHash { get; private init; } = [];

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; private init; }

    /// <summary>When the file was sent.</summary>
    public DateTimeOffset WrittenAt { get; private init; }

    /// <summary>Creates a row.</summary>
    public static JunkFile Create(Guid accountId, byte[] pathHash, long bytes, DateTimeOffset now) => new() { AccountId = accountId, PathHash = pathHash, Bytes = bytes, WrittenAt = now };
}
