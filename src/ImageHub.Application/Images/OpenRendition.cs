using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Images;

/// <summary>The bytes of one resolution of an image.</summary>
/// <param name="Id">Which image.</param>
/// <param name="Variant">Which resolution.</param>
/// <param name="MayRedirect">Whether the answer may be where the bytes are: a plain GET.</param>
public sealed record OpenRendition(Guid Id, ImageVariant Variant, bool MayRedirect) : IRequest<RenditionFile>;

/// <summary>Bytes, and what a response says of them.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="ETag">A strong entity tag, without quotes: the key's bytes never change.</param>
/// <param name="LastModified">When they were written.</param>
/// <param name="FileName">What a download is called.</param>
/// <param name="IsPublic">Whether caches may keep them for everyone.</param>
public sealed record RenditionFile(
    string Key, long Bytes, string ContentType, string ETag, DateTimeOffset LastModified, string FileName, bool IsPublic)
{
    /// <summary>Where the bytes can be had without credentials for a while; null: from <see cref="Content"/>.</summary>
    public Uri? Redirect { get; init; }

    /// <summary>The bytes, seekable and not yet opened.</summary>
    public Stream Content { get; init; } = Stream.Null;

    /// <summary>Called when the store turns out to have lost them and they can be made again.</summary>
    public Func<Task>? OnMissing { get; init; }

    /// <summary>Low, high or full, for one who has been found to see it; no cache keeps it.</summary>
    internal static RenditionFile Private(IObjectStore store, Image image, ImageVariant variant)
    {
        var rendition = variant switch
        {
            ImageVariant.Low => image.Low,
            ImageVariant.High => image.High,
            _ => image.Full,
        };
        var key = ImageKeys.Of(image.Id, variant);
        return new RenditionFile(key, rendition.Bytes, rendition.ContentType, $"{image.Id:N}-{variant.Name()}", image.CreatedAt, image.FileName, IsPublic: false)
        {
            Content = store.OpenRead(key, rendition.Bytes),
        };
    }
}

internal sealed class OpenRenditionHandler(IImageHubDb db, ICaller caller, IObjectStore store, IOptions<StorageOptions> options)
    : IRequestHandler<OpenRendition, RenditionFile>
{
    private static readonly TimeSpan RedirectLifetime = TimeSpan.FromSeconds(60);

    public async Task<RenditionFile> Handle(OpenRendition request, CancellationToken cancellationToken)
    {
        var image = await db.Images
            .Where(image => image.Id == request.Id)
            .VisibleTo(caller)
            .Select(image => new { image.OwnerId, image.Low, image.High, image.Full, image.HasOriginal, image.OriginalBytes, image.CreatedAt, image.FileName, image.IsPublished })
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");

        EnsureAllowed(request.Variant, image.OwnerId is not null);

        // The original is an object of its own only where it differs from full.
        var variant = request.Variant == ImageVariant.Original && !image.HasOriginal ? ImageVariant.Full : request.Variant;
        var (bytes, contentType) = variant switch
        {
            ImageVariant.Low => (image.Low.Bytes, image.Low.ContentType),
            ImageVariant.High => (image.High.Bytes, image.High.ContentType),
            ImageVariant.Full => (image.Full.Bytes, image.Full.ContentType),
            _ => (image.OriginalBytes, image.Full.ContentType),
        };
        var file = new RenditionFile(
            ImageKeys.Of(request.Id, variant),
            bytes,
            contentType,
            $"{request.Id:N}-{variant.Name()}",
            image.CreatedAt,
            image.FileName,
            image.IsPublished && request.Variant != ImageVariant.Original);
        var isRedirected = request.MayRedirect && file.IsPublic && options.Value.S3?.Delivery == S3Delivery.Redirect;
        return file with
        {
            Redirect = isRedirected ? store.Presign(file.Key, RedirectLifetime, contentType) : null,
            Content = isRedirected ? Stream.Null : store.OpenRead(file.Key, bytes),
        };
    }

    /// <summary>Of their own images owners get what their tier has; of those of groups everyone gets all but the original.</summary>
    private void EnsureAllowed(ImageVariant variant, bool isOwned)
    {
        if (caller.IsAdmin)
        {
            return;
        }

        if (!isOwned && variant == ImageVariant.Original)
        {
            throw new ProblemException(Problems.Forbidden, "Only admins get the original of a group's image.");
        }

        if (isOwned && !(variant is ImageVariant.Full or ImageVariant.Original && caller.Tier?.Originals == true))
        {
            throw new ProblemException(
                Problems.TierForbids, $"The tier '{caller.Tier?.Name}' does not have '{variant.Name()}' of your own images; an image's links say what it has.");
        }
    }
}
