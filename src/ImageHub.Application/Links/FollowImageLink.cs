using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using ImageHub.Application.Thumbnails;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>The bytes that an image's link leads to, for anyone who has it.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="IsView">Whether it counts: a GET does, a HEAD does not.</param>
public sealed record FollowImageLink(string Token, bool IsView) : IRequest<RenditionFile>;

internal sealed class FollowImageLinkHandler(IImageHubDb db, IObjectStore store, ThumbnailMaker thumbnails, TimeProvider clock)
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
            select new { Link = link, Image = image, IsAdmins = creator.Role == Role.Admin, Tier = tier }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || LinkVariant.Parse(found.Link.Variant) is not { } variant || !(found.IsAdmins || variant.IsOfferedBy(found.Tier)))
        {
            throw SharedGroups.NoLink();
        }

        if (request.IsView)
        {
            await db.Links.Where(link => link.Id == found.Link.Id).ExecuteUpdateAsync(link => link.SetProperty(row => row.Views, row => row.Views + 1), cancellationToken);
        }

        return variant.Height is { } height
            ? await thumbnails.OpenAsync(found.Image.Id, height, found.Image.FileName, isPublic: false, cancellationToken)
            : RenditionFile.Private(store, found.Image, variant.Rendition!.Value);
    }
}
