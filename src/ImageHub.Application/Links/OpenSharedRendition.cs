using FluentValidation;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>The bytes of an image of a shared group.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Cookie">What the guest has shown before.</param>
/// <param name="ImageId">Which image.</param>
/// <param name="Variant">Low, medium, high or full.</param>
/// <param name="Format"><c>jpeg</c>, of full only: the same size as JPEG; <c>avif</c> or <c>webp</c>, of low, medium and high only; null: as <paramref name="Preference"/> says.</param>
/// <param name="Preference">The formats that the guest likes of low, medium and high, where the address leaves it to them; null: the rendition itself.</param>
public sealed record OpenSharedRendition(string Token, string? Cookie, Guid ImageId, ImageVariant Variant, string? Format, FormatPreference? Preference) : IRequest<RenditionFile>;

internal sealed class OpenSharedRenditionValidator : AbstractValidator<OpenSharedRendition>
{
    public OpenSharedRenditionValidator() => RuleFor(request => request.Format).FormatOf(request => request.Variant);
}

internal sealed class OpenSharedRenditionHandler(SharedGroups groups, ImageBytes bytes, FullJpegs jpegs) : IRequestHandler<OpenSharedRendition, RenditionFile>
{
    public async Task<RenditionFile> Handle(OpenSharedRendition request, CancellationToken cancellationToken)
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
