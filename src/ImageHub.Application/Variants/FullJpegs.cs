using ImageHub.Application.Errors;
using ImageHub.Application.Thumbnails;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>Full-resolution images as JPEG, rendered on the first request for formats that browsers do not show.</summary>
internal sealed class FullJpegs(ImageBytes bytes, ThumbnailMaker thumbnails)
{
    /// <summary>Opens the bytes for a caller who may have the full image. For a JPEG this is the full image itself.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isPublic">Whether shared caches may store them.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 400 for a format that browsers show, and the errors of <see cref="ImageBytes"/> and <see cref="ThumbnailMaker"/>.
    /// </exception>
    public Task<ImageContent> OpenAsync(StoredImage image, bool isPublic, CancellationToken cancellationToken)
    {
        if (image.Format == ImageFormat.Jpeg)
        {
            return bytes.OpenAsync(image, ImageVariant.Full, isPublic);
        }

        return image.Format.IsShownByBrowsers()
            ? throw ProblemException.Invalid(
                "format", $"format is 'jpeg', which there is of images in HEIC, TIFF and JPEG only; this one is {image.Format.Name()}, which browsers show: leave format out.")
            : thumbnails.OpenAsync(image, ImageVariant.FullJpeg, isPublic, cancellationToken);
    }
}
