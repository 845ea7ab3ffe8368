namespace ImageHub.Domain.WebDav;

/// <summary>
/// A file that is not an image, such as the empty file that some clients send first. Only its account sees it, by WebDAV, and it is deleted after a day. An
/// image sent under the same name replaces it.
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

    /// <summary>The account that sent it.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>Its folder: a curated group, or the account's own group.</summary>
    public Guid GroupId { get; private set; }

    /// <summary>The file name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The id of the content, which changes with each write. If there are any bytes, it is also the id of the upload part that stores them.</summary>
    public Guid ContentId { get; private set; }

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When its content was last written.</summary>
    public DateTimeOffset WrittenAt { get; private set; }

    /// <summary>Creates a placeholder without content.</summary>
    public static Placeholder Create(Guid accountId, Guid groupId, string name, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new Placeholder { Id = id, AccountId = accountId, GroupId = groupId, Name = name, ContentId = id, CreatedAt = now, WrittenAt = now };
    }

    /// <summary>Replaces the content.</summary>
    public void Write(Guid contentId, long bytes, DateTimeOffset now) => (ContentId, Bytes, WrittenAt) = (contentId, bytes, now);

    /// <summary>Moves it to a folder under a name.</summary>
    public void Move(Guid groupId, string name) => (GroupId, Name) = (groupId, name);
}
