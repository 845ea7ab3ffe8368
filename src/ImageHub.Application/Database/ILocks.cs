using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Site;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Database;

/// <summary>
/// The locks of the database. A lock is held until the end of its transaction, except for imports and background rendering, whose locks belong to a connection.
/// To avoid deadlocks, transactions acquire their locks in this order:
/// <list type="number">
/// <item>the check of an image's objects (an advisory lock),</item>
/// <item>sessions of the OpenID Connect provider (advisory),</item>
/// <item>accounts and tiers (advisory),</item>
/// <item>the order of the groups (advisory),</item>
/// <item>the tree of the groups (advisory),</item>
/// <item>the row of an account,</item>
/// <item>the rows of groups, by id,</item>
/// <item>the row of the site,</item>
/// <item>the rows of images, by id,</item>
/// <item>the slugs of the groups (advisory),</item>
/// <item>the receipts of an account or guest (advisory),</item>
/// <item>the rows of announced files, by id,</item>
/// <item>the row of a link,</item>
/// <item>the row of a guest who sends photos,</item>
/// <item>the rows of upload batches, by id,</item>
/// <item>a thumbnail (advisory).</item>
/// </list>
/// Some transactions acquire only one lock: creating the database, the first admin or the first protection key, rotating a session, refreshing OneDrive's
/// tokens, and changing a guest's favourites (the link's row). Updating a link acquires the link's row and then shares the row of the site; no transaction that
/// changes the site locks a link. Recording quantities acquires none of these locks: it writes records and then rollups, each in key order. Sending webhooks
/// locks rows of events and skips locked rows. Emptying the trash locks rows of images, skips locked rows, and then locks the tree and the rows of groups
/// without images in a separate transaction. A transaction that holds a group's row changes the group's images in any order. Changing WebDAV's locks,
/// properties and placeholders acquires one advisory lock first, which no other transaction acquires; the foreign keys of new rows then share rows of accounts,
/// groups and images. A transaction that moves or deletes a folder or file also deletes its WebDAV locks that have not ended. A transaction that records a
/// contributor's images, or a part of a file of a user with a quota, also holds the row of the user's own group, which orders the changes of the quota.
/// Changing the members of a group acquires the accounts' lock and the group's row. Rendering a transform removes the rows of other transforms of the image and
/// skips locked rows. <see cref="IRowOrder"/> locks the moved rows by id while the transaction holds the lock of the order.
/// </summary>
public interface ILocks
{
    /// <summary>Begins a transaction with the exclusive right to create the first admin.</summary>
    Task<IDbContextTransaction> LockFirstAdminAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction with the exclusive right to create the first key that protects secrets.</summary>
    Task<IDbContextTransaction> LockFirstProtectionKeyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Acquires the exclusive right, among all instances, to run imports, until <see cref="UnlockImportsAsync"/>. The method opens the connection and
    /// keeps it open, because the lock belongs to the connection and ends with it.
    /// </summary>
    /// <returns>Whether the lock was free.</returns>
    Task<bool> TryLockImportsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Releases the lock of <see cref="TryLockImportsAsync"/>. Without this call, a connection returned to the pool would keep the lock.
    /// </summary>
    Task UnlockImportsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Acquires the exclusive right to render in the background, in the same way as <see cref="TryLockImportsAsync"/>, until
    /// <see cref="UnlockBackgroundRenderingAsync"/>.
    /// </summary>
    /// <returns>Whether the lock was free.</returns>
    Task<bool> TryLockBackgroundRenderingAsync(CancellationToken cancellationToken);

    /// <summary>Releases the lock of <see cref="TryLockBackgroundRenderingAsync"/>.</summary>
    Task UnlockBackgroundRenderingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins a transaction with the exclusive right to change accounts and tiers. The result of a check then remains valid, for example that a name
    /// is free, a tier is unused or another admin remains.
    /// </summary>
    Task<IDbContextTransaction> LockAccountsAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction with the exclusive right to end sessions of the OpenID Connect provider. No such session begins in the meantime.</summary>
    Task<IDbContextTransaction> LockOidcSessionsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Within a transaction that begins a session of the OpenID Connect provider, excludes <see cref="LockOidcSessionsAsync"/>. Several transactions can begin
    /// sessions at the same time.
    /// </summary>
    Task ShareOidcSessionsAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction with the exclusive right to change the order of the groups.</summary>
    Task<IDbContextTransaction> LockGroupOrderAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Within a transaction, acquires the exclusive right to create a group below another one, and to move, publish, hide, trash, restore and purge groups.
    /// Each group then keeps its parent and its visibility until the transaction ends.
    /// </summary>
    Task LockGroupTreeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins a transaction with the lock of the groups' tree, and locks the rows of a curated group and of all groups below it, so that no other
    /// transaction changes their images.
    /// </summary>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="otherId">Another group to lock in the same way, together with the groups below it; or null.</param>
    /// <returns>The transaction and the tracked group, which may be in the trash; the group is null if it does not exist.</returns>
    Task<(IDbContextTransaction Transaction, Group? Group)> LockGroupWithGroupsBelowAsync(Guid groupId, CancellationToken cancellationToken, Guid? otherId = null);

    /// <summary>
    /// Within a transaction, acquires the exclusive right to assign slugs. The trigger <c>assign_slug</c> acquires the same lock. The result of a check that a
    /// slug is free then remains valid.
    /// </summary>
    Task LockSlugsAsync(CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks and reads the row of an account for a change.</summary>
    Task<User?> LockUserAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, reads an account, which other transactions then cannot change until the transaction ends.</summary>
    Task<User?> ShareUserAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks and reads the row of the session with this refresh token hash for a change.</summary>
    Task<Session?> LockSessionAsync(byte[] tokenHash, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks and reads the row of the OneDrive connection for a change.</summary>
    Task<OneDriveConnection?> LockOneDriveConnectionAsync(CancellationToken cancellationToken);

    /// <summary>Within a transaction, reads the site's row, which then does not change until the transaction ends.</summary>
    Task<SiteProfile> ShareSiteAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction, and locks and reads the site's row for a change.</summary>
    Task<(IDbContextTransaction Transaction, SiteProfile Site)> LockSiteAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Within a transaction, locks the row of a link, so that only one transaction at a time changes its guests' favourites, or counts their photos
    /// and the parts of them.
    /// </summary>
    /// <returns>Whether the link exists.</returns>
    Task<bool> TryLockLinkAsync(Guid linkId, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until this instance's earlier transactions for any of these rows have ended, and then begins a transaction. The wait occupies no connection,
    /// unlike waiting for a lock of the database. The method itself locks nothing. Call this before each transaction that locks rows for which many requests
    /// wait, and never within a transaction.
    /// </summary>
    /// <param name="rowIds">The ids of groups and links.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ProblemException"><see cref="Problems.ServerBusy"/> after the time limit of a statement.</exception>
    Task<IDbContextTransaction> BeginInTurnAsync(IEnumerable<Guid> rowIds, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a transaction that locks a curated group's row, so that only one transaction at a time changes its images and their order.
    /// </summary>
    /// <returns>The transaction and the tracked group, which may be in the trash; the group is null if it does not exist.</returns>
    Task<(IDbContextTransaction Transaction, Group? Group)> LockGroupAsync(Guid groupId, CancellationToken cancellationToken);

    /// <summary>Begins a transaction as <see cref="LockGroupAsync"/> does, for a group outside the trash.</summary>
    /// <exception cref="ProblemException">404 if the group does not exist or is in the trash.</exception>
    Task<(IDbContextTransaction Transaction, Group Group)> LockLiveGroupAsync(Guid groupId, CancellationToken cancellationToken);

    /// <summary>
    /// Within a transaction, waits until no other transaction holds a group's row, and prevents the others from locking it. The foreign key of a row that refers
    /// to the group acquires the same lock.
    /// </summary>
    Task ShareGroupAsync(Guid groupId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks and reads the rows of groups, including users' own and guests' inboxes, for a change.</summary>
    Task<Dictionary<Guid, Group>> LockGroupsAsync(Guid[] groupIds, CancellationToken cancellationToken);

    /// <summary>
    /// Within a transaction, locks and reads the rows of images for a change. A lock of the group's row is not enough, because emptying the trash locks only
    /// images' rows.
    /// </summary>
    Task<Dictionary<Guid, Image>> LockImagesAsync(Guid[] imageIds, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks and reads the rows of announced files for a change.</summary>
    Task<Dictionary<Guid, UploadFile>> LockUploadFilesAsync(Guid[] fileIds, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the rows of a batch's files, by id.</summary>
    Task LockFilesOfBatchAsync(Guid batchId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, acquires the exclusive right, among all instances, to add or remove the receipts of an account or guest.</summary>
    Task LockReceiptsAsync(Guid uploaderId, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a transaction with the exclusive right to change WebDAV's locks, properties and placeholders, and to add rows of
    /// <see cref="IImageHubDb.JunkFiles"/>. The result of a check then remains valid.
    /// </summary>
    Task<IDbContextTransaction> LockWebDavAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Within a transaction, acquires the exclusive right, among all instances, to create or delete a thumbnail. The commit does not wait for the disk: if a
    /// power cut loses the row, the thumbnail is rendered again.
    /// </summary>
    Task LockThumbnailAsync(Guid imageId, long number, CancellationToken cancellationToken);

    /// <summary>Within a transaction, acquires the exclusive right, among all instances, to check an image's objects.</summary>
    Task LockImageCheckAsync(Guid imageId, CancellationToken cancellationToken);
}
