using ImageHub.Application.Images;

namespace ImageHub.Application.Links;

/// <summary>What a link with a password shows before it.</summary>
/// <param name="Title">The group's title.</param>
/// <param name="Cover">Its cover, or null.</param>
public sealed record LinkPreview(string Title, LinkCover? Cover)
{
    internal static LinkPreview From(string title, ImageSummary? cover) =>
        new(title, cover?.High is { } high ? new LinkCover(high.Url, high.Width, high.Height, cover.Placeholder) : null);
}

/// <summary>A picture that is shown before a password.</summary>
/// <param name="Url">Below the link; it needs no password.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Placeholder">A data URI of at most 24 pixels a side.</param>
public sealed record LinkCover(string Url, int Width, int Height, string Placeholder);
