using ImageHub.Application.Secrets;

namespace ImageHub.Application.OneDrive;

/// <summary>An item of the connected OneDrive.</summary>
/// <param name="Id">OneDrive's id; opaque.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>folder</c> or <c>file</c>.</param>
/// <param name="Bytes">The size of a file, or of all that a folder holds.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
/// <param name="ThumbnailUrl">A small picture of it, for about an hour; null where OneDrive has none.</param>
public sealed record OneDriveItem(
    string Id,
    string Name,
    DriveItemKind Kind,
    long Bytes,
    DateTimeOffset CreatedAt,
    DateTimeOffset ModifiedAt,
    string? ThumbnailUrl)
{
    internal const string ThumbnailPurpose = "onedrive thumbnail";

    internal static OneDriveItem From(DriveItem item, ISecrets secrets) => new(
        item.Id,
        item.Name,
        item.Kind,
        item.Bytes,
        item.CreatedAt,
        item.ModifiedAt,

        // The address is encrypted in ours: the page may load pictures from this server only, which asks no address that it has not been given by OneDrive.
        item.ThumbnailUrl is { } picture ? $"/api/v1/onedrive/thumbnails/{secrets.Protect(ThumbnailPurpose, picture.AbsoluteUri)}" : null);
}
