using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Uploads;

namespace ImageHub.Application.Database;

/// <summary>
/// Changes that each take one statement, since concurrent requests could interfere between two, or the database would be asked once for each row.
/// </summary>
public interface IAtomicChanges
{
    /// <summary>Reads a sign-in at Microsoft and removes it, so that it comes back once.</summary>
    Task<OneDriveSignIn?> TakeOneDriveSignInAsync(byte[] stateHash, CancellationToken cancellationToken);

    /// <summary>Records that an account signed in from an address, for the first time or again.</summary>
    Task RememberAddressAsync(Guid userId, byte[] addressHash, DateTimeOffset signedInAt, CancellationToken cancellationToken);

    /// <summary>Adds to the views of links. The lists belong together by index.</summary>
    Task AddLinkViewsAsync(Guid[] linkIds, int[] views);

    /// <summary>Removes the oldest results of files without a batch where an account has more than <see cref="UploadBatch.MaxKeptFiles"/>.</summary>
    Task RemoveSurplusUploadResultsAsync(CancellationToken cancellationToken);
}
