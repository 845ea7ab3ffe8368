using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>Starts a session for an account that has proved its identity.</summary>
internal sealed partial class SessionStart(
    IImageHubDb db, LoginLimits limits, IAccessTokens tokens, ICaller caller, IOptions<JwtOptions> options, TimeProvider clock, ILogger<SessionStart> logger)
{
    /// <summary>
    /// Starts a session. The account's row stays locked until the session is stored. A concurrent request that changes the password or disables the account
    /// therefore also ends this session.
    /// </summary>
    /// <param name="userId">The account.</param>
    /// <param name="method">The way to sign in, for the log.</param>
    /// <param name="isStillValid">Checks the locked account, in the transaction.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="origin">The session at the OpenID Connect provider; null for other sign-ins.</param>
    /// <returns>The session's tokens; null if the account is gone or disabled, or the check fails.</returns>
    public async Task<TokenPair?> BeginAsync(Guid userId, SignInMethod method, Func<User, Task<bool>> isStillValid, CancellationToken cancellationToken, OidcSession? origin = null)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (origin is not null)
        {
            await db.Locks.ShareOidcSessionsAsync(cancellationToken);
        }

        var user = await db.Locks.ShareUserAsync(userId, cancellationToken);
        if (user is null || user.IsDisabled || !await isStillValid(user))
        {
            return null;
        }

        var refreshToken = RefreshTokens.Create();
        var session = Session.Begin(userId, RefreshTokens.Hash(refreshToken), clock.Now(), TimeSpan.FromDays(options.Value.SessionDays), origin);
        db.Sessions.Add(session);
        await limits.RememberAsync(userId, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await DeleteSurplusAsync(session, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        SignedIn(userId, method, caller.Address);
        return tokens.Pair(session, refreshToken, session.CreatedAt, options.Value);
    }

    /// <summary>Deletes ended sessions of the account, and then the longest unused ones, beyond <see cref="Session.MaxPerAccount"/>.</summary>
    private async Task DeleteSurplusAsync(Session newest, CancellationToken cancellationToken)
    {
        var surplus = db.Sessions
            .Where(session => session.UserId == newest.UserId)
            .OrderBy(session => session.EndedAt != null || session.ExpiresAt <= newest.CreatedAt)
            .ThenByDescending(session => session.RotatedAt)
            .Select(session => session.Id)
            .Skip(Session.MaxPerAccount);

        // A deletion announces a change of accounts to every instance, even a deletion of no row.
        if (await surplus.AnyAsync(cancellationToken))
        {
            await db.Sessions.Where(session => surplus.Contains(session.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "Account {AccountId} has signed in by {Method} from {Address}")]
    private partial void SignedIn(Guid accountId, SignInMethod method, string address);
}

/// <summary>The ways to sign in.</summary>
internal enum SignInMethod
{
    Password,
    Passkey,
    Provider,
}
