using ImageHub.Application.Database;
using MediatR;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.WebDav;

/// <summary>Protects what is at the address of an upload that has failed. Errors are logged, because the client needs the error of the upload.</summary>
/// <param name="Path">The address.</param>
/// <param name="IsKnown">Whether the client knows what is at the address, because a condition with an entity tag failed.</param>
public sealed record RecordFailedUpload(DavPath Path, bool IsKnown) : IRequest;

internal sealed class RecordFailedUploadHandler(IImageHubDb db, DavProtection protection, ILogger<RecordFailedUpload> logger) : IRequestHandler<RecordFailedUpload>
{
    public async Task<Unit> Handle(RecordFailedUpload request, CancellationToken cancellationToken)
    {
        // The failed upload may have left entities that must not be saved.
        db.ChangeTracker.Clear();
        try
        {
            await (request.IsKnown ? protection.EndAsync() : protection.FailAsync(request.Path));
        }
        catch (Exception exception)
        {
            logger.LogWarning(DatabaseOutage.ForLog(exception), "The failed upload to an address of WebDAV was not recorded: {Reason}", DatabaseOutage.FindReason(exception));
        }

        return Unit.Value;
    }
}
