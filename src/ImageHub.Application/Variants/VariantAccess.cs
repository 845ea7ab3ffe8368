using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>
/// Decides which variants of an image a caller may have. The query that found the image must have checked its visibility (<see cref="Visibility"/>).
/// </summary>
internal static class VariantAccess
{
    /// <summary>
    /// Finds the rights of a caller to an image that is opened without a link. Admins and editors have all rights, owners to their own images, and contributors
    /// to the images of their group. Other callers have visitors' rights.
    /// </summary>
    public static async Task<VisitorRights> FindRightsAsync(this IImageHubDb db, ICaller caller, StoredImage image, CancellationToken cancellationToken)
    {
        if (caller.IsCurator || image.OwnerId is not null)
        {
            return VisitorRights.All;
        }

        return image.Rights != VisitorRights.All && await db.FindRoleAsync(image.GroupId, caller, cancellationToken) == MemberRole.Contributor ? VisitorRights.All : image.Rights;
    }

    /// <summary>
    /// Throws if the caller may not have this variant. Admins and editors may have all variants, and owners the variants that their tier allows. All callers
    /// may have the renditions and full of groups' images, as far as <see cref="FindRightsAsync"/> allows.
    /// </summary>
    /// <param name="caller">A caller who may see the image.</param>
    /// <param name="ownerId">The image's owner; null for an image of a group.</param>
    /// <param name="variant">The requested variant.</param>
    /// <exception cref="ProblemException">403 <c>tierForbids</c> or <c>forbidden</c>.</exception>
    public static void EnsureGets(this ICaller caller, Guid? ownerId, ImageVariant variant)
    {
        if (caller.IsCurator)
        {
            return;
        }

        if (ownerId is null)
        {
            if (variant == ImageVariant.Original || variant.Number is not null)
            {
                throw new ProblemException(Problems.Forbidden, "Only admins and editors get the original and thumbnails by height of a group's image; everyone gets low, medium, high, large and full.");
            }
        }
        else if (caller.Tier?.Allows(variant) != true)
        {
            throw new ProblemException(
                Problems.TierForbids, $"The tier '{caller.Tier?.Name}' does not include '{variant.Name}' of your own images; an image's links list the available variants.");
        }
    }
}
