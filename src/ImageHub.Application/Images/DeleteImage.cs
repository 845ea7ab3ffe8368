using ImageHub.Application.Database;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Moves an image to the trash.</summary>
/// <param name="Id">Which image.</param>
public sealed record DeleteImage(Guid Id) : IRequest;

internal sealed class DeleteImageHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<DeleteImage>
{
    public async Task<Unit> Handle(DeleteImage request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], null, clock.Now(), cancellationToken);
        changes.Delete(request.Id);
        await changes.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
