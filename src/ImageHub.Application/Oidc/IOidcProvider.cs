using ImageHub.Domain.Accounts;

namespace ImageHub.Application.Oidc;

/// <summary>
/// The OpenID Connect provider: the authorization code flow (OpenID Connect Core 1.0, section 3.1) with PKCE (RFC 7636). The state of a sign-in is in encrypted
/// cookies of the browser.
/// </summary>
public interface IOidcProvider
{
    /// <summary>Whether the provider can send the caller's browser back: the public address is configured, or the caller is on this machine.</summary>
    bool CanReturn { get; }

    /// <summary>Begins a sign-in and sets its cookies.</summary>
    /// <param name="intent">The purpose of the sign-in.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The provider's address for the browser; null if the provider does not respond.</returns>
    Task<Uri?> BeginAsync(OidcIntent intent, CancellationToken cancellationToken);

    /// <summary>Completes a sign-in with the parameters and cookies of the current request.</summary>
    Task<OidcAnswer> CompleteAsync();

    /// <summary>Validates a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6), except for its reuse.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="Errors.ProblemException">
    /// 400 that names <c>logout_token</c> if the token is invalid; 503 if the provider's keys cannot be read.
    /// </exception>
    Task<OidcLogoutToken> ReadLogoutTokenAsync(string token, CancellationToken cancellationToken);
}

/// <summary>The purpose of a sign-in at the provider.</summary>
/// <param name="ReturnTo">The path to which the browser returns.</param>
/// <param name="JoinState">Identifies the intent to join an account; null for a sign-in.</param>
public sealed record OidcIntent(string ReturnTo, string? JoinState = null);

/// <summary>The reason why a sign-in at the provider failed. Its name in camelCase is the code on the sign-in page.</summary>
public enum OidcFailure
{
    /// <summary>The provider does not respond.</summary>
    ProviderUnavailable,

    /// <summary>The provider or the person refused.</summary>
    ProviderRefused,

    /// <summary>The sign-in was not started in this browser, took too long, or was already completed.</summary>
    SignInExpired,

    /// <summary>The provider's answer is invalid: a wrong issuer, audience, nonce, signature or time, or a code that was used before.</summary>
    AnswerInvalid,

    /// <summary>No account is joined to the person, or the account is disabled.</summary>
    NoAccount,

    /// <summary>Another account is joined to the person.</summary>
    IdentityTaken,

    /// <summary>Too many sign-ins from this address have failed.</summary>
    TooManyAttempts,

    /// <summary>The server does not know the address to which the provider can return.</summary>
    PublicUrlMissing,
}

/// <summary>The provider's answer.</summary>
/// <param name="Intent">The purpose of the sign-in; null if the answer belongs to no sign-in of this browser.</param>
/// <param name="Person">The person who has signed in; null after a failure.</param>
/// <param name="Failure">The reason of a failure.</param>
public sealed record OidcAnswer(OidcIntent? Intent, OidcPerson? Person, OidcFailure? Failure);

/// <summary>A person who has signed in at the provider.</summary>
/// <param name="Session">The session at the provider.</param>
/// <param name="Claims">The claims about the person.</param>
public sealed record OidcPerson(OidcSession Session, OidcClaims Claims);

/// <summary>A valid logout token.</summary>
/// <param name="Issuer">The issuer.</param>
/// <param name="Subject">The person; null if only the session is named.</param>
/// <param name="SessionId">The session; null for all sessions of the person.</param>
/// <param name="TokenId">The token's id (<c>jti</c>).</param>
/// <param name="ExpiresAt">When the token expires.</param>
public sealed record OidcLogoutToken(string Issuer, string? Subject, string? SessionId, string TokenId, DateTimeOffset ExpiresAt);
