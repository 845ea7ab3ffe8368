using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Passkeys;

/// <summary>Begins to add a passkey to the caller's account. The sign-in must be less than five minutes old.</summary>
public sealed record BeginPasskey : IRequest<StartedCeremony>;

/// <summary>The rules that both steps of adding a passkey check.</summary>
internal sealed class PasskeyRules(IImageHubDb db, ICaller caller, RecentSignIn recent)
{
    /// <summary>Finds the caller's account. Throws if the sign-in is not recent, or if the account has the maximum number of passkeys.</summary>
    public async Task<User> FindAccountAsync(CancellationToken cancellationToken)
    {
        await recent.EnsureAsync("to add a passkey", cancellationToken);
        if (await db.Passkeys.CountAsync(passkey => passkey.UserId == caller.UserId, cancellationToken) >= Passkey.MaxPerAccount)
        {
            throw new ProblemException(Problems.TooManyPasskeys, $"The account has {Passkey.MaxPerAccount} passkeys, which is the maximum; delete one first.");
        }

        return await db.Users.SingleOrDefaultAsync(user => user.Id == caller.UserId, cancellationToken) ?? throw ProblemException.NotFound("account");
    }

    /// <summary>The purpose of the encrypted state, which makes the state valid for one account only.</summary>
    public static string PurposeFor(User user) => $"passkey registration {user.Id}";
}

internal sealed class BeginPasskeyHandler(PasskeyRules rules, IPasskeyCeremonies ceremonies, CeremonyStates states) : IRequestHandler<BeginPasskey, StartedCeremony>
{
    public async Task<StartedCeremony> Handle(BeginPasskey request, CancellationToken cancellationToken)
    {
        var user = await rules.FindAccountAsync(cancellationToken);
        return states.Protect(PasskeyRules.PurposeFor(user), await ceremonies.BeginRegistrationAsync(user));
    }
}
