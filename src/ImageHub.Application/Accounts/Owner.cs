using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Accounts;

/// <summary>A user whose row is held, with the tier as it is now: the bytes of one user's images change one writer at a time.</summary>
/// <param name="User">The tracked row.</param>
/// <param name="Tier">What the user gets; null for an admin, who has no limits.</param>
internal sealed record Owner(User User, Tier? Tier)
{
    /// <summary>Counts a file that the user keeps from now on.</summary>
    /// <param name="bytes">The file as sent.</param>
    /// <exception cref="ProblemException">413 <c>quotaExceeded</c> that says what is left.</exception>
    public void Keep(long bytes)
    {
        EnsureFits(User.UsedBytes, bytes, Tier);
        User.CountBytes(bytes);
    }

    /// <summary>Fails when a file is more than what is left.</summary>
    /// <exception cref="ProblemException">413 <c>quotaExceeded</c> that says what is left.</exception>
    public static void EnsureFits(long usedBytes, long bytes, Tier? tier)
    {
        if (tier?.QuotaBytes is { } quota && usedBytes + bytes > quota)
        {
            throw new ProblemException(
                Problems.QuotaExceeded,
                $"The file has {bytes} bytes; {Math.Max(0, quota - usedBytes)} of the {quota} bytes that the tier '{tier.Name}' allows are left.");
        }
    }
}

/// <summary>Row locks of users.</summary>
internal static class OwnerLocks
{
    /// <summary>Begins a transaction that holds a user's row.</summary>
    /// <exception cref="ProblemException">404 when there is none.</exception>
    public static async Task<(IDbContextTransaction Transaction, Owner Owner)> LockOwnerAsync(
        this IImageHubDb db, Guid userId, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            var owners = await db.LockOwnersAsync([userId], cancellationToken);
            return owners.TryGetValue(userId, out var owner) ? (transaction, owner) : throw ProblemException.NotFound("user");
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>Within a transaction, takes the rows of users, in the order of their ids. Whoever also takes groups takes those first.</summary>
    public static async Task<Dictionary<Guid, Owner>> LockOwnersAsync(this IImageHubDb db, Guid[] userIds, CancellationToken cancellationToken)
    {
        // NO KEY: sessions, links and images, which only refer to the row, are written meanwhile.
        var users = await db.Users
            .FromSql($"SELECT * FROM users WHERE id = ANY({userIds}) ORDER BY id FOR NO KEY UPDATE")
            .AsTracking()
            .ToListAsync(cancellationToken);
        var tierIds = users.Select(user => user.TierId).OfType<Guid>().Distinct().ToArray();
        var tiers = await db.Tiers.Where(tier => tierIds.Contains(tier.Id)).ToDictionaryAsync(tier => tier.Id, cancellationToken);
        return users.ToDictionary(user => user.Id, user => new Owner(user, user.TierId is { } id ? tiers[id] : null));
    }
}
