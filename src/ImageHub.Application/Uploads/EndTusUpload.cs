using ImageHub.Application.Choices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.GuestUploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Cancels a resumable upload (tus 1.0, termination) and deletes its bytes. A file of a batch is listed as failed on the receipt. If the upload has already
/// become an image, the image remains.
/// </summary>
/// <param name="Id">The upload's id.</param>
public sealed record EndTusUpload(Guid Id) : IRequest
{
    internal GuestVisit? Visit { get; init; }

    /// <summary>Returns a copy of this request for a guest of a link.</summary>
    public EndTusUpload WithVisit(GuestVisit visit) => this with { Visit = visit };
}

internal sealed class EndTusUploadHandler(IImageHubDb db, UploadCompletion completion, Uploaders uploaders, TimeProvider clock) : IRequestHandler<EndTusUpload>
{
    public async Task<Unit> Handle(EndTusUpload request, CancellationToken cancellationToken)
    {
        var uploader = await uploaders.FindAsync(request.Visit, cancellationToken);
        var file = await db.FindTusUploadAsync(request.Id, uploader, clock, cancellationToken);
        if (file.BatchId is null)
        {
            await db.UploadFiles.Where(row => row.Id == file.Id).ExecuteDeleteAsync(cancellationToken);
        }
        else
        {
            await completion.RefuseAsync([file], new ProblemException(Problems.UploadGone, "The client ended the upload."));
        }

        await completion.DeleteReleasedPartsAsync(cancellationToken);
        return Unit.Value;
    }
}
