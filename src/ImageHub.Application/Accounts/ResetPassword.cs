using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Oidc;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>
/// Sets a generated password. Ends the account's sessions, and deletes its API keys, its passkeys and its join to the OpenID Connect provider. For operators
/// with access to the server; no route sends this request.
/// </summary>
/// <param name="UserName">The user name, case-insensitive.</param>
public sealed record ResetPassword(string UserName) : IRequest<GeneratedPassword>;

/// <summary>The result of a reset, with the generated password, which is shown once.</summary>
/// <param name="UserName">The user name.</param>
/// <param name="Password">The password.</param>
/// <param name="IsDisabled">Whether the account is disabled and cannot sign in.</param>
/// <param name="EndedKeys">The number of deleted API keys.</param>
/// <param name="EndedPasskeys">The number of deleted passkeys.</param>
/// <param name="HasLeftProvider">Whether the account was joined to the OpenID Connect provider and no longer is.</param>
public sealed record GeneratedPassword(string UserName, string Password, bool IsDisabled, int EndedKeys, int EndedPasskeys, bool HasLeftProvider);

internal sealed class ResetPasswordHandler(IImageHubDb db, IPasswordHasher hasher, TimeProvider clock) : IRequestHandler<ResetPassword, GeneratedPassword>
{
    public async Task<GeneratedPassword> Handle(ResetPassword request, CancellationToken cancellationToken)
    {
        var password = AccountRules.GeneratePassword();
        var hash = hasher.Hash(password);
        var name = User.Normalize(request.UserName);

        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        var user = await db.Users.AsTracking().SingleOrDefaultAsync(user => user.NormalizedUserName == name, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound, $"There is no account '{request.UserName}'.");
        user.SetRecoveryPassword(hash);

        // The user's row is saved first. This waits for a concurrent sign-in with the old password, whose session is then ended below.
        await db.SaveChangesAsync(cancellationToken);
        await db.EndSessionsAsync(user.Id, except: null, clock.Now(), cancellationToken);
        var keys = await db.ApiKeys.Where(key => key.CreatedBy == user.Id).ExecuteDeleteAsync(cancellationToken);
        var passkeys = await db.Passkeys.Where(passkey => passkey.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        var wasJoined = await db.LeaveOidcAsync(user.Id, cancellationToken);
        await db.OidcJoinIntents.Where(intent => intent.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new GeneratedPassword(user.UserName, password, user.IsDisabled, keys, passkeys, wasJoined);
    }
}
