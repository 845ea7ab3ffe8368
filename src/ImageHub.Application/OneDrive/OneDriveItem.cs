using ImageHub.Application.Secrets;

namespace ImageHub.Application.OneDrive;

/// <summary>An item of the connected OneDrive.</summary>
/// <param name="Id">OneDrive's id; opaque.</param>
/// <param name="Name">The name.</param>
/// <param name="Kind"><c>folder</c> or <c>file</c>.</param>
/// <param name="Bytes">A file's size in bytes, or the total size of a folder.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
/// <param name="ThumbnailUrl">The address of a thumbnail, valid for about an hour; null if OneDrive has none.</param>
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

        // This is an address of this server, because pages may load images from this server only. It contains OneDrive's address in encrypted form, so that
        // clients cannot choose the addresses that the server requests.
        item.ThumbnailUrl is { } picture ? $"/api/v1/onedrive/thumbnails/{secrets.Protect(ThumbnailPurpose, picture.AbsoluteUri)}" : null);
}
