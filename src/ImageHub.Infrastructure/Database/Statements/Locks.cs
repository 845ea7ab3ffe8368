using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Site;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>The locks on PostgreSQL: row locks such as <c>FOR UPDATE</c>, otherwise advisory locks. <see cref="ILocks"/> documents their order.</summary>
internal sealed class Locks(ImageHubDb db) : ILocks
{
    /// <summary>Held while creating the database, or the copy on which an update is tried. A lock of the connection, not of a transaction.</summary>
    public const long DatabaseCreation = 0x1_4B6_0003;

    /// <summary>
    /// Held while creating or updating the schema, by one of several starting instances. The connection holds the lock, because an update can take several
    /// attempts, each in a transaction of its own.
    /// </summary>
    public const long Preparation = 0x1_4B6_0007;

    /// <summary>Held while running imports, by one instance. A lock of the connection, which ends with its process.</summary>
    private const long Imports = 0x1_4B6_0005;

    /// <summary>Held while rendering in the background, by one instance. A lock of the connection, which ends with its process.</summary>
    private const long BackgroundRendering = 0x1_4B6_0009;

    /// <summary>Held while creating the first key that protects secrets, by one of several starting instances.</summary>
    private const long FirstProtectionKey = 0x1_4B6_0006;

    /// <summary>Held while creating the first admin, by one of several starting instances.</summary>
    private const long FirstAdmin = 0x1_4B6_0002;

    /// <summary>Held while changing accounts and tiers.</summary>
    private const long Accounts = 0x1_4B6_0004;

    /// <summary>Held while adding groups and while changing the order of the groups.</summary>
    private const long GroupOrder = 0x1_4B6_0001;

    /// <summary>Held while changing the tree of the groups.</summary>
    private const long GroupTree = 0x1_4B6_000A;

    /// <summary>Held while assigning slugs and folder names. The triggers <c>assign_slug</c> and <c>assign_folder_name</c> use the same number.</summary>
    private const long Slugs = 0x1_52C1_0008;

    /// <summary>Held while changing WebDAV's locks, properties, placeholders, junk files and upload protections.</summary>
    private const long WebDav = 0x1_4B6_000B;

    /// <summary>Held while ending sessions at the OpenID Connect provider's request, and shared while beginning sessions of the provider.</summary>
    private const long OidcSessions = 0x1_4B6_000D;

    public Task<IDbContextTransaction> LockFirstAdminAsync(CancellationToken cancellationToken) => BeginWithAsync(FirstAdmin, cancellationToken);

    public Task<IDbContextTransaction> LockFirstProtectionKeyAsync(CancellationToken cancellationToken) => BeginWithAsync(FirstProtectionKey, cancellationToken);

    public Task<bool> TryLockImportsAsync(CancellationToken cancellationToken) => TryHoldAsync(Imports, cancellationToken);

    public Task UnlockImportsAsync(CancellationToken cancellationToken) => ReleaseAsync(Imports, cancellationToken);

    public Task<bool> TryLockBackgroundRenderingAsync(CancellationToken cancellationToken) => TryHoldAsync(BackgroundRendering, cancellationToken);

    public Task UnlockBackgroundRenderingAsync(CancellationToken cancellationToken) => ReleaseAsync(BackgroundRendering, cancellationToken);

    public Task<IDbContextTransaction> LockAccountsAsync(CancellationToken cancellationToken) => BeginWithAsync(Accounts, cancellationToken);

    public Task<IDbContextTransaction> LockOidcSessionsAsync(CancellationToken cancellationToken) => BeginWithAsync(OidcSessions, cancellationToken);

    public Task ShareOidcSessionsAsync(CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared({OidcSessions})", cancellationToken);

    public Task<IDbContextTransaction> LockGroupOrderAsync(CancellationToken cancellationToken) => BeginWithAsync(GroupOrder, cancellationToken);

    public Task<IDbContextTransaction> LockWebDavAsync(CancellationToken cancellationToken) => BeginWithAsync(WebDav, cancellationToken);

    public Task LockGroupTreeAsync(CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({GroupTree})", cancellationToken);

    public async Task<(IDbContextTransaction Transaction, Group? Group)> LockGroupWithGroupsBelowAsync(Guid groupId, CancellationToken cancellationToken, Guid? otherId = null)
    {
        Guid[] groupIds = otherId is { } other ? [groupId, other] : [groupId];
        var transaction = await BeginWithAsync(GroupTree, cancellationToken);
        try
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT id FROM groups WHERE (id = ANY({groupIds}) OR path && {groupIds}) AND owner_id IS NULL ORDER BY id FOR UPDATE", cancellationToken);
            return (transaction, await db.Groups.AsTracking().SingleOrDefaultAsync(group => group.Id == groupId, cancellationToken));
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    public Task LockSlugsAsync(CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Slugs})", cancellationToken);

    public Task<User?> LockUserAsync(Guid userId, CancellationToken cancellationToken) => db.Users
        .FromSql($"SELECT * FROM users WHERE id = {userId} FOR UPDATE")
        .AsTracking()
        .SingleOrDefaultAsync(cancellationToken);

    public Task<User?> ShareUserAsync(Guid userId, CancellationToken cancellationToken) => db.Users
        .FromSql($"SELECT * FROM users WHERE id = {userId} FOR SHARE")
        .SingleOrDefaultAsync(cancellationToken);

    public Task<Session?> LockSessionAsync(byte[] tokenHash, CancellationToken cancellationToken) => db.Sessions
        .FromSql($"SELECT * FROM sessions WHERE current_token_hash = {tokenHash} FOR UPDATE")
        .AsTracking()
        .SingleOrDefaultAsync(cancellationToken);

    public Task<OneDriveConnection?> LockOneDriveConnectionAsync(CancellationToken cancellationToken) => db.OneDriveConnections
        .FromSql($"SELECT * FROM one_drive_connections FOR UPDATE")
        .AsTracking()
        .SingleOrDefaultAsync(cancellationToken);

    public async Task<(IDbContextTransaction Transaction, SiteProfile Site)> LockSiteAsync(CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            return (transaction, await db.SiteProfiles.FromSql($"SELECT * FROM site_profiles FOR UPDATE").AsTracking().SingleAsync(cancellationToken));
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    public Task<SiteProfile> ShareSiteAsync(CancellationToken cancellationToken) =>
        db.SiteProfiles.FromSql($"SELECT * FROM site_profiles FOR SHARE").SingleAsync(cancellationToken);

    public async Task<bool> TryLockLinkAsync(Guid linkId, CancellationToken cancellationToken) =>
        await db.Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM links WHERE id = {linkId} FOR NO KEY UPDATE").ToListAsync(cancellationToken) is [_];

    public async Task<IDbContextTransaction> BeginInTurnAsync(IEnumerable<Guid> rowIds, CancellationToken cancellationToken)
    {
        var turn = await TakeTurnAsync(rowIds, cancellationToken);
        try
        {
            return new TransactionInTurn(await db.Database.BeginTransactionAsync(cancellationToken), turn);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public async Task<(IDbContextTransaction Transaction, Group? Group)> LockGroupAsync(Guid groupId, CancellationToken cancellationToken)
    {
        var transaction = await BeginInTurnAsync([groupId], cancellationToken);
        try
        {
            var groups = await LockGroupsAsync([groupId], cancellationToken);
            return (transaction, groups.GetValueOrDefault(groupId) is { IsCurated: true } group ? group : null);
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    public async Task<(IDbContextTransaction Transaction, Group Group)> LockLiveGroupAsync(Guid groupId, CancellationToken cancellationToken)
    {
        var (transaction, group) = await LockGroupAsync(groupId, cancellationToken);
        if (group is { DeletedAt: null })
        {
            return (transaction, group);
        }

        await transaction.DisposeAsync();
        throw ProblemException.NotFound("group");
    }

    public Task ShareGroupAsync(Guid groupId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT id FROM groups WHERE id = {groupId} FOR KEY SHARE", cancellationToken);

    public Task<Dictionary<Guid, Group>> LockGroupsAsync(Guid[] groupIds, CancellationToken cancellationToken) => db.AllGroups
        .FromSql($"SELECT * FROM groups WHERE id = ANY({groupIds}) ORDER BY id FOR UPDATE")
        .AsTracking()
        .ToDictionaryAsync(group => group.Id, cancellationToken);

    public async Task<Dictionary<Guid, Image>> LockImagesAsync(Guid[] imageIds, CancellationToken cancellationToken)
    {
        // Two statements: EF Core does not read complex properties from raw SQL.
        await db.Database.ExecuteSqlAsync($"SELECT id FROM images WHERE id = ANY({imageIds}) ORDER BY id FOR UPDATE", cancellationToken);
        return await db.AllImages.AsTracking().Where(image => imageIds.Contains(image.Id)).ToDictionaryAsync(image => image.Id, cancellationToken);
    }

    public Task<Dictionary<Guid, UploadFile>> LockUploadFilesAsync(Guid[] fileIds, CancellationToken cancellationToken) => db.UploadFiles
        .FromSql($"SELECT * FROM upload_files WHERE id = ANY({fileIds}) ORDER BY id FOR UPDATE")
        .AsTracking()
        .ToDictionaryAsync(file => file.Id, cancellationToken);

    public Task LockFilesOfBatchAsync(Guid batchId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT id FROM upload_files WHERE batch_id = {batchId} ORDER BY id FOR UPDATE", cancellationToken);

    public Task LockReceiptsAsync(Guid uploaderId, CancellationToken cancellationToken) => LockNameAsync($"receipts {uploaderId:N}", cancellationToken);

    public Task LockThumbnailAsync(Guid imageId, long number, CancellationToken cancellationToken)
    {
        var name = $"thumbnail {imageId:N} {number}";
        return db.Database.ExecuteSqlAsync($"SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellationToken);
    }

    public Task LockImageCheckAsync(Guid imageId, CancellationToken cancellationToken) => LockNameAsync($"check {imageId:N}", cancellationToken);

    private Task<int> LockNameAsync(string name, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellationToken);

    private async Task<IDisposable> TakeTurnAsync(IEnumerable<Guid> rowIds, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(db.StatementTimeout?.Value ?? StatementTimeout.Write);
        try
        {
            return await db.Turns!.TakeAsync(rowIds, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(Problems.ServerBusy, "Other requests are changing the same data; send the request again.");
        }
    }

    private async Task<bool> TryHoldAsync(long advisoryLock, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        return await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({advisoryLock}) AS \"Value\"").SingleAsync(cancellationToken);
    }

    private Task<int> ReleaseAsync(long advisoryLock, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({advisoryLock})", cancellationToken);

    private async Task<IDbContextTransaction> BeginWithAsync(long advisoryLock, CancellationToken cancellationToken)
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
