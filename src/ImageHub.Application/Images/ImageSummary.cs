using System.Linq.Expressions;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>A group's image as it stands in a list.</summary>
public record ImageSummary : ImageEntry
{
    /// <summary>The group it belongs to.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>The small rendition, for a grid.</summary>
    public required RenditionLink Low { get; init; }

    /// <summary>The large rendition, for a screen.</summary>
    public required RenditionLink High { get; init; }

    /// <summary>All pixels.</summary>
    public required RenditionLink Full { get; init; }

    /// <summary>From a group's row to a summary, in the database.</summary>
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
