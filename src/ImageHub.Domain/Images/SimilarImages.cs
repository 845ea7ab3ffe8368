namespace ImageHub.Domain.Images;

/// <summary>A pair of near-duplicate images in curated groups. Pairs with images in the trash are included.</summary>
/// <param name="NewerId">The image with the larger id.</param>
/// <param name="OlderId">The other image.</param>
/// <param name="Distance">The number of differing bits in their perceptual hashes: 0 to <see cref="MaxDistance"/>.</param>
/// <param name="IsKept">Whether a curator has decided to keep both images.</param>
public sealed record SimilarImages(Guid NewerId, Guid OlderId, int Distance, bool IsKept)
{
    /// <summary>The maximum number of differing bits in the hashes of similar images.</summary>
    public const int MaxDistance = 16;
}

/// <summary>An image that waits to be compared with the other images, for the first time or again.</summary>
/// <param name="ImageId">The image.</param>
public sealed record UncomparedImage(Guid ImageId);
