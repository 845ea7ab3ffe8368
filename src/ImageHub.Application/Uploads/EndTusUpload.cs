using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Cancels a resumable upload (tus 1.0, termination) and deletes its bytes. A file of a batch is listed as failed on the receipt. If the upload has already
/// become an image, the image remains.
/// </summary>
/// <param name="Id">The upload's id.</param>
public sealed record EndTusUpload(Guid Id) : IRequest;

internal sealed class EndTusUploadHandler(IImageHubDb db, UploadCompletion completion, ICaller caller, TimeProvider clock) : IRequestHandler<EndTusUpload>
{
    public async Task<Unit> Handle(EndTusUpload request, CancellationToken cancellationToken)
    {
        var file = await db.FindTusUploadAsync(request.Id, caller, clock, cancellationToken);
        if (file.BatchId is null)
        {
            await db.UploadFiles.Where(row => row.Id == file.Id).ExecuteDeleteAsync(cancellationToken);
        }
        else
        {
            await completion.RefuseAsync([file], new ProblemException(Problems.UploadGone, "The client ended the upload."));
        }

        await completion.DropPartsAsync(cancellationToken);
        return Unit.Value;
    }
}
