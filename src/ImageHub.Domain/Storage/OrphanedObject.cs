namespace ImageHub.Domain.Storage;

/// <summary>
/// An object without a row that is pending deletion. Either a check found the object, or the store failed to delete it when its row was deleted.
/// </summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">The size in bytes; 0 if unknown.</param>
/// <param name="DueAt">When the object is checked again, and deleted if it still has no row.</param>
public sealed record OrphanedObject(string Key, long Bytes, DateTimeOffset DueAt);
