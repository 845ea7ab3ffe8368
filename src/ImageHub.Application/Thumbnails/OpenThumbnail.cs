using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Variants;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Thumbnails;

/// <summary>Opens an image's thumbnail of a given height. It is rendered on the first request and never enlarged.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Height">Pixels, after orientation: 16–2,000; for an owner, one of the tier's heights.</param>
public sealed record OpenThumbnail(Guid Id, int Height) : IRequest<ImageContent>, IThrottled
{
    /// <inheritdoc/>
    public Throttle Throttle => Throttle.Thumbnails;
}

internal sealed class OpenThumbnailValidator : AbstractValidator<OpenThumbnail>
{
    public OpenThumbnailValidator() => RuleFor(request => request.Height)
        .InclusiveBetween(Tier.MinThumbnailHeight, Tier.MaxThumbnailHeight)
        .WithMessage($"height is {{PropertyValue}}; it must be {Tier.MinThumbnailHeight} to {Tier.MaxThumbnailHeight} (pixels).");
}

internal sealed class OpenThumbnailHandler(IImageHubDb db, ICaller caller, ThumbnailMaker thumbnails) : IRequestHandler<OpenThumbnail, ImageContent>
{
    /// <summary>
    /// Compiled once, because every request for a thumbnail runs the query. It finds all images for admins and editors, and an owner's own images: nobody else gets
    /// thumbnails by height, and <see cref="VisitorRights"/> do not restrict these.
    /// </summary>
    private static readonly Func<DbContext, Guid, long, Guid?, CancellationToken, Task<Found?>> FindAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid id, long number, Guid? ownerId, CancellationToken cancellationToken) => (
            from image in ((IImageHubDb)context).AllImages
            from row in ((IImageHubDb)context).Thumbnails.Where(row => row.ImageId == id && row.Number == number).DefaultIfEmpty()
            where image.Id == id && image.DeletedAt == null && (ownerId == null || image.OwnerId == ownerId)
            select new Found(image.Revision, image.OwnerId, image.FileName, row)).SingleOrDefault());

    public async Task<ImageContent> Handle(OpenThumbnail request, CancellationToken cancellationToken)
    {
        var variant = ImageVariant.OnRequest(request.Height);
        if (await FindAsync((DbContext)db, request.Id, variant.Number!.Value, caller.IsCurator ? null : caller.UserId, cancellationToken) is { } found)
        {
            caller.EnsureGets(found.OwnerId, variant);
            var source = new ThumbnailSource(request.Id, found.Revision, found.FileName);
            return await thumbnails.OpenAsync(source, variant, isPublic: false, caller.Address, cancellationToken, found.Row);
        }

        // Others learn only whether they see the image.
        var seen = await db.ImagesById(caller).Where(image => image.Id == request.Id).Select(image => new { image.OwnerId }).SingleOrDefaultAsync(cancellationToken);
        caller.EnsureGets((seen ?? throw ProblemException.NotFound("image")).OwnerId, variant);
        throw ProblemException.NotFound("image");
    }

    private sealed record Found(int Revision, Guid? OwnerId, string FileName, Thumbnail? Row);
}
