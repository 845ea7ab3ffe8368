using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageHub.Application.Database;

/// <summary>
/// Every lock that is held until the end of a transaction. A transaction takes its locks in this order, so that no two transactions wait for each other:
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
/// Some transactions take one lock and no other: creating the database, creating the first admin, creating the first protection key, rotating a session and
/// refreshing OneDrive's tokens. Changing a guest's favourites takes the row of the link and nothing else. Recording quantities takes none of these locks: it
/// writes records, then rollups, each in the order of their keys. Sending webhooks takes rows of events that nobody else holds. Emptying the trash takes rows
/// of images and skips the rows that others hold; then, in a statement of its own, it takes the rows of groups without images. A transaction that holds a
/// group's row changes the group's images in any order. <see cref="IRowOrder"/> takes the rows that it moves by id, under the order's own lock.
/// </summary>
public interface ILocks
{
    /// <summary>Begins a transaction that is the only one to create the first admin.</summary>
    Task<IDbContextTransaction> LockFirstAdminAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that is the only one to create the first key that protects secrets.</summary>
    Task<IDbContextTransaction> LockFirstProtectionKeyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the caller the only one, on any instance, to run imports, until <see cref="UnlockImportsAsync"/>. It opens the connection and holds it: the lock
    /// belongs to the connection and ends with it.
    /// </summary>
    /// <returns>Whether nobody else has the lock.</returns>
    Task<bool> TryLockImportsAsync(CancellationToken cancellationToken);

    /// <summary>Releases the lock of <see cref="TryLockImportsAsync"/>. A connection that goes back to the pool would keep it.</summary>
    Task UnlockImportsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the caller the only one to make alternates, until <see cref="UnlockAlternatesAsync"/>, in the same way as <see cref="TryLockImportsAsync"/>.
    /// </summary>
    /// <returns>Whether nobody else has the lock.</returns>
    Task<bool> TryLockAlternatesAsync(CancellationToken cancellationToken);

    /// <summary>Releases the lock of <see cref="TryLockAlternatesAsync"/>.</summary>
    Task UnlockAlternatesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins a transaction that is the only one to change accounts and tiers: one writer at a time checks that a name is free, that a tier is unused or that
    /// another admin remains.
    /// </summary>
    Task<IDbContextTransaction> LockAccountsAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that is the only writer of the groups' order.</summary>
    Task<IDbContextTransaction> LockGroupOrderAsync(CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the row of an account and reads it to be changed.</summary>
    Task<User?> LockUserAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, reads an account and keeps others from changing it.</summary>
    Task<User?> ShareUserAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the row of the session whose refresh token has this hash and reads it to be changed.</summary>
    Task<Session?> LockSessionAsync(byte[] tokenHash, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the row of the connected OneDrive and reads it to be changed.</summary>
    Task<OneDriveConnection?> LockOneDriveConnectionAsync(CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the row of a link, so that one writer at a time changes the choices of its guests.</summary>
    /// <returns>Whether there is such a link.</returns>
    Task<bool> TryLockLinkAsync(Guid linkId, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that holds a curated group's row, so that its images and their order change one writer at a time.</summary>
    /// <returns>The transaction and the tracked group, in the trash or not; the group is null when there is none.</returns>
    Task<(IDbContextTransaction Transaction, Group? Group)> LockGroupAsync(Guid groupId, CancellationToken cancellationToken);

    /// <summary>Begins the transaction of <see cref="LockGroupAsync"/> for a group that must not lie in the trash.</summary>
    /// <exception cref="ProblemException">404 when there is no such group, or it lies in the trash.</exception>
    Task<(IDbContextTransaction Transaction, Group Group)> LockLiveGroupAsync(Guid groupId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the rows of groups, including users' own, and reads them to be changed.</summary>
    Task<Dictionary<Guid, Group>> LockGroupsAsync(Guid[] groupIds, CancellationToken cancellationToken);

    /// <summary>
    /// Within a transaction, locks the rows of images and reads them to be changed. Emptying the trash takes no group's row, only the images' rows.
    /// </summary>
    Task<Dictionary<Guid, Image>> LockImagesAsync(Guid[] imageIds, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the rows of announced files and reads them to be changed.</summary>
    Task<Dictionary<Guid, UploadFile>> LockUploadFilesAsync(Guid[] fileIds, CancellationToken cancellationToken);

    /// <summary>Within a transaction, locks the rows of a batch's files, by id.</summary>
    Task LockFilesOfBatchAsync(Guid batchId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, makes the caller the only one, on any instance, to add or remove receipts of an account.</summary>
    Task LockReceiptsAsync(Guid accountId, CancellationToken cancellationToken);

    /// <summary>Within a transaction, makes the caller the only one, on any instance, to create or drop a thumbnail.</summary>
    Task LockThumbnailAsync(Guid imageId, int height, CancellationToken cancellationToken);

    /// <summary>Within a transaction, makes the caller the only one, on any instance, to check an image's objects.</summary>
    Task LockImageCheckAsync(Guid imageId, CancellationToken cancellationToken);
}
