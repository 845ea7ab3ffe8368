using System.Linq.Expressions;
using FluentValidation;
using ImageHub.Application.Requests;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Tiers;

/// <summary>A tier: the limits and features of user accounts.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">The name.</param>
/// <param name="ThumbnailHeights">The heights of thumbnails in pixels, ascending.</param>
/// <param name="Originals">Whether owners may download <c>full</c> and <c>original</c>.</param>
/// <param name="ExpiringLinks">Whether owners may create expiring links.</param>
/// <param name="QuotaBytes">The maximum total size of a user's original files in bytes, without those in the trash; null for unlimited.</param>
/// <param name="MaxFileBytes">The maximum size of a file in bytes; null for the server's limit.</param>
public sealed record TierResponse(
    Guid Id, string Name, IReadOnlyList<int> ThumbnailHeights, bool Originals, bool ExpiringLinks, long? QuotaBytes, long? MaxFileBytes)
{
    /// <summary>Projects a row to a tier, in the database.</summary>
    internal static readonly Expression<Func<Tier, TierResponse>> Projection = tier => new TierResponse(
        tier.Id, tier.Name, tier.ThumbnailHeights, tier.Originals, tier.ExpiringLinks, tier.QuotaBytes, tier.MaxFileBytes);

    private static readonly Func<Tier, TierResponse> Compiled = Projection.Compile();

    /// <summary>Creates the response of a row.</summary>
    internal static TierResponse From(Tier tier) => Compiled(tier);
}

/// <summary>The rules of a tier's fields.</summary>
internal static class TierRules
{
    /// <summary>Requires 1–100 characters.</summary>
    public static IRuleBuilderOptions<T, string?> TierName<T>(this IRuleBuilder<T, string?> rule) => rule.RequiredText(Tier.MaxNameLength);

    /// <summary>Requires at most 20 heights within the limits.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<int>?> ThumbnailHeights<T>(this IRuleBuilder<T, IReadOnlyList<int>?> rule) => rule
        .SetValidator(new ListSizeRule<T, int>(0, Tier.MaxThumbnailHeights))
        .WithMessage((_, heights) => $"{{PropertyName}} has {heights!.Count} entries; at most {Tier.MaxThumbnailHeights} are allowed.")
        .Must(heights => heights is null || heights.All(IsAllowed))
        .WithMessage((_, heights) =>
            $"{{PropertyName}} has {heights!.First(height => !IsAllowed(height))}; {Tier.MinThumbnailHeight} to {Tier.MaxThumbnailHeight} are allowed.");

    /// <summary>Allows null, or a number of bytes of at least the minimum.</summary>
    public static IRuleBuilderOptions<T, long?> Bytes<T>(this IRuleBuilder<T, long?> rule, long min) => rule
        .GreaterThanOrEqualTo(min)
        .WithMessage((_, bytes) => $"{{PropertyName}} is {bytes}; {min} or more bytes are allowed, or null for no limit.");

    private static bool IsAllowed(int height) => height is >= Tier.MinThumbnailHeight and <= Tier.MaxThumbnailHeight;
}
