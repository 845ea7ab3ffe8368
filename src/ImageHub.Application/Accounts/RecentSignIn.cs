using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>
/// Requires a recent sign-in before the caller adds a way to sign in, so that the thief of a session cannot gain lasting access to the account.
/// </summary>
internal sealed class RecentSignIn(IImageHubDb db, ICaller caller, TimeProvider clock)
{
    /// <summary>The maximum age of the sign-in.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Throws if the sign-in is too old or the session has ended. The method reads the session's row, because a cached session may be outdated for a moment.
    /// </summary>
    /// <param name="purpose">The purpose stated in the error, such as <c>to add a passkey</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException"><see cref="Problems.RecentSignInNeeded"/>.</exception>
    public async Task EnsureAsync(string purpose, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        if (!await db.Sessions.AnyAsync(
            session => session.Id == caller.SessionId && session.CreatedAt > now - Recent && session.EndedAt == null && session.ExpiresAt > now, cancellationToken))
        {
            throw new ProblemException(Problems.RecentSignInNeeded, $"The sign-in is older than {Recent.TotalMinutes} minutes, or the session has ended; sign in again {purpose}.");
        }
    }
}
