using System.Text.Json;
using FluentValidation;

namespace ImageHub.Application.Passkeys;

/// <summary>The rule for a browser's credential in a request.</summary>
internal static class CredentialRule
{
    /// <summary>A generous limit: a credential has about 2 kB.</summary>
    private const int MaxLength = 64 * 1024;

    /// <summary>Requires a JSON object in UTF-8 of at most 65,536 characters.</summary>
    public static IRuleBuilderOptions<T, JsonElement> IsCredential<T>(this IRuleBuilder<T, JsonElement> rule) => rule
        .Must(credential => credential.ValueKind == JsonValueKind.Object && FindLength(credential) <= MaxLength)
        .WithMessage($"credential must be the JSON object of a PublicKeyCredential in UTF-8, at most {MaxLength} characters.");

    /// <summary>The length in characters; null if the JSON is not valid UTF-8, which the parser does not check within texts.</summary>
    private static int? FindLength(JsonElement credential)
    {
        try
        {
            return credential.GetRawText().Length;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
