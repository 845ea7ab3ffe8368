namespace ImageHub.Domain.Images;

/// <summary>Two images of groups that look nearly the same, in the trash or not.</summary>
/// <param name="NewerId">The one with the larger id.</param>
/// <param name="OlderId">The other one.</param>
/// <param name="Distance">In how many bits their perceptual hashes differ: 0 to <see cref="MaxDistance"/>.</param>
/// <param name="IsKept">Whether a curator has said that they are no duplicates.</param>
public sealed record SimilarImages(Guid NewerId, Guid OlderId, int Distance, bool IsKept)
{
    /// <summary>The most bits in which the hashes of two images differ that count as similar.</summary>
    public const int MaxDistance = 16;
}

/// <summary>An image that has not been compared with the others yet.</summary>
/// <param name="ImageId">Which image.</param>
public sealed record UncomparedImage(Guid ImageId);
