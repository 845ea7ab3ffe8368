namespace ImageHub.Domain.Archives;

/// <summary>
/// A ZIP available for download for a limited time. The list of files is fixed when the archive is created: later changes of titles, order or images
/// have no effect.
/// </summary>
public sealed class Archive
{
    /// <summary>How long a download can be started. A running download continues after this time.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private Archive()
    {
    }

    /// <summary>UUIDv7; not a credential.</summary>
    public Guid Id { get; private init; }

    /// <summary>SHA-256 of the token in the archive's address.</summary>
    public byte[] TokenHash { get; private init; } = [];

    /// <summary>The group.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>The link of the guest who requested the archive; otherwise null. The archive becomes invalid when the link does.</summary>
    public Guid? LinkId { get; private init; }

    /// <summary>
    /// Whether the archive is valid while its group is hidden: true if it was created through a link, or if it contains images of a group that was hidden then.
    /// </summary>
    public bool IsOfHidden { get; private init; }

    /// <summary>
    /// The account whose rights give access to the archive (a member of the group, an admin or an editor), or the API key; otherwise null. When the account
    /// loses these rights, or the key ends, the archive becomes invalid.
    /// </summary>
    public Guid? MemberId { get; private init; }

    /// <summary>The resolution: <c>full</c> or <c>high</c>.</summary>
    public string Variant { get; private init; } = "";

    /// <summary>The number of the watermark on the archive's images; 0 for none.</summary>
    public int Mark { get; private init; }

    /// <summary>Whether an admin, an editor or a contributor created the archive. Visitors' rights then do not limit it.</summary>
    public bool IsForAdmin { get; private init; }

    /// <summary>The file name of the download.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>The key of the object that contains the list of files.</summary>
    public string ListKey { get; private init; } = "";

    /// <summary>The size of the list's object, in bytes.</summary>
    public long ListBytes { get; private init; }

    /// <summary>The size of the text file that names missing images, in bytes; 0 if no image is missing.</summary>
    public long NoteBytes { get; private init; }

    /// <summary>When the archive expires.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Creates the row of an archive whose list of files has been written.</summary>
    public static Archive Create(
        byte[] tokenHash, Guid groupId, Guid? linkId, Guid? memberId, bool isOfHidden, string variant, int mark, bool isForAdmin, string fileName, string listKey, long listBytes, long noteBytes, DateTimeOffset now) => new()
        {
            Id = Guid.CreateVersion7(now),
            TokenHash = tokenHash,
            GroupId = groupId,
            LinkId = linkId,
            MemberId = memberId,
            IsOfHidden = isOfHidden,
            Variant = variant,
            Mark = mark,
            IsForAdmin = isForAdmin,
            FileName = fileName,
            ListKey = listKey,
            ListBytes = listBytes,
            NoteBytes = noteBytes,
            ExpiresAt = now + Lifetime,
        };
}
