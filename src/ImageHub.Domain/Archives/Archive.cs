namespace ImageHub.Domain.Archives;

/// <summary>A ZIP that somebody may download for a while. It is made of the group's images as they are read; here stands which of them.</summary>
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

    /// <summary>The images, or null: all of them.</summary>
    public IReadOnlyList<Guid>? ImageIds { get; private init; }

    /// <summary>Which resolution: <c>full</c> or <c>high</c>.</summary>
    public string Variant { get; private init; } = "";

    /// <summary>The entity tag of the ZIP that was promised.</summary>
    public string ETag { get; private set; } = "";

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Makes one of a group's images.</summary>
    public static Archive Of(Guid groupId, Guid? linkId, bool isOfHidden, IReadOnlyList<Guid>? imageIds, string variant, byte[] tokenHash, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        TokenHash = tokenHash,
        GroupId = groupId,
        LinkId = linkId,
        IsOfHidden = isOfHidden,
        ImageIds = imageIds,
        Variant = variant,
        ExpiresAt = now + Lifetime,
    };

    /// <summary>Promises the ZIP with this entity tag: another one is not what was asked for.</summary>
    public void Promise(string tag) => ETag = tag;
}
