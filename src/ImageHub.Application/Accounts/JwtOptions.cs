using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Accounts;

/// <summary>Settings of sessions and their tokens: section <c>Jwt</c>.</summary>
public sealed class JwtOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Jwt";

    /// <summary>The minimum key length in bytes: the size of the HS256 hash (RFC 7518, section 3.2).</summary>
    public const int MinKeyBytes = 32;

    /// <summary>The <c>typ</c> header of access tokens (RFC 9068, section 2.1).</summary>
    public const string TokenType = "at+jwt";

    /// <summary>
    /// The key that signs access tokens: at least 32 bytes in base64. With the embedded database it is generated and stored if absent.
    /// </summary>
    public string SigningKey { get; set; } = "";

    /// <summary>The <c>iss</c> claim.</summary>
    [Required]
    public string Issuer { get; set; } = "imagehub";

    /// <summary>The <c>aud</c> claim.</summary>
    [Required]
    public string Audience { get; set; } = "imagehub";

    /// <summary>The lifetime of an access token, in seconds.</summary>
    [Range(10, 86_400)]
    public int AccessTokenSeconds { get; set; } = 900;

    /// <summary>The number of days after which an unused session expires.</summary>
    [Range(1, 365)]
    public int SessionDays { get; set; } = 30;

    /// <summary>The key's bytes.</summary>
    /// <exception cref="FormatException">The key is not valid base64.</exception>
    public byte[] KeyBytes() => Convert.FromBase64String(SigningKey);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var buffer = new byte[SigningKey.Length];
        if (!Convert.TryFromBase64String(SigningKey, buffer, out var length) || length < MinKeyBytes)
        {
            yield return new ValidationResult(
                $"it must be at least {MinKeyBytes} random bytes in base64, for example from `openssl rand -base64 32`", [nameof(SigningKey)]);
        }
        else if (buffer.AsSpan(0, length).ToArray().Distinct().Count() < 8)
        {
            yield return new ValidationResult(
                "it has too few different bytes for a random key; create a key with `openssl rand -base64 32`", [nameof(SigningKey)]);
        }
    }
}
