using ImageHub.Application.Errors;

namespace ImageHub.Application.OneDrive;

/// <summary>Tokens as Microsoft gives them.</summary>
/// <param name="AccessToken">For Graph.</param>
/// <param name="RefreshToken">For new tokens; null: the one that was used goes on.</param>
/// <param name="Lifetime">How long the access token works.</param>
public sealed record MicrosoftTokens(string AccessToken, string? RefreshToken, TimeSpan Lifetime);

/// <summary>
/// Microsoft's sign-in: the authorization code flow (RFC 6749, section 4.1) with PKCE (RFC 7636). Both exchanges fail with a
/// <see cref="ProblemException"/>: <c>oneDriveNotConnected</c> when consent is gone, <c>oneDriveRefused</c> when this application is
/// refused, 503 <c>oneDriveUnavailable</c> when there is no answer.
/// </summary>
public interface IMicrosoftSignIn
{
    /// <summary>Where the browser goes.</summary>
    /// <param name="state">What comes back with the code.</param>
    /// <param name="codeChallenge">SHA-256 of the verifier, in base64url.</param>
    Uri AuthorizeUrl(string state, string codeChallenge);

    /// <summary>Exchanges a code for tokens.</summary>
    Task<MicrosoftTokens> RedeemAsync(string code, string verifier, CancellationToken cancellationToken);

    /// <summary>Exchanges a refresh token for new tokens.</summary>
    Task<MicrosoftTokens> RefreshAsync(string refreshToken, CancellationToken cancellationToken);
}
