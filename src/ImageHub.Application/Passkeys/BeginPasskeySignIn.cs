using MediatR;

namespace ImageHub.Application.Passkeys;

/// <summary>Begins to sign in with any passkey.</summary>
public sealed record BeginPasskeySignIn : IRequest<StartedCeremony>;

internal sealed class BeginPasskeySignInHandler(IPasskeyCeremonies ceremonies, CeremonyStates states) : IRequestHandler<BeginPasskeySignIn, StartedCeremony>
{
    public async Task<StartedCeremony> Handle(BeginPasskeySignIn request, CancellationToken cancellationToken) =>
        states.Protect(SignInByPasskey.Purpose, await ceremonies.BeginSignInAsync());
}
