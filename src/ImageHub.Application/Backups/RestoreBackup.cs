using System.Globalization;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Backups;

/// <summary>
/// Restores a backup into the configured database, store and data directory, which must be empty. Runs without the server, because the server's start would
/// create the first admin in the empty database.
/// </summary>
/// <param name="Source">The place, whose newest backup is restored, or one backup.</param>
/// <param name="PublicKey">The path of the key that must have signed the backup; null for the key in the settings.</param>
/// <param name="IsDryRun">Whether to only check that the restore could begin.</param>
/// <param name="Report">Receives lines about the progress.</param>
public sealed record RestoreBackup(string Source, string? PublicKey, bool IsDryRun, Action<string> Report) : IRequest<VerifiedBackup>;

internal sealed class RestoreBackupHandler(IDatabaseDump database, IObjectStore store, IStaging staging, IBackupPlaces places, IDataDirectoryKey key, IOptions<BackupOptions> options, TimeProvider clock)
    : IRequestHandler<RestoreBackup, VerifiedBackup>
{
    /// <summary>The number of objects stored together.</summary>
    private const int BatchSize = 64;

    private const int ReportedEvery = 10_000;

    public async Task<VerifiedBackup> Handle(RestoreBackup request, CancellationToken cancellationToken)
    {
        using var signer = ManifestKey.Read(request.PublicKey ?? options.Value.SigningKey);
        var (catalog, backup) = await BackupCatalog.FindAsync(places, request.Source, clock.GetUtcNow(), cancellationToken);
        using var place = catalog.Place;
        await using var held = await place.LockAsync(BackupUse.Reading, cancellationToken);

        // A backup with a damaged database is not restored at all. Objects are verified while they are copied, and a damaged object does not prevent restoring
        // the others.
        var verified = await BackupVerification.RunAsync(catalog, backup, signer, isDryRun: true, request.Report, cancellationToken);
        if (!verified.CanBeRestored)
        {
            return verified;
        }

        if (verified.Manifest.IsDatabaseOnly)
        {
            await database.PrepareEmptyAsync(verified.Manifest.Migration, cancellationToken);
            return request.IsDryRun ? verified : await RestoreDatabaseAsync(catalog, backup, verified, request.Report, cancellationToken);
        }

        var decrypted = verified.Manifest.EncryptedKey is { } encrypted ? await DecryptKeyAsync(catalog, backup, encrypted, cancellationToken) : null;
        if (File.Exists(key.Path))
        {
            throw new BackupException($"'{key.Path}' exists: a server has used this data directory. Restore into an empty one.");
        }

        if (await StoreOwner.ReadAsync(store, cancellationToken) is { Length: > 0 } owner && !(Guid.TryParse(owner, out var id) && id == verified.Manifest.GalleryId))
        {
            throw new BackupException($"The store belongs to the gallery {owner} ({store.Description}). Restore into an empty one.");
        }

        await foreach (var stored in store.ListAsync("", cancellationToken).Where(stored => stored.Key != StoreOwner.Key))
        {
            throw new BackupException($"The store is not empty: it contains '{stored.Key}' ({store.Description}). Restore into an empty one.");
        }

        await database.PrepareEmptyAsync(verified.Manifest.Migration, cancellationToken);
        if (request.IsDryRun)
        {
            return verified;
        }

        await StoreOwner.WriteAsync(store, staging, verified.Manifest.GalleryId, cancellationToken);
        var problems = await RestoreObjectsAsync(catalog, backup, verified.Manifest, request.Report, cancellationToken);
        await RestoreKeyAsync(catalog, backup, verified.Manifest, decrypted, request.Report, cancellationToken);
        await held.ThrowIfLostAsync(cancellationToken);

        // The database comes last and in one transaction, so that no server shows a part of the gallery.
        return await RestoreDatabaseAsync(catalog, backup, verified, request.Report, cancellationToken) with { Problems = problems };
    }

    private async Task<VerifiedBackup> RestoreDatabaseAsync(BackupCatalog catalog, string backup, VerifiedBackup verified, Action<string> report, CancellationToken cancellationToken)
    {
        await database.RestoreAsync(
            verified.Manifest, table => catalog.OpenAsync(BackupCatalog.TableName(backup, table.Name), table.File, cancellationToken), cancellationToken);
        report(string.Create(CultureInfo.InvariantCulture, $"database: {verified.Manifest.Tables.Sum(table => table.Rows)} rows in {verified.Manifest.Tables.Count} tables"));
        return verified;
    }

    private async Task<byte[]> DecryptKeyAsync(BackupCatalog catalog, string backup, BackupFile expected, CancellationToken cancellationToken)
    {
        var name = BackupCatalog.EncryptedKeyName(backup);
        var path = catalog.Place.Describe(name);
        if (options.Value.Passphrase.Length == 0)
        {
            throw new BackupException($"'{path}' is encrypted; set Backup__Passphrase to the passphrase of the server that made the backup.");
        }

        if (expected.Bytes > EncryptedKey.MaxBytes)
        {
            throw new DamagedBackupException($"'{path}' is too large.");
        }

        await using var file = await catalog.OpenAsync(name, expected, cancellationToken);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellationToken);
        return EncryptedKey.Decrypt(bytes.ToArray(), options.Value.Passphrase) ?? throw new BackupException($"Backup__Passphrase is not the passphrase that '{path}' was encrypted with.");
    }

    private async Task RestoreKeyAsync(BackupCatalog catalog, string backup, BackupManifest manifest, byte[]? decrypted, Action<string> report, CancellationToken cancellationToken)
    {
        var saved = BackupCatalog.KeyName(backup);
        switch (manifest.SigningKey, decrypted, key.Path)
        {
            case (_, { } content, { } path):
                await key.WriteAsync(path, new MemoryStream(content), cancellationToken);
                break;
            case (_, { } content, null):
                await key.WriteAsync(key.RestoredPath, new MemoryStream(content), cancellationToken);
                report($"key: set Jwt__SigningKey to the content of '{key.RestoredPath}', because the database is external, and delete this file");
                break;
            case ({ } expected, null, { } path):
                await using (var file = await catalog.OpenAsync(saved, expected, cancellationToken))
                {
                    await key.WriteAsync(path, file, cancellationToken);
                }

                break;
            case ({ }, null, null):
                report($"key: set Jwt__SigningKey to the content of '{catalog.Place.Describe(saved)}', because the database is external");
                break;
            case (null, null, { }):
                report("key: set Jwt__SigningKey as for the server that made the backup, which does not contain it");
                break;
        }
    }

    /// <summary>Copies the objects into the store.</summary>
    /// <returns>The objects that are missing or damaged, each in a sentence.</returns>
    private async Task<IReadOnlyList<string>> RestoreObjectsAsync(BackupCatalog catalog, string backup, BackupManifest manifest, Action<string> report, CancellationToken cancellationToken)
    {
        var restored = 0L;
        var problems = new List<string>();
        await foreach (var batch in catalog.ReadObjectsAsync(backup, manifest.Objects.List, cancellationToken).Chunk(BatchSize).WithCancellation(cancellationToken))
        {
            using var folder = new StagingFolder(staging.CreateFolder());
            var objects = new List<NewObject>();
            var fetched = batch.ToAsyncEnumerable().SelectInOrderAsync(
                async (listed, token) => (Listed: listed, Problem: await FetchAsync(catalog, listed, folder, token)), cancellationToken);
            await foreach (var (listed, problem) in fetched)
            {
                if (problem is null)
                {
                    objects.Add(new NewObject(listed.Key, PathIn(folder, listed), FindMediaType(listed.Key)));
                }
                else
                {
                    problems.Add(problem);
                }
            }

            await store.PutAsync(objects, cancellationToken);
            restored += batch.Length;
            if (restored / ReportedEvery > (restored - batch.Length) / ReportedEvery)
            {
                report(string.Create(CultureInfo.InvariantCulture, $"objects: {restored} of {manifest.Objects.Count}"));
            }
        }

        return problems;
    }

    /// <summary>Copies an object into a folder and verifies it.</summary>
    /// <returns>The problem in a sentence, or null.</returns>
    private static Task<string?> FetchAsync(BackupCatalog catalog, ListedObject listed, StagingFolder folder, CancellationToken cancellationToken) => BackupVerification.CompareObjectAsync(
        catalog,
        listed,
        async (content, token) => (await HashedFile.WriteAsync(PathIn(folder, listed), content, token)).File,
        cancellationToken);

    private static string PathIn(StagingFolder folder, ListedObject listed) => folder.File(listed.Key.Replace('/', '_'));

    /// <summary>The media type in the store. No response depends on it, because rows contain the media types.</summary>
    private static string FindMediaType(string key) => ObjectKey.Parse(key)?.Variant.Format?.MediaType() ?? "application/octet-stream";
}
