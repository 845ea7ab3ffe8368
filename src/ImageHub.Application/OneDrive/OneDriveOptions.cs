using System.ComponentModel.DataAnnotations;
using System.Net;
using ImageHub.Application.Errors;

namespace ImageHub.Application.OneDrive;

/// <summary>Settings of OneDrive: section <c>OneDrive</c>.</summary>
public sealed class OneDriveOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "OneDrive";

    /// <summary>The path of the redirect URI.</summary>
    public const string CallbackPath = "/api/v1/onedrive/callback";

    private const string AllowedAddress = "it must be an absolute https address, or an http address on this machine (for a stand-in server)";

    /// <summary>The application's client id at Microsoft; empty: OneDrive is not configured.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The application's client secret; empty for a public client.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>The address of the sign-in service.</summary>
    public string Authority { get; set; } = "https://login.microsoftonline.com/common";

    /// <summary>The address of Microsoft Graph.</summary>
    public string GraphUrl { get; set; } = "https://graph.microsoft.com/v1.0";

    /// <summary>The redirect URI as registered at Microsoft: this server's address and <c>/api/v1/onedrive/callback</c>.</summary>
    public string RedirectUri { get; set; } = "";

    /// <summary>The id of the folder to which access is limited; empty: the drive's root.</summary>
    public string RootItemId { get; set; } = "";

    /// <summary>Comma-separated private networks (CIDR) from which the server may download files. Public addresses are always allowed.</summary>
    public string AllowedNetworks { get; set; } = "";

    /// <summary>
    /// The time limit for importing one file, in seconds, from the first download request until the file is rendered. The import retries a file that exceeds
    /// the limit.
    /// </summary>
    [Range(1, 86_400)]
    public int MaxFileSeconds { get; set; } = 600;

    internal bool IsConfigured => ClientId.Length > 0;

    /// <summary>The networks of <see cref="AllowedNetworks"/>.</summary>
    public IReadOnlyList<IPNetwork> Networks() => [.. NetworkTexts().Select(text => IPNetwork.Parse(text))];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in new[] { (nameof(Authority), Authority), (nameof(GraphUrl), GraphUrl) })
        {
            if (!IsAllowed(value, out var address) || address.Query.Length > 0 || address.Fragment.Length > 0)
            {
                yield return new ValidationResult($"{AllowedAddress}, without a query", [name]);
            }
        }

        if ((IsConfigured || RedirectUri.Length > 0) && (!IsAllowed(RedirectUri, out var redirect) || redirect.AbsolutePath != CallbackPath || redirect.Query.Length > 0))
        {
            yield return new ValidationResult($"{AllowedAddress}, and end in {CallbackPath}", [nameof(RedirectUri)]);
        }

        foreach (var text in NetworkTexts().Where(text => !IPNetwork.TryParse(text, out _)))
        {
            yield return new ValidationResult($"'{text}' is not a network; write networks as 10.0.0.0/8, separated by commas", [nameof(AllowedNetworks)]);
        }
    }

    /// <exception cref="ProblemException">409 <c>oneDriveNotConfigured</c>.</exception>
    internal void EnsureConfigured()
    {
        if (!IsConfigured)
        {
            throw new ProblemException(Problems.OneDriveNotConfigured, $"OneDrive is not configured; the operator of this server must set {Section}__{nameof(ClientId)} and {Section}__{nameof(RedirectUri)}.");
        }
    }

    private static bool IsAllowed(string text, out Uri address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address!) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private string[] NetworkTexts() => AllowedNetworks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
