using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Database;

/// <summary>
/// Every lock that is held until the end of a transaction. A transaction takes them in this order, so that no two wait for each other:
/// <list type="number">
/// <item>the check of an image's objects (advisory),</item>
/// <item>accounts and tiers (advisory),</item>
/// <item>the order of the groups (advisory),</item>
/// <item>the row of an account,</item>
/// <item>the rows of groups, by id,</item>
/// <item>the rows of images, by id,</item>
/// <item>the receipts of an account (advisory),</item>
/// <item>the rows of announced files, by id,</item>
/// <item>the rows of upload batches, by id,</item>
/// <item>a thumbnail (advisory).</item>
/// </list>
/// Creating the database, creating the first admin, creating the first protection key, rotating a session and refreshing OneDrive's tokens take theirs alone; changing what guests have chosen takes the row of the link and nothing else; recording quantities takes none of these, and writes records and then rollups in the order of their keys; sending webhooks takes rows of events that nobody else holds. Emptying the trash takes rows of images
/// and skips those that others hold; then, in a statement of its own, those of groups without images. Whoever holds a group's row changes its images
/// in any order. <see cref="BlockOrder"/> takes the rows that it moves by id, under the order's own lock.
/// </summary>
public static class Locks
{
    /// <summary>Creating the database itself: of instances that start together, one does. The lock of a connection, not of a transaction.</summary>
    public const long DatabaseCreation = 0x1_4B6_0003;

    /// <summary>Preparing a database: of instances that start together, one brings the schema up to date. The lock of a connection; EF Core's own ends with each migration.</summary>
    public const long Preparation = 0x1_4B6_0007;

    /// <summary>Running imports: of all instances, one does. The lock of a connection, which ends with its process.</summary>
    private const long Imports = 0x1_4B6_0005;

    /// <summary>Making alternates: of all instances, one does. The lock of a connection, which ends with its process.</summary>
    private const long Alternates = 0x1_4B6_0009;

    /// <summary>Creating the first key that protects secrets: of instances that start together, one does.</summary>
    private const long FirstProtectionKey = 0x1_4B6_0006;

    /// <summary>Creating the first admin: of instances that start together, one does.</summary>
    private const long FirstAdmin = 0x1_4B6_0002;

    /// <summary>Changing accounts and tiers.</summary>
    private const long Accounts = 0x1_4B6_0004;

    /// <summary>Changing the order of the groups.</summary>
    private const long GroupOrder = 0x1_4B6_0001;

    /// <summary>Begins a transaction that is the only one to create the first admin.</summary>
    public static Task<IDbContextTransaction> LockFirstAdminAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.BeginWithAsync(FirstAdmin, cancellationToken);

    /// <summary>Begins a transaction that is the only one to create the first key that protects secrets.</summary>
    public static Task<IDbContextTransaction> LockFirstProtectionKeyAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.BeginWithAsync(FirstProtectionKey, cancellationToken);

    /// <summary>
    /// Makes this the only one, on any instance, to run imports, until <see cref="UnlockImportsAsync"/>. It opens the connection and holds it: the lock is the
    /// connection's, and ends with it.
    /// </summary>
    /// <returns>Whether nobody else has it.</returns>
    internal static Task<bool> TryLockImportsAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.TryHoldAsync(Imports, cancellationToken);

    /// <summary>Gives up what <see cref="TryLockImportsAsync"/> has taken. A connection that goes back to the pool would keep it.</summary>
    internal static Task UnlockImportsAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.GiveUpAsync(Imports, cancellationToken);

    /// <summary>As <see cref="TryLockImportsAsync"/>, to make alternates, until <see cref="UnlockAlternatesAsync"/>.</summary>
    /// <returns>Whether nobody else has it.</returns>
    internal static Task<bool> TryLockAlternatesAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.TryHoldAsync(Alternates, cancellationToken);

    /// <summary>Gives up what <see cref="TryLockAlternatesAsync"/> has taken.</summary>
    internal static Task UnlockAlternatesAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.GiveUpAsync(Alternates, cancellationToken);

    /// <summary>
    /// Begins a transaction that is the only one to change accounts and tiers: whether a name is free, a tier in use or an admin the
    /// last one is judged by one writer at a time.
    /// </summary>
    public static Task<IDbContextTransaction> LockAccountsAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.BeginWithAsync(Accounts, cancellationToken);

    /// <summary>Begins a transaction that is the only writer of the groups' order.</summary>
    public static Task<IDbContextTransaction> LockGroupOrderAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.BeginWithAsync(GroupOrder, cancellationToken);

    /// <summary>Within a transaction, takes the row of an account and reads it to be changed.</summary>
    internal static Task<User?> LockUserAsync(this IImageHubDb db, Guid userId, CancellationToken cancellationToken) => db.Users
        .FromSql($"SELECT * FROM users WHERE id = {userId} FOR UPDATE")
        .AsTracking()
        .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Within a transaction, reads an account and keeps others from changing it.</summary>
    internal static Task<User?> ShareUserAsync(this IImageHubDb db, Guid userId, CancellationToken cancellationToken) => db.Users
        .FromSql($"SELECT * FROM users WHERE id = {userId} FOR SHARE")
        .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Within a transaction, takes the row of the session whose refresh token has this hash and reads it to be changed.</summary>
    internal static Task<Session?> LockSessionAsync(this IImageHubDb db, byte[] tokenHash, CancellationToken cancellationToken) => db.Sessions
        .FromSql($"SELECT * FROM sessions WHERE current_token_hash = {tokenHash} FOR UPDATE")
        .AsTracking()
        .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Within a transaction, takes the row of the connected OneDrive and reads it to be changed.</summary>
    internal static Task<OneDriveConnection?> LockOneDriveConnectionAsync(this IImageHubDb db, CancellationToken cancellationToken) => db.OneDriveConnections
        .FromSql($"SELECT * FROM one_drive_connections FOR UPDATE")
        .AsTracking()
        .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Within a transaction, takes the row of a link, so that what its guests have chosen is changed by one writer at a time.</summary>
    /// <returns>Whether there is such a link.</returns>
    internal static async Task<bool> TryLockLinkAsync(this IImageHubDb db, Guid linkId, CancellationToken cancellationToken) =>
        await db.Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM links WHERE id = {linkId} FOR NO KEY UPDATE").ToListAsync(cancellationToken) is [_];

    /// <summary>Begins a transaction that holds a curated group's row, so that its images and their order change one writer at a time.</summary>
    /// <returns>The transaction and the tracked group, in the trash or not; the group is null when there is none.</returns>
    public static async Task<(IDbContextTransaction Transaction, Group? Group)> LockGroupAsync(
        this IImageHubDb db, Guid groupId, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            var groups = await db.LockGroupsAsync([groupId], cancellationToken);
            return (transaction, groups.GetValueOrDefault(groupId) is { OwnerId: null } group ? group : null);
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

    /// <summary>Within a transaction, takes the rows of groups, users' own among them, and reads them to be changed.</summary>
    internal static Task<Dictionary<Guid, Group>> LockGroupsAsync(this IImageHubDb db, Guid[] groupIds, CancellationToken cancellationToken) => db.AllGroups
        .FromSql($"SELECT * FROM groups WHERE id = ANY({groupIds}) ORDER BY id FOR UPDATE")
        .AsTracking()
        .ToDictionaryAsync(group => group.Id, cancellationToken);

    /// <summary>Within a transaction, takes the rows of images and reads them to be changed. Emptying the trash takes no group's row, only these.</summary>
    internal static async Task<Dictionary<Guid, Image>> LockImagesAsync(this IImageHubDb db, Guid[] imageIds, CancellationToken cancellationToken)
    {
        // Two statements: EF Core does not read complex properties from raw SQL.
        await db.Database.ExecuteSqlAsync($"SELECT id FROM images WHERE id = ANY({imageIds}) ORDER BY id FOR UPDATE", cancellationToken);
        return await db.Images.AsTracking().Where(image => imageIds.Contains(image.Id)).ToDictionaryAsync(image => image.Id, cancellationToken);
    }

    /// <summary>Within a transaction, takes the rows of announced files and reads them to be changed.</summary>
    internal static Task<Dictionary<Guid, UploadFile>> LockUploadFilesAsync(this IImageHubDb db, Guid[] fileIds, CancellationToken cancellationToken) => db.UploadFiles
        .FromSql($"SELECT * FROM upload_files WHERE id = ANY({fileIds}) ORDER BY id FOR UPDATE")
        .AsTracking()
        .ToDictionaryAsync(file => file.Id, cancellationToken);

    /// <summary>Within a transaction, makes this the only one, on any instance, to add or remove receipts of an account.</summary>
    internal static Task LockReceiptsAsync(this IImageHubDb db, Guid accountId, CancellationToken cancellationToken) => db.LockNameAsync($"receipts {accountId:N}", cancellationToken);

    /// <summary>Within a transaction, makes this the only one, on any instance, to create or drop a thumbnail.</summary>
    public static Task LockThumbnailAsync(this IImageHubDb db, Guid imageId, int height, CancellationToken cancellationToken) =>
        db.LockNameAsync($"thumbnail {imageId:N} {height}", cancellationToken);

    /// <summary>Within a transaction, makes this the only one, on any instance, to check an image's objects.</summary>
    internal static Task LockImageCheckAsync(this IImageHubDb db, Guid imageId, CancellationToken cancellationToken) => db.LockNameAsync($"check {imageId:N}", cancellationToken);

    private static Task<int> LockNameAsync(this IImageHubDb db, string name, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellationToken);

    private static async Task<bool> TryHoldAsync(this IImageHubDb db, long advisoryLock, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        return await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({advisoryLock}) AS \"Value\"").SingleAsync(cancellationToken);
    }

    private static Task<int> GiveUpAsync(this IImageHubDb db, long advisoryLock, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({advisoryLock})", cancellationToken);

    private static async Task<IDbContextTransaction> BeginWithAsync(this IImageHubDb db, long advisoryLock, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({advisoryLock})", cancellationToken);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }
}
