using System.ComponentModel.DataAnnotations;

namespace ImageHub.Api.Observability;

/// <summary>Settings of metrics for Prometheus: section <c>Metrics</c>.</summary>
public sealed class MetricsOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Metrics";

    /// <summary>
    /// Addresses that only answer <c>/metrics</c>, for Prometheus, such as <c>http://127.0.0.1:9464</c>, separated by semicolons; absent: none. They require no
    /// password; do not open them to the internet.
    /// </summary>
    public string? Urls { get; set; }

    /// <summary>The individual addresses.</summary>
    internal string[] Addresses => Urls?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Addresses
        .Where(address => !IsUsable(address))
        .Select(address => new ValidationResult($"{Section}:{nameof(Urls)}: it has '{address}'; each must be an address such as http://127.0.0.1:9464, without a path", [nameof(Urls)]));

    private static bool IsUsable(string text)
    {
        try
        {
            return BindingAddress.Parse(text) is { Scheme: "http", PathBase: "", IsUnixPipe: false, IsNamedPipe: false, Port: <= 65535 };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
