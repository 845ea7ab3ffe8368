using System.ComponentModel.DataAnnotations;

namespace ImageHub.Api.Web;

/// <summary>Settings of the service's public address: section <c>Web</c>.</summary>
public sealed class WebOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Web";

    /// <summary>
    /// The public address, such as <c>https://photos.example</c>. If absent, only previews have absolute addresses: the request's address, if the request came
    /// through a proxy of <c>ForwardedHeaders__KnownProxies</c> or from a browser on this machine.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Origins such as <c>https://studio.example</c>, separated by commas, whose pages may call the API with access tokens and API keys, never
    /// with cookies; absent: none.
    /// </summary>
    public string? AllowedOrigins { get; set; }

    /// <summary>The individual origins, as browsers send them.</summary>
    public string[] Origins() => [.. Listed().Select(listed => FindOrigin(listed)?.GetLeftPart(UriPartial.Authority) ?? listed)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(PublicUrl) && FindOrigin(PublicUrl) is null)
        {
            yield return new ValidationResult($"{Section}:{nameof(PublicUrl)}: it is '{PublicUrl}'; it must be an address such as https://photos.example, without a path", [nameof(PublicUrl)]);
        }

        foreach (var listed in Listed().Where(listed => FindOrigin(listed) is null))
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(AllowedOrigins)}: it has '{listed}'; each must be an origin such as https://studio.example, without a path", [nameof(AllowedOrigins)]);
        }
    }

    private static Uri? FindOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" } ? url : null;

    private string[] Listed() => AllowedOrigins?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
