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

/// <summary>Opens the bytes of a rendition, full or the original of an image.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Variant">The variant.</param>
/// <param name="Format"><c>jpeg</c> for full; <c>avif</c> or <c>webp</c> for renditions; null to use <paramref name="Preference"/>.</param>
/// <param name="Preference">
/// The client's preferred formats of renditions, used if the address does not name a format; null for the default rendition.
/// </param>
/// <param name="MayRedirect">Whether a redirect is allowed. It is not allowed for a download, which has its own file name.</param>
/// <param name="IsDescriptionOnly">Whether only the size, type and revision of the bytes are requested.</param>
public sealed record OpenRendition(Guid Id, ImageVariant Variant, string? Format, FormatPreference? Preference, bool MayRedirect, bool IsDescriptionOnly) : IRequest<ImageContent>;

internal sealed class OpenRenditionValidator : AbstractValidator<OpenRendition>
{
    public OpenRenditionValidator() => RuleFor(request => request.Format).FormatOf(request => request.Variant);
}

internal sealed class OpenRenditionHandler(IImageHubDb db, ICaller caller, ImageBytes bytes, FullJpegs jpegs, IObjectStore store, IOptions<StorageOptions> options)
    : IRequestHandler<OpenRendition, ImageContent>
{
    private static readonly TimeSpan RedirectLifetime = TimeSpan.FromSeconds(60);

    public async Task<ImageContent> Handle(OpenRendition request, CancellationToken cancellationToken)
    {
        var image = await db.Images
            .Where(image => image.Id == request.Id)
            .VisibleTo(caller)
            .Select(StoredImage.Projection)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        caller.EnsureGets(image.OwnerId, request.Variant);

        var isPublic = image.IsPublished && request.Variant != ImageVariant.Original;
        var file = request is { Format: not null } && request.Variant == ImageVariant.Full
            ? await jpegs.OpenAsync(image, isPublic, cancellationToken)
            : await bytes.OpenAsync(image, image.Find(request.Variant, request.Format, request.Preference), isPublic) with { IsNegotiated = request.Preference is not null };
        return request.MayRedirect && file.IsPublic && options.Value.S3?.Delivery == S3Delivery.Redirect
            ? file with { Redirect = store.Presign(file.Key, RedirectLifetime, file.ContentType, request.IsDescriptionOnly) }
            : file;
    }
}
