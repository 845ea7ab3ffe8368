using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageHub.Application.Errors;
using ImageHub.Application.OneDrive;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.OneDrive;

/// <summary>Signs in at Microsoft with version 2.0 of its endpoints.</summary>
internal sealed class MicrosoftSignIn(IOptions<OneDriveOptions> options, TimeProvider clock) : IMicrosoftSignIn, IDisposable
{
    private const string Scope = "offline_access Files.ReadWrite";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Errors that require the user to sign in again (RFC 6749, section 5.2; OpenID Connect Core, section 3.1.2.6).</summary>
    private static readonly string[] ConsentGone = ["invalid_grant", "interaction_required", "consent_required", "login_required"];

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = AnswerTimeout,
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    public Uri AuthorizeUrl(string state, string codeChallenge) => new(QueryHelpers.AddQueryString(Endpoint("authorize"), new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["client_id"] = options.Value.ClientId,
        ["response_type"] = "code",
        ["response_mode"] = "query",
        ["redirect_uri"] = options.Value.RedirectUri,
        ["scope"] = Scope,
        ["state"] = state,
        ["code_challenge"] = codeChallenge,
        ["code_challenge_method"] = "S256",

        // Otherwise a browser that is already signed in at Microsoft would connect that account without asking.
        ["prompt"] = "select_account",
    }));

    public Task<MicrosoftTokens> RedeemAsync(string code, string verifier, CancellationToken cancellationToken) => ExchangeAsync(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["code_verifier"] = verifier,
            ["redirect_uri"] = options.Value.RedirectUri,
        },
        cancellationToken);

    public Task<MicrosoftTokens> RefreshAsync(string refreshToken, CancellationToken cancellationToken) => ExchangeAsync(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken },
        cancellationToken);

    public void Dispose() => client.Dispose();

    private string Endpoint(string name) => $"{options.Value.Authority.TrimEnd('/')}/oauth2/v2.0/{name}";

    private async Task<MicrosoftTokens> ExchangeAsync(Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        fields["client_id"] = options.Value.ClientId;
        fields["scope"] = Scope;
        if (options.Value.ClientSecret.Length > 0)
        {
            fields["client_secret"] = options.Value.ClientSecret;
        }

        try
        {
            using var body = new FormUrlEncodedContent(fields);
            using var answer = await client.PostAsync(Endpoint("token"), body, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw await ReadProblemAsync(answer, cancellationToken);
            }

            var tokens = (await answer.Content.ReadFromJsonAsync<Answer>(cancellationToken))!;
            return new MicrosoftTokens(tokens.AccessToken, tokens.RefreshToken, TimeSpan.FromSeconds(tokens.ExpiresIn));
        }
        catch (Exception exception) when (exception is JsonException || GraphAnswer.IsOutage(exception, cancellationToken))
        {
            throw GraphAnswer.Unavailable($"Microsoft's sign-in does not answer: {exception.Message}");
        }
    }

    private async Task<ProblemException> ReadProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            return GraphAnswer.Unavailable($"Microsoft's sign-in answers {(int)answer.StatusCode}.", GraphAnswer.RetryAfter(answer, clock));
        }

        var error = (await answer.Content.ReadFromJsonAsync<Error>(cancellationToken))!.Code;
        return ConsentGone.Contains(error, StringComparer.Ordinal)
            ? new ProblemException(Problems.OneDriveNotConnected, $"Consent to use OneDrive is no longer valid ({error}); an admin must connect it again on the OneDrive page.")
            : new ProblemException(Problems.OneDriveRefused, $"Microsoft refuses this application ({error}); check OneDrive__ClientId, OneDrive__ClientSecret and OneDrive__RedirectUri.");
    }

    private sealed record Answer(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("refresh_token")] string? RefreshToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);

    private sealed record Error([property: JsonPropertyName("error")] string Code);
}
