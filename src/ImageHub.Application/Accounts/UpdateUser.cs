using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Updates an account. Absent fields keep their values. Takes effect on the account's next request; on other instances, within a second.</summary>
public sealed record UpdateUser : IRequest<UserResponse>
{
    /// <summary>3–64 of <c>[A-Za-z0-9._-]</c>; null is not accepted.</summary>
    public Optional<string> UserName { get; init; }

    /// <summary>
    /// <c>admin</c>, <c>editor</c> or <c>user</c>; null is not accepted. An account that becomes a user without a <c>tierId</c> gets the tier Basic. Admins and
    /// editors have no tier.
    /// </summary>
    public Optional<Role?> Role { get; init; }

    /// <summary>The user's tier; null is not accepted.</summary>
    public Optional<Guid?> TierId { get; init; }

    /// <summary>Whether the account is barred from signing in; null is not accepted. True ends all sessions of the account.</summary>
    public Optional<bool?> IsDisabled { get; init; }

    /// <summary>
    /// 12 characters to 72 bytes of UTF-8; neither a common password nor one made of the user name; null is not accepted. A new password ends all sessions of
    /// the account.
    /// </summary>
    public Optional<string> Password { get; init; }

    internal Guid Id { get; init; }

    /// <summary>Returns a copy of this request with the id of the account.</summary>
    public UpdateUser WithId(Guid id) => this with { Id = id };
}

internal sealed class UpdateUserValidator : AbstractValidator<UpdateUser>
{
    public UpdateUserValidator()
    {
        RuleFor(user => user.UserName.Value).UserName().When(user => user.UserName.IsSet);
        RuleFor(user => user.Role.Value).NotNull().WithMessage("role is null; admin, editor and user are allowed.").When(user => user.Role.IsSet);
        RuleFor(user => user.TierId.Value).NotNull().WithMessage("tierId is null; a user has a tier.").When(user => user.TierId.IsSet);
        RuleFor(user => user.IsDisabled.Value).NotNull().WithMessage("isDisabled is null; true or false are allowed.").When(user => user.IsDisabled.IsSet);
        RuleFor(user => user.Password.Value).NewPassword().When(user => user.Password.IsSet);
    }
}

internal sealed class UpdateUserHandler(IImageHubDb db, IPasswordHasher hasher, SignInMethodRules methods, ICaller caller, TimeProvider clock) : IRequestHandler<UpdateUser, UserResponse>
{
    public async Task<UserResponse> Handle(UpdateUser request, CancellationToken cancellationToken)
    {
        var hash = request.Password.IsSet ? await HashAsync(request, cancellationToken) : null;

        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        var user = await db.Users.AsTracking().SingleOrDefaultAsync(user => user.Id == request.Id, cancellationToken) ?? throw ProblemException.NotFound("user");
        var wasAdmin = user is { Role: Role.Admin, IsDisabled: false };
        if (request.UserName.IsSet)
        {
            await db.EnsureUserNameIsFreeAsync(request.UserName.Value!, except: user.Id, cancellationToken);
            user.Rename(request.UserName.Value!);
        }

        await ApplyRoleAsync(request, user, cancellationToken);
        if (request.IsDisabled.Value is { } isDisabled)
        {
            user.SetDisabled(isDisabled);
        }

        if (hash is not null)
        {
            user.ChangePassword(hash);
        }

        if (wasAdmin && user is not { Role: Role.Admin, IsDisabled: false })
        {
            await methods.EnsureNotLastAdminAsync(user, cancellationToken);
        }

        // The user's row is saved first. This waits for a concurrent sign-in with the old password, whose session is then ended below.
        await db.SaveChangesAsync(cancellationToken);

        // If passwords are switched off, the new password does not allow signing in, although the replaced recovery password did.
        if (wasAdmin && hash is not null && !await methods.CanSignInAsync(user.Id, cancellationToken))
        {
            await methods.EnsureNotLastAdminAsync(user, cancellationToken);
        }

        if (hash is not null || user.IsDisabled)
        {
            await db.EndSessionsAsync(user.Id, except: null, clock.Now(), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return await db.Users.Where(row => row.Id == user.Id).Select(UserResponse.Projection(db)).SingleAsync(cancellationToken);
    }

    private async Task<string> HashAsync(UpdateUser request, CancellationToken cancellationToken)
    {
        var name = await db.Users.Where(user => user.Id == request.Id).Select(user => user.UserName).SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("user");
        AccountRules.EnsureNotMadeOf(request.UserName.Value ?? name, "password", request.Password.Value!);
        return await hasher.HashInTurnAsync(request.Password.Value!, caller, cancellationToken);
    }

    private async Task ApplyRoleAsync(UpdateUser request, User user, CancellationToken cancellationToken)
    {
        var role = request.Role.Value ?? user.Role;
        var tierId = request.TierId.Value ?? user.TierId ?? Tier.BasicId;
        if (role == Role.User)
        {
            await db.EnsureTierExistsAsync(tierId, cancellationToken);
        }
        else if (request.TierId.IsSet)
        {
            throw ProblemException.Invalid("tierId", AccountRules.TierForUsersOnly);
        }

        await db.GiveRoleAsync(user, role, tierId, clock.Now(), cancellationToken);
    }
}
