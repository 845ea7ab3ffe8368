using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.WebDav;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Reads a folder or file with its properties, and optionally the folders and files in a folder.</summary>
/// <param name="Path">The address.</param>
/// <param name="Depth">0; 1 to include the entries of a folder; null for infinity, allowed only for a file.</param>
/// <param name="WithLocks">Whether the locks are requested.</param>
/// <param name="Names">The local names of the requested properties that clients set; null for all.</param>
public sealed record FindDavProperties(DavPath Path, int? Depth, bool WithLocks, IReadOnlyList<string>? Names) : IRequest<IAsyncEnumerable<IReadOnlyList<DavEntry>>>;

/// <summary>A folder or file with its properties.</summary>
/// <param name="Resource">The folder or file.</param>
/// <param name="Locks">The locks of the folder or file, and the locks of folders above that include it.</param>
/// <param name="Properties">The properties that clients have set.</param>
public sealed record DavEntry(DavResource Resource, IReadOnlyList<DavLock> Locks, IReadOnlyList<DavProperty> Properties);

internal sealed class FindDavPropertiesHandler(IImageHubDb db, DavTree tree, DavLocks locks, DavJunk junk) : IRequestHandler<FindDavProperties, IAsyncEnumerable<IReadOnlyList<DavEntry>>>
{
    /// <summary>The maximum total size of the properties that are loaded for a whole page, in bytes.</summary>
    private const long MaxPropertyBytesPerPage = 4 * 1024 * 1024;

    /// <summary>
    /// The number of entries whose properties are loaded at once if the properties of a page exceed <see cref="MaxPropertyBytesPerPage"/>. The properties of
    /// one entry have at most <see cref="DavProperty.MaxBytesPerResource"/> bytes.
    /// </summary>
    private const int ChunkSize = 20;

    public async Task<IAsyncEnumerable<IReadOnlyList<DavEntry>>> Handle(FindDavProperties request, CancellationToken cancellationToken)
    {
        var found = await junk.FindAsync(request.Path, cancellationToken) ?? await tree.FindResourceAsync(request.Path, cancellationToken);
        return found.File is not null || request.Depth is not null
            ? ReadAsync(found, request, cancellationToken)
            : throw new ProblemException(Problems.PropfindFiniteDepth, "Depth is infinity or absent; 0 and 1 are allowed for a folder.");
    }

    private async IAsyncEnumerable<IReadOnlyList<DavEntry>> ReadAsync(
        DavResource found, FindDavProperties request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var covering = request.WithLocks ? await locks.FindCoveringAsync(found.Folder, found.File?.Name, cancellationToken) : [];
        yield return [new DavEntry(found, covering, await Requested(db.PropertiesOf(found.Owner), request.Names).ToListAsync(cancellationToken))];
        if (found.File is not null || request.Depth == 0)
        {
            yield break;
        }

        var inherited = covering.FindAll(held => held.IsDeep);
        await foreach (var entries in tree.ListAsync(found.Folder, cancellationToken))
        {
            var isLarge = request.Names is not { Count: 0 } && await Requested(PropertiesOf(entries), request.Names).SumAsync(property => (long)property.Bytes, cancellationToken) > MaxPropertyBytesPerPage;
            foreach (var chunk in entries.Chunk(isLarge ? ChunkSize : entries.Count))
            {
                yield return await WithPropertiesAsync(chunk, inherited, request, cancellationToken);
            }
        }
    }

    private static IQueryable<DavProperty> Requested(IQueryable<DavProperty> properties, IReadOnlyList<string>? names) =>
        names is null ? properties : properties.Where(property => names.Contains(property.Name));

    /// <summary>The properties of a page. A page contains only folders, only images or only placeholders, so the query uses a single index.</summary>
    private IQueryable<DavProperty> PropertiesOf(IReadOnlyList<DavResource> entries)
    {
        var groupIds = entries.Where(entry => entry.IsFolder).Select(entry => entry.Folder.GroupId).ToArray();
        var imageIds = entries.Select(entry => entry.File?.ImageId).Where(id => id is not null).ToArray();
        var placeholderIds = entries.Select(entry => entry.File?.PlaceholderId).Where(id => id is not null).ToArray();
        return groupIds.Length > 0 ? db.DavProperties.Where(property => groupIds.Contains(property.GroupId))
            : imageIds.Length > 0 ? db.DavProperties.Where(property => imageIds.Contains(property.ImageId))
            : db.DavProperties.Where(property => placeholderIds.Contains(property.PlaceholderId));
    }

    private async Task<IReadOnlyList<DavEntry>> WithPropertiesAsync(
        IReadOnlyList<DavResource> entries, List<DavLock> inherited, FindDavProperties request, CancellationToken cancellationToken)
    {
        var groupIds = entries.Where(entry => entry.IsFolder).Select(entry => entry.Folder.GroupId).ToArray();
        List<DavProperty> rows = request.Names is { Count: 0 } ? [] : await Requested(PropertiesOf(entries), request.Names).ToListAsync(cancellationToken);
        var properties = rows.ToLookup(property => new DavPropertyOwner(property.GroupId, property.ImageId, property.PlaceholderId));
        var held = request.WithLocks ? await FindLocksAsync(entries, groupIds, cancellationToken) : [];
        return
        [
            .. entries.Select(entry => new DavEntry(
                entry, [.. held.Where(davLock => davLock.GroupId == entry.Folder.GroupId && davLock.Name == entry.File?.Name), .. inherited], [.. properties[entry.Owner]])),
        ];
    }

    private Task<List<DavLock>> FindLocksAsync(IReadOnlyList<DavResource> entries, Guid?[] groupIds, CancellationToken cancellationToken)
    {
        if (groupIds.Length > 0)
        {
            return locks.Live.Where(held => held.Name == null && groupIds.Contains(held.GroupId)).ToListAsync(cancellationToken);
        }

        var folderId = entries[0].Folder.GroupId;
        var names = entries.Select(entry => entry.File!.Name).ToArray();
        return locks.Live.Where(held => held.GroupId == folderId && names.Contains(held.Name)).ToListAsync(cancellationToken);
    }
}
