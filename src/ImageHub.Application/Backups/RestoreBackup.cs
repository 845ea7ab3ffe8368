using System.Globalization;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Backups;

/// <summary>
/// Restores a backup into the configured database, store and data directory, which must be empty. Runs without a server: its start would create a first admin.
/// </summary>
/// <param name="Source">A folder with backups, whose newest one is restored, or the folder of one backup.</param>
/// <param name="IsDryRun">Whether to only check that the restore could begin.</param>
/// <param name="Report">Receives lines about the progress.</param>
public sealed record RestoreBackup(string Source, bool IsDryRun, Action<string> Report) : IRequest<VerifiedBackup>;

internal sealed class RestoreBackupHandler(IDatabaseDump database, IObjectStore store, IStaging staging, IDataDirectoryKey key) : IRequestHandler<RestoreBackup, VerifiedBackup>
{
    /// <summary>The number of objects stored together.</summary>
    private const int BatchSize = 64;

    private const int ReportedEvery = 10_000;

    public async Task<VerifiedBackup> Handle(RestoreBackup request, CancellationToken cancellationToken)
    {
        // Sizes first, because a backup that lacks files must not be restored in part. The content is compared while it is copied.
        var verified = await BackupVerification.RunAsync(request.Source, isDryRun: true, request.Report, cancellationToken);
        if (verified.Problems.Count > 0)
        {
            return verified;
        }

        if (File.Exists(key.Path))
        {
            throw new BackupException($"'{key.Path}' exists: a server has used this data directory. Restore into an empty one.");
        }

        await foreach (var stored in store.ListAsync("", cancellationToken))
        {
            throw new BackupException($"The store is not empty: it contains '{stored.Key}' ({store.Description}). Restore into an empty one.");
        }

        await database.PrepareEmptyAsync(verified.Manifest.Migration, cancellationToken);
        if (request.IsDryRun)
        {
            return verified;
        }

        await RestoreObjectsAsync(verified, request.Report, cancellationToken);
        await RestoreKeyAsync(verified, request.Report, cancellationToken);

        // The database comes last and in one transaction, so that no server shows a part of the gallery.
        await database.RestoreAsync(verified.Manifest, table => BackupFolder.TablePath(verified.Path, table), cancellationToken);
        request.Report(string.Create(CultureInfo.InvariantCulture, $"database: {verified.Manifest.Tables.Sum(table => table.Rows)} rows in {verified.Manifest.Tables.Count} tables"));
        return verified;
    }

    private async Task RestoreKeyAsync(VerifiedBackup backup, Action<string> report, CancellationToken cancellationToken)
    {
        var saved = BackupFolder.KeyPath(backup.Path);
        switch (backup.Manifest.SigningKey, key.Path)
        {
            case ({ }, { } path):
                await using (var file = File.OpenRead(saved))
                {
                    await HashedFile.WriteAsync(path, file, cancellationToken);
                }

                break;
            case ({ }, null):
                report($"key: set Jwt__SigningKey to the content of '{saved}', because the database is external");
                break;
            case (null, { }):
                report("key: set Jwt__SigningKey as for the server that made the backup, which does not contain it");
                break;
        }
    }

    private async Task RestoreObjectsAsync(VerifiedBackup backup, Action<string> report, CancellationToken cancellationToken)
    {
        var (folder, _) = BackupFolder.Find(backup.Path);
        var restored = 0L;
        using var batch = new StagingFolder(staging.CreateFolder());
        var objects = new List<NewObject>();
        await foreach (var listed in BackupFolder.ReadObjectsAsync(backup.Path, cancellationToken))
        {
            var path = batch.File(string.Create(CultureInfo.InvariantCulture, $"{objects.Count}"));
            await using (var content = File.OpenRead(folder.PathOf(listed)))
            {
                if (await HashedFile.WriteAsync(path, content, cancellationToken) != new BackupFile(listed.Bytes, listed.Sha256))
                {
                    throw new DamagedBackupException($"'{folder.PathOf(listed)}' is damaged: it does not match the manifest. Empty the place that was restored into. All backups in the folder share the file; if the server still runs, delete the file and make a backup, which copies it again.");
                }
            }

            objects.Add(new NewObject(listed.Key, path, FindMediaType(listed.Key)));
            if (objects.Count == BatchSize)
            {
                await PutAsync();
            }
        }

        await PutAsync();

        async Task PutAsync()
        {
            if (objects.Count > 0)
            {
                await store.PutAsync(objects, cancellationToken);
            }

            restored += objects.Count;
            if (restored / ReportedEvery > (restored - objects.Count) / ReportedEvery)
            {
                report(string.Create(CultureInfo.InvariantCulture, $"objects: {restored} of {backup.Manifest.Objects.Count}"));
            }

            objects.Clear();
        }
    }

    /// <summary>The media type in the store, which no answer of the server depends on: its rows name the types.</summary>
    private static string FindMediaType(string key) => ObjectKey.Parse(key)?.Variant.Format?.MediaType() ?? "application/octet-stream";
}
