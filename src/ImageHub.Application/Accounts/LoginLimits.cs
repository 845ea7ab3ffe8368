using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using ImageHub.Domain.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>
/// Limits failed sign-ins with passwords and passkeys. If an account has recently signed in from an address, the limit for the whole address does not apply to
/// that account.
/// </summary>
internal sealed partial class LoginLimits(
    IImageHubDb db, IRateLimiter limiter, ICaller caller, IOptions<JwtOptions> options, TimeProvider clock, ILogger<LoginLimits> logger)
{
    private static readonly RateLimit PerAddress = new("login-address", 10, TimeSpan.FromMinutes(1));
    private static readonly RateLimit PerAccountAndAddress = new("login-account", 10, TimeSpan.FromMinutes(1));

    /// <summary>
    /// Throws after too many failures. Strangers cannot lock out an account's owner: failures count per address, and the limit for a whole address does not
    /// apply to an account that has recently signed in from this address.
    /// </summary>
    /// <exception cref="ProblemException"><see cref="Problems.TooManyRequests"/>.</exception>
    public async Task EnsureMayTryAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        var own = await FindWaitAsync(normalizedUserName, cancellationToken);
        var all = await limiter.TakeAsync(PerAddress, caller.Address, 0, cancellationToken);
        if (all is not null && await IsKnownAsync(normalizedUserName, cancellationToken))
        {
            all = null;
        }

        // If both limits are exceeded, the longer wait counts.
        EnsureNoWait(new[] { own, all }.Max());
    }

    /// <summary>
    /// Throws after too many failed sign-ins from the caller's address with an account's passkeys, or with unknown passkeys. Wrong passwords do not count,
    /// because a passkey cannot be guessed.
    /// </summary>
    /// <param name="userId">The account of the passkey that the credential names; null if the passkey is unknown.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException"><see cref="Problems.TooManyRequests"/>.</exception>
    public async Task EnsureMayTryPasskeyAsync(Guid? userId, CancellationToken cancellationToken) => EnsureNoWait(await FindWaitAsync(PasskeyLimitKey(userId), cancellationToken));

    /// <summary>Counts a failed attempt to sign in with a passkey.</summary>
    public Task CountPasskeyFailureAsync(Guid? userId, CancellationToken cancellationToken) => CountFailureAsync(PasskeyLimitKey(userId), userId, cancellationToken);

    /// <summary>Counts a failed attempt, and logs it without the name that was sent, which may be a password.</summary>
    /// <param name="normalizedUserName">The name that was sent, or the key of an account's passkeys.</param>
    /// <param name="userId">The account; null if it is unknown.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task CountFailureAsync(string normalizedUserName, Guid? userId, CancellationToken cancellationToken)
    {
        Failed(caller.Address, userId?.ToString() ?? "(none)");
        await limiter.TakeAsync(PerAddress, caller.Address, 1, cancellationToken);
        await limiter.TakeAsync(PerAccountAndAddress, OwnKey(normalizedUserName), 1, cancellationToken);
    }

    /// <summary>Counts an attempt that was rejected because the queue was full.</summary>
    public async Task CountRefusalAsync(CancellationToken cancellationToken) => await limiter.TakeAsync(PerAddress, caller.Address, 1, cancellationToken);

    /// <summary>Remembers that an account signed in from the caller's address.</summary>
    public Task RememberAsync(Guid userId, CancellationToken cancellationToken) =>
        db.AtomicChanges.RememberAddressAsync(userId, AddressHash(), clock.Now(), cancellationToken);

    /// <summary>Whether an account has recently signed in from the caller's address.</summary>
    public Task<bool> IsKnownAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        var (hash, since) = (AddressHash(), clock.Now() - KnownAddress.Lifetime);
        return db.KnownAddresses.AnyAsync(
            known => known.AddressHash == hash && known.SignedInAt > since && db.Users.Any(user => user.Id == known.UserId && user.NormalizedUserName == normalizedUserName),
            cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "A password or passkey from {Address} was wrong, for account {AccountId}")]
    private partial void Failed(string address, string accountId);

    private static void EnsureNoWait(TimeSpan? wait)
    {
        if (wait is { } time)
        {
            throw new ProblemException(
                Problems.TooManyRequests,
                $"{PerAddress.Permits} attempts to sign in have failed within a minute; try again in {Math.Ceiling(time.TotalSeconds)} s.")
            { RetryAfter = wait };
        }
    }

    private async Task<TimeSpan?> FindWaitAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        await limiter.TakeAsync(PerAccountAndAddress, OwnKey(normalizedUserName), 0, cancellationToken);

    /// <summary>The key under which failures with an account's passkeys count. No account has a name with a colon.</summary>
    private static string PasskeyLimitKey(Guid? userId) => $":{userId}";

    /// <summary>A keyed hash, because the limiter may send and store its keys, and the name that was sent may be a password.</summary>
    private string OwnKey(string normalizedUserName) => Convert.ToHexStringLower(KeyedHash($"{normalizedUserName} {caller.Address}"));

    /// <summary>A keyed hash, because a plain hash of an address can be reversed by trying all addresses.</summary>
    private byte[] AddressHash() => KeyedHash(caller.Address);

    private byte[] KeyedHash(string text)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, options.Value.KeyBytes(), 32, info: "imagehub known address"u8.ToArray());
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
    }
}
