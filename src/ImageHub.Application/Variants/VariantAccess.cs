using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>
/// Decides which variants of an image a caller may have. Visibility of the image itself is part of the query (<see cref="Visibility"/>).
/// </summary>
internal static class VariantAccess
{
    /// <summary>
    /// Throws if the caller may not have this variant. Admins may have all variants; owners the variants that their tier allows; everyone low,
    /// medium, high and full of groups' images.
    /// </summary>
    /// <param name="caller">A caller who may see the image.</param>
    /// <param name="ownerId">The image's owner; null for an image of a group.</param>
    /// <param name="variant">The requested variant.</param>
    /// <exception cref="ProblemException">403 <c>tierForbids</c> or <c>forbidden</c>.</exception>
    public static void EnsureGets(this ICaller caller, Guid? ownerId, ImageVariant variant)
    {
        if (caller.IsAdmin)
        {
            return;
        }

        if (ownerId is null)
        {
            if (variant == ImageVariant.Original || variant.Height is not null)
            {
                throw new ProblemException(Problems.Forbidden, "Of a group's image only admins get the original and thumbnails by height; everyone gets low, medium, high and full.");
            }
        }
        else if (caller.Tier?.Allows(variant) != true)
        {
            throw new ProblemException(
                Problems.TierForbids, $"The tier '{caller.Tier?.Name}' does not have '{variant.Name}' of your own images; an image's links say what it has.");
        }
    }
}
