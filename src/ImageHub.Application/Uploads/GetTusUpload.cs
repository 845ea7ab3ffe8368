using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using MediatR;

namespace ImageHub.Application.Uploads;

/// <summary>Gets the state of one of the caller's own resumable uploads.</summary>
/// <param name="Id">The upload's id.</param>
public sealed record GetTusUpload(Guid Id) : IRequest<TusUpload>;

internal sealed class GetTusUploadHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<GetTusUpload, TusUpload>
{
    public async Task<TusUpload> Handle(GetTusUpload request, CancellationToken cancellationToken) =>
        TusUpload.From(await db.FindTusUploadAsync(request.Id, caller, clock, cancellationToken));
}
