namespace ImageHub.Domain.Archives;

/// <summary>A ZIP that somebody may download for a while. Its files are written down when it is made: later changes of titles, order or further images do not change it.</summary>
public sealed class Archive
{
    /// <summary>How long it can be downloaded; a download that has begun goes on.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private Archive()
    {
    }

    /// <summary>UUIDv7; it opens nothing.</summary>
    public Guid Id { get; private init; }

    /// <summary>SHA-256 of the token in its address.</summary>
    public byte[] TokenHash { get; private init; } = [];

    /// <summary>The group.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>The link of the guest who asked for it, and with which it ends; null: it was asked for outside of links.</summary>
    public Guid? LinkId { get; private init; }

    /// <summary>Whether the group was hidden already when it was made, for somebody who sees hidden groups.</summary>
    public bool IsOfHidden { get; private init; }

    /// <summary>Which resolution: <c>full</c> or <c>high</c>.</summary>
    public string Variant { get; private init; } = "";

    /// <summary>The name of the download.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>The key of the object that lists its files.</summary>
    public string ListKey { get; private init; } = "";

    /// <summary>The size of that object, in bytes.</summary>
    public long ListBytes { get; private init; }

    /// <summary>The size of the object with the text file that names missing images, in bytes; 0: there is none.</summary>
    public long NoteBytes { get; private init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Records a ZIP whose list of files has been written.</summary>
    public static Archive Create(
        byte[] tokenHash, Guid groupId, Guid? linkId, bool isOfHidden, string variant, string fileName, string listKey, long listBytes, long noteBytes, DateTimeOffset now) => new()
        {
            Id = Guid.CreateVersion7(now),
            TokenHash = tokenHash,
            GroupId = groupId,
            LinkId = linkId,
            IsOfHidden = isOfHidden,
            Variant = variant,
            FileName = fileName,
            ListKey = listKey,
            ListBytes = listBytes,
            NoteBytes = noteBytes,
            ExpiresAt = now + Lifetime,
        };
}
