using System.Linq.Expressions;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>An image as it stands in a list.</summary>
public record ImageSummary
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The group it belongs to.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>A safe name, unique in its group.</summary>
    /// <example>IMG_0001.jpg</example>
    public required string FileName { get; init; }

    /// <summary>What it is called, or null.</summary>
    public required string? Title { get; init; }

    /// <summary>What it shows, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>Its tags, in the order given.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Height { get; init; }

    /// <summary>A data URI of a tiny WebP, to be shown until another rendition has arrived.</summary>
    public required string Placeholder { get; init; }

    /// <summary>The small rendition, for a grid.</summary>
    public required RenditionLink Low { get; init; }

    /// <summary>The large rendition, for a screen.</summary>
    public required RenditionLink High { get; init; }

    /// <summary>All pixels.</summary>
    public required RenditionLink Full { get; init; }

    /// <summary>From a row to a summary, in the database.</summary>
    internal static readonly Expression<Func<Image, ImageSummary>> Projection = image => new ImageSummary
    {
        Id = image.Id,
        GroupId = image.GroupId!.Value,
        FileName = image.FileName,
        Title = image.Title,
        Description = image.Description,
        Tags = image.Tags,
        Width = image.Full.Width,
        Height = image.Full.Height,
        Placeholder = DataUri(image.Placeholder),
        Low = RenditionLink.To(image.Id, ImageVariant.Low, image.Low),
        High = RenditionLink.To(image.Id, ImageVariant.High, image.High),
        Full = RenditionLink.To(image.Id, ImageVariant.Full, image.Full),
    };

    private static readonly Func<Image, ImageSummary> Compiled = Projection.Compile();

    /// <summary>The summary of a row that was just written.</summary>
    internal static ImageSummary Of(Image image) => Compiled(image);

    internal static string DataUri(byte[] webp) => "data:image/webp;base64," + Convert.ToBase64String(webp);
}

/// <summary>One resolution: where its bytes are and what they are.</summary>
/// <param name="Url">Relative to the server's root, and permanent: the bytes behind it never change.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
/// <param name="Bytes">The size of the body.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record RenditionLink(string Url, int Width, int Height, long Bytes, string ContentType)
{
    /// <summary>Where a rendition of an image is.</summary>
    internal static RenditionLink To(Guid imageId, ImageVariant variant, Rendition rendition) =>
        new($"/api/v1/images/{imageId:D}/{variant.Name()}", rendition.Width, rendition.Height, rendition.Bytes, rendition.ContentType);
}
