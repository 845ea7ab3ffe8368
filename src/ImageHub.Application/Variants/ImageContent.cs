namespace ImageHub.Application.Variants;

/// <summary>Bytes with their response headers.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="ETag">A strong entity tag, without quotes. The bytes of a key never change.</param>
/// <param name="LastModified">When the bytes were written; null if not known.</param>
/// <param name="FileName">The file name of a download.</param>
/// <param name="IsPublic">Whether shared caches may store the bytes.</param>
public sealed record ImageContent(
    string Key, long Bytes, string ContentType, string ETag, DateTimeOffset? LastModified, string FileName, bool IsPublic)
{
    /// <summary>The revision of the bytes.</summary>
    public required int Revision { get; init; }

    /// <summary>The number of the watermark in the bytes, or null.</summary>
    public int? Mark { get; init; }

    /// <summary>Whether the bytes belong to another variant, because the requested variant does not exist yet at this revision.</summary>
    public bool IsStandIn { get; init; }

    /// <summary>Whether the format depends on the request's Accept header.</summary>
    public bool IsNegotiated { get; init; }

    /// <summary>The presigned URL of the bytes; null to read them from <see cref="Content"/>.</summary>
    public Uri? Redirect { get; init; }

    /// <summary>A seekable stream of the bytes, opened by the first read.</summary>
    public Stream Content { get; init; } = Stream.Null;

    /// <summary>Whether this process has verified all bytes since it started. Only then may nginx send them, because nginx does not verify them.</summary>
    public bool IsCompared { get; init; }

    /// <summary>
    /// Restores lost bytes, or throws <see cref="Errors.Problems.ObjectLost"/>. Null in the content that the function returns, so that there is no second
    /// attempt.
    /// </summary>
    public Func<Task<ImageContent>>? Restore { get; init; }

    /// <summary>Called before the whole content is sent, but not for ranges or for 304 responses.</summary>
    public Func<Task>? BeforeWhole { get; init; }
}
