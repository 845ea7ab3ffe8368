using ImageHub.Application.Database;
using ImageHub.Domain.OneDrive;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Imports;

/// <summary>The progress of an import.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Done">The number of files with a result.</param>
/// <param name="Total">The number of files found so far; it grows until all folders are listed.</param>
/// <param name="Uploaded">The number of new images.</param>
/// <param name="Skipped">The number of files whose content already existed in the group.</param>
/// <param name="Failed">The number of files that could not be imported, including sidecars of imported photos.</param>
/// <param name="Failures">The first 100 failures, by file name.</param>
/// <param name="Error">The error that ended the whole import, or null.</param>
public sealed record ImportResponse(
    Guid Id,
    ImportState State,
    int Done,
    int Total,
    int Uploaded,
    int Skipped,
    int Failed,
    IReadOnlyList<ImportFailure> Failures,
    string? Error = null);

/// <summary>A file, a folder or the sidecar of an imported photo that could not be imported.</summary>
/// <param name="FileName">The name of the file or folder; for a selected item that does not exist, the item's id.</param>
/// <param name="Code">The error code.</param>
/// <param name="Error">The error message.</param>
public sealed record ImportFailure(string FileName, string Code, string Error);

/// <summary>Reads imports.</summary>
internal static class ImportResponses
{
    private const int MaxFailures = 100;

    /// <summary>Finds an import with its counts, or null.</summary>
    public static async Task<ImportResponse?> FindImportAsync(this IImageHubDb db, Guid id, CancellationToken cancellationToken)
    {
        // The import is read before its files. If the import has ended, all files then have their results.
        if (await db.Imports.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } import)
        {
            return null;
        }

        var files = db.ImportFiles.Where(file => file.ImportId == id);
        var counts = await files
            .GroupBy(file => file.Result)
            .Select(result => new { result.Key, Count = result.Count(), Refused = result.Count(file => file.Code != null) })
            .ToDictionaryAsync(result => result.Key, cancellationToken);

        // An unreadable sidecar of an uploaded photo counts as a separate file.
        var (uploaded, skipped, sidecars) = (Count(ImportResult.Uploaded), Count(ImportResult.Skipped), counts.GetValueOrDefault(ImportResult.Uploaded)?.Refused ?? 0);
        var failed = Count(ImportResult.Failed) + sidecars;
        var failures = failed > 0
            ? await files
                .Where(file => file.Result == ImportResult.Failed || (file.Result == ImportResult.Uploaded && file.Code != null))
                .Select(file => new { Name = file.Result == ImportResult.Failed ? file.Name : file.SidecarName!, file.Id, file.Code, file.Error })
                .OrderBy(file => file.Name)
                .ThenBy(file => file.Id)
                .Take(MaxFailures)
                .Select(file => new ImportFailure(file.Name, file.Code!, file.Error!))
                .ToListAsync(cancellationToken)
            : [];
        return new ImportResponse(
            id, import.State, uploaded + skipped + failed, counts.Values.Sum(result => result.Count) + sidecars, uploaded, skipped, failed, failures, import.Error);

        int Count(ImportResult result) => counts.GetValueOrDefault(result)?.Count ?? 0;
    }
}
