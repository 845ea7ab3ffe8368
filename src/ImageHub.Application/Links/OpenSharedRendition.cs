using FluentValidation;
using ImageHub.Application.Errors;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Opens the bytes of an image in a shared group.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Cookie">The cookie of the opened link.</param>
/// <param name="ImageId">The image's id.</param>
/// <param name="Wanted">The requested bytes: a rendition or full.</param>
public sealed record OpenSharedRendition(string Token, string? Cookie, Guid ImageId, WantedBytes Wanted) : IRequest<ImageContent>;

internal sealed class OpenSharedRenditionValidator : AbstractValidator<OpenSharedRendition>
{
    public OpenSharedRenditionValidator() => RuleFor(request => request.Wanted).ValidFormat();
}

internal sealed class OpenSharedRenditionHandler(SharedGroups groups, ImageDelivery delivery) : IRequestHandler<OpenSharedRendition, ImageContent>
{
    public async Task<ImageContent> Handle(OpenSharedRendition request, CancellationToken cancellationToken)
    {
        var shared = (request.Wanted.Variant == ImageVariant.Full ? null : await groups.FindForCoverAsync(request.Token, request.Cookie, request.ImageId, cancellationToken))
            ?? await groups.OpenAsync(request.Token, request.Cookie, cancellationToken);
        var image = await groups.FindImages(shared).Where(image => image.Id == request.ImageId).Select(StoredImage.Projection).SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        return await delivery.OpenAsync(image, SharedGroups.FindRights(shared), request.Wanted, isPublic: false, cancellationToken);
    }
}
