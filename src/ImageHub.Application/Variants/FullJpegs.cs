using ImageHub.Application.Errors;
using ImageHub.Application.Thumbnails;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>Opens full-resolution images as JPEG. Images in formats that browsers do not show are rendered on the first request.</summary>
internal sealed class FullJpegs(ImageBytes bytes, ThumbnailMaker thumbnails)
{
    /// <summary>Opens the bytes. The caller must have checked the permissions. For a JPEG, the bytes are those of the full image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isPublic">Whether shared caches may store the bytes.</param>
    /// <param name="visitor">The client's address; null for curators.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 400 for a format that browsers show, and the errors of <see cref="ImageBytes"/> and <see cref="ThumbnailMaker"/>.
    /// </exception>
    public Task<ImageContent> OpenAsync(StoredImage image, bool isPublic, string? visitor, CancellationToken cancellationToken)
    {
        if (image.Format == ImageFormat.Jpeg)
        {
            return bytes.OpenAsync(image, ImageVariant.Full, isPublic);
        }

        return image.Format.IsShownByBrowsers()
            ? throw ProblemException.Invalid(
                "format", $"format is 'jpeg', which is available only for HEIC, TIFF and JPEG images; this image is {image.Format.Name()}, which browsers can show: omit format.")
            : thumbnails.OpenAsync(ThumbnailSource.Of(image), ImageVariant.FullJpeg, isPublic, visitor, cancellationToken);
    }
}
