using ImageHub.Application.Database;
using ImageHub.Domain.OneDrive;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.OneDrive;

/// <summary>How far an import is.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Done">Files that have a result.</param>
/// <param name="Total">Files found so far: it grows until all folders are listed.</param>
/// <param name="Uploaded">Files that are new images.</param>
/// <param name="Skipped">Files whose bytes were in the group already.</param>
/// <param name="Failed">Files that could not be taken.</param>
/// <param name="Failures">Why these could not be taken: the first 100, by name.</param>
/// <param name="Error">Why the import as a whole failed; null where it has not.</param>
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

/// <summary>A file that could not be taken.</summary>
/// <param name="FileName">Its name, or its id where there is no such item.</param>
/// <param name="Code">The reason, as a code.</param>
/// <param name="Error">The reason, as text.</param>
public sealed record ImportFailure(string FileName, string Code, string Error);

/// <summary>Reads imports.</summary>
internal static class ImportResponses
{
    private const int MaxFailures = 100;

    /// <summary>An import with its counts; null when there is none.</summary>
    public static async Task<ImportResponse?> FindImportAsync(this IImageHubDb db, Guid id, CancellationToken cancellationToken)
    {
        // Before the files: an import that is over has all its results.
        if (await db.Imports.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } import)
        {
            return null;
        }

        var files = db.ImportFiles.Where(file => file.ImportId == id);
        var counts = await files
            .GroupBy(file => file.Result)
            .Select(result => new { result.Key, Count = result.Count() })
            .ToDictionaryAsync(result => result.Key, result => result.Count, cancellationToken);
        var failures = counts.ContainsKey(ImportResult.Failed)
            ? await files
                .Where(file => file.Result == ImportResult.Failed)
                .OrderBy(file => file.Name)
                .ThenBy(file => file.Id)
                .Take(MaxFailures)
                .Select(file => new ImportFailure(file.Name, file.Code!, file.Error!))
                .ToListAsync(cancellationToken)
            : [];
        var (uploaded, skipped, failed) = (Count(ImportResult.Uploaded), Count(ImportResult.Skipped), Count(ImportResult.Failed));
        return new ImportResponse(id, import.State, uploaded + skipped + failed, counts.Values.Sum(), uploaded, skipped, failed, failures, import.Error);

        int Count(ImportResult result) => counts.GetValueOrDefault(result);
    }
}
