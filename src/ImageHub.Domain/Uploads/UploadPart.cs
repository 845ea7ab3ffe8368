namespace ImageHub.Domain.Uploads;

/// <summary>Bytes of an unfinished file, stored as an object until the file is complete, or the content of a placeholder.</summary>
/// <param name="Id">UUIDv7; also part of the object's key.</param>
/// <param name="FileId">The file; null for a placeholder's content, and if the part is no longer needed and its object can be deleted.</param>
/// <param name="Offset">The part's offset in the file.</param>
/// <param name="Bytes">The part's length.</param>
public sealed record UploadPart(Guid Id, Guid? FileId, long Offset, long Bytes)
{
    /// <summary>The placeholder whose content this is; null for a part of a file, and once the placeholder has other content.</summary>
    public Guid? PlaceholderId { get; init; }

    /// <summary>The SHA-256 hash of the part's content: 32 bytes; null for parts that an earlier version has stored.</summary>
    public byte[]? Sha256 { get; init; }

    /// <summary>The prefix of all part keys.</summary>
    public const string Root = "parts/";

    /// <summary>The key of the part's object.</summary>
    public string Key => KeyFor(Id);

    /// <summary>The key of a part's object: <c>parts/0198…</c>.</summary>
    public static string KeyFor(Guid id) => $"{Root}{id:D}";

    /// <summary>Parses a key; null for other keys.</summary>
    public static Guid? ParseKey(string key) =>
        key.StartsWith(Root, StringComparison.Ordinal) && Guid.TryParseExact(key[Root.Length..], "D", out var id) ? id : null;
}
