using ImageHub.Application.Database;
using ImageHub.Application.Variants;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Opens the image variant that a link shares.</summary>
/// <param name="Token">The link's token.</param>
public sealed record FollowImageLink(string Token) : IRequest<ImageContent>;

internal sealed class FollowImageLinkHandler(IImageHubDb db, ImageDelivery delivery, LinkViews views, TimeProvider clock)
    : IRequestHandler<FollowImageLink, ImageContent>
{
    /// <summary>
    /// Compiled once, because compiling takes longer than running the query. The query checks the creator's current permissions, so a change of tier or owner
    /// also applies to existing links.
    /// </summary>
    private static readonly Func<DbContext, byte[], DateTimeOffset, CancellationToken, Task<Followed?>> FindAsync = EF.CompileAsyncQuery(
        (DbContext context, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) => (
            from link in ((IImageHubDb)context).Links
            join creator in ((IImageHubDb)context).Users on link.CreatedBy equals creator.Id
            join tier in ((IImageHubDb)context).Tiers on creator.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            join image in ((IImageHubDb)context).Images on link.ImageId equals (Guid?)image.Id
            where link.TokenHash == hash && link.ExpiresAt > now && !creator.IsDisabled && image.DeletedAt == null
            select new Followed(link.Id, link.Variant, creator.Id, creator.Role == Role.Admin || creator.Role == Role.Editor, tier, image, image.Damages.Any())).SingleOrDefault());

    public async Task<ImageContent> Handle(FollowImageLink request, CancellationToken cancellationToken)
    {
        var found = await FindAsync((DbContext)db, LinkTokens.Hash(request.Token), clock.Now(), cancellationToken);
        if (found is null || ImageVariant.Parse(found.Variant) is not { } variant
            || !(found.IsCurators || (found.Image.OwnerId == found.CreatorId && found.Tier?.AllowsLink(variant) == true)))
        {
            throw SharedGroups.NoLink();
        }

        var image = StoredImage.From(found.Image, found.HasDamages);
        var file = await delivery.OpenAsync(image, image.Rights, new WantedBytes(variant), isPublic: false, cancellationToken);
        return file with { BeforeWhole = () => views.CountAsync(found.Id) };
    }

    private sealed record Followed(Guid Id, string? Variant, Guid CreatorId, bool IsCurators, Tier? Tier, Image Image, bool HasDamages);
}
