using MediatR;

namespace ImageHub.Application.Passkeys;

/// <summary>Lists the ways to sign in.</summary>
public sealed record ListSignInMethods : IRequest<SignInMethods>;

/// <summary>The ways to sign in.</summary>
/// <param name="Password">Whether accounts sign in with passwords.</param>
/// <param name="Passkey">Whether accounts sign in with passkeys. Passkeys are bound to the host of <c>Web__PublicUrl</c>, or to <c>localhost</c> without it.</param>
public sealed record SignInMethods(bool Password, bool Passkey);

internal sealed class ListSignInMethodsHandler(IPasskeyCeremonies ceremonies) : IRequestHandler<ListSignInMethods, SignInMethods>
{
    public Task<SignInMethods> Handle(ListSignInMethods request, CancellationToken cancellationToken) => Task.FromResult(new SignInMethods(Password: true, ceremonies.IsAvailable));
}
