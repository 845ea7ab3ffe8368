using ImageHub.Application.Database;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Secrets;

/// <summary>
/// Creates the first key of a new database. Data Protection would create a key on demand. If two instances started together, each would then create a key that
/// the other does not read for a day.
/// </summary>
internal sealed class FirstProtectionKey(IKeyManager keys, IOptions<KeyManagementOptions> options, TimeProvider clock)
{
    /// <summary>Creates the key if there is none.</summary>
    public async Task EnsureAsync(IImageHubDb db, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockFirstProtectionKeyAsync(cancellationToken);
        if (keys.GetAllKeys().Count == 0)
        {
            var now = clock.GetUtcNow();
            keys.CreateNewKey(now, now + options.Value.NewKeyLifetime);
        }
    }
}
