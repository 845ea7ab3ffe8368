using ImageHub.Application.Images;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Links;

/// <summary>An image of a shared group. Every address in it lies below the link.</summary>
/// <param name="Id">Its id below the link.</param>
/// <param name="FileName">What a download is called.</param>
/// <param name="Title">What it is called, or null.</param>
/// <param name="Description">What it shows, or null.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
/// <param name="Placeholder">A data URI of a tiny WebP.</param>
/// <param name="Low">The small rendition.</param>
/// <param name="High">The large rendition.</param>
/// <param name="Full">All pixels.</param>
public sealed record SharedImage(
    Guid Id,
    string FileName,
    string? Title,
    string? Description,
    IReadOnlyList<string> Tags,
    int Width,
    int Height,
    string Placeholder,
    RenditionLink Low,
    RenditionLink High,
    RenditionLink Full)
{
    internal static SharedImage Of(Image image, string token) => new(
        image.Id,
        image.FileName,
        image.Title,
        image.Description,
        image.Tags,
        image.Full.Width,
        image.Full.Height,
        ImageSummary.DataUri(image.Placeholder),
        LinkTo(image.Id, ImageVariant.Low, image.Low, token),
        LinkTo(image.Id, ImageVariant.High, image.High, token),
        LinkTo(image.Id, ImageVariant.Full, image.Full, token));

    private static RenditionLink LinkTo(Guid imageId, ImageVariant variant, Rendition rendition, string token) =>
        new($"/api/v1/shared/{token}/images/{imageId:D}/{variant.Name()}", rendition.Width, rendition.Height, rendition.Bytes, rendition.ContentType);
}
