using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Deletes outdated upload state: an unfinished file's bytes a day after the last bytes arrived, with its row if the file has no batch; and results of files
/// without a batch, a day after they were recorded.
/// </summary>
/// <remarks>
/// A file of a batch can then be sent again from the start. It fails as expired a week after the announcement or its last bytes. An account keeps at most
/// <see cref="UploadBatch.MaxKeptFiles"/> results of files without a batch.
/// </remarks>
public sealed record PruneUploads : IRequest;

internal sealed class PruneUploadsHandler(IImageHubDb db, UploadCompletion completion, TimeProvider clock) : IRequestHandler<PruneUploads>
{
    private const int Together = 500;

    public async Task<Unit> Handle(PruneUploads request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var (keptSince, awaitedSince) = (now - UploadFile.KeptFor, now - UploadFile.AwaitedFor);
        await db.UploadFiles
            .Where(file => file.BatchId == null && (file.FinishedAt <= keptSince || (file.Status == UploadStatus.Needed && file.TouchedAt <= keptSince)))
            .ExecuteDeleteAsync(cancellationToken);
        await db.AtomicChanges.RemoveSurplusUploadResultsAsync(cancellationToken);
        await ExpireAsync(awaitedSince, cancellationToken);
        await ReleasePartsAsync(keptSince, cancellationToken);
        await completion.DeleteReleasedPartsAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>Releases the stored parts of unfinished files that have received no bytes since the given time.</summary>
    private async Task ReleasePartsAsync(DateTimeOffset keptSince, CancellationToken cancellationToken)
    {
        List<UploadFile> stalled;
        do
        {
            stalled = await db.UploadFiles
                .Where(file => file.Status == UploadStatus.Needed && file.Offset > 0 && file.TouchedAt <= keptSince)
                .OrderBy(file => file.TouchedAt)
                .Take(Together)
                .ToListAsync(cancellationToken);
            foreach (var file in stalled)
            {
                await db.ReleasePartsAsync(file, cancellationToken);
            }
        }
        while (stalled.Count == Together);
    }

    /// <summary>Marks files of batches as failed if they were not sent in time.</summary>
    private async Task ExpireAsync(DateTimeOffset awaitedSince, CancellationToken cancellationToken)
    {
        var never = new ProblemException(Problems.Expired, $"The file was not sent within {UploadFile.AwaitedFor.TotalDays} days.");
        List<UploadFile> expired;
        do
        {
            expired = await db.UploadFiles
                .Where(file => file.Status == UploadStatus.Needed && file.TouchedAt <= awaitedSince)
                .OrderBy(file => file.TouchedAt)
                .Take(Together)
                .ToListAsync(cancellationToken);
            await completion.RefuseAsync(expired, never);
        }
        while (expired.Count == Together);
    }
}
