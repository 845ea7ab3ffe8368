using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Adds one file to a group.</summary>
/// <param name="GroupId">Which group.</param>
/// <param name="File">The file as it arrives.</param>
public sealed record PutImage(Guid GroupId, IncomingFile File) : IRequest<ImageSummary>;

internal sealed class PutImageHandler(IImageHubDb db, UploadPipeline pipeline) : IRequestHandler<PutImage, ImageSummary>
{
    public async Task<ImageSummary> Handle(PutImage request, CancellationToken cancellationToken)
    {
        if (!await db.Groups.AnyAsync(group => group.Id == request.GroupId && group.DeletedAt == null, cancellationToken))
        {
            throw ProblemException.NotFound("group");
        }

        var staged = await pipeline.StageAsync(db, request.GroupId, request.File, cancellationToken);
        var made = await pipeline.MakeAsync(staged, cancellationToken);
        return ImageSummary.Of(await pipeline.RecordAsync(db, request.GroupId, made, cancellationToken));
    }
}
