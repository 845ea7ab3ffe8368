using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Moves an image to the trash. Admins and editors may delete any image, users their own.</summary>
/// <param name="Id">The image's id.</param>
public sealed record DeleteImage(Guid Id) : IRequest;

internal sealed class DeleteImageHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<DeleteImage>
{
    public async Task<Unit> Handle(DeleteImage request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], clock, cancellationToken);
        if (!caller.IsCurator && changes.Live(request.Id).OwnerId != caller.UserId)
        {
            throw ProblemException.NotFound("image");
        }

        changes.Delete(request.Id);
        await changes.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
