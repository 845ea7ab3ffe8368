using MediatR;

namespace ImageHub.Application.WebDav;

/// <summary>Records that an upload has failed, if its address is that of an image.</summary>
/// <param name="Path">The address.</param>
public sealed record RecordFailedUpload(DavPath Path) : IRequest;

internal sealed class RecordFailedUploadHandler(DavTree tree, DavFailures failures) : IRequestHandler<RecordFailedUpload>
{
    public async Task<Unit> Handle(RecordFailedUpload request, CancellationToken cancellationToken)
    {
        if ((await tree.FindAsync(request.Path, cancellationToken)).Resource is { File.ImageId: not null })
        {
            await failures.RecordAsync(request.Path, cancellationToken);
        }

        return Unit.Value;
    }
}
