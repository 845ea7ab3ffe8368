using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using MediatR;

namespace ImageHub.Application.WebDav;

/// <summary>Records that an upload has failed, if its key has the scope <c>admin</c> and an image exists at the address.</summary>
/// <param name="Path">The address.</param>
public sealed record RecordFailedUpload(DavPath Path) : IRequest;

internal sealed class RecordFailedUploadHandler(IImageHubDb db, DavTree tree, DavFailures failures, ICaller caller) : IRequestHandler<RecordFailedUpload>
{
    public async Task<Unit> Handle(RecordFailedUpload request, CancellationToken cancellationToken)
    {
        // The failed upload may have left entities that must not be saved.
        db.ChangeTracker.Clear();

        // Keys with the scope 'upload' delete no images.
        if (caller.IsAdmin && (await tree.FindAsync(request.Path, cancellationToken)).Resource is { File.ImageId: not null })
        {
            await failures.RecordAsync(request.Path, cancellationToken);
        }

        return Unit.Value;
    }
}
