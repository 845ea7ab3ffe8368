using ImageHub.Application.Errors;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>An item below the root, with its path.</summary>
/// <param name="Item">The item.</param>
/// <param name="Path">The names of the folders below the root that lead to the item, then the item's name; empty for the root.</param>
internal sealed record LocatedItem(DriveItem Item, IReadOnlyList<string> Path)
{
    /// <summary>Whether the item is the root.</summary>
    public bool IsRoot => Path.Count == 0;
}

/// <summary>
/// The folder to which all access is limited. Each request follows an item's parents in OneDrive to check that the item is below this folder. Stored paths
/// cannot be used, because items can be moved and names can be reused.
/// </summary>
internal sealed class DriveRoot(IDrive drive, IOptions<OneDriveOptions> options)
{
    private const string DriveItself = "root";

    /// <summary>The maximum number of levels, more than OneDrive's longest path can have.</summary>
    private const int MaxDepth = 200;

    private string RootId => options.Value.RootItemId is { Length: > 0 } id ? id : DriveItself;

    /// <summary>Finds an item below the root; returns the root if the id is null.</summary>
    /// <exception cref="ProblemException">404 if the item does not exist or is not below the root.</exception>
    public Task<LocatedItem> FindAsync(string? id, CancellationToken cancellationToken) => FindAsync(id, drive.GetItemAsync, cancellationToken);

    /// <summary>Like the other overload, but with retries.</summary>
    public Task<LocatedItem> FindAsync(string? id, OneDriveRetries retries, CancellationToken cancellationToken) =>
        FindAsync(id, (place, token) => retries.TryAsync(() => drive.GetItemAsync(place, token), token), cancellationToken);

    /// <summary>Finds a folder below the root; returns the root if the id is null.</summary>
    /// <exception cref="ProblemException">404 if the folder does not exist, is a file or is not below the root.</exception>
    public async Task<LocatedItem> FindFolderAsync(string? id, CancellationToken cancellationToken) =>
        EnsureFolder(await FindAsync(id, cancellationToken));

    /// <summary>Like the other overload, but with retries.</summary>
    public async Task<LocatedItem> FindFolderAsync(string? id, OneDriveRetries retries, CancellationToken cancellationToken) =>
        EnsureFolder(await FindAsync(id, retries, cancellationToken));

    /// <summary>Finds an item below the root that can be changed. The root itself cannot be changed.</summary>
    /// <exception cref="ProblemException">404, or 409 <c>oneDriveRefused</c>.</exception>
    public async Task<LocatedItem> FindChangeableAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { IsRoot: false } item
            ? item
            : throw new ProblemException(Problems.OneDriveRefused, "The root folder itself cannot be renamed or deleted here.");

    private static LocatedItem EnsureFolder(LocatedItem item) => item is { Item.Kind: DriveItemKind.Folder } ? item : throw ProblemException.NotFound("folder");

    private async Task<LocatedItem> FindAsync(string? id, Func<string, CancellationToken, Task<DriveItem>> getItemAsync, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        var root = await getItemAsync(RootId, cancellationToken);
        if (id is null)
        {
            return new LocatedItem(root, []);
        }

        var item = await getItemAsync(id, cancellationToken);
        var path = new List<string>();
        for (var place = item; place.Id != root.Id; place = await getItemAsync(place.ParentId, cancellationToken))
        {
            if (place.ParentId is null || place.DriveId != root.DriveId || path.Count == MaxDepth)
            {
                throw ProblemException.NotFound("item");
            }

            path.Insert(0, place.Name);
        }

        return new LocatedItem(item, path);
    }
}
