namespace ImageHub.Domain.Storage;

/// <summary>An object without a row that is to be deleted: one that was found, after a quarantine, or one that the store did not delete when its row went.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Its size; 0 where nobody has asked.</param>
/// <param name="DueAt">When it is to be checked again, and deleted if it still has no row.</param>
public sealed record OrphanedObject(string Key, long Bytes, DateTimeOffset DueAt);
