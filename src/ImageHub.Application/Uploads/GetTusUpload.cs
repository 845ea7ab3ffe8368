using ImageHub.Application.Choices;
using ImageHub.Application.Database;
using ImageHub.Application.GuestUploads;
using MediatR;

namespace ImageHub.Application.Uploads;

/// <summary>Gets the state of one of the caller's own resumable uploads.</summary>
/// <param name="Id">The upload's id.</param>
public sealed record GetTusUpload(Guid Id) : IRequest<TusUpload>
{
    internal GuestVisit? Visit { get; init; }

    /// <summary>Returns a copy of this request for a guest of a link.</summary>
    public GetTusUpload WithVisit(GuestVisit visit) => this with { Visit = visit };
}

internal sealed class GetTusUploadHandler(IImageHubDb db, Uploaders uploaders, TimeProvider clock) : IRequestHandler<GetTusUpload, TusUpload>
{
    public async Task<TusUpload> Handle(GetTusUpload request, CancellationToken cancellationToken) =>
        TusUpload.From(await db.FindTusUploadAsync(request.Id, await uploaders.FindAsync(request.Visit, cancellationToken), clock, cancellationToken));
}
