using ImageHub.Application.Oidc;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Passkeys;

/// <summary>Lists the ways to sign in.</summary>
public sealed record ListSignInMethods : IRequest<SignInMethods>;

/// <summary>The ways to sign in.</summary>
/// <param name="Password">Whether accounts sign in with passwords. If not, only a password that <c>reset-password</c> has set signs in.</param>
/// <param name="Passkey">
/// Whether accounts sign in with passkeys at the request's host. Passkeys are bound to the host of <c>Web__PublicUrl</c>, or to <c>localhost</c> without it.
/// </param>
/// <param name="Oidc">The OpenID Connect provider; null without one.</param>
public sealed record SignInMethods(bool Password, bool Passkey, OidcMethod? Oidc);

/// <summary>An OpenID Connect provider.</summary>
/// <param name="Name">The name for the sign-in button.</param>
public sealed record OidcMethod(string Name);

internal sealed class ListSignInMethodsHandler(IPasskeyCeremonies ceremonies, IOidcProvider provider, IOptions<OidcOptions> options) : IRequestHandler<ListSignInMethods, SignInMethods>
{
    public Task<SignInMethods> Handle(ListSignInMethods request, CancellationToken cancellationToken) => Task.FromResult(new SignInMethods(
        !options.Value.Only,
        ceremonies.IsAvailable,
        options.Value.IsConfigured && provider.CanReturn ? new OidcMethod(options.Value.FindName()) : null));
}
