using System.Text.Json.Serialization;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>What another site shows of a page (oEmbed 1.0). Addresses are absolute.</summary>
public sealed record Embedding
{
    /// <summary><c>link</c> for a group, <c>photo</c> for an image.</summary>
    /// <example>photo</example>
    public required string Type { get; init; }

    /// <summary>The version of oEmbed.</summary>
    public string Version { get; } = "1.0";

    /// <summary>What the page shows.</summary>
    public required string Title { get; init; }

    /// <summary>The photographer; absent when not known.</summary>
    [JsonPropertyName("author_name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AuthorName { get; init; }

    /// <summary>What the site is called.</summary>
    [JsonPropertyName("provider_name")]
    public required string ProviderName { get; init; }

    /// <summary>The site.</summary>
    [JsonPropertyName("provider_url")]
    public required string ProviderUrl { get; init; }

    /// <summary>The picture of a photo.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    /// <summary>The width of the picture, in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Width { get; init; }

    /// <summary>The height of the picture, in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Height { get; init; }

    /// <summary>A small picture of the page; absent for an empty group, and where it is larger than asked for.</summary>
    [JsonPropertyName("thumbnail_url")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ThumbnailUrl { get; init; }

    /// <summary>Its width in pixels.</summary>
    [JsonPropertyName("thumbnail_width")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ThumbnailWidth { get; init; }

    /// <summary>Its height in pixels.</summary>
    [JsonPropertyName("thumbnail_height")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ThumbnailHeight { get; init; }

    /// <summary>A group: a link with its cover.</summary>
    internal static Embedding OfGroup(SiteResponse site, GroupResponse group, int? maxWidth, int? maxHeight, SiteAddresses addresses) =>
        New("link", group.Title, site, group.Cover, maxWidth, maxHeight, addresses);

    /// <summary>An image: a photo.</summary>
    internal static Embedding OfImage(SiteResponse site, ImageSummary image, int? maxWidth, int? maxHeight, SiteAddresses addresses)
    {
        // A photo needs a picture (section 2.3.4.1): where none is small enough it is the smallest, with the size that it has.
        var photo = Fit([image.High!, image.Medium!, image.Low!], maxWidth, maxHeight) ?? image.Low!;
        return New("photo", image.Title ?? image.FileName, site, image, maxWidth, maxHeight, addresses) with
        {
            Url = addresses.To(photo.Url),
            Width = photo.Width,
            Height = photo.Height,
        };
    }

    private static Embedding New(string type, string title, SiteResponse site, ImageSummary? picture, int? maxWidth, int? maxHeight, SiteAddresses addresses)
    {
        var thumbnail = picture is null ? null : Fit([picture.Low!], maxWidth, maxHeight);
        return new Embedding
        {
            Type = type,
            Title = title,
            AuthorName = site.Photographer,
            ProviderName = site.Title,
            ProviderUrl = addresses.To("/"),
            ThumbnailUrl = thumbnail is null ? null : addresses.To(thumbnail.Url),
            ThumbnailWidth = thumbnail?.Width,
            ThumbnailHeight = thumbnail?.Height,
        };
    }

    /// <summary>The first that is within the limits, or null.</summary>
    private static RenditionLink? Fit(RenditionLink[] renditions, int? maxWidth, int? maxHeight) =>
        Array.Find(renditions, rendition => rendition.Width <= (maxWidth ?? int.MaxValue) && rendition.Height <= (maxHeight ?? int.MaxValue));
}
