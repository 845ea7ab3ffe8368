using ImageHub.Application.Backups;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Upgrades;

/// <summary>Writes a backup of the database without objects before its schema is updated. <c>restore</c> restores it.</summary>
/// <param name="Folder">The folder for such backups, which keeps the newest ones.</param>
public sealed record SnapshotDatabase(string Folder) : IRequest<string>;

internal sealed class SnapshotDatabaseHandler(IDatabaseDump database, IBackupPlaces places, IOptions<BackupOptions> options, TimeProvider clock) : IRequestHandler<SnapshotDatabase, string>
{
    /// <summary>The number of backups that the folder keeps.</summary>
    private const int Kept = 3;

    /// <summary>Returns the path of the backup.</summary>
    public async Task<string> Handle(SnapshotDatabase request, CancellationToken cancellationToken)
    {
        using var signer = ManifestKey.Read(options.Value.SigningKey);
        using var place = places.Open(request.Folder);
        var catalog = new BackupCatalog(place);
        await using var held = await catalog.BeginAsync(cancellationToken);
        var (backup, at) = await catalog.CreateAsync(clock, cancellationToken);
        var (migration, tables) = await database.WriteAsync(
            (table, content) => catalog.WriteAsync(BackupCatalog.TableName(backup, table), content, cancellationToken), _ => Task.CompletedTask, cancellationToken);
        var list = await catalog.WriteAsync(BackupCatalog.ListName(backup), Stream.Null, cancellationToken);
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, BackupManifest.ProgramVersion, migration, at, tables, new BackupObjects(0, 0, list), [], SigningKey: null)
        {
            IsDatabaseOnly = true,
        };
        await catalog.FinishAsync(backup, manifest, signer is { CanSign: true } ? signer : null, held, cancellationToken);

        // A renamed backup is kept, and so is one whose name is a time in the future, for example because of a wrong clock.
        var earlier = (await catalog.ListAsync(cancellationToken)).Where(other => other.At < at && other.Name != backup).ToArray();
        foreach (var (name, _) in earlier.SkipLast(Kept - 1))
        {
            await catalog.DeleteAsync(name, cancellationToken);
        }

        return catalog.Describe(backup);
    }
}
