using System.Globalization;

namespace ImageHub.Application.Backups;

/// <summary>Compares a backup's files with its manifest.</summary>
public static class BackupVerification
{
    private const int ReportedEvery = 10_000;

    /// <summary>Verifies the newest backup in a folder, or the backup that the path names.</summary>
    /// <param name="source">The path.</param>
    /// <param name="isDryRun">Whether to compare only the sizes of objects instead of reading them.</param>
    /// <param name="report">Receives lines about the progress.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="BackupException">There is no backup, or its manifest cannot be read.</exception>
    public static async Task<VerifiedBackup> RunAsync(string source, bool isDryRun, Action<string> report, CancellationToken cancellationToken)
    {
        var (folder, backup) = BackupFolder.Find(source);
        var manifest = await BackupFolder.ReadManifestAsync(backup, cancellationToken);
        var problems = new List<string>();
        foreach (var table in manifest.Tables)
        {
            await CompareAsync(BackupFolder.TablePath(backup, table.Name), table.File);
        }

        if (manifest.SigningKey is { } key)
        {
            await CompareAsync(BackupFolder.KeyPath(backup), key);
        }

        if (await CompareAsync(BackupFolder.ListPath(backup), manifest.Objects.List))
        {
            var objects = 0L;
            await foreach (var listed in BackupFolder.ReadObjectsAsync(backup, cancellationToken))
            {
                var path = folder.PathOf(listed);
                if (isDryRun)
                {
                    var file = new FileInfo(path);
                    Note(path, file.Exists ? file.Length == listed.Bytes : null);
                }
                else
                {
                    await CompareAsync(path, new BackupFile(listed.Bytes, listed.Sha256));
                }

                if (++objects % ReportedEvery == 0)
                {
                    report(string.Create(CultureInfo.InvariantCulture, $"objects: {objects} of {manifest.Objects.Count}"));
                }
            }
        }

        return new VerifiedBackup(backup, manifest, problems);

        async Task<bool> CompareAsync(string path, BackupFile expected)
        {
            var file = await HashedFile.ReadAsync(path, cancellationToken);
            return Note(path, file is null ? null : file == expected);
        }

        bool Note(string path, bool? isEqual)
        {
            if (isEqual != true)
            {
                problems.Add(isEqual is null ? $"'{path}' is missing." : $"'{path}' is damaged: it does not match the manifest.");
            }

            return isEqual == true;
        }
    }
}

/// <summary>The result of a verification.</summary>
/// <param name="Path">The backup's folder.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Problems">The files that are missing or damaged, each in a sentence.</param>
public sealed record VerifiedBackup(string Path, BackupManifest Manifest, IReadOnlyList<string> Problems);
