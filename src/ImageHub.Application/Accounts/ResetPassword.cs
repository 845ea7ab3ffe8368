using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Gives an account a generated password, and ends its sessions and API keys. For whoever has the server itself; no route does this.</summary>
/// <param name="UserName">The account's name, in any case.</param>
public sealed record ResetPassword(string UserName) : IRequest<GeneratedPassword>;

/// <summary>The password, to be shown once.</summary>
/// <param name="UserName">The account's name.</param>
/// <param name="Password">Its password.</param>
/// <param name="IsDisabled">Whether the account cannot sign in all the same.</param>
/// <param name="EndedKeys">How many API keys of the account were deleted.</param>
public sealed record GeneratedPassword(string UserName, string Password, bool IsDisabled, int EndedKeys);

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
        user.ChangePassword(hash);

        // The row first: a sign-in that has checked the old password holds it until its session is there to be ended.
        await db.SaveChangesAsync(cancellationToken);
        await db.EndSessionsAsync(user.Id, except: null, clock.Now(), cancellationToken);
        var keys = await db.ApiKeys.Where(key => key.CreatedBy == user.Id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new GeneratedPassword(user.UserName, password, user.IsDisabled, keys);
    }
}
