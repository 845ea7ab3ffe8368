using System.Text.Json.Serialization;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>The oEmbed 1.0 representation of a page. Addresses are absolute.</summary>
public sealed record Embedding
{
    /// <summary><c>link</c> for a group, <c>photo</c> for an image.</summary>
    /// <example>photo</example>
    public required string Type { get; init; }

    /// <summary>The version of oEmbed.</summary>
    public string Version { get; } = "1.0";

    /// <summary>The title of the page.</summary>
    public required string Title { get; init; }

    /// <summary>The photographer; absent if unknown.</summary>
    [JsonPropertyName("author_name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AuthorName { get; init; }

    /// <summary>The site's title.</summary>
    [JsonPropertyName("provider_name")]
    public required string ProviderName { get; init; }

    /// <summary>The site's address.</summary>
    [JsonPropertyName("provider_url")]
    public required string ProviderUrl { get; init; }

    /// <summary>The address of a photo's image file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    /// <summary>The width of the image file, in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Width { get; init; }

    /// <summary>The height of the image file, in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Height { get; init; }

    /// <summary>The address of a thumbnail; absent for an empty group, and if it exceeds the requested size.</summary>
    [JsonPropertyName("thumbnail_url")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ThumbnailUrl { get; init; }

    /// <summary>The thumbnail's width in pixels.</summary>
    [JsonPropertyName("thumbnail_width")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ThumbnailWidth { get; init; }

    /// <summary>The thumbnail's height in pixels.</summary>
    [JsonPropertyName("thumbnail_height")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ThumbnailHeight { get; init; }

    /// <summary>Represents a group as a link with its cover.</summary>
    internal static Embedding OfGroup(SiteResponse site, GroupResponse group, int? maxWidth, int? maxHeight, SiteAddresses addresses) =>
        New("link", group.Title, site, group.Cover, maxWidth, maxHeight, addresses);

    /// <summary>Represents an image as a photo.</summary>
    internal static Embedding OfImage(SiteResponse site, ImageSummary image, int? maxWidth, int? maxHeight, SiteAddresses addresses)
    {
        // A photo requires an image file (section 2.3.4.1). If no rendition fits, use the smallest with its actual size.
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

    /// <summary>The first rendition within the limits, or null.</summary>
    private static RenditionLink? Fit(RenditionLink[] renditions, int? maxWidth, int? maxHeight) =>
        Array.Find(renditions, rendition => rendition.Width <= (maxWidth ?? int.MaxValue) && rendition.Height <= (maxHeight ?? int.MaxValue));
}
