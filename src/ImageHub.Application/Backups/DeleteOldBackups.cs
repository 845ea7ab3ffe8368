using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;

namespace ImageHub.Application.Backups;

/// <summary>
/// Deletes the finished backups that a rule does not keep, then the objects that no kept backup lists. A backup whose folder has been renamed is kept, and so is one from
/// the future, which a wrong clock has named. Nothing is deleted if the list of a kept backup is damaged.
/// </summary>
/// <param name="Folder">The folder with backups.</param>
/// <param name="Keep">The rule.</param>
/// <param name="IsDryRun">Whether to delete nothing and only count, as if a backup had been made now.</param>
/// <param name="Report">Receives lines about the progress.</param>
public sealed record DeleteOldBackups(string Folder, BackupRetention Keep, bool IsDryRun, Action<string> Report) : IRequest<DeletedBackups>;

/// <summary>The result of a deletion.</summary>
/// <param name="KeptBackups">The number of kept backups.</param>
/// <param name="Backups">The number of deleted backups.</param>
/// <param name="Objects">The number of deleted files of objects.</param>
/// <param name="Bytes">The sum of their sizes.</param>
public sealed record DeletedBackups(int KeptBackups, int Backups, long Objects, long Bytes);

internal sealed class DeleteOldBackupsHandler(IImageHubDb current, IStaging staging, TimeProvider clock) : IRequestHandler<DeleteOldBackups, DeletedBackups>
{
    public async Task<DeletedBackups> Handle(DeleteOldBackups request, CancellationToken cancellationToken)
    {
        var folder = new BackupFolder(request.Folder);
        using var held = request.IsDryRun ? null : folder.Begin();
        var backups = folder.List();
        var now = clock.GetUtcNow();
        var times = backups.Select(backup => backup.At).OfType<DateTimeOffset>().Where(at => at <= now);
        var keptTimes = request.Keep.FindKept(request.IsDryRun ? times.Append(now) : times);
        var kept = backups.Where(backup => backup.At is not { } at || at > now || keptTimes.Contains(at)).Select(backup => backup.Path).ToArray();
        foreach (var backup in kept)
        {
            await CheckListAsync(backup, cancellationToken);
        }

        // A backup goes before its objects, so that an interruption leaves only backups that can be restored.
        var old = backups.Select(backup => backup.Path).Except(kept, StringComparer.Ordinal).ToArray();
        foreach (var backup in old)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!request.IsDryRun)
            {
                BackupFolder.Delete(backup);
            }

            request.Report($"{(request.IsDryRun ? "would delete" : "deleted")} {backup}");
        }

        using var scratch = new StagingFolder(staging.CreateFolder());
        var objects = new KeptObjects(folder, scratch.Path);
        var lists = kept.Select(backup => BackupFolder.ReadObjectsAsync(backup, cancellationToken));
        await objects.WriteAsync([.. request.IsDryRun ? lists.Append(FindCopiedAsync(folder)) : lists], cancellationToken);
        var (deleted, bytes) = await DeleteObjectsAsync(folder, objects, request.IsDryRun, cancellationToken);
        return new DeletedBackups(kept.Length + (request.IsDryRun ? 1 : 0), old.Length, deleted, bytes);
    }

    private static async Task CheckListAsync(string backup, CancellationToken cancellationToken)
    {
        var manifest = await BackupFolder.ReadManifestAsync(backup, cancellationToken);
        if (await HashedFile.ReadAsync(BackupFolder.ListPath(backup), cancellationToken) != manifest.Objects.List)
        {
            throw new DamagedBackupException(
                $"'{BackupFolder.ListPath(backup)}' is missing or damaged, so it is unknown which objects this backup needs. No backup and no object was deleted; delete '{backup}' first.");
        }
    }

    /// <summary>The objects that a backup made now would list and not copy.</summary>
    private async IAsyncEnumerable<ListedObject> FindCopiedAsync(BackupFolder folder)
    {
        await foreach (var (key, bytes) in NeededObjects.FindAsync(current))
        {
            if (folder.FindObject(key, bytes) is { } listed)
            {
                yield return listed;
            }
        }
    }

    private static async Task<(long Objects, long Bytes)> DeleteObjectsAsync(BackupFolder folder, KeptObjects kept, bool isDryRun, CancellationToken cancellationToken)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var (deleted, bytes) = (0L, 0L);
        if (!Directory.Exists(folder.ObjectsPath))
        {
            return (deleted, bytes);
        }

        foreach (var part in Directory.EnumerateDirectories(folder.ObjectsPath).SelectMany(Directory.EnumerateDirectories))
        {
            var paths = await kept.ReadAsync(part, cancellationToken);
            foreach (var file in new DirectoryInfo(part).EnumerateFiles("*", everything).Where(file => !paths.Contains(file.FullName)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                (deleted, bytes) = (deleted + 1, bytes + file.Length);
                if (!isDryRun)
                {
                    file.Delete();
                }
            }

            if (!isDryRun)
            {
                DeleteEmptyFolders(part);
            }
        }

        return (deleted, bytes);
    }

    private static void DeleteEmptyFolders(string path)
    {
        foreach (var folder in Directory.EnumerateDirectories(path))
        {
            DeleteEmptyFolders(folder);
        }

        if (!Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }
    }
}
