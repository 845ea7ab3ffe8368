using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Transforms;

/// <summary>Deletes a key that signs addresses of transforms. The addresses that it has signed stop working within a second on every instance.</summary>
/// <param name="Id">The key's id.</param>
public sealed record DeleteTransformKey(Guid Id) : IRequest;

internal sealed class DeleteTransformKeyHandler(IImageHubDb db) : IRequestHandler<DeleteTransformKey>
{
    public async Task<Unit> Handle(DeleteTransformKey request, CancellationToken cancellationToken)
    {
        if (await db.TransformKeys.Where(key => key.Id == request.Id).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            throw ProblemException.NotFound("key for transforms");
        }

        return Unit.Value;
    }
}
