using System.Globalization;
using System.Reflection;
using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;

namespace ImageHub.Application.Backups;

/// <summary>Makes a backup while the server runs. For operators with access to the server; no route sends this request.</summary>
/// <param name="Folder">The folder with backups; it is created if it is missing.</param>
/// <param name="IsDryRun">Whether to write nothing and only count.</param>
/// <param name="Report">Receives lines about the progress.</param>
public sealed record MakeBackup(string Folder, bool IsDryRun, Action<string> Report) : IRequest<MadeBackup>;

/// <summary>The result of a backup.</summary>
/// <param name="Path">The folder of the backup; null after a dry run.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Objects">The number of objects.</param>
/// <param name="CopiedObjects">The number of objects that no earlier backup had.</param>
/// <param name="CopiedBytes">The sum of their sizes.</param>
/// <param name="MissingKeys">The keys of objects that the store has lost.</param>
public sealed record MadeBackup(string? Path, long Rows, long Objects, long CopiedObjects, long CopiedBytes, IReadOnlyList<string> MissingKeys)
{
    /// <summary>The path of the key of the data directory; null if the backup has none.</summary>
    public string? KeyPath { get; init; }
}

internal sealed class MakeBackupHandler(IDatabaseDump database, IImageHubDb current, IObjectStore store, IDataDirectoryKey key, TimeProvider clock) : IRequestHandler<MakeBackup, MadeBackup>
{
    /// <summary>The number of snapshots after which objects that are deleted meanwhile are reported as missing.</summary>
    private const int MaxSnapshots = 5;

    private const int ReportedEvery = 10_000;

    public async Task<MadeBackup> Handle(MakeBackup request, CancellationToken cancellationToken)
    {
        var folder = new BackupFolder(request.Folder);
        if (request.IsDryRun)
        {
            return await CountAsync(folder, cancellationToken);
        }

        using var held = folder.Begin();
        var missing = new HashSet<string>(StringComparer.Ordinal);
        var (copied, copiedBytes) = (0L, 0L);
        for (var snapshot = 1; ; snapshot++)
        {
            var at = clock.GetUtcNow();
            var backup = folder.Create(at);
            var needed = BackupFolder.ListPath(backup) + ".needed";
            var (migration, tables) = await database.WriteAsync(table => BackupFolder.TablePath(backup, table), db => WriteNeededAsync(db, needed, cancellationToken), cancellationToken);
            request.Report(string.Create(CultureInfo.InvariantCulture, $"database: {tables.Sum(table => table.Rows)} rows in {tables.Count} tables"));

            var now = new HashSet<string>(StringComparer.Ordinal);
            var (objects, bytes) = (0L, 0L);
            await using (var list = new StreamWriter(PrivateFile.Create(BackupFolder.ListPath(backup))))
            {
                await foreach (var (objectKey, length) in ReadNeededAsync(needed, cancellationToken))
                {
                    var listed = folder.FindObject(objectKey, length);
                    if (listed is null && (listed = await TryCopyAsync(folder, objectKey, length, cancellationToken)) is not null)
                    {
                        (copied, copiedBytes) = (copied + 1, copiedBytes + listed.Bytes);
                    }

                    if (listed is null)
                    {
                        now.Add(objectKey);
                        continue;
                    }

                    await list.WriteLineAsync(listed.ToString().AsMemory(), cancellationToken);
                    (objects, bytes) = (objects + 1, bytes + listed.Bytes);
                    if (objects % ReportedEvery == 0)
                    {
                        request.Report(string.Create(CultureInfo.InvariantCulture, $"objects: {objects}, {copied} of them copied"));
                    }
                }
            }

            File.Delete(needed);
            if (now.Count > 0 && snapshot < MaxSnapshots && !now.SetEquals(missing))
            {
                // Objects that were deleted with their image meanwhile are not in the next snapshot. Lost objects are in both.
                missing = now;
                Directory.Delete(backup, recursive: true);
                continue;
            }

            var signingKey = await CopyKeyAsync(backup, cancellationToken);
            var listFile = (await HashedFile.ReadAsync(BackupFolder.ListPath(backup), cancellationToken))!;
            var manifest = new BackupManifest(
                BackupManifest.CurrentFormat, ProgramVersion, migration, at, tables, new BackupObjects(objects, bytes, listFile), [.. now.Order(StringComparer.Ordinal)], signingKey);
            var path = await BackupFolder.FinishAsync(backup, manifest, cancellationToken);
            return new MadeBackup(path, tables.Sum(table => table.Rows), objects, copied, copiedBytes, manifest.MissingKeys) { KeyPath = signingKey is null ? null : BackupFolder.KeyPath(path) };
        }
    }

    private static string ProgramVersion => typeof(MakeBackup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private async Task<MadeBackup> CountAsync(BackupFolder folder, CancellationToken cancellationToken)
    {
        var (objects, copied, bytes) = (0L, 0L, 0L);
        await foreach (var (objectKey, length) in NeededObjects.FindAsync(current).WithCancellation(cancellationToken))
        {
            objects++;
            if (folder.FindObject(objectKey, length) is null)
            {
                (copied, bytes) = (copied + 1, bytes + length);
            }
        }

        return new MadeBackup(Path: null, Rows: 0, objects, copied, bytes, []);
    }

    private async Task<ListedObject?> TryCopyAsync(BackupFolder folder, string objectKey, long bytes, CancellationToken cancellationToken)
    {
        await using var content = store.OpenRead(objectKey, bytes);
        try
        {
            return await folder.AddObjectAsync(objectKey, content, cancellationToken);
        }
        catch (LostObjectException)
        {
            return null;
        }
    }

    private async Task<BackupFile?> CopyKeyAsync(string backup, CancellationToken cancellationToken)
    {
        if (!File.Exists(key.Path))
        {
            return null;
        }

        await using var file = File.OpenRead(key.Path!);
        return await HashedFile.WriteAsync(BackupFolder.KeyPath(backup), file, cancellationToken);
    }

    /// <summary>Writes the keys of the snapshot to a file, because the snapshot must not last as long as copying the objects.</summary>
    private static async Task WriteNeededAsync(IImageHubDb db, string path, CancellationToken cancellationToken)
    {
        await using var file = new StreamWriter(PrivateFile.Create(path));
        await foreach (var (objectKey, bytes) in NeededObjects.FindAsync(db).WithCancellation(cancellationToken))
        {
            await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{objectKey} {bytes}").AsMemory(), cancellationToken);
        }
    }

    private static async IAsyncEnumerable<(string Key, long Bytes)> ReadNeededAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            yield return (line[..space], long.Parse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }
}
