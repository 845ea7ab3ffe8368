using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>Ends a resumable upload (tus 1.0, termination): its bytes go. A file of a batch stays on the receipt, as failed; an image that exists stays.</summary>
/// <param name="Id">Which upload.</param>
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
