using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Ends one of the caller's own upload batches and deletes its receipt. Images that were created from its files remain. Its other files can no longer be sent.
/// </summary>
/// <param name="Id">The batch's id.</param>
public sealed record DeleteUpload(Guid Id) : IRequest;

internal sealed class DeleteUploadHandler(IImageHubDb db, UploadCompletion completion, ICaller caller) : IRequestHandler<DeleteUpload>
{
    public async Task<Unit> Handle(DeleteUpload request, CancellationToken cancellationToken)
    {
        var uploader = Uploader.ForAccount(caller.UserId!.Value);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            await db.Locks.LockReceiptsAsync(uploader.Id, cancellationToken);
            if (!await db.UploadBatches.SentBy(uploader).AnyAsync(batch => batch.Id == request.Id, cancellationToken))
            {
                throw ProblemException.NotFound("upload");
            }

            await db.RemoveReceiptsAsync([request.Id], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DeleteReleasedPartsAsync(cancellationToken);
        return Unit.Value;
    }
}
