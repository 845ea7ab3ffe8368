using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Oidc;
using ImageHub.Domain.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>The rules about an account's ways to sign in: password, passkeys and the OpenID Connect provider.</summary>
internal sealed class SignInMethodRules(IImageHubDb db, IOptions<OidcOptions> options)
{
    /// <summary>Whether an account may sign in with its password.</summary>
    public bool MayUsePassword(User user) => user.PasswordHash is not null && (!options.Value.Only || user.HasRecoveryPassword);

    /// <summary>The error for the use of a password while passwords are switched off. It is the same for all accounts and passwords.</summary>
    public ProblemException PasswordsDisabled() => new(
        Problems.PasswordsDisabled, $"Passwords are switched off; sign in with {options.Value.FindName()}, a passkey, or a password that reset-password has set.");

    /// <summary>
    /// Throws if an account can no longer sign in. The caller must have locked the accounts, and must already have removed the sign-in method.
    /// </summary>
    /// <exception cref="ProblemException">409 <c>lastSignInMethod</c>.</exception>
    public async Task EnsureOneRemainsAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (!await CanSignInAsync(userId, cancellationToken))
        {
            throw new ProblemException(
                Problems.LastSignInMethod, $"The account could no longer sign in; add a passkey first{(options.Value.Only ? "" : ", or ask an admin to set a password")}.");
        }
    }

    /// <summary>Whether an account has a way to sign in.</summary>
    public Task<bool> CanSignInAsync(Guid userId, CancellationToken cancellationToken) => WithSignInMethod().AnyAsync(user => user.Id == userId, cancellationToken);

    /// <summary>Throws if no other admin can sign in. The caller must have locked the accounts.</summary>
    /// <exception cref="ProblemException">409 <c>lastAdmin</c>.</exception>
    public async Task EnsureNotLastAdminAsync(User admin, CancellationToken cancellationToken)
    {
        if (await IsLastAdminAsync(admin, cancellationToken))
        {
            throw new ProblemException(Problems.LastAdmin, $"'{admin.UserName}' is the last admin who can sign in; make another account an admin first.");
        }
    }

    /// <summary>Whether no other admin is enabled and has a way to sign in. The caller must have locked the accounts.</summary>
    public async Task<bool> IsLastAdminAsync(User admin, CancellationToken cancellationToken) =>
        !await WithSignInMethod().AnyAsync(user => user.Role == Role.Admin && !user.IsDisabled && user.Id != admin.Id, cancellationToken);

    /// <summary>The accounts with a way to sign in.</summary>
    private IQueryable<User> WithSignInMethod()
    {
        var (only, issuers) = (options.Value.Only, options.Value.Issuers());
        return db.Users.Where(user =>
            (user.PasswordHash != null && (!only || user.HasRecoveryPassword))
            || db.Passkeys.Any(passkey => passkey.UserId == user.Id)
            || db.OidcIdentities.Any(identity => identity.UserId == user.Id && issuers.Contains(identity.Issuer)));
    }
}
