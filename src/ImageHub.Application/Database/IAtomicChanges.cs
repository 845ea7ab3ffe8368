using ImageHub.Domain.Accounts;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Uploads;

namespace ImageHub.Application.Database;

/// <summary>
/// Changes that must be a single statement, because concurrent requests could interfere between two statements, or because each row would need its
/// own query.
/// </summary>
public interface IAtomicChanges
{
    /// <summary>Reads and removes a sign-in at Microsoft, so that it can be completed only once.</summary>
    Task<OneDriveSignIn?> TakeOneDriveSignInAsync(byte[] stateHash, CancellationToken cancellationToken);

    /// <summary>Stores the OneDrive connection in place of any other. Of two sign-ins at once, the later one remains.</summary>
    Task PutOneDriveConnectionAsync(OneDriveConnection connection);

    /// <summary>Reads and removes the intent to join an account to the OpenID Connect provider, so that it can be completed only once.</summary>
    Task<OidcJoinIntent?> TakeOidcJoinIntentAsync(byte[] stateHash, CancellationToken cancellationToken);

    /// <summary>Records a logout token.</summary>
    /// <returns>Whether the token is new.</returns>
    Task<bool> AddOidcLogoutAsync(OidcLogout logout, CancellationToken cancellationToken);

    /// <summary>Records a sign-in of an account from an address, whether or not the address is already known.</summary>
    Task RememberAddressAsync(Guid userId, byte[] addressHash, DateTimeOffset signedInAt, CancellationToken cancellationToken);

    /// <summary>Adds to the view counts of links. The lists are parallel: equal indexes belong together.</summary>
    Task AddLinkViewsAsync(Guid[] linkIds, int[] views);

    /// <summary>Removes the oldest results of files without a batch, so that each account keeps at most <see cref="UploadBatch.MaxKeptFiles"/>.</summary>
    Task RemoveSurplusUploadResultsAsync(CancellationToken cancellationToken);
}
