using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.OneDrive;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Imports;

/// <summary>
/// The first phase of an import: looks up the selected items, lists folders recursively and sorts the result. Each step is committed with its result,
/// so an interrupted import continues where it stopped.
/// </summary>
internal sealed class ImportListing(IImageHubDb db, IDrive drive, DriveRoot root, ImportSidecars sidecars, IOptions<OneDriveOptions> options, TimeProvider clock, ILogger<ImportListing> logger)
{
    private const int PageSize = 200;

    /// <summary>The title of the group for the drive's root folder.</summary>
    private const string RootTitle = "OneDrive";

    /// <summary>The position of individually selected files until all selected files are known.</summary>
    private const int NoPlace = -1;

    /// <summary>The number of attempts after which a selected item or a folder counts as failed. Until then, a temporary error pauses the import.</summary>
    private const int MaxAttempts = 5;

    /// <summary>Looks up the selected items, lists all folders that have not been listed yet, and sorts the result.</summary>
    /// <exception cref="ProblemException">The import cannot continue, permanently or for now.</exception>
    public async Task RunAsync(Guid importId, OneDriveRetries retries, CancellationToken cancellationToken)
    {
        while (await db.Imports.AsTracking().SingleAsync(import => import.Id == importId, cancellationToken) is { } import && import.LookedUp < import.ItemIds.Count)
        {
            await LookUpAsync(importId, import.ItemIds[import.LookedUp], retries, cancellationToken);
            import.LookUp();
            await SaveAsync(cancellationToken);
        }

        while (await db.ImportFolders.AsTracking().FirstOrDefaultAsync(folder => folder.ImportId == importId && folder.IsToList, cancellationToken) is { } folder)
        {
            await ListAsync(folder, retries, cancellationToken);
            await SaveAsync(cancellationToken);
        }

        await OrderAsync(importId, cancellationToken);
        (await db.Imports.AsTracking().SingleAsync(import => import.Id == importId, cancellationToken)).FinishListing();
        await SaveAsync(cancellationToken);
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    private async Task LookUpAsync(Guid importId, string itemId, OneDriveRetries retries, CancellationToken cancellationToken)
    {
        if (await ReadOrFailAsync(importId, itemId, itemId, () => root.FindAsync(itemId, retries, cancellationToken), cancellationToken) is not { } located)
        {
            return;
        }

        var (item, path) = located;
        if (item.Kind == DriveItemKind.Folder)
        {
            await AddFolderAsync(importId, item.Id, path, isToList: true, cancellationToken);
        }
        else if (!await db.ImportFiles.AnyAsync(file => file.ImportId == importId && file.ItemId == item.Id, cancellationToken))
        {
            var folder = await AddFolderAsync(importId, item.ParentId ?? item.Id, [.. path.SkipLast(1)], isToList: false, cancellationToken);
            db.ImportFiles.Add(ImportFile.Create(importId, folder.Id, item.Id, item.Name, NoPlace, clock.Now()));
        }
    }

    /// <summary>
    /// Reads a selected item or a folder. If OneDrive refuses it permanently, or temporarily in <see cref="MaxAttempts"/> attempts while it answers other
    /// requests, the item is recorded as failed.
    /// </summary>
    /// <returns>The result; null if the item was recorded as failed.</returns>
    /// <exception cref="ProblemException">The import cannot continue, permanently or for now.</exception>
    private async Task<T?> ReadOrFailAsync<T>(Guid importId, string itemId, string name, Func<Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        // Until the item has been read, a pending entry counts the attempts.
        var entries = db.ImportFiles.Where(file => file.ImportId == importId && file.ItemId == itemId);
        try
        {
            var result = await read();
            await entries.Where(file => file.FolderId == null && file.Result == ImportResult.Pending).ExecuteDeleteAsync(cancellationToken);
            return result;
        }
        catch (ProblemException problem) when (!OneDriveRetries.IsDisconnected(problem))
        {
            if (problem.Problem != Problems.NotFound)
            {
                await EnsureRespondsAsync(cancellationToken);
            }

            var entry = await entries.AsTracking().SingleOrDefaultAsync(cancellationToken);
            if (entry is null)
            {
                entry = ImportFile.Create(importId, null, itemId, name, NoPlace, clock.Now());
                db.ImportFiles.Add(entry);
            }

            if (OneDriveRetries.IsTransient(problem) && entry.GiveUp() < MaxAttempts)
            {
                await SaveAsync(cancellationToken);
                throw;
            }

            logger.LogWarning("'{FileName}' in OneDrive was not read ({Code}): {Reason}", name, problem.Problem.Code, problem.Message);
            entry.Fail(problem.Problem.Code, problem.Problem == Problems.NotFound ? "The item does not exist in OneDrive." : problem.Message);
            return null;
        }
    }

    /// <summary>Checks that OneDrive answers requests for the root folder, so that an error concerns only one item.</summary>
    /// <exception cref="ProblemException">OneDrive refuses all requests, permanently or for now.</exception>
    private async Task EnsureRespondsAsync(CancellationToken cancellationToken) => await root.FindAsync(id: null, cancellationToken);

    /// <summary>Adds a folder to the import, unless the import already contains the folder.</summary>
    private async Task<ImportFolder> AddFolderAsync(Guid importId, string itemId, IReadOnlyList<string> path, bool isToList, CancellationToken cancellationToken)
    {
        var folder = await db.ImportFolders.AsTracking().SingleOrDefaultAsync(row => row.ImportId == importId && row.ItemId == itemId, cancellationToken);
        if (folder is null)
        {
            folder = ImportFolder.Create(importId, itemId, path, isToList, clock.Now());
            db.ImportFolders.Add(folder);
        }
        else if (isToList)
        {
            folder.Widen();
        }

        return folder;
    }

    /// <summary>
    /// Adds a folder's images, recognized by name, with their sidecars, and its subfolders. A sidecar without an image is added as failed. Other files are
    /// ignored.
    /// </summary>
    private async Task ListAsync(ImportFolder folder, OneDriveRetries retries, CancellationToken cancellationToken)
    {
        // The folder is looked up again, because it may have been moved since it was found.
        var folderName = folder.Path is [.., var last] ? last : RootTitle;
        if (await ReadOrFailAsync(folder.ImportId, folder.ItemId, folderName, () => ReadAsync(folder.ItemId, retries, cancellationToken), cancellationToken) is not { } items)
        {
            folder.FinishListing(albumTitle: null);
            return;
        }

        var album = items.FirstOrDefault(item => item is { Kind: DriveItemKind.File, Name: SidecarNames.OfAlbum });
        folder.FinishListing(album is null ? null : await FindAlbumTitleAsync(album, retries, cancellationToken));

        foreach (var child in items.Where(item => item.Kind == DriveItemKind.Folder))
        {
            await AddFolderAsync(folder.ImportId, child.Id, [.. folder.Path, child.Name], isToList: true, cancellationToken);
        }

        // The folder's individually selected files get their positions together with its other files.
        var chosen = await db.ImportFiles.AsTracking().Where(file => file.FolderId == folder.Id).ToDictionaryAsync(file => file.ItemId, StringComparer.Ordinal, cancellationToken);
        var ids = items.Select(item => item.Id).ToArray();
        var elsewhere = await db.ImportFiles
            .Where(file => file.ImportId == folder.ImportId && file.FolderId != folder.Id && ids.Contains(file.ItemId))
            .Select(file => file.ItemId)
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        var place = 0;
        var descriptions = items.Where(item => item.Kind == DriveItemKind.File && SidecarNames.IsSidecar(item.Name)).DistinctBy(item => item.Name, StringComparer.Ordinal).ToDictionary(item => item.Name, StringComparer.Ordinal);
        var names = new SidecarNames(descriptions.Keys);
        var alone = descriptions.Keys.Where(name => name != SidecarNames.OfAlbum).ToHashSet(StringComparer.Ordinal);
        foreach (var item in items.Where(item => item.Kind == DriveItemKind.File))
        {
            if (chosen.TryGetValue(item.Id, out var file))
            {
                if (!SidecarNames.IsSidecar(item.Name))
                {
                    file.MoveTo(place++);
                    Describe(file, item);
                }
            }
            else if (FileName.IsImage(item.Name) && elsewhere.Add(item.Id))
            {
                var added = ImportFile.Create(folder.ImportId, folder.Id, item.Id, item.Name, place++, clock.Now());
                Describe(added, item);
                db.ImportFiles.Add(added);
            }
        }

        foreach (var name in alone.Where(name => !elsewhere.Contains(descriptions[name].Id)))
        {
            logger.LogWarning("No photo in the folder belongs to the sidecar '{FileName}'", name);
            if (!chosen.Remove(descriptions[name].Id, out var failed))
            {
                failed = ImportFile.Create(folder.ImportId, folderId: null, descriptions[name].Id, name, NoPlace, clock.Now());
                db.ImportFiles.Add(failed);
            }

            failed.Fail(Problems.InvalidSidecar.Code, "No photo in the folder belongs to this sidecar.");
        }

        // The photos' rows now refer to the selected sidecars, so the sidecars' own rows are removed.
        db.ImportFiles.RemoveRange(chosen.Values.Where(file => descriptions.Values.Any(item => item.Id == file.ItemId)));

        void Describe(ImportFile file, DriveItem photo)
        {
            if (names.Find(photo.Name) is { } name)
            {
                file.SetSidecar(descriptions[name].Id, name);
                alone.Remove(name);
            }
        }
    }

    /// <summary>Reads the title of an album; null if it has none or its file cannot be read.</summary>
    /// <exception cref="ProblemException">OneDrive refuses all requests, permanently or for now.</exception>
    private async Task<string?> FindAlbumTitleAsync(DriveItem album, OneDriveRetries retries, CancellationToken cancellationToken)
    {
        try
        {
            return await retries.TryInTimeAsync(inTime => sidecars.FindAlbumTitleAsync(album, inTime), options.Value.MaxFileSeconds, cancellationToken);
        }
        catch (ProblemException problem) when (OneDriveRetries.IsTransient(problem))
        {
            await EnsureRespondsAsync(cancellationToken);
            logger.LogWarning("The album's file '{FileName}' was not read: {Reason}", album.Name, problem.Message);
            return null;
        }
    }

    /// <summary>
    /// Reads all pages of a folder. Each page is retried separately, because reading a long folder may be throttled more often than the retry limit
    /// allows.
    /// </summary>
    private async Task<IReadOnlyList<DriveItem>> ReadAsync(string folderId, OneDriveRetries retries, CancellationToken cancellationToken)
    {
        var folder = await root.FindFolderAsync(folderId, retries, cancellationToken);
        var page = await retries.TryAsync(() => drive.ListChildrenAsync(folder.Item.Id, PageSize, withThumbnails: false, cancellationToken), cancellationToken);
        var items = new List<DriveItem>(page.Items);
        while (page.Next is { } next)
        {
            page = await retries.TryAsync(() => drive.ContinueAsync(next, cancellationToken), cancellationToken);
            items.AddRange(page.Items);
        }

        // An item that is renamed in the meantime may be on two pages.
        return [.. items.DistinctBy(item => item.Id, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Assigns positions and group titles to folders with files and, for nested groups, to the folders above. Assigns positions to individually selected files.
    /// </summary>
    private async Task OrderAsync(Guid importId, CancellationToken cancellationToken)
    {
        var folders = await db.ImportFolders.AsTracking()
            .Where(folder => folder.ImportId == importId && db.ImportFiles.Any(file => file.FolderId == folder.Id))
            .ToListAsync(cancellationToken);
        folders.Sort((left, right) => PathOrder.Compare(left.Path, right.Path));
        string[] ofPaths;
        if (await db.Imports.AnyAsync(import => import.Id == importId && import.IsNested, cancellationToken))
        {
            // A folder with files may be in a folder without files. The outer folder then also needs a group.
            var all = await db.ImportFolders.AsTracking().Where(folder => folder.ImportId == importId).ToListAsync(cancellationToken);
            var tree = new FolderTree(all);
            folders = [.. folders.SelectMany(folder => (IEnumerable<ImportFolder>)[.. tree.FindAbove(folder), folder]).Distinct()];
            folders.Sort((left, right) => PathOrder.Compare(left.Path, right.Path));
            ofPaths = [.. folders.Select(folder => tree.FindTitle(folder, RootTitle))];
        }
        else
        {
            ofPaths = FolderTitles.From([.. folders.Select(folder => folder.Path is [] ? [RootTitle] : folder.Path)]);
        }

        var titles = await db.ToNfcAsync([.. folders.Select((folder, place) => folder.Title ?? ofPaths[place])], cancellationToken);
        foreach (var (place, folder) in folders.Index())
        {
            folder.Order(place, Shorten(titles[place]));
        }

        var chosen = await db.ImportFiles.AsTracking().Where(file => file.ImportId == importId && file.Place == NoPlace && file.FolderId != null).ToListAsync(cancellationToken);
        foreach (var folder in chosen.GroupBy(file => file.FolderId))
        {
            PairChosen([.. folder]);
        }

        foreach (var (place, file) in chosen.Where(file => !SidecarNames.IsSidecar(file.Name)).OrderBy(file => file.Name, StringComparer.OrdinalIgnoreCase).Index())
        {
            file.MoveTo(place);
        }
    }

    /// <summary>Pairs the individually selected files of a folder with the selected sidecars. A selected sidecar without a selected photo fails.</summary>
    private void PairChosen(IReadOnlyList<ImportFile> files)
    {
        var descriptions = files.Where(file => SidecarNames.IsSidecar(file.Name)).ToLookup(file => file.Name, StringComparer.Ordinal);
        var names = new SidecarNames(descriptions.Select(alike => alike.Key));
        var paired = new HashSet<ImportFile>();
        foreach (var photo in files.Where(file => !SidecarNames.IsSidecar(file.Name)))
        {
            if (names.Find(photo.Name) is { } name)
            {
                var sidecar = descriptions[name].First();
                photo.SetSidecar(sidecar.ItemId, name);
                paired.Add(sidecar);
            }
        }

        db.ImportFiles.RemoveRange(paired);
        foreach (var sidecar in descriptions.SelectMany(alike => alike).Except(paired))
        {
            logger.LogWarning("No selected photo belongs to the sidecar '{FileName}'", sidecar.Name);
            sidecar.Fail(Problems.InvalidSidecar.Code, "No selected photo in its folder belongs to this sidecar.");
        }
    }

    private static string Shorten(string title)
    {
        var shown = new string([.. title.Select(character => char.IsControl(character) ? ' ' : character)]);
        var length = Characters.Count(shown);
        return length <= Group.MaxTitleLength ? shown : "…" + shown[Characters.Take(shown, length - Group.MaxTitleLength + 1).Length..];
    }

    /// <summary>Sorts folders by name as OneDrive does. A folder comes before its subfolders.</summary>
    private static class PathOrder
    {
        public static int Compare(IReadOnlyList<string> left, IReadOnlyList<string> right)
        {
            foreach (var (a, b) in left.Zip(right))
            {
                if (string.Compare(a, b, StringComparison.OrdinalIgnoreCase) is not 0 and var order)
                {
                    return order;
                }
            }

            return left.Count.CompareTo(right.Count);
        }
    }
}
