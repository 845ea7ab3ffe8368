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
/// <param name="Format"><c>jpeg</c>, of full only: the same size as JPEG; null: as it is stored.</param>
public sealed record OpenSharedRendition(string Token, string? Cookie, Guid ImageId, ImageVariant Variant, string? Format) : IRequest<RenditionFile>;

internal sealed class OpenSharedRenditionValidator : AbstractValidator<OpenSharedRendition>
{
    public OpenSharedRenditionValidator() => RuleFor(request => request.Format).FullFormat();
}

internal sealed class OpenSharedRenditionHandler(SharedGroups groups, ImageBytes bytes, FullJpegs jpegs) : IRequestHandler<OpenSharedRendition, RenditionFile>
{
    public async Task<RenditionFile> Handle(OpenSharedRendition request, CancellationToken cancellationToken)
    {
        var shared = await groups.OpenAsync(request.Token, request.Cookie, cancellationToken);
        var image = await groups.FindImages(shared).Where(image => image.Id == request.ImageId).Select(StoredImage.Projection).SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        return request.Format is null ? await bytes.OpenAsync(image, request.Variant, isPublic: false) : await jpegs.OpenAsync(image, isPublic: false, cancellationToken);
    }
}
