using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Backups;

/// <summary>Makes a backup while the server runs. For operators with access to the server; no route sends this request.</summary>
/// <param name="Target">The folder, which is created if it is missing, or the bucket.</param>
/// <param name="IsDryRun">Whether to write nothing and only count.</param>
/// <param name="Report">Receives lines about the progress.</param>
public sealed record MakeBackup(string Target, bool IsDryRun, Action<string> Report) : IRequest<MadeBackup>;

/// <summary>The result of a backup.</summary>
/// <param name="Path">The path or address of the backup; null after a dry run.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Objects">The number of objects.</param>
/// <param name="CopiedObjects">The number of objects that no earlier backup had.</param>
/// <param name="CopiedBytes">The sum of their sizes.</param>
/// <param name="Lost">The objects that the store has lost or cannot read, ordered by key.</param>
public sealed record MadeBackup(string? Path, long Rows, long Objects, long CopiedObjects, long CopiedBytes, IReadOnlyList<LostObject> Lost)
{
    /// <summary>The path of the unencrypted key of the data directory; null if the backup has none.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Whether the key of the data directory was left out, because this place may contain only an encrypted key and there is no passphrase.</summary>
    public bool LacksKey { get; init; }

    /// <summary>The reason why the database could not record the finished backup; null if it did.</summary>
    public string? RecordFailure { get; init; }
}

/// <summary>An object that a backup lacks.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Reason">The reason.</param>
public sealed record LostObject(string Key, LossReason Reason);

/// <summary>The reasons for which a backup lacks an object.</summary>
public enum LossReason
{
    /// <summary>The store does not have the object.</summary>
    Missing,

    /// <summary>The object's content does not match its row.</summary>
    Damaged,

    /// <summary>The store works but cannot read the object, for example because a sector of the disk is broken.</summary>
    Unreadable,
}

internal sealed class MakeBackupHandler(IDatabaseDump database, IImageHubDb current, IObjectStore store, IStaging staging, IBackupPlaces places, IDataDirectoryKey key, IOptions<BackupOptions> options, TimeProvider clock)
    : IRequestHandler<MakeBackup, MadeBackup>
{
    /// <summary>The maximum number of snapshots. Objects that are deleted while the last snapshot is copied are reported as missing.</summary>
    private const int MaxSnapshots = 5;

    private const int ReportedEvery = 10_000;

    public async Task<MadeBackup> Handle(MakeBackup request, CancellationToken cancellationToken)
    {
        using var place = places.Open(request.Target);
        var catalog = new BackupCatalog(place);
        var gallery = await current.SiteProfiles.Select(site => site.GalleryId).SingleAsync(cancellationToken);
        if (request.IsDryRun)
        {
            await EnsureOwnAsync();
            return await CountAsync(catalog, cancellationToken);
        }

        using var signer = ManifestKey.Read(options.Value.SigningKey);

        // Fails before the work instead of after it if the file has only the public key.
        signer?.Sign([]);
        await using var held = await catalog.BeginAsync(cancellationToken);
        await EnsureOwnAsync();
        using var scratch = new StagingFolder(staging.CreateFolder());
        var lost = new HashSet<LostObject>();
        var (copied, copiedBytes) = (0L, 0L);
        for (var snapshot = 1; ; snapshot++)
        {
            var (backup, at) = await catalog.CreateAsync(clock, cancellationToken);
            var needed = scratch.File("needed");
            var (migration, tables) = await database.WriteAsync(
                (table, content) => catalog.WriteAsync(BackupCatalog.TableName(backup, table), content, cancellationToken), db => NeededObjects.WriteAsync(db, needed, cancellationToken), cancellationToken);
            request.Report(string.Create(CultureInfo.InvariantCulture, $"database: {tables.Sum(table => table.Rows)} rows in {tables.Count} tables"));

            var now = new HashSet<LostObject>();
            var (objects, bytes) = (0L, 0L);
            var listPath = scratch.File("objects");
            await using (var list = new StreamWriter(PrivateFile.Create(listPath)))
            {
                var images = NeededObjects.ReadAsync(needed, cancellationToken).SelectInOrderAsync((image, token) => CopyImageAsync(catalog, image, token), cancellationToken);
                await foreach (var image in images)
                {
                    now.UnionWith(image.Lost);
                    (copied, copiedBytes) = (copied + image.Copied, copiedBytes + image.CopiedBytes);
                    foreach (var listed in image.Listed)
                    {
                        await list.WriteLineAsync(listed.ToString().AsMemory(), cancellationToken);
                        (objects, bytes) = (objects + 1, bytes + listed.Bytes);
                        if (objects % ReportedEvery == 0)
                        {
                            request.Report(string.Create(CultureInfo.InvariantCulture, $"objects: {objects}, {copied} of them copied"));
                        }
                    }
                }
            }

            if (now.Count > 0 && snapshot < MaxSnapshots && !now.SetEquals(lost))
            {
                // Objects that were deleted with their image meanwhile are not in the next snapshot. Lost objects are in both.
                lost = now;
                await catalog.DeleteAsync(backup, cancellationToken);
                continue;
            }

            BackupFile listFile;
            await using (var list = File.OpenRead(listPath))
            {
                listFile = await catalog.WriteAsync(BackupCatalog.ListName(backup), list, cancellationToken);
            }

            var (plainKey, encryptedKey) = await CopyKeyAsync(catalog, backup, cancellationToken);
            var all = now.OrderBy(each => each.Key, StringComparer.Ordinal).ToArray();
            var manifest = new BackupManifest(
                BackupManifest.CurrentFormat, BackupManifest.ProgramVersion, migration, at, tables, new BackupObjects(objects, bytes, listFile), [.. all.Select(each => each.Key)], plainKey)
            {
                EncryptedKey = encryptedKey,
                GalleryId = gallery,
            };
            await catalog.FinishAsync(backup, manifest, signer, held, cancellationToken);
            string? recordFailure = null;
            try
            {
                await current.RecordBackupAsync(manifest, request.Target, clock.GetUtcNow(), cancellationToken);
            }
            catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
            {
                recordFailure = DatabaseOutage.FindReason(exception);
            }

            return new MadeBackup(catalog.Describe(backup), tables.Sum(table => table.Rows), objects, copied, copiedBytes, all)
            {
                KeyPath = plainKey is null ? null : place.Describe(BackupCatalog.KeyName(backup)),
                LacksKey = plainKey is null && encryptedKey is null && File.Exists(key.Path),
                RecordFailure = recordFailure,
            };
        }

        async Task EnsureOwnAsync() => await catalog.EnsureOwnAsync(gallery, (await catalog.ListAsync(cancellationToken)).Select(other => other.Name), cancellationToken);
    }

    private async Task<MadeBackup> CountAsync(BackupCatalog catalog, CancellationToken cancellationToken)
    {
        var (objects, copied, bytes) = (0L, 0L, 0L);
        var images = NeededObjects.FindAsync(current).SelectInOrderAsync(async (image, token) => (image, await catalog.FindFilesAsync(image[0].Key, token)), cancellationToken);
        await foreach (var (image, files) in images)
        {
            foreach (var needed in image)
            {
                objects++;
                if (BackupCatalog.FindObject(files, needed) is null)
                {
                    (copied, bytes) = (copied + 1, bytes + needed.Bytes);
                }
            }
        }

        return new MadeBackup(Path: null, Rows: 0, objects, copied, bytes, []);
    }

    /// <summary>Copies the objects of one image that no earlier backup has.</summary>
    private async Task<CopiedImage> CopyImageAsync(BackupCatalog catalog, IReadOnlyList<NeededObject> image, CancellationToken cancellationToken)
    {
        var files = await catalog.FindFilesAsync(image[0].Key, cancellationToken);
        var result = new CopiedImage();
        foreach (var needed in image)
        {
            if (BackupCatalog.FindObject(files, needed) is { } kept)
            {
                result.Listed.Add(kept);
                continue;
            }

            try
            {
                await using var content = store.OpenRead(needed.Key, needed.Bytes);
                if (await catalog.AddObjectAsync(needed, content, files, cancellationToken) is { } copied)
                {
                    result.Listed.Add(copied);
                    result.Copied++;
                    result.CopiedBytes += copied.Bytes;
                }
                else
                {
                    result.Lost.Add(new LostObject(needed.Key, LossReason.Damaged));
                }
            }
            catch (LostObjectException lost) when (lost.Key == needed.Key)
            {
                result.Lost.Add(new LostObject(needed.Key, LossReason.Missing));
            }
            catch (UnreadableObjectException unreadable) when (unreadable.Key == needed.Key)
            {
                // One broken object does not end a backup, but an outage of the store does.
                await store.CheckAsync(cancellationToken);
                result.Lost.Add(new LostObject(needed.Key, LossReason.Unreadable));
            }
        }

        return result;
    }

    /// <summary>Writes the key of the data directory: encrypted if there is a passphrase, otherwise only into a private place.</summary>
    private async Task<(BackupFile? Plain, BackupFile? Encrypted)> CopyKeyAsync(BackupCatalog catalog, string backup, CancellationToken cancellationToken)
    {
        if (!File.Exists(key.Path))
        {
            return (null, null);
        }

        var content = await File.ReadAllBytesAsync(key.Path!, cancellationToken);
        if (options.Value.Passphrase is { Length: > 0 } passphrase)
        {
            return (null, await catalog.WriteAsync(BackupCatalog.EncryptedKeyName(backup), new MemoryStream(EncryptedKey.Encrypt(content, passphrase)), cancellationToken));
        }

        return (catalog.Place.IsPrivate ? await catalog.WriteAsync(BackupCatalog.KeyName(backup), new MemoryStream(content), cancellationToken) : null, null);
    }

    /// <summary>The objects of one image in a backup.</summary>
    private sealed record CopiedImage
    {
        public List<ListedObject> Listed { get; } = [];

        public List<LostObject> Lost { get; } = [];

        public long Copied { get; set; }

        public long CopiedBytes { get; set; }
    }
}
