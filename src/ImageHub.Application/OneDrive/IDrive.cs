using ImageHub.Application.Errors;

namespace ImageHub.Application.OneDrive;

/// <summary>The kind of a drive item.</summary>
public enum DriveItemKind
{
    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A file.</summary>
    File,
}

/// <summary>An item of a drive.</summary>
/// <param name="Id">OneDrive's id.</param>
/// <param name="Name">The name.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Bytes">A file's size in bytes, or the total size of a folder.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
/// <param name="DriveId">The id of its drive.</param>
/// <param name="ParentId">The id of the parent folder; null for the root of its drive.</param>
/// <param name="DownloadUrl">The temporary address of a file's content, which works without credentials; null in lists.</param>
/// <param name="ThumbnailUrl">The temporary address of a thumbnail, which works without credentials; null if unavailable or not requested.</param>
public sealed record DriveItem(
    string Id,
    string Name,
    DriveItemKind Kind,
    long Bytes,
    DateTimeOffset CreatedAt,
    DateTimeOffset ModifiedAt,
    string? DriveId,
    string? ParentId,
    Uri? DownloadUrl,
    Uri? ThumbnailUrl);

/// <summary>A page of a folder's items.</summary>
/// <param name="Items">The items, sorted by name.</param>
/// <param name="Next">The address of the next page for <see cref="IDrive.ContinueAsync"/>; null on the last page.</param>
public sealed record DrivePage(IReadOnlyList<DriveItem> Items, string? Next);

/// <summary>The account and the storage use of a drive.</summary>
/// <param name="Account">The account's name.</param>
/// <param name="UsedBytes">The used storage in bytes.</param>
/// <param name="TotalBytes">The total storage in bytes.</param>
public sealed record DriveUse(string? Account, long? UsedBytes, long? TotalBytes);

/// <summary>A temporary address for uploading a file in parts without credentials (Graph's <c>uploadSession</c>).</summary>
/// <param name="UploadUrl">The address.</param>
/// <param name="ExpiresAt">When the address expires.</param>
public sealed record DriveUploadSession(string UploadUrl, DateTimeOffset ExpiresAt);

/// <summary>
/// The connected drive, through Microsoft Graph. All methods throw <see cref="ProblemException"/>: 404 if the item does not exist, 409
/// <c>oneDriveNotConnected</c>, <c>oneDriveRefused</c> or <c>duplicateFileName</c>, or 503 <c>oneDriveUnavailable</c> with the time to wait, if known.
/// </summary>
public interface IDrive
{
    /// <summary>Gets the drive's storage use.</summary>
    Task<DriveUse> GetUseAsync(CancellationToken cancellationToken);

    /// <summary>Gets an item with its download address.</summary>
    /// <param name="id">The item's id, unvalidated; <c>root</c> for the drive's root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<DriveItem> GetItemAsync(string id, CancellationToken cancellationToken);

    /// <summary>Reads the first page of a folder's items, sorted by name.</summary>
    Task<DrivePage> ListChildrenAsync(string folderId, int pageSize, bool withThumbnails, CancellationToken cancellationToken);

    /// <summary>Gets the next page of a list.</summary>
    Task<DrivePage> ContinueAsync(string next, CancellationToken cancellationToken);

    /// <summary>Creates a folder.</summary>
    Task<DriveItem> CreateFolderAsync(string parentId, string name, CancellationToken cancellationToken);

    /// <summary>Renames an item.</summary>
    Task<DriveItem> RenameAsync(string id, string name, CancellationToken cancellationToken);

    /// <summary>Moves an item to OneDrive's recycle bin.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Creates an upload session for a new file.</summary>
    Task<DriveUploadSession> CreateUploadSessionAsync(string folderId, string fileName, CancellationToken cancellationToken);
}

/// <summary>
/// Downloads from external addresses: without credentials, over https, from public addresses and <see cref="OneDriveOptions.AllowedNetworks"/> only.
/// </summary>
public interface IDownloads
{
    /// <summary>Starts a download, following redirects.</summary>
    /// <exception cref="ProblemException">
    /// 404 if there is no file; 409 <c>oneDriveRefused</c> if an address is not allowed, if there are too many redirects, or if the server refuses the file; 503
    /// <c>oneDriveUnavailable</c> if the server does not respond or answers with a temporary error.
    /// </exception>
    Task<Download> OpenAsync(Uri address, CancellationToken cancellationToken);
}

/// <summary>A running download.</summary>
/// <param name="Content">The content; disposing it ends the download.</param>
/// <param name="Bytes">The size, if known.</param>
/// <param name="ContentType">The media type stated by the server.</param>
public sealed record Download(Stream Content, long? Bytes, string? ContentType) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
