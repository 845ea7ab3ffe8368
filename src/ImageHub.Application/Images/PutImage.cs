using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Adds one file to a group.</summary>
/// <param name="GroupId">Which group.</param>
/// <param name="File">The file as it arrives.</param>
public sealed record PutImage(Guid GroupId, IncomingFile File) : IRequest<ImageSummary>, IThrottled
{
    /// <inheritdoc/>
    public Throttle Throttle => Throttle.Uploads;
}

/// <summary>Adds one file to the caller's own images.</summary>
/// <param name="File">The file as it arrives.</param>
public sealed record PutOwnImage(IncomingFile File) : IRequest<OwnedImage>, IThrottled
{
    /// <inheritdoc/>
    public Throttle Throttle => Throttle.Uploads;
}

internal sealed class PutImageHandler(IImageHubDb db, UploadPipeline pipeline, ICaller caller)
    : IRequestHandler<PutImage, ImageSummary>, IRequestHandler<PutOwnImage, OwnedImage>
{
    public async Task<ImageSummary> Handle(PutImage request, CancellationToken cancellationToken)
    {
        if (!await db.Groups.AnyAsync(group => group.Id == request.GroupId && group.DeletedAt == null, cancellationToken))
        {
            throw ProblemException.NotFound("group");
        }

        return ImageSummary.Of(await AddAsync(Destination.Group(request.GroupId), request.File, cancellationToken));
    }

    public async Task<OwnedImage> Handle(PutOwnImage request, CancellationToken cancellationToken)
    {
        var userId = caller.UserId!.Value;
        var image = await AddAsync(Destination.Owner(userId), request.File, cancellationToken);
        return OwnedImage.Of(image, await db.OwnerAsync(userId, cancellationToken));
    }

    private async Task<Image> AddAsync(Destination destination, IncomingFile file, CancellationToken cancellationToken)
    {
        var staged = await pipeline.StageAsync(db, destination, file, cancellationToken);
        var made = await pipeline.MakeAsync(staged, cancellationToken);
        return await pipeline.RecordAsync(db, destination, made, cancellationToken);
    }
}
