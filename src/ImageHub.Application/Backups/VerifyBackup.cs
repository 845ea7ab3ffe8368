using System.Globalization;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Backups;

/// <summary>Compares the newest backup in a place, or the named backup, with its manifest. Needs neither a database nor a store.</summary>
/// <param name="Source">The place, whose newest backup is verified, or one backup.</param>
/// <param name="PublicKey">The path of the key that must have signed the backup; null for the key in the settings.</param>
/// <param name="IsDryRun">Whether to compare only the sizes of objects instead of reading them.</param>
/// <param name="Report">Receives lines about the progress.</param>
public sealed record VerifyBackup(string Source, string? PublicKey, bool IsDryRun, Action<string> Report) : IRequest<VerifiedBackup>;

/// <summary>The result of a verification.</summary>
/// <param name="Path">The path or address of the backup.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Problems">The files that are missing or damaged, each in a sentence.</param>
/// <param name="CanBeRestored">Whether all files except objects are undamaged.</param>
public sealed record VerifiedBackup(string Path, BackupManifest Manifest, IReadOnlyList<string> Problems, bool CanBeRestored);

internal sealed class VerifyBackupHandler(IBackupPlaces places, IOptions<BackupOptions> options, TimeProvider clock) : IRequestHandler<VerifyBackup, VerifiedBackup>
{
    public async Task<VerifiedBackup> Handle(VerifyBackup request, CancellationToken cancellationToken)
    {
        using var key = ManifestKey.Read(request.PublicKey ?? options.Value.SigningKey);
        var (catalog, backup) = await BackupCatalog.FindAsync(places, request.Source, clock.GetUtcNow(), cancellationToken);
        using var place = catalog.Place;
        await using var held = await place.LockAsync(BackupUse.Reading, cancellationToken);
        var verified = await BackupVerification.RunAsync(catalog, backup, key, request.IsDryRun, request.Report, cancellationToken);
        await held.ThrowIfLostAsync(cancellationToken);
        return verified;
    }
}

/// <summary>Compares a backup's files with its manifest.</summary>
internal static class BackupVerification
{
    private const int ReportedEvery = 10_000;

    /// <summary>Verifies a backup. The caller holds the lock for reading.</summary>
    /// <exception cref="BackupException">The manifest cannot be read.</exception>
    public static async Task<VerifiedBackup> RunAsync(BackupCatalog catalog, string backup, ManifestKey? signer, bool isDryRun, Action<string> report, CancellationToken cancellationToken)
    {
        var manifest = await catalog.ReadManifestAsync(backup, signer, cancellationToken);
        var problems = new List<string>();
        foreach (var table in manifest.Tables)
        {
            await NoteAsync(BackupCatalog.TableName(backup, table.Name), table.File);
        }

        if (manifest.SigningKey is { } key)
        {
            await NoteAsync(BackupCatalog.KeyName(backup), key);
        }

        if (manifest.EncryptedKey is { } encrypted)
        {
            await NoteAsync(BackupCatalog.EncryptedKeyName(backup), encrypted);
        }

        var hasList = await NoteAsync(BackupCatalog.ListName(backup), manifest.Objects.List);
        var canBeRestored = problems.Count == 0;
        if (hasList)
        {
            var objects = 0L;
            var found = catalog.ReadObjectsAsync(backup, manifest.Objects.List, cancellationToken)
                .SelectInOrderAsync((listed, token) => isDryRun ? CompareSizeAsync(catalog, listed, token) : CompareObjectAsync(catalog, listed, HashedFile.ReadAsync, token), cancellationToken);
            await foreach (var problem in found)
            {
                if (problem is not null)
                {
                    problems.Add(problem);
                }

                if (++objects % ReportedEvery == 0)
                {
                    report(string.Create(CultureInfo.InvariantCulture, $"objects: {objects} of {manifest.Objects.Count}"));
                }
            }
        }

        return new VerifiedBackup(catalog.Describe(backup), manifest, problems, canBeRestored);

        async Task<bool> NoteAsync(string name, BackupFile expected)
        {
            if (await CompareAsync(catalog, name, expected, HashedFile.ReadAsync, cancellationToken) is { } problem)
            {
                problems.Add(problem);
                return false;
            }

            return true;
        }
    }

    /// <summary>
    /// Compares an object's file with its size and checksum. Marks a damaged file in the backup, so that the next backup copies the object again. The backup can
    /// be on a medium that cannot be written to.
    /// </summary>
    /// <param name="catalog">The backup's place.</param>
    /// <param name="listed">The object.</param>
    /// <param name="readAsync">Reads the file to its end.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The problem in a sentence, or null.</returns>
    public static async Task<string?> CompareObjectAsync(BackupCatalog catalog, ListedObject listed, Func<Stream, CancellationToken, Task<BackupFile>> readAsync, CancellationToken cancellationToken)
    {
        var name = BackupCatalog.ObjectName(listed);
        var problem = await CompareAsync(catalog, name, new BackupFile(listed.Bytes, listed.Sha256), readAsync, cancellationToken);
        if (problem is null || await catalog.Place.FindLengthAsync(name, cancellationToken) is null)
        {
            return problem;
        }

        try
        {
            await catalog.NoteDamageAsync(listed, cancellationToken);
            return problem;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ProblemException)
        {
            return $"{problem} It cannot be marked as damaged ({refused.Message}). Make the place writable and run 'verify' again; until then, 'backup' does not copy this object again.";
        }
    }

    private static async Task<string?> CompareSizeAsync(BackupCatalog catalog, ListedObject listed, CancellationToken cancellationToken)
    {
        var name = BackupCatalog.ObjectName(listed);
        var bytes = await catalog.Place.FindLengthAsync(name, cancellationToken);
        return bytes == listed.Bytes ? null : Describe(catalog, name, isMissing: bytes is null);
    }

    private static async Task<string?> CompareAsync(
        BackupCatalog catalog, string name, BackupFile expected, Func<Stream, CancellationToken, Task<BackupFile>> readAsync, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await catalog.Place.OpenAsync(name, cancellationToken);
            return content is not null && await readAsync(content, cancellationToken) == expected ? null : Describe(catalog, name, isMissing: content is null);
        }
        catch (DamagedBackupException unreadable)
        {
            return unreadable.Message;
        }
    }

    private static string Describe(BackupCatalog catalog, string name, bool isMissing) =>
        $"'{catalog.Place.Describe(name)}' is {(isMissing ? "missing." : "damaged: it does not match the manifest.")}";
}
