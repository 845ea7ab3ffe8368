using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Creates an account.</summary>
/// <param name="UserName">3–64 of <c>[A-Za-z0-9._-]</c>; case-insensitive.</param>
/// <param name="Password">12 characters to 72 bytes of UTF-8; neither a common password nor one made of the user name.</param>
/// <param name="Role"><c>admin</c>, <c>editor</c> or <c>user</c>.</param>
/// <param name="TierId">The user's tier; absent: Basic. Not for admins and editors.</param>
public sealed record CreateUser(string UserName, string Password, Role Role = Role.User, Guid? TierId = null) : IRequest<UserResponse>;

internal sealed class CreateUserValidator : AbstractValidator<CreateUser>
{
    public CreateUserValidator()
    {
        RuleFor(user => user.UserName).UserName();
        RuleFor(user => user.Password).NewPassword();
        RuleFor(user => user.Role).IsInEnum();
        RuleFor(user => user.TierId).Null().When(user => user.Role != Role.User).WithMessage(AccountRules.TierForUsersOnly);
    }
}

internal sealed class CreateUserHandler(IImageHubDb db, IPasswordHasher hasher, ICaller caller, TimeProvider clock) : IRequestHandler<CreateUser, UserResponse>
{
    public async Task<UserResponse> Handle(CreateUser request, CancellationToken cancellationToken)
    {
        AccountRules.EnsureNotMadeOf(request.UserName, "password", request.Password);
        await db.EnsureUserNameIsFreeAsync(request.UserName, except: null, cancellationToken);
        var hash = await hasher.HashInTurnAsync(request.Password, caller, cancellationToken);

        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        await db.EnsureUserNameIsFreeAsync(request.UserName, except: null, cancellationToken);
        var user = request.Role == Role.User
            ? User.CreateUser(request.UserName, hash, request.TierId ?? Tier.BasicId, clock.Now())
            : User.CreateCurator(request.Role, request.UserName, hash, clock.Now());
        if (user.TierId is { } tierId)
        {
            await db.EnsureTierExistsAsync(tierId, cancellationToken);
        }

        db.Users.Add(user);
        if (user.Role == Role.User)
        {
            db.AllGroups.Add(Group.CreateOwn(user.Id, user.CreatedAt));
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await db.Users.Where(row => row.Id == user.Id).Select(UserResponse.Projection(db)).SingleAsync(cancellationToken);
    }
}
