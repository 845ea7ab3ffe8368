using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Webhooks;

/// <summary>Settings of webhooks: section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Webhooks";

    /// <summary>The minimum length of the secret, in characters.</summary>
    public const int MinSecretLength = 16;

    /// <summary>The HTTPS address of the receiver, on a host with a public address; empty: no webhooks are sent.</summary>
    public string Url { get; set; } = "";

    /// <summary>The secret that signs each message, so that the receiver can verify the sender: at least 16 characters, required with a URL.</summary>
    public string Secret { get; set; } = "";

    internal bool IsConfigured => Url.Length > 0;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConfigured)
        {
            yield break;
        }

        if (FindFault() is { } fault)
        {
            yield return new ValidationResult($"{fault}; it must be an absolute https address without a user name or a fragment, such as https://receiver.example/imagehub", [nameof(Url)]);
        }

        if (Secret.Length < MinSecretLength)
        {
            yield return new ValidationResult(
                $"it has {Secret.Length} characters; with {Section}:{nameof(Url)} it must have at least {MinSecretLength}, for example from `openssl rand -hex 32`", [nameof(Secret)]);
        }
    }

    /// <summary>Finds the error in the URL. The message omits the URL, because its path, query or password may be secret.</summary>
    private string? FindFault()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return "it is not an absolute address";
        }

        if (url.Scheme != Uri.UriSchemeHttps)
        {
            return $"it begins with {url.Scheme}://{url.Host}";
        }

        return url.UserInfo.Length > 0 ? "it has a user name" : url.Fragment.Length > 0 ? "it has a fragment" : null;
    }
}
