using System.Net;
using ImageHub.Application.Oidc;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ImageHub.Api.Oidc;

/// <summary>
/// Requests from the server to the provider. The provider's metadata names the addresses, so each address is checked: https, or http on this machine. A server
/// error or 429 counts as an outage.
/// </summary>
internal sealed class OidcBackchannel() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
{
    /// <summary>The time within which the provider must answer a request.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The maximum size of an answer, in bytes.</summary>
    private const int MaxAnswerBytes = 1024 * 1024;

    /// <summary>Creates a client with a limited time and size of answers.</summary>
    public static HttpClient CreateClient() => new(new OidcBackchannel()) { Timeout = AnswerTimeout, MaxResponseContentBufferSize = MaxAnswerBytes };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } address || !OidcOptions.IsProtected(address))
        {
            throw new HttpRequestException($"The provider's metadata names {request.RequestUri}; only https is allowed.");
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            using (answer)
            {
                throw new HttpRequestException($"The provider answers {(int)answer.StatusCode} to {address.AbsolutePath}.", inner: null, answer.StatusCode);
            }
        }

        return answer;
    }
}

/// <summary>The rules for the provider's metadata (OpenID Connect Discovery 1.0, section 4.3).</summary>
/// <param name="authority">The configured issuer.</param>
/// <param name="logger">Logs why metadata is refused; IdentityModel hides the reason in its exception.</param>
internal sealed class OidcMetadataRules(string authority, ILogger<OidcMetadataRules> logger) : IConfigurationValidator<OpenIdConnectConfiguration>
{
    public ConfigurationValidationResult Validate(OpenIdConnectConfiguration configuration)
    {
        if (FindError(configuration) is not { } error)
        {
            return new ConfigurationValidationResult { Succeeded = true };
        }

        logger.LogWarning("The provider's metadata is refused: {Reason}", error);
        return new ConfigurationValidationResult { ErrorMessage = error, Succeeded = false };
    }

    private string? FindError(OpenIdConnectConfiguration configuration) =>
        configuration.Issuer?.TrimEnd('/') != authority.TrimEnd('/') ? $"The provider names itself {configuration.Issuer}, and {OidcOptions.Section}:{nameof(OidcOptions.Authority)} is {authority}."
        : !Uri.TryCreate(configuration.AuthorizationEndpoint, UriKind.Absolute, out var endpoint) || !OidcOptions.IsProtected(endpoint) ? $"The provider's sign-in page is at {configuration.AuthorizationEndpoint}; only https is allowed."
        : configuration.SigningKeys.Count == 0 ? "The provider publishes no keys for signatures."
        : null;
}
