using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.ApiKeys;

/// <summary>Gets an API key's metadata, without the key itself.</summary>
/// <param name="Id">The key's id.</param>
public sealed record GetApiKey(Guid Id) : IRequest<ApiKeyResponse>;

internal sealed class GetApiKeyHandler(IImageHubDb db, ICaller caller) : IRequestHandler<GetApiKey, ApiKeyResponse>
{
    public async Task<ApiKeyResponse> Handle(GetApiKey request, CancellationToken cancellationToken) =>
        await db.ApiKeys.ManagedBy(caller).Where(key => key.Id == request.Id).Select(ListApiKeysHandler.Response(db)).SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("API key");
}
