using ImageHub.Application.Errors;
using ImageHub.Application.Thumbnails;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>Full images as JPEG: made on the first request where browsers do not show the file itself.</summary>
internal sealed class FullJpegs(ImageBytes bytes, ThumbnailMaker thumbnails)
{
    /// <summary>The bytes, for a caller who has been found to get the full image. Those of a JPEG are the full image itself.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isPublic">Whether caches may keep them for everyone.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">400 for a format that browsers show, and whatever <see cref="ImageBytes"/> and <see cref="ThumbnailMaker"/> fail with.</exception>
    public async Task<RenditionFile> OpenAsync(StoredImage image, bool isPublic, CancellationToken cancellationToken) => image.Format switch
    {
        ImageFormat.Jpeg => await bytes.OpenAsync(image, ImageVariant.Full, isPublic),
        ImageFormat.Tiff or ImageFormat.Heic => await thumbnails.OpenAsync(image, ImageVariant.FullJpeg, isPublic, cancellationToken),
        _ => throw ProblemException.Invalid(
            "format", $"format is 'jpeg', which there is of images in HEIC, TIFF and JPEG only; this one is {image.Format.Name()}, which browsers show: leave format out."),
    };
}
