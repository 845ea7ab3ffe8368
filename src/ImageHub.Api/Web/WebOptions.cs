using System.ComponentModel.DataAnnotations;

namespace ImageHub.Api.Web;

/// <summary>Settings of where the service is reached: section <c>Web</c>.</summary>
public sealed class WebOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Web";

    /// <summary>Where the world reaches it, such as <c>https://photos.example</c>; absent: only previews are given the address that a request was sent to (<see cref="SiteAddresses"/>).</summary>
    public string? PublicUrl { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(PublicUrl)
            && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" }))
        {
            yield return new ValidationResult($"{Section}:{nameof(PublicUrl)}: it is '{PublicUrl}'; it must be an address such as https://photos.example, without a path", [nameof(PublicUrl)]);
        }
    }
}
