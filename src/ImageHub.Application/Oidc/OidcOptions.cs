using System.ComponentModel.DataAnnotations;
using ImageHub.Application.Errors;

namespace ImageHub.Application.Oidc;

/// <summary>Settings of signing in by OpenID Connect: section <c>Oidc</c>.</summary>
public sealed class OidcOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Oidc";

    /// <summary>The path of the redirect URI.</summary>
    public const string CallbackPath = "/api/v1/auth/oidc/callback";

    private const string AllowedAddress = "it must be an absolute https address, or an http address on this machine, without a query";

    /// <summary>
    /// The provider's issuer, such as <c>https://login.example/realms/photos</c>. The server reads <c>/.well-known/openid-configuration</c> below it. Empty:
    /// signing in by OpenID Connect is not configured.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>The client id at the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The client secret, sent in the body of the token request (<c>client_secret_post</c>); empty for a public client.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>The provider's name on the sign-in button; empty: the host of <c>Oidc__Authority</c>.</summary>
    [StringLength(100, ErrorMessage = "it may have at most 100 characters")]
    public string Name { get; set; } = "";

    /// <summary>The requested scopes, separated by spaces; <c>openid</c> must be one of them.</summary>
    public string Scopes { get; set; } = "openid profile";

    /// <summary>
    /// The claim that holds a person's roles or groups: a string or a list of strings. A dot leads into an object, as in <c>realm_access.roles</c>. Empty:
    /// created accounts are users.
    /// </summary>
    public string RoleClaim { get; set; } = "";

    /// <summary>Values of <c>Oidc__RoleClaim</c> that make a created account an admin, separated by commas.</summary>
    public string AdminValues { get; set; } = "";

    /// <summary>Values of <c>Oidc__RoleClaim</c> that make a created account an editor, separated by commas.</summary>
    public string EditorValues { get; set; } = "";

    /// <summary>The claim that holds the name of a user's tier: a string or a list of strings. Empty: created accounts get the tier Basic.</summary>
    public string TierClaim { get; set; } = "";

    /// <summary>Whether the first sign-in of a person without an account creates one.</summary>
    public bool CreateUsers { get; set; }

    /// <summary>Whether passwords are switched off. Passkeys still sign in, and so does a password that <c>reset-password</c> has set.</summary>
    public bool Only { get; set; }

    /// <summary>Whether signing in by OpenID Connect is configured.</summary>
    internal bool IsConfigured => Authority.Length > 0;

    /// <summary>The name that pages show.</summary>
    public string FindName() => Name.Length > 0 ? Name : new Uri(Authority).Host;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsConfigured && !IsAllowed(Authority))
        {
            yield return new ValidationResult(AllowedAddress, [nameof(Authority)]);
        }

        if (IsConfigured && ClientId.Length == 0)
        {
            yield return new ValidationResult($"it is needed with {Section}:{nameof(Authority)}; the provider shows it where the application is registered", [nameof(ClientId)]);
        }

        if (!Scopes.Split(' ').Contains("openid", StringComparer.Ordinal))
        {
            yield return new ValidationResult("it must contain openid", [nameof(Scopes)]);
        }

        if (RoleClaim.Length == 0 && (AdminValues.Length > 0 || EditorValues.Length > 0))
        {
            yield return new ValidationResult($"it is needed with {Section}:{nameof(AdminValues)} and {Section}:{nameof(EditorValues)}", [nameof(RoleClaim)]);
        }

        if (Only && !IsConfigured)
        {
            yield return new ValidationResult($"it needs {Section}:{nameof(Authority)}; otherwise nobody could sign in", [nameof(Only)]);
        }
    }

    /// <summary>Whether requests to an address cannot be read on their way: https, or http on this machine.</summary>
    public static bool IsProtected(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private static bool IsAllowed(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && IsProtected(address) && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0;

    /// <summary>Throws if OpenID Connect is not configured.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public void EnsureConfigured()
    {
        if (!IsConfigured)
        {
            throw new ProblemException(Problems.NotFound, $"OpenID Connect is not configured; the operator of this server must set {Section}__{nameof(Authority)}.");
        }
    }

    /// <summary>The forms of the issuer's name, with and without a slash at its end; none if OpenID Connect is not configured.</summary>
    internal IReadOnlyList<string> Issuers() => IsConfigured ? [Authority.TrimEnd('/'), Authority.TrimEnd('/') + '/'] : [];

    internal IReadOnlyList<string> AdminList() => Split(AdminValues);

    internal IReadOnlyList<string> EditorList() => Split(EditorValues);

    private static string[] Split(string values) => values.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
