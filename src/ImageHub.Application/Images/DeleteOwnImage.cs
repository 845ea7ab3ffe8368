using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Moves one of the caller's own images to the trash.</summary>
/// <param name="Id">Which image.</param>
public sealed record DeleteOwnImage(Guid Id) : IRequest;

internal sealed class DeleteOwnImageHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<DeleteOwnImage>
{
    public async Task<Unit> Handle(DeleteOwnImage request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], null, clock.Now(), cancellationToken);
        if (changes.Live(request.Id).OwnerId != caller.UserId)
        {
            throw ProblemException.NotFound("image");
        }

        changes.Delete(request.Id);
        await changes.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
