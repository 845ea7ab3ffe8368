using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using MediatR;

namespace ImageHub.Application.Uploads;

/// <summary>Adds one file to a group.</summary>
/// <param name="GroupId">The group's id; null for the caller's own images.</param>
/// <param name="File">The incoming file.</param>
public sealed record PutImage(Guid? GroupId, IncomingFile File) : IRequest<ImageSummary>, IThrottled
{
    /// <inheritdoc/>
    public Throttle Throttle => Throttle.Uploads;
}

internal sealed class PutImageHandler(IImageHubDb db, UploadPipeline pipeline, ICaller caller) : IRequestHandler<PutImage, ImageSummary>
{
    public async Task<ImageSummary> Handle(PutImage request, CancellationToken cancellationToken)
    {
        var target = await db.FindUploadTargetAsync(request.GroupId, caller, cancellationToken);
        var staged = await pipeline.StageAsync(db, target, request.File, cancellationToken);
        var made = await pipeline.MakeAsync(staged, cancellationToken);
        var image = await pipeline.RecordAsync(target, made);
        return await db.WithAccountAsync(ImageSummary.From(image, await db.FindViewAsync(caller, target.GroupId, cancellationToken)), cancellationToken);
    }
}
