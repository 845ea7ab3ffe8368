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

internal sealed class OpenThumbnailHandler(IImageHubDb db, ICaller caller, ImageDelivery delivery) : IRequestHandler<OpenThumbnail, ImageContent>
{
    /// <summary>Compiled once, because every request for a thumbnail runs the query. It finds all images for admins and editors, and an owner's own images.</summary>
    private static readonly Func<DbContext, Guid, long, Guid?, CancellationToken, Task<Found?>> FindAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid id, long number, Guid? ownerId, CancellationToken cancellationToken) => (
            from image in ((IImageHubDb)context).AllImages
            from row in ((IImageHubDb)context).Thumbnails.Where(row => row.ImageId == id && row.Number == number).DefaultIfEmpty()
            where image.Id == id && image.DeletedAt == null && (ownerId == null || image.OwnerId == ownerId)
            select new Found(image, image.Damages.Any(), row)).SingleOrDefault());

    public async Task<ImageContent> Handle(OpenThumbnail request, CancellationToken cancellationToken)
    {
        var variant = ImageVariant.OnRequest(request.Height);
        if (await FindAsync((DbContext)db, request.Id, variant.Number!.Value, caller.IsCurator ? null : caller.UserId, cancellationToken) is { } found)
        {
            caller.EnsureGets(found.Image.OwnerId, variant);
            return await delivery.OpenAsync(
                StoredImage.From(found.Image, found.HasDamages), VisitorRights.All, new WantedBytes(variant) { Row = found.Row }, isPublic: false, cancellationToken);
        }

        // Only admins, editors and owners get thumbnails; others learn whether they see the image.
        var image = await db.ImagesById(caller)
            .Where(image => image.Id == request.Id)
            .Select(StoredImage.Projection)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        caller.EnsureGets(image.OwnerId, variant);
        throw ProblemException.NotFound("image");
    }

    private sealed record Found(Image Image, bool HasDamages, Thumbnail? Row);
}
