namespace ImageHub.Domain.WebDav;

/// <summary>
/// A file that is not an image, such as an empty file that some clients send first. Only the sending account sees it, over WebDAV. It is deleted a day after
/// the last write. An image of its name replaces it.
/// </summary>
public sealed class Placeholder
{
    /// <summary>The maximum number of placeholders per account.</summary>
    public const int MaxCount = 1_000;

    /// <summary>The maximum size of a placeholder, in bytes.</summary>
    public const long MaxBytes = 10 * 1024 * 1024;

    /// <summary>The maximum total size of an account's placeholders, in bytes.</summary>
    public const long MaxTotalBytes = 100 * 1024 * 1024;

    /// <summary>The time after the last write during which a placeholder is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private Placeholder()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account that sent the file.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The folder: a curated group, or the account's own group.</summary>
    public Guid GroupId { get; private set; }

    /// <summary>The file name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The id of the content, which changes with each write. For content that is not empty, also the id of the upload part that stores it.</summary>
    public Guid ContentId { get; private set; }

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the placeholder was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the content was last written.</summary>
    public DateTimeOffset WrittenAt { get; private set; }

    /// <summary>Creates a placeholder without content.</summary>
    public static Placeholder Create(Guid accountId, Guid groupId, string name, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new Placeholder { Id = id, AccountId = accountId, GroupId = groupId, Name = name, ContentId = id, CreatedAt = now, WrittenAt = now };
    }

    /// <summary>Replaces the content.</summary>
    public void Write(Guid contentId, long bytes, DateTimeOffset now) => (ContentId, Bytes, WrittenAt) = (contentId, bytes, now);

    /// <summary>Moves the placeholder to a folder and renames it.</summary>
    public void Move(Guid groupId, string name) => (GroupId, Name) = (groupId, name);
}
