using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Variants;
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
    public async Task<ImageContent> Handle(OpenThumbnail request, CancellationToken cancellationToken)
    {
        var image = await db.ImagesById(caller)
            .Where(image => image.Id == request.Id)
            .Select(StoredImage.Projection)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        var variant = ImageVariant.OnRequest(request.Height);
        caller.EnsureGets(image.OwnerId, variant);
        return await delivery.OpenAsync(image, await db.FindRightsAsync(caller, image, cancellationToken), new WantedBytes(variant), isPublic: false, cancellationToken);
    }
}
