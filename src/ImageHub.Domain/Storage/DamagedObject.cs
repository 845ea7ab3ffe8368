namespace ImageHub.Domain.Storage;

/// <summary>An object of an image that is lost or corrupt and cannot be restored.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="ImageId">The image.</param>
/// <param name="Variant">The variant: <c>low</c>, <c>medium</c>, <c>high</c>, <c>full</c> or <c>original</c>.</param>
/// <param name="Since">When the damage was found.</param>
public sealed record DamagedObject(Guid Id, Guid ImageId, string Variant, DateTimeOffset Since);
