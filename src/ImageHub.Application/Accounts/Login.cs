using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Oidc;
using ImageHub.Application.Requests;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>Signs in.</summary>
/// <param name="UserName">The user name, case-insensitive.</param>
/// <param name="Password">The password.</param>
public sealed record Login(string UserName, string Password) : IRequest<TokenPair>;

internal sealed class LoginValidator : AbstractValidator<Login>
{
    public LoginValidator()
    {
        RuleFor(login => login.UserName).RequiredText(User.MaxUserNameLength);
        RuleFor(login => login.Password).GivenPassword();
    }
}

internal sealed class LoginHandler(
    IImageHubDb db,
    IPasswordHasher hasher,
    LoginLimits limits,
    SessionStart sessions,
    SignInMethodRules methods,
    IOptions<OidcOptions> oidc,
    ICaller caller) : IRequestHandler<Login, TokenPair>
{
    public async Task<TokenPair> Handle(Login request, CancellationToken cancellationToken)
    {
        // Keyboards of phones add a space to a suggested name. No account's name contains one.
        var name = User.Normalize(request.UserName.Trim());
        await limits.EnsureMayTryAsync(name, cancellationToken);

        // A concurrent sign-in may have renewed the hash, so a first failure to begin a session does not count.
        return await TryAsync(name, request.Password, cancellationToken) ?? await TryAsync(name, request.Password, cancellationToken) ?? throw Refused();
    }

    /// <summary>Verifies the password and begins a session. Returns null if the account has changed in the meantime.</summary>
    private async Task<TokenPair?> TryAsync(string name, string password, CancellationToken cancellationToken)
    {
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.NormalizedUserName == name, cancellationToken);
        var renewed = await VerifyAsync(name, password, user, cancellationToken);
        var (id, verified) = (user!.Id, user.PasswordHash);
        if (renewed is not null
            && await db.Users
                .Where(row => row.Id == id && row.PasswordHash == verified)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, renewed), cancellationToken) == 0)
        {
            return null;
        }

        return await sessions.BeginAsync(id, SignInMethod.Password, now => Task.FromResult(now.PasswordHash == (renewed ?? verified)), cancellationToken);
    }

    /// <summary>An unknown user, a disabled account and a wrong password each take the time of one hash and result in the same error.</summary>
    /// <returns>A new hash of a right password whose hash has another cost; otherwise null.</returns>
    private async Task<string?> VerifyAsync(string name, string password, User? user, CancellationToken cancellationToken)
    {
        using var turn = await WaitForTurnAsync(name, user, cancellationToken);

        // The limit is checked again after the wait. Otherwise concurrent requests could exceed it.
        await limits.EnsureMayTryAsync(name, cancellationToken);
        if (hasher.Verify(password, user?.PasswordHash) && !user!.IsDisabled && methods.MayUsePassword(user))
        {
            return hasher.IsOutdated(user.PasswordHash!) ? hasher.Hash(password) : null;
        }

        await limits.CountFailureAsync(name, user?.Id, cancellationToken);
        throw Refused();
    }

    /// <summary>If the queue is full, the request counts as a failed attempt from its address, as a wrong password does.</summary>
    private async Task<IDisposable> WaitForTurnAsync(string name, User? user, CancellationToken cancellationToken)
    {
        var isKnown = await limits.IsKnownAsync(name, cancellationToken);
        try
        {
            return await hasher.WaitForTurnAsync(PasswordQueue.Accounts, new HashCaller(caller.Address, isKnown ? user?.Id : null), cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ServerBusy)
        {
            await limits.CountRefusalAsync(cancellationToken);
            throw;
        }
    }

    private ProblemException Refused() =>
        oidc.Value.Only ? methods.PasswordsDisabled() : new(Problems.InvalidCredentials, "No account has this user name and password.");
}
