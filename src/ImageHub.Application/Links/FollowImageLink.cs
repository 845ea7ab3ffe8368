using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Application.Thumbnails;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>The bytes that an image's link leads to, for anyone who has it.</summary>
/// <param name="Token">The link's token.</param>
public sealed record FollowImageLink(string Token) : IRequest<RenditionFile>;

internal sealed class FollowImageLinkHandler(IImageHubDb db, ImageBytes bytes, ThumbnailMaker thumbnails, LinkViews views, TimeProvider clock)
    : IRequestHandler<FollowImageLink, RenditionFile>
{
    public async Task<RenditionFile> Handle(FollowImageLink request, CancellationToken cancellationToken)
    {
        var (hash, now) = (LinkTokens.Hash(request.Token), clock.Now());

        // What the creator may do is asked now, not remembered: another tier or owner is in force for links given out before, too.
        var found = await (
            from link in db.Links
            join creator in db.Users on link.CreatedBy equals creator.Id
            join tier in db.Tiers on creator.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            where link.TokenHash == hash && link.ExpiresAt > now && !creator.IsDisabled
            select new
            {
                link.Id,
                link.Variant,
                CreatorId = creator.Id,
                IsAdmins = creator.Role == Role.Admin,
                Tier = tier,
                Image = db.Images.Where(image => image.Id == link.ImageId && image.DeletedAt == null).Select(StoredImage.Projection).FirstOrDefault(),
            }).SingleOrDefaultAsync(cancellationToken);
        if (found is not { Image: { } image } || ImageVariant.Parse(found.Variant) is not { } variant
            || !(found.IsAdmins || (image.OwnerId == found.CreatorId && found.Tier?.AllowsLink(variant) == true)))
        {
            throw SharedGroups.NoLink();
        }

        var file = variant.Height is null
            ? await bytes.OpenAsync(image, variant, isPublic: false)
            : await thumbnails.OpenAsync(image, variant, isPublic: false, cancellationToken);
        return file with { OnWhole = () => views.CountAsync(found.Id) };
    }
}
