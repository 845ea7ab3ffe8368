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

internal sealed class FollowImageLinkHandler(IImageHubDb db, ImageBytes bytes, ThumbnailMaker thumbnails, TimeProvider clock)
    : IRequestHandler<FollowImageLink, RenditionFile>
{
    public async Task<RenditionFile> Handle(FollowImageLink request, CancellationToken cancellationToken)
    {
        var (hash, now) = (LinkTokens.Hash(request.Token), clock.Now());

        // What the creator may do is asked now, not remembered: another tier or owner is in force for links given out before, too.
        var found = await (
            from link in db.Links
            join image in db.Images on link.ImageId equals (Guid?)image.Id
            join creator in db.Users on link.CreatedBy equals creator.Id
            join tier in db.Tiers on creator.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            where link.TokenHash == hash && link.ExpiresAt > now && image.DeletedAt == null && !creator.IsDisabled
                && (creator.Role == Role.Admin || image.OwnerId == creator.Id)
            select new { link.Id, link.Variant, ImageId = image.Id, IsAdmins = creator.Role == Role.Admin, Tier = tier }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || ImageVariant.Parse(found.Variant) is not { } variant || !(found.IsAdmins || found.Tier?.AllowsLink(variant) == true))
        {
            throw SharedGroups.NoLink();
        }

        var stored = await db.Images.Where(image => image.Id == found.ImageId).Select(StoredImage.Projection).SingleOrDefaultAsync(cancellationToken) ?? throw SharedGroups.NoLink();
        var file = variant.Height is null
            ? await bytes.OpenAsync(stored, variant, isPublic: false)
            : await thumbnails.OpenAsync(stored, variant, isPublic: false, cancellationToken);
        return file with { OnWhole = () => CountViewAsync(found.Id) };
    }

    private Task<int> CountViewAsync(Guid linkId) => db.Links
        .Where(link => link.Id == linkId)
        .ExecuteUpdateAsync(link => link.SetProperty(row => row.Views, row => row.Views + 1));
}
