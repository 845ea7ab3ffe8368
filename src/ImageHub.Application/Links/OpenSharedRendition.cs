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
/// <param name="Variant">Low, medium, high or full.</param>
/// <param name="Format"><c>jpeg</c> for full; <c>avif</c> or <c>webp</c> for renditions; null to use <paramref name="Preference"/>.</param>
/// <param name="Preference">
/// The guest's preferred formats of renditions, used if the address does not name a format; null for the default rendition.
/// </param>
public sealed record OpenSharedRendition(string Token, string? Cookie, Guid ImageId, ImageVariant Variant, string? Format, FormatPreference? Preference) : IRequest<ImageContent>;

internal sealed class OpenSharedRenditionValidator : AbstractValidator<OpenSharedRendition>
{
    public OpenSharedRenditionValidator() => RuleFor(request => request.Format).FormatOf(request => request.Variant);
}

internal sealed class OpenSharedRenditionHandler(SharedGroups groups, ImageBytes bytes, FullJpegs jpegs) : IRequestHandler<OpenSharedRendition, ImageContent>
{
    public async Task<ImageContent> Handle(OpenSharedRendition request, CancellationToken cancellationToken)
    {
        var shared = (request.Variant == ImageVariant.Full ? null : await groups.FindForCoverAsync(request.Token, request.Cookie, request.ImageId, cancellationToken))
            ?? await groups.OpenAsync(request.Token, request.Cookie, cancellationToken);
        var image = await groups.FindImages(shared).Where(image => image.Id == request.ImageId).Select(StoredImage.Projection).SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        return request is { Format: not null } && request.Variant == ImageVariant.Full
            ? await jpegs.OpenAsync(image, isPublic: false, cancellationToken)
            : await bytes.OpenAsync(image, image.Find(request.Variant, request.Format, request.Preference), isPublic: false) with { IsNegotiated = request.Preference is not null };
    }
}
