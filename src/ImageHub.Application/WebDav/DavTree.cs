using System.Linq.Expressions;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>
/// The folders and files that the caller sees. For admins' keys the root contains the groups of the first level; for users' keys it contains only the folder
/// <see cref="DavPath.Own"/>.
/// </summary>
internal sealed class DavTree(IImageHubDb db, ICaller caller, TimeProvider clock)
{
    /// <summary>The number of rows that one query reads. Memory does not depend on the size of a folder.</summary>
    private const int PageSize = 500;

    private static readonly Expression<Func<Image, DavFile>> FromImage = image => new DavFile(
        image.FileName,
        image.HasOriginal ? image.OriginalBytes : image.Full.Bytes,
        image.Format.MediaType(),
        ImageTag(image.Id, image.Revision, image.HasOriginal),
        image.CreatedAt,
        image.CreatedAt)
    {
        ImageId = image.Id,
        IsFromGuest = image.IsFromGuest,
        Format = image.Format,
        Sha256 = image.Sha256,
        AddedBy = image.AddedBy,
    };

    private static readonly Expression<Func<Placeholder, DavFile>> FromPlaceholder = file => new DavFile(
        file.Name, file.Bytes, "application/octet-stream", PlaceholderTag(file.ContentId), file.CreatedAt, file.WrittenAt) { PlaceholderId = file.Id, ContentId = file.ContentId };

    private static readonly DavFolder Root = new(null, [], DavPath.Root, "ImageHub", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    /// <summary>Finds the place that an address names.</summary>
    public async Task<DavPlace> FindAsync(DavPath path, CancellationToken cancellationToken)
    {
        var segments = await db.ToNfcAsync(path.Segments, cancellationToken);
        DavFolder? parent = null;
        var folder = Root;
        for (var i = 0; i < segments.Count; i++)
        {
            if (await FindFolderAsync(folder, segments[i], cancellationToken) is { } below)
            {
                // Keeps the requested address, because clients recognize a folder's entries by the start of their addresses.
                (parent, folder) = (folder, below with { Href = $"{folder.HrefOf(path.Segments[i])}/" });
                continue;
            }

            if (i < segments.Count - 1)
            {
                return new DavPlace(null, segments[^1], "", null);
            }

            var name = await db.ToFileNameAsync(FileName.FromSegment(segments[i]), cancellationToken);
            var file = await FindFileAsync(folder, name, cancellationToken);
            if (path.IsJunk && file?.Name != segments[i])
            {
                // The address of '._one.jpg' must not lead to an image '__one.jpg'.
                file = null;
            }

            return new DavPlace(folder, segments[i], name, file is null ? null : new DavResource(folder, file) { Href = folder.HrefOf(path.Segments[i]) });
        }

        var last = segments.Count == 0 ? "" : segments[^1];
        return new DavPlace(parent, last, "", new DavResource(folder, null));
    }

    /// <summary>Finds the folder or file at an address.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<DavResource> FindResourceAsync(DavPath path, CancellationToken cancellationToken) =>
        (await FindAsync(path, cancellationToken)).Resource ?? throw DavProblems.NotFound();

    /// <summary>Finds an image or the caller's placeholder in a folder. The image has precedence.</summary>
    public async Task<DavFile?> FindFileAsync(DavFolder folder, string name, CancellationToken cancellationToken) =>
        await Images(folder).Where(image => image.FileName == name).Select(FromImage).SingleOrDefaultAsync(cancellationToken)
        ?? await Placeholders(folder).Where(file => file.Name == name).Select(FromPlaceholder).SingleOrDefaultAsync(cancellationToken);

    /// <summary>Reads the folders and files in a folder, several at a time: folders, images, then placeholders, each kind sorted by name.</summary>
    public async IAsyncEnumerable<IReadOnlyList<DavResource>> ListAsync(DavFolder folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (folder.GroupId is null && caller.Tier is not null)
        {
            yield return [new DavResource((await FindOwnAsync(cancellationToken))!, null)];
            yield break;
        }

        await foreach (var folders in PagesAsync(after => Subfolders(folder).Where(group => after == null || string.Compare(group.FolderName, after) > 0).OrderBy(group => group.FolderName), group => group.FolderName!, cancellationToken))
        {
            yield return [.. folders.Select(group => new DavResource(From(folder, group), null))];
        }

        // An image with the name of a folder cannot be addressed.
        var images = Images(folder).Where(image => !db.Groups.Any(group => group.ParentId == folder.GroupId && group.FolderName == image.FileName && group.DeletedAt == null));
        await foreach (var files in PagesAsync(
            after => images.Where(image => after == null || string.Compare(image.FileName, after) > 0).OrderBy(image => image.FileName).Select(FromImage), file => file.Name, cancellationToken))
        {
            yield return [.. files.Select(file => new DavResource(folder, file))];
        }

        var imagesOfFolder = Images(folder);
        await foreach (var files in PagesAsync(
            after => Placeholders(folder)
                .Where(file => (after == null || string.Compare(file.Name, after) > 0) && !imagesOfFolder.Any(image => image.FileName == file.Name))
                .OrderBy(file => file.Name)
                .Select(FromPlaceholder),
            file => file.Name,
            cancellationToken))
        {
            yield return [.. files.Select(file => new DavResource(folder, file))];
        }
    }

    private static async IAsyncEnumerable<List<T>> PagesAsync<T>(Func<string?, IQueryable<T>> query, Func<T, string> name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        List<T> page;
        do
        {
            page = await query(after).Take(PageSize).ToListAsync(cancellationToken);
            if (page.Count > 0)
            {
                after = name(page[^1]);
                yield return page;
            }
        }
        while (page.Count == PageSize);
    }

    private async Task<DavFolder?> FindFolderAsync(DavFolder parent, string segment, CancellationToken cancellationToken)
    {
        if (caller.Tier is not null)
        {
            return parent.GroupId is null && segment == DavPath.Own ? await FindOwnAsync(cancellationToken) : null;
        }

        // The stored name is tried first: normalizing a numbered name such as 'Vol%2E (2)' would change it.
        var name = FolderName.Normalize(segment);
        return await Subfolders(parent)
            .Where(group => group.FolderName == segment || group.FolderName == name)
            .OrderByDescending(group => group.FolderName == segment)
            .FirstOrDefaultAsync(cancellationToken) is { } found ? From(parent, found) : null;
    }

    private async Task<DavFolder?> FindOwnAsync(CancellationToken cancellationToken) =>
        await db.OwnGroups().SingleOrDefaultAsync(group => group.OwnerId == caller.UserId, cancellationToken) is { } own
            ? new DavFolder(own.Id, [], $"{DavPath.Root}{DavPath.Own}/", DavPath.Own, own.CreatedAt, own.UpdatedAt) { IsOwn = true }
            : null;

    private static DavFolder From(DavFolder parent, Group group) =>
        new(group.Id, group.Path, $"{parent.Href}{Uri.EscapeDataString(group.FolderName!)}/", group.Title, group.CreatedAt, group.UpdatedAt);

    private IQueryable<Group> Subfolders(DavFolder parent) => parent.GroupId is { } id
        ? db.GroupsVisibleTo(caller).Where(group => group.ParentId == id)
        : db.GroupsVisibleTo(caller).Where(group => group.ParentId == null);

    /// <summary>The images in a folder that the caller may list. Guests' photos that await approval are in other groups.</summary>
    private IQueryable<Image> Images(DavFolder folder) => db.Images.Where(image => image.GroupId == folder.GroupId && image.DeletedAt == null);

    private IQueryable<Placeholder> Placeholders(DavFolder folder)
    {
        var since = clock.Now() - Placeholder.Lifetime;
        return db.Placeholders.Where(file => file.AccountId == caller.UserId && file.GroupId == folder.GroupId && file.WrittenAt > since);
    }

    private static string ImageTag(Guid id, int revision, bool hasOriginal) => $"{id:N}-{revision}-{(hasOriginal ? ImageVariant.Original : ImageVariant.Full).Name}";

    private static string PlaceholderTag(Guid contentId) => $"{contentId:N}";
}
