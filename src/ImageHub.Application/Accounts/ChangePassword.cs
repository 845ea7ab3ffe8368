using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Changes the caller's password and ends the caller's other sessions. A wrong current password counts as a failed sign-in.</summary>
/// <param name="CurrentPassword">The current password.</param>
/// <param name="NewPassword">12 characters to 72 bytes of UTF-8; neither a common password nor one made of the user name.</param>
public sealed record ChangePassword(string CurrentPassword, string NewPassword) : IRequest;

internal sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(change => change.CurrentPassword).GivenPassword();
        RuleFor(change => change.NewPassword).NewPassword();
    }
}

internal sealed class ChangePasswordHandler(IImageHubDb db, IPasswordHasher hasher, LoginLimits limits, SignInMethodRules methods, ICaller caller, TimeProvider clock)
    : IRequestHandler<ChangePassword>
{
    public async Task<Unit> Handle(ChangePassword request, CancellationToken cancellationToken)
    {
        var user = await db.Users.SingleOrDefaultAsync(user => user.Id == caller.UserId, cancellationToken) ?? throw ProblemException.NotFound("account");
        if (user.PasswordHash is null)
        {
            throw ProblemException.Invalid("currentPassword", "The account has no password; an admin can set one.");
        }

        if (!methods.MayUsePassword(user))
        {
            throw methods.PasswordsDisabled();
        }

        AccountRules.EnsureNotMadeOf(user.UserName, "newPassword", request.NewPassword);
        var hash = await HashAsync(request, user, cancellationToken);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var changed = await db.Users
            .Where(row => row.Id == user.Id && row.PasswordHash == user.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, hash), cancellationToken);
        if (changed == 0)
        {
            throw WrongPassword();
        }

        await db.EndSessionsAsync(user.Id, except: caller.SessionId, clock.Now(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    private async Task<string> HashAsync(ChangePassword request, User user, CancellationToken cancellationToken)
    {
        await limits.EnsureMayTryAsync(user.NormalizedUserName, cancellationToken);
        using var turn = await hasher.WaitForTurnAsync(PasswordQueue.Accounts, new HashCaller(caller.Address, user.Id), cancellationToken);

        // The limit is checked again after the wait, as at sign-in. Otherwise concurrent requests could exceed it.
        await limits.EnsureMayTryAsync(user.NormalizedUserName, cancellationToken);
        if (hasher.Verify(request.CurrentPassword, user.PasswordHash))
        {
            return hasher.Hash(request.NewPassword);
        }

        await limits.CountFailureAsync(user.NormalizedUserName, user.Id, cancellationToken);
        throw WrongPassword();
    }

    /// <summary>A 400 rather than a 401, because the session is valid and only the field is wrong.</summary>
    private static ProblemException WrongPassword() => ProblemException.Invalid("currentPassword", "currentPassword is not the account's password.");
}
