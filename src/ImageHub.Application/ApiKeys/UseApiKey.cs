using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.ApiKeys;

/// <summary>
/// Finds the current permissions of a key and records its use. Every request with a key reads them, so revoking the key or changing its account takes effect
/// immediately.
/// </summary>
/// <param name="Key">The key as sent.</param>
public sealed record UseApiKey(string Key) : IRequest<LiveApiKey?>;

/// <summary>A valid key.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="UserId">The account for which the key acts.</param>
/// <param name="UserName">The account's name.</param>
/// <param name="Role">The account's current role.</param>
/// <param name="Tier">The account's current tier; null for admins and editors.</param>
/// <param name="Scopes">The scopes that the role still allows: at least one.</param>
public sealed record LiveApiKey(Guid Id, Guid UserId, string UserName, Role Role, Tier? Tier, IReadOnlyList<KeyScope> Scopes);

internal sealed class UseApiKeyHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<UseApiKey, LiveApiKey?>
{
    /// <summary>The query is compiled once, because every request with a key runs it.</summary>
    private static readonly Func<DbContext, byte[], DateTimeOffset, CancellationToken, Task<Found?>> FindAsync = EF.CompileAsyncQuery(
        (DbContext context, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) => (
            from key in ((IImageHubDb)context).ApiKeys
            join user in ((IImageHubDb)context).Users on key.CreatedBy equals user.Id
            join tier in ((IImageHubDb)context).Tiers on user.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            where key.KeyHash == hash && (key.ExpiresAt == null || key.ExpiresAt > now) && !user.IsDisabled
            select new Found(new LiveApiKey(key.Id, key.CreatedBy, user.UserName, user.Role, tier, key.Scopes), key.LastUsedAt)).SingleOrDefault());

    public async Task<LiveApiKey?> Handle(UseApiKey request, CancellationToken cancellationToken)
    {
        if (!request.Key.StartsWith(ApiKey.Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var now = clock.Now();
        var found = await FindAsync((DbContext)db, ApiKeyText.Hash(request.Key), now, cancellationToken);
        var scopes = found?.Key.Scopes.Intersect(KeyScopes.AllowedTo(found.Key.Role)).ToList();
        if (found is null || scopes is not { Count: > 0 })
        {
            return null;
        }

        var noted = now - ApiKey.UseGranularity;
        if (found.LastUsedAt is null || found.LastUsedAt <= noted)
        {
            DateTimeOffset? usedAt = now;
            await db.ApiKeys
                .Where(key => key.Id == found.Key.Id && (key.LastUsedAt == null || key.LastUsedAt <= noted))
                .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, usedAt), cancellationToken);
        }

        return found.Key with { Scopes = scopes };
    }

    private sealed record Found(LiveApiKey Key, DateTimeOffset? LastUsedAt);
}
