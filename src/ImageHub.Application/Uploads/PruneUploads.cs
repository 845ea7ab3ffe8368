using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Deletes the bytes of unfinished files a day after the last bytes arrived. Files without a batch are also deleted; files of a batch fail as expired after a
/// week. Results of files without a batch are kept for a day, at most <see cref="UploadBatch.MaxKeptFiles"/> per account.
/// </summary>
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
        await ForgetPartsAsync(keptSince, cancellationToken);
        await completion.DropPartsAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>Releases the bytes of unfinished files to which nothing was added for a long time.</summary>
    private async Task ForgetPartsAsync(DateTimeOffset keptSince, CancellationToken cancellationToken)
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
                await db.ForgetPartsAsync(file, cancellationToken);
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
