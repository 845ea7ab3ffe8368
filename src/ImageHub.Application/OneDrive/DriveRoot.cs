using ImageHub.Application.Errors;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>An item below the root.</summary>
/// <param name="Item">The item.</param>
/// <param name="Path">The names from the root down to it, its own included; empty for the root itself.</param>
internal sealed record LocatedItem(DriveItem Item, IReadOnlyList<string> Path)
{
    /// <summary>Whether it is the root itself.</summary>
    public bool IsRoot => Path.Count == 0;
}

/// <summary>
/// The folder outside of which nothing is listed or changed. Whether an item lies below it is asked of OneDrive each time, by following
/// the folders upwards: items are moved, and a path is made of names, which anybody may give to another folder.
/// </summary>
internal sealed class DriveRoot(IDrive drive, IOptions<OneDriveOptions> options)
{
    private const string DriveItself = "root";

    /// <summary>Deeper than OneDrive's longest path has folders.</summary>
    private const int MaxDepth = 200;

    private string RootId => options.Value.RootItemId is { Length: > 0 } id ? id : DriveItself;

    /// <summary>Finds an item below the root; without an id the root itself.</summary>
    /// <exception cref="ProblemException">404 when there is none, or it lies elsewhere.</exception>
    public Task<LocatedItem> FindAsync(string? id, CancellationToken cancellationToken) => FindAsync(id, drive.GetItemAsync, cancellationToken);

    /// <summary>The same, with each request made as often as it takes.</summary>
    public Task<LocatedItem> FindAsync(string? id, Patience patience, CancellationToken cancellationToken) =>
        FindAsync(id, (place, token) => patience.TryAsync(() => drive.GetItemAsync(place, token), token), cancellationToken);

    /// <summary>Finds a folder below the root; without an id the root itself.</summary>
    /// <exception cref="ProblemException">404 when there is none, it is a file, or it lies elsewhere.</exception>
    public async Task<LocatedItem> FindFolderAsync(string? id, CancellationToken cancellationToken) =>
        EnsureFolder(await FindAsync(id, cancellationToken));

    /// <summary>The same, with each request made as often as it takes.</summary>
    public async Task<LocatedItem> FindFolderAsync(string? id, Patience patience, CancellationToken cancellationToken) =>
        EnsureFolder(await FindAsync(id, patience, cancellationToken));

    /// <summary>Finds an item below the root that may be changed: any but the root itself.</summary>
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
