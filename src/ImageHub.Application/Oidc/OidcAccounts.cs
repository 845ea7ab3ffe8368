using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Oidc;

/// <summary>The accounts of persons who sign in at the provider.</summary>
internal sealed class OidcAccounts(IImageHubDb db, SignInMethodRules methods, IOptions<OidcOptions> options, TimeProvider clock, ILogger<OidcAccounts> logger)
{
    /// <summary>
    /// Finds the account that is joined to a person, or creates one if <c>Oidc__CreateUsers</c> is set. The role and tier of a created account follow the
    /// claims.
    /// </summary>
    /// <returns>The account's id, even if the account is disabled; null if the person has no account, or if the person's account has left the provider.</returns>
    public async Task<Guid?> FindOrCreateAsync(OidcPerson person, CancellationToken cancellationToken)
    {
        if (await FindAsync(person, cancellationToken) is { } known)
        {
            await FollowClaimsAsync(known.UserId, person, cancellationToken);
            return known.UserId;
        }

        return options.Value.CreateUsers ? await CreateAsync(person, cancellationToken) : null;
    }

    /// <summary>Whether an account is still joined to a person.</summary>
    public Task<bool> IsJoinedAsync(Guid userId, OidcPerson person, CancellationToken cancellationToken) => db.OidcIdentities.AnyAsync(
        identity => identity.UserId == userId && identity.Issuer == person.Session.Issuer && identity.Subject == person.Session.Subject, cancellationToken);

    private Task<OidcIdentity?> FindAsync(OidcPerson person, CancellationToken cancellationToken) => db.OidcIdentities.SingleOrDefaultAsync(
        identity => identity.Issuer == person.Session.Issuer && identity.Subject == person.Session.Subject, cancellationToken);

    private async Task<Guid?> CreateAsync(OidcPerson person, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        if (await FindAsync(person, cancellationToken) is { } concurrent)
        {
            return concurrent.UserId;
        }

        var (issuer, subject) = (person.Session.Issuer, person.Session.Subject);
        if (await db.OidcDepartures.SingleOrDefaultAsync(left => left.Issuer == issuer && left.Subject == subject, cancellationToken) is { } departure)
        {
            logger.LogInformation("Account {AccountId} has left {Provider}, so a sign-in there creates no other account", departure.UserId, options.Value.FindName());
            return null;
        }

        var now = clock.Now();
        var name = await db.FindFreeUserNameAsync(person.Claims.Read("preferred_username") is [var preferred, ..] ? preferred : null, cancellationToken);
        var role = FindRole(person.Claims) ?? Role.User;
        var user = role == Role.User
            ? User.CreateUser(name, passwordHash: null, await FindTierAsync(person.Claims, cancellationToken) ?? Tier.BasicId, now)
            : User.CreateCurator(role, name, passwordHash: null, now);
        user.FollowClaims();
        db.Users.Add(user);
        if (role == Role.User)
        {
            db.AllGroups.Add(Group.CreateOwn(user.Id, now));
        }

        db.OidcIdentities.Add(OidcIdentity.Join(user.Id, issuer, subject, now));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.LogInformation("The first sign-in at {Provider} created the account {UserName} ({Role})", options.Value.FindName(), name, role);
        return user.Id;
    }

    /// <summary>
    /// Applies the role and the tier from the claims to an account that a sign-in has created. The last admin keeps the role, and a disabled account is not
    /// changed.
    /// </summary>
    private async Task FollowClaimsAsync(Guid userId, OidcPerson person, CancellationToken cancellationToken)
    {
        if (!await db.Users.AnyAsync(user => user.Id == userId && user.FollowsClaims && !user.IsDisabled, cancellationToken))
        {
            return;
        }

        // With this lock, no tier is deleted and no account is disabled before the commit.
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        if (!await IsJoinedAsync(userId, person, cancellationToken)
            || await db.Users.AsTracking().SingleOrDefaultAsync(user => user.Id == userId && !user.IsDisabled, cancellationToken) is not { } user)
        {
            return;
        }

        var claimedTier = await FindTierAsync(person.Claims, cancellationToken);
        var role = FindRole(person.Claims) ?? user.Role;
        if (role != Role.Admin && user is { Role: Role.Admin, IsDisabled: false } && await methods.IsLastAdminAsync(user, cancellationToken))
        {
            logger.LogWarning("The claims of {UserName} no longer name an admin, but the account is the last admin and remains one", user.UserName);
            role = Role.Admin;
        }

        await db.GiveRoleAsync(user, role, claimedTier ?? user.TierId ?? Tier.BasicId, clock.Now(), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The role that the claims name, else user; null if <c>Oidc__RoleClaim</c> is empty.</summary>
    private Role? FindRole(OidcClaims claims)
    {
        if (options.Value.RoleClaim.Length == 0)
        {
            return null;
        }

        var values = claims.Read(options.Value.RoleClaim);
        return values.Intersect(options.Value.AdminList(), StringComparer.Ordinal).Any() ? Role.Admin
            : values.Intersect(options.Value.EditorList(), StringComparer.Ordinal).Any() ? Role.Editor
            : Role.User;
    }

    /// <summary>The first tier that the claims name, else Basic; null if <c>Oidc__TierClaim</c> is empty.</summary>
    private async Task<Guid?> FindTierAsync(OidcClaims claims, CancellationToken cancellationToken)
    {
        if (options.Value.TierClaim.Length == 0)
        {
            return null;
        }

        var names = claims.Read(options.Value.TierClaim);
        var tiers = await db.Tiers.Where(tier => names.Contains(tier.Name)).Select(tier => new { tier.Id, tier.Name }).ToListAsync(cancellationToken);
        return tiers.OrderBy(tier => names.ToList().IndexOf(tier.Name)).FirstOrDefault()?.Id ?? Tier.BasicId;
    }
}
