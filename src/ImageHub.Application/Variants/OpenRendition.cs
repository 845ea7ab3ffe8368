using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Variants;

/// <summary>Opens the bytes of one of an image's renditions, of its full size, or of its original.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Wanted">The requested bytes.</param>
/// <param name="MayRedirect">Whether the response may redirect to the store. A download may not, because the store does not send its file name.</param>
/// <param name="IsDescriptionOnly">Whether only the size, type and revision of the bytes are requested.</param>
public sealed record OpenRendition(Guid Id, WantedBytes Wanted, bool MayRedirect, bool IsDescriptionOnly) : IRequest<ImageContent>;

internal sealed class OpenRenditionValidator : AbstractValidator<OpenRendition>
{
    public OpenRenditionValidator() => RuleFor(request => request.Wanted).ValidFormat();
}

internal sealed class OpenRenditionHandler(IImageHubDb db, ICaller caller, ImageDelivery delivery, IObjectStore store, IOptions<StorageOptions> options)
    : IRequestHandler<OpenRendition, ImageContent>
{
    private static readonly TimeSpan RedirectLifetime = TimeSpan.FromSeconds(60);

    public async Task<ImageContent> Handle(OpenRendition request, CancellationToken cancellationToken)
    {
        var image = await db.ImagesById(caller)
            .Where(image => image.Id == request.Id)
            .Select(StoredImage.Projection)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        caller.EnsureGets(image.OwnerId, request.Wanted.Variant);
        if (request.Wanted.Variant == ImageVariant.Original && image.IsFromGuest)
        {
            throw ProblemException.NotFound("original");
        }

        var isPublic = image.IsPublished && request.Wanted.Variant != ImageVariant.Original;
        var file = await delivery.OpenAsync(image, await db.FindRightsAsync(caller, image, cancellationToken), request.Wanted, isPublic, cancellationToken);
        return request.MayRedirect && file.IsPublic && options.Value.S3?.Delivery == S3Delivery.Redirect
            ? file with { Redirect = store.Presign(file.Key, RedirectLifetime, file.ContentType, request.IsDescriptionOnly) }
            : file;
    }
}
