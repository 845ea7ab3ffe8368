namespace ImageHub.Domain.Storage;

/// <summary>An object of an image that is lost or changed, and that nothing is left to make again from.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="ImageId">Of which image.</param>
/// <param name="Variant">Which bytes: <c>low</c>, <c>medium</c>, <c>high</c>, <c>full</c> or <c>original</c>.</param>
/// <param name="Since">When it was found.</param>
public sealed record DamagedObject(Guid Id, Guid ImageId, string Variant, DateTimeOffset Since);
