using ImageHub.Application.Database;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Restores an image from the trash.</summary>
/// <param name="Id">The image's id.</param>
public sealed record RestoreImage(Guid Id) : IRequest;

internal sealed class RestoreImageHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<RestoreImage>
{
    public async Task<Unit> Handle(RestoreImage request, CancellationToken cancellationToken)
    {
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], clock, cancellationToken);
        await changes.RestoreAsync(request.Id, cancellationToken);
        await changes.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
