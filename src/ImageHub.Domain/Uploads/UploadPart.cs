namespace ImageHub.Domain.Uploads;

/// <summary>Bytes of an unfinished file, kept as an object until the file is whole.</summary>
/// <param name="Id">UUIDv7; also the name of the object.</param>
/// <param name="FileId">The file; null: it needs the part no longer, and the object is to be deleted.</param>
/// <param name="Offset">Where in the file the part begins.</param>
/// <param name="Bytes">How long it is.</param>
public sealed record UploadPart(Guid Id, Guid? FileId, long Offset, long Bytes)
{
    /// <summary>The beginning of every part's key.</summary>
    public const string Root = "parts/";

    /// <summary>The key of the part's object.</summary>
    public string Key => KeyFor(Id);

    /// <summary>The key of a part's object: <c>parts/0198…</c>.</summary>
    public static string KeyFor(Guid id) => $"{Root}{id:D}";

    /// <summary>Reads a key; null when it is no part's.</summary>
    public static Guid? ParseKey(string key) =>
        key.StartsWith(Root, StringComparison.Ordinal) && Guid.TryParseExact(key[Root.Length..], "D", out var id) ? id : null;
}
