using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.Links;
using ImageHub.Domain.Storage;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Database;

/// <summary>The tables. Queries do not track unless they ask to.</summary>
public interface IImageHubDb
{
    /// <summary>Groups, those in the trash too.</summary>
    DbSet<Group> Groups { get; }

    /// <summary>Images, those in the trash too.</summary>
    DbSet<Image> Images { get; }

    /// <summary>Thumbnails that are kept now.</summary>
    DbSet<Thumbnail> Thumbnails { get; }

    /// <summary>Links, those that have expired too.</summary>
    DbSet<Link> Links { get; }

    /// <summary>What users get.</summary>
    DbSet<Tier> Tiers { get; }

    /// <summary>Accounts.</summary>
    DbSet<User> Users { get; }

    /// <summary>Sessions, ended ones too.</summary>
    DbSet<Session> Sessions { get; }

    /// <summary>Refresh tokens that were replaced.</summary>
    DbSet<ReplacedToken> ReplacedTokens { get; }

    /// <summary>Objects in quarantine.</summary>
    DbSet<OrphanedObject> OrphanedObjects { get; }

    /// <summary>What was read to be changed.</summary>
    ChangeTracker ChangeTracker { get; }

    /// <summary>Transactions and raw statements.</summary>
    DatabaseFacade Database { get; }

    /// <summary>Writes what was added and changed.</summary>
    Task<int> SaveChangesAsync(CancellationToken cancellationToken);
}

/// <summary>Row locks: whoever changes what a group holds first takes its row.</summary>
public static class RowLocks
{
    /// <summary>The number of the advisory lock under which accounts and tiers change.</summary>
    private const long AccountsLock = 0x1_4B6_0004;

    /// <summary>The number of the advisory lock under which the order of the groups changes.</summary>
    private const long GroupOrderLock = 0x1_4B6_0001;

    /// <summary>Begins a transaction that holds the group's row, so that its images and their order change one writer at a time.</summary>
    /// <returns>The transaction and the tracked group, in the trash or not; the group is null when there is none.</returns>
    public static async Task<(IDbContextTransaction Transaction, Group? Group)> LockGroupAsync(
        this IImageHubDb db, Guid groupId, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            var group = await db.Groups
                .FromSql($"SELECT * FROM groups WHERE id = {groupId} FOR UPDATE")
                .AsTracking()
                .SingleOrDefaultAsync(cancellationToken);
            return (transaction, group);
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>As <see cref="LockGroupAsync"/>, for a group that must not lie in the trash.</summary>
    /// <exception cref="ProblemException">404 when there is none, or it lies in the trash.</exception>
    public static async Task<(IDbContextTransaction Transaction, Group Group)> LockLiveGroupAsync(
        this IImageHubDb db, Guid groupId, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.LockGroupAsync(groupId, cancellationToken);
        if (group is { DeletedAt: null })
        {
            return (transaction, group);
        }

        await transaction.DisposeAsync();
        throw ProblemException.NotFound("group");
    }

    /// <summary>Within a transaction, makes this the only one, on any instance, to make or drop a thumbnail.</summary>
    public static Task LockThumbnailAsync(this IImageHubDb db, Guid imageId, int height, CancellationToken cancellationToken)
    {
        var name = $"thumbnail {imageId:N} {height}";
        return db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellationToken);
    }

    /// <summary>
    /// Begins a transaction that is the only one to change accounts and tiers: whether a name is free, a tier in use or an admin the
    /// last one is judged by one writer at a time.
    /// </summary>
    public static async Task<IDbContextTransaction> LockAccountsAsync(this IImageHubDb db, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AccountsLock})", cancellationToken);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>Within a transaction, makes this the only writer of the groups' order.</summary>
    public static Task LockGroupOrderAsync(this IImageHubDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({GroupOrderLock})", cancellationToken);
}

/// <summary>Time as the database keeps it.</summary>
public static class Timestamps
{
    /// <summary>Now, in UTC and in whole microseconds: what a <c>timestamptz</c> gives back unchanged.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
