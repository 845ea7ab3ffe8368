using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>Who gets which variant of an image. Whether the caller may see the image at all is part of the query (<see cref="Visibility"/>).</summary>
internal static class VariantAccess
{
    /// <summary>
    /// Fails when the caller does not get this variant. Admins get all; of users' images their owner gets what the tier allows; of those of
    /// groups everyone gets low, medium, high and full.
    /// </summary>
    /// <param name="caller">Someone who may see the image.</param>
    /// <param name="ownerId">The image's owner; null: it is a group's.</param>
    /// <param name="variant">What is asked for.</param>
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
