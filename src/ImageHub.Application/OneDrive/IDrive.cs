using ImageHub.Application.Errors;

namespace ImageHub.Application.OneDrive;

/// <summary>What an item of a drive is.</summary>
public enum DriveItemKind
{
    /// <summary>It holds items.</summary>
    Folder,

    /// <summary>It holds bytes.</summary>
    File,
}

/// <summary>An item of a drive.</summary>
/// <param name="Id">OneDrive's id.</param>
/// <param name="Name">Its name in its folder.</param>
/// <param name="Kind">Folder or file.</param>
/// <param name="Bytes">The size of a file, or of all that a folder holds.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
/// <param name="DriveId">The drive that it is in.</param>
/// <param name="ParentId">The folder that it is in; null: the root of its drive.</param>
/// <param name="DownloadUrl">Where a file's bytes are, without credentials and for a while; null in lists.</param>
/// <param name="ThumbnailUrl">Where a small picture of it is, without credentials and for a while; null where there is none or none was asked for.</param>
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

/// <summary>Some items of a folder.</summary>
/// <param name="Items">The items, by name.</param>
/// <param name="Next">Where the next ones are, for <see cref="IDrive.ContinueAsync"/>; null on the last page.</param>
public sealed record DrivePage(IReadOnlyList<DriveItem> Items, string? Next);

/// <summary>A drive.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="UsedBytes">How much of it is used.</param>
/// <param name="TotalBytes">How much it holds.</param>
public sealed record DriveUse(string? Account, long? UsedBytes, long? TotalBytes);

/// <summary>Where a file can be uploaded to without credentials, in parts (Graph's <c>uploadSession</c>).</summary>
/// <param name="UploadUrl">The address.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record DriveUploadSession(string UploadUrl, DateTimeOffset ExpiresAt);

/// <summary>
/// The connected drive, through Microsoft Graph. Every method fails with a <see cref="ProblemException"/>: 404 when the item is gone, 409
/// <c>oneDriveNotConnected</c>, <c>oneDriveRefused</c> or <c>duplicateFileName</c>, or 503 <c>oneDriveUnavailable</c> with the time to wait.
/// </summary>
public interface IDrive
{
    /// <summary>Gets the drive.</summary>
    Task<DriveUse> GetUseAsync(CancellationToken cancellationToken);

    /// <summary>Gets an item, with its download address.</summary>
    /// <param name="id">Its id, whatever a client calls one; <c>root</c>: the drive's root.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<DriveItem> GetItemAsync(string id, CancellationToken cancellationToken);

    /// <summary>Lists a folder, by name.</summary>
    Task<DrivePage> ListChildrenAsync(string folderId, int pageSize, bool withThumbnails, CancellationToken cancellationToken);

    /// <summary>Goes on with a list.</summary>
    Task<DrivePage> ContinueAsync(string next, CancellationToken cancellationToken);

    /// <summary>Makes a folder.</summary>
    Task<DriveItem> CreateFolderAsync(string parentId, string name, CancellationToken cancellationToken);

    /// <summary>Renames an item.</summary>
    Task<DriveItem> RenameAsync(string id, string name, CancellationToken cancellationToken);

    /// <summary>Moves an item to OneDrive's recycle bin.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Makes an upload session for a new file.</summary>
    Task<DriveUploadSession> CreateUploadSessionAsync(string folderId, string fileName, CancellationToken cancellationToken);
}

/// <summary>Downloads from addresses that others name: by https, from public addresses only, without credentials.</summary>
public interface IDownloads
{
    /// <summary>Opens a download, following redirects.</summary>
    /// <exception cref="ProblemException">
    /// 404 when there is nothing, 409 <c>oneDriveRefused</c> when an address is not allowed, 503 <c>oneDriveUnavailable</c> when it does not answer.
    /// </exception>
    Task<Download> OpenAsync(Uri address, CancellationToken cancellationToken);
}

/// <summary>A download under way.</summary>
/// <param name="Content">Its bytes; disposing ends the download.</param>
/// <param name="Bytes">How many there are, where that is known.</param>
/// <param name="ContentType">Their media type, as the server says.</param>
public sealed record Download(Stream Content, long? Bytes, string? ContentType) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
