using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.ApiKeys;

/// <summary>Revokes a key. This takes effect immediately on all instances, because every request with a key reads the key's row.</summary>
/// <param name="Id">The key's id.</param>
public sealed record DeleteApiKey(Guid Id) : IRequest;

internal sealed class DeleteApiKeyHandler(IImageHubDb db, ICaller caller) : IRequestHandler<DeleteApiKey>
{
    public async Task<Unit> Handle(DeleteApiKey request, CancellationToken cancellationToken)
    {
        if (await db.ApiKeys.ManagedBy(caller).Where(key => key.Id == request.Id).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            throw ProblemException.NotFound("API key");
        }

        return Unit.Value;
    }
}
