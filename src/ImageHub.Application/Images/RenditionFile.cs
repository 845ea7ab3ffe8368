namespace ImageHub.Application.Images;

/// <summary>Bytes, and what a response says of them.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="ETag">A strong entity tag, without quotes: the key's bytes never change.</param>
/// <param name="LastModified">When they were written.</param>
/// <param name="FileName">What a download is called.</param>
/// <param name="IsPublic">Whether caches may keep them for everyone.</param>
public sealed record RenditionFile(
    string Key, long Bytes, string ContentType, string ETag, DateTimeOffset LastModified, string FileName, bool IsPublic)
{
    /// <summary>The revision that they belong to.</summary>
    public required int Revision { get; init; }

    /// <summary>Whether they are those of another variant, and are replaced at the same revision once the one that was asked for has been made.</summary>
    public bool IsStandIn { get; init; }

    /// <summary>Whether others get other formats at the same address, by what they accept.</summary>
    public bool IsNegotiated { get; init; }

    /// <summary>Where the bytes can be had without credentials for a while; null: from <see cref="Content"/>.</summary>
    public Uri? Redirect { get; init; }

    /// <summary>The bytes, seekable and not yet opened.</summary>
    public Stream Content { get; init; } = Stream.Null;

    /// <summary>Whether this process has compared all of the bytes since its start. Only then may nginx send them, since it compares nothing.</summary>
    public bool IsCompared { get; init; }

    /// <summary>
    /// Called when reading shows that they are lost: makes them again, or fails with <see cref="Errors.Problems.ObjectLost"/>. Null in what it
    /// returns: nobody tries a second time.
    /// </summary>
    public Func<Task<RenditionFile>>? Restore { get; init; }

    /// <summary>Called when all of them are about to be sent, as opposed to a part, or to none because the client has them.</summary>
    public Func<Task>? OnWhole { get; init; }
}
