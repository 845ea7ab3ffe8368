using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Moves an image to the trash. Admins and editors may delete any image, contributors the images that they have added, users their own.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="IsOwn">Whether the image must be one of the caller's own images. Other images are then not found.</param>
public sealed record DeleteImage(Guid Id, bool IsOwn = false) : IRequest;

internal sealed class DeleteImageHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<DeleteImage>
{
    public async Task<Unit> Handle(DeleteImage request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], clock, cancellationToken);
        var image = changes.Live(request.Id);
        if (!request.IsOwn)
        {
            await db.EnsureMayEditAsync(caller, image, cancellationToken);
        }
        else if (image.OwnerId != caller.UserId)
        {
            throw ProblemException.NotFound("image");
        }

        changes.Delete(request.Id);
        await changes.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
