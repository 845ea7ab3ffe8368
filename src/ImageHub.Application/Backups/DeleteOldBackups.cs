using System.Runtime.CompilerServices;
using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Backups;

/// <summary>
/// Deletes the finished backups that a rule does not keep, then the objects that no kept backup lists. A renamed backup is kept, and so is a backup whose name
/// is a time in the future, for example because of a wrong clock. Nothing is deleted if the list of a kept backup is damaged.
/// </summary>
/// <param name="Target">The folder or the bucket.</param>
/// <param name="Keep">The rule.</param>
/// <param name="IsDryRun">Whether to delete nothing and only count, as if a backup had been made now.</param>
/// <param name="Report">Receives lines about the progress.</param>
public sealed record DeleteOldBackups(string Target, BackupRetention Keep, bool IsDryRun, Action<string> Report) : IRequest<DeletedBackups>;

/// <summary>The result of a deletion.</summary>
/// <param name="KeptBackups">The number of kept backups.</param>
/// <param name="Backups">The number of deleted backups.</param>
/// <param name="Objects">The number of deleted files of objects.</param>
/// <param name="Bytes">The sum of their sizes.</param>
public sealed record DeletedBackups(int KeptBackups, int Backups, long Objects, long Bytes);

internal sealed class DeleteOldBackupsHandler(IImageHubDb current, IStaging staging, IBackupPlaces places, TimeProvider clock) : IRequestHandler<DeleteOldBackups, DeletedBackups>
{
    public async Task<DeletedBackups> Handle(DeleteOldBackups request, CancellationToken cancellationToken)
    {
        using var place = places.Open(request.Target);
        var catalog = new BackupCatalog(place);
        await using var writing = request.IsDryRun ? null : await catalog.BeginAsync(cancellationToken);
        await using var deleting = request.IsDryRun ? null : await place.LockAsync(BackupUse.Deleting, cancellationToken);
        var backups = await catalog.ListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var times = backups.Select(backup => backup.At).OfType<DateTimeOffset>().Where(at => at <= now);
        var keptTimes = request.Keep.FindKept(request.IsDryRun ? times.Append(now) : times);
        var kept = backups.Where(backup => backup.At is not { } at || at > now || keptTimes.Contains(at)).Select(backup => backup.Name).ToArray();
        await catalog.EnsureOwnAsync(await current.SiteProfiles.Select(site => site.GalleryId).SingleAsync(cancellationToken), backups.Select(backup => backup.Name), cancellationToken);
        var keptLists = new List<(string Backup, BackupFile List)>();
        foreach (var backup in kept)
        {
            keptLists.Add((backup, await CheckListAsync(catalog, backup, cancellationToken)));
        }

        // Backups are deleted before their objects, so that an interruption leaves only backups that can be restored.
        var old = backups.Select(backup => backup.Name).Except(kept, StringComparer.Ordinal).ToArray();
        foreach (var backup in old)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!request.IsDryRun)
            {
                await ThrowIfLostAsync();
                await catalog.DeleteAsync(backup, cancellationToken);
            }

            request.Report($"{(request.IsDryRun ? "would delete" : "deleted")} {catalog.Describe(backup)}");
        }

        using var scratch = new StagingFolder(staging.CreateFolder());
        var objects = new KeptObjects(scratch.Path);
        var lists = keptLists.Select(kept => catalog.ReadObjectsAsync(kept.Backup, kept.List, cancellationToken));
        await objects.WriteAsync([.. request.IsDryRun ? lists.Append(FindCopiedAsync(catalog, cancellationToken)) : lists], cancellationToken);
        var (deleted, bytes) = (0L, 0L);
        foreach (var prefix in BackupCatalog.ObjectPrefixes)
        {
            var names = await objects.ReadAsync(prefix, cancellationToken);
            var unlisted = await place.ListAsync(prefix, cancellationToken).Where(file => !names.Contains(BackupCatalog.FindNoted(file.Name))).ToArrayAsync(cancellationToken);
            (deleted, bytes) = (deleted + unlisted.Length, bytes + unlisted.Sum(file => file.Bytes));
            if (!request.IsDryRun)
            {
                await ThrowIfLostAsync();
                await place.DeleteAsync(unlisted.Select(file => file.Name), cancellationToken);
            }
        }

        return new DeletedBackups(kept.Length + (request.IsDryRun ? 1 : 0), old.Length, deleted, bytes);

        async Task ThrowIfLostAsync()
        {
            await (writing?.ThrowIfLostAsync(cancellationToken) ?? Task.CompletedTask);
            await (deleting?.ThrowIfLostAsync(cancellationToken) ?? Task.CompletedTask);
        }
    }

    /// <summary>Checks the list of a kept backup and returns it.</summary>
    private static async Task<BackupFile> CheckListAsync(BackupCatalog catalog, string backup, CancellationToken cancellationToken)
    {
        var manifest = await catalog.ReadManifestAsync(backup, key: null, cancellationToken);
        await using var list = await catalog.Place.OpenAsync(BackupCatalog.ListName(backup), cancellationToken);
        if (list is null || await HashedFile.ReadAsync(list, cancellationToken) != manifest.Objects.List)
        {
            throw new DamagedBackupException(
                $"'{catalog.Place.Describe(BackupCatalog.ListName(backup))}' is missing or damaged, so it is unknown which objects this backup needs. No backup and no object was deleted; delete '{catalog.Describe(backup)}' first.");
        }

        return manifest.Objects.List;
    }

    /// <summary>The objects that a backup made now would list and not copy.</summary>
    private async IAsyncEnumerable<ListedObject> FindCopiedAsync(BackupCatalog catalog, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var image in NeededObjects.FindAsync(current).WithCancellation(cancellationToken))
        {
            var files = await catalog.FindFilesAsync(image[0].Key, cancellationToken);
            foreach (var needed in image)
            {
                if (BackupCatalog.FindObject(files, needed) is { } listed)
                {
                    yield return listed;
                }
            }
        }
    }
}
