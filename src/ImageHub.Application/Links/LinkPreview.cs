using ImageHub.Application.Images;

namespace ImageHub.Application.Links;

/// <summary>The preview of a link with a password.</summary>
/// <param name="Title">The group's title.</param>
/// <param name="Cover">The cover, or null.</param>
public sealed record LinkPreview(string Title, LinkCover? Cover)
{
    internal static LinkPreview From(string title, ImageSummary? cover) =>
        new(title, cover?.High is { } high ? new LinkCover(high.Url, high.Width, high.Height, cover.Placeholder) : null);
}

/// <summary>A cover shown before the password.</summary>
/// <param name="Url">The address below the link; no password is required.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Placeholder">A data URI of at most 24 pixels per side.</param>
public sealed record LinkCover(string Url, int Width, int Height, string Placeholder);
