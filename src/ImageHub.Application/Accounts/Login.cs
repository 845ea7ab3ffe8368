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
        var name = User.Normalize(request.UserName);
        await limits.EnsureMayTryAsync(name, cancellationToken);
        var user = await db.Users.SingleOrDefaultAsync(user => user.NormalizedUserName == name, cancellationToken);
        await VerifyAsync(name, request.Password, user, cancellationToken);

        return await sessions.BeginAsync(user!.Id, SignInMethod.Password, now => Task.FromResult(now.PasswordHash == user.PasswordHash), cancellationToken) ?? throw Refused();
    }

    /// <summary>An unknown user, a disabled account and a wrong password each take the time of one hash and result in the same error.</summary>
    private async Task VerifyAsync(string name, string password, User? user, CancellationToken cancellationToken)
    {
        using var turn = await WaitForTurnAsync(name, user, cancellationToken);

        // The limit is checked again after the wait. Otherwise concurrent requests could exceed it.
        await limits.EnsureMayTryAsync(name, cancellationToken);
        if (hasher.Verify(password, user?.PasswordHash) && !user!.IsDisabled && methods.MayUsePassword(user))
        {
            return;
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
