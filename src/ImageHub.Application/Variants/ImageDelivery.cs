using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Thumbnails;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Variants;

/// <summary>The bytes that a request asks for.</summary>
/// <param name="Variant">A rendition, full, the original, a thumbnail or a transform.</param>
/// <param name="Format"><c>jpeg</c> for full; <c>avif</c> or <c>webp</c> for renditions; null to use <paramref name="Preference"/>.</param>
/// <param name="Preference">The client's preferred formats of renditions, used if the address does not name a format; null for the default rendition.</param>
/// <param name="Revision">The revision in the address, or null.</param>
/// <param name="Mark">The number of the watermark in the address, or null.</param>
/// <param name="IsDownload">Whether the bytes are to be saved as a file.</param>
public sealed record WantedBytes(ImageVariant Variant, string? Format = null, FormatPreference? Preference = null, int? Revision = null, int? Mark = null, bool IsDownload = false);

/// <summary>Serves the bytes of images by every route. The only place that applies <see cref="VisitorRights"/> to bytes.</summary>
internal sealed class ImageDelivery(IImageHubDb db, ICaller caller, ImageBytes bytes, FullJpegs jpegs, ThumbnailMaker thumbnails)
{
    private string? Visitor => caller.IsCurator ? null : caller.Address;

    /// <summary>Opens the bytes that the rights allow.</summary>
    /// <param name="image">An image that the caller may see.</param>
    /// <param name="rights">The caller's rights to the image.</param>
    /// <param name="wanted">The requested bytes.</param>
    /// <param name="isPublic">Whether shared caches may store the bytes, provided that visitors may get the same bytes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 403 <c>downloadForbidden</c>; 404 if the address names a revision but no watermark, and the bytes now have one; the errors of <see cref="ImageBytes"/>,
    /// <see cref="FullJpegs"/> and <see cref="ThumbnailMaker"/>.
    /// </exception>
    public async Task<ImageContent> OpenAsync(StoredImage image, VisitorRights rights, WantedBytes wanted, bool isPublic, CancellationToken cancellationToken)
    {
        var variant = wanted.Variant;
        if ((variant == ImageVariant.Full && !rights.AllowFull) || (wanted.IsDownload && variant != ImageVariant.Original && !rights.AllowDownloads))
        {
            throw Forbidden(rights);
        }

        var low = image.FindBox(ImageVariant.Low);
        if (!rights.AllowUnmarked(variant, low) || (wanted.Mark is not null && !image.Rights.AllowUnmarked(variant, low)))
        {
            return await OpenMarkedAsync(image, wanted, isPublic, cancellationToken);
        }

        // Shared caches must not store bytes that visitors may not get.
        isPublic = isPublic && image.Rights.AllowUnmarked(variant, low);
        if (variant.Number is not null)
        {
            return await thumbnails.OpenAsync(ThumbnailSource.Of(image), variant, isPublic, Visitor, cancellationToken);
        }

        return variant == ImageVariant.Full && wanted.Format is not null
            ? await jpegs.OpenAsync(image, isPublic, Visitor, cancellationToken)
            : await bytes.OpenAsync(image, image.Find(variant, wanted.Format, wanted.Preference), isPublic) with { IsNegotiated = wanted.Preference is not null };
    }

    /// <summary>The error for a file that visitors may not download.</summary>
    public static ProblemException Forbidden(VisitorRights rights) => new(Problems.DownloadForbidden, rights switch
    {
        { AllowDownloads: false } => "The owner does not offer downloads of these photos.",
        _ => "The owner does not offer the full size of these photos; high is available.",
    });

    private async Task<ImageContent> OpenMarkedAsync(StoredImage image, WantedBytes wanted, bool isPublic, CancellationToken cancellationToken)
    {
        if (wanted is { Revision: not null, Mark: null })
        {
            throw ProblemException.NotFound("image");
        }

        var mark = await db.SiteProfiles.Select(site => site.WatermarkNumber).SingleAsync(cancellationToken);
        var content = await thumbnails.OpenAsync(ThumbnailSource.Of(image), image.FindStored(wanted.Variant).MarkedBy(mark), isPublic, Visitor, cancellationToken);

        // Pictures with a watermark have no alternates, and high replaces a missing large rendition.
        var isStandIn = wanted.Format is not null || image.FindStored(wanted.Variant) != wanted.Variant;
        return content with { Mark = mark, IsStandIn = isStandIn, Restore = async () => await content.Restore!() with { Mark = mark, IsStandIn = isStandIn } };
    }
}
