namespace ImageHub.Domain.Storage;

/// <summary>An object that was found without a row: in quarantine until it is checked again.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="FoundAt">When it was first found without a row.</param>
public sealed record OrphanedObject(string Key, long Bytes, DateTimeOffset FoundAt);
