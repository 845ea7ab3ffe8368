using System.Linq.Expressions;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.ApiKeys;
using MediatR;

namespace ImageHub.Application.ApiKeys;

/// <summary>Lists the caller's own keys, newest first; for admins, all keys. Expired keys remain listed until they are revoked.</summary>
public sealed record ListApiKeys : PageQuery, IRequest<Page<ApiKeyResponse>>;

/// <summary>An API key's metadata, without the key itself.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">The name.</param>
/// <param name="Scopes">The scopes.</param>
/// <param name="ExpiresAt">When the key expires; null if it works until it is revoked.</param>
/// <param name="LastUsedAt">When the key was last used, to within a minute; null if never.</param>
/// <param name="UserName">The account for which the key acts.</param>
public sealed record ApiKeyResponse(
    Guid Id,
    string Name,
    IReadOnlyList<KeyScope> Scopes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string UserName);

internal sealed class ListApiKeysValidator : PageQueryValidator<ListApiKeys>;

internal sealed class ListApiKeysHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListApiKeys, Page<ApiKeyResponse>>
{
    private static readonly Keyset<ApiKey> Order = Keyset<ApiKey>.By("createdAt", key => key.CreatedAt, key => key.Id, descending: true);

    /// <summary>The projection of a row.</summary>
    public static Expression<Func<ApiKey, ApiKeyResponse>> Response(IImageHubDb db) => key => new ApiKeyResponse(
        key.Id, key.Name, key.Scopes, key.ExpiresAt, key.LastUsedAt, db.Users.Where(user => user.Id == key.CreatedBy).Select(user => user.UserName).Single());

    public Task<Page<ApiKeyResponse>> Handle(ListApiKeys request, CancellationToken cancellationToken) => db.ApiKeys.ManagedBy(caller).ListAsync(
        request, Order, Response(db), cancellationToken);
}

internal static class ApiKeyVisibility
{
    /// <summary>The keys that a caller may see and revoke: the caller's own keys, or all keys for admins.</summary>
    public static IQueryable<ApiKey> ManagedBy(this IQueryable<ApiKey> keys, ICaller caller) =>
        caller.IsAdmin ? keys : keys.Where(key => key.CreatedBy == caller.UserId);
}
