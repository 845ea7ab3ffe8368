using System.Linq.Expressions;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.ApiKeys;
using MediatR;

namespace ImageHub.Application.ApiKeys;

/// <summary>The keys of all admins, the newest first. One that has expired stays on the list until it is revoked.</summary>
public sealed record ListApiKeys : PageQuery, IRequest<Page<ApiKeyResponse>>;

/// <summary>A key, without the text that opens anything.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Scopes">What it is for.</param>
/// <param name="ExpiresAt">When it stops working; null: when it is revoked.</param>
/// <param name="LastUsedAt">When it was last used, to within an hour; null: never.</param>
public sealed record ApiKeyResponse(
    Guid Id,
    string Name,
    IReadOnlyList<KeyScope> Scopes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt);

internal sealed class ListApiKeysValidator : PageQueryValidator<ListApiKeys>;

internal sealed class ListApiKeysHandler(IImageHubDb db) : IRequestHandler<ListApiKeys, Page<ApiKeyResponse>>
{
    private static readonly Keyset<ApiKey> Order = Keyset<ApiKey>.By("createdAt", key => key.CreatedAt, key => key.Id, descending: true);

    /// <summary>A row as it travels.</summary>
    public static readonly Expression<Func<ApiKey, ApiKeyResponse>> Response = key => new ApiKeyResponse(key.Id, key.Name, key.Scopes, key.ExpiresAt, key.LastUsedAt);

    public Task<Page<ApiKeyResponse>> Handle(ListApiKeys request, CancellationToken cancellationToken) => db.ApiKeys.ListAsync(
        request, Order, Response, cancellationToken);
}
