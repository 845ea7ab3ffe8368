using ImageHub.Application.Errors;

namespace ImageHub.Application.OneDrive;

/// <summary>Tokens issued by Microsoft.</summary>
/// <param name="AccessToken">The token for Graph.</param>
/// <param name="RefreshToken">The new refresh token; null if the previous one remains valid.</param>
/// <param name="Lifetime">The lifetime of the access token.</param>
public sealed record MicrosoftTokens(string AccessToken, string? RefreshToken, TimeSpan Lifetime);

/// <summary>
/// Microsoft's sign-in: the authorization code flow (RFC 6749, section 4.1) with PKCE (RFC 7636). Both exchanges throw <see cref="ProblemException"/>:
/// <c>oneDriveNotConnected</c> if consent was withdrawn, <c>oneDriveRefused</c> if the application is rejected, 503 <c>oneDriveUnavailable</c> if Microsoft
/// does not respond or is overloaded.
/// </summary>
public interface IMicrosoftSignIn
{
    /// <summary>The address for the browser.</summary>
    /// <param name="state">The state returned with the code.</param>
    /// <param name="codeChallenge">SHA-256 of the verifier, in base64url.</param>
    Uri AuthorizeUrl(string state, string codeChallenge);

    /// <summary>Exchanges a code for tokens.</summary>
    Task<MicrosoftTokens> RedeemAsync(string code, string verifier, CancellationToken cancellationToken);

    /// <summary>Exchanges a refresh token for new tokens.</summary>
    Task<MicrosoftTokens> RefreshAsync(string refreshToken, CancellationToken cancellationToken);
}
