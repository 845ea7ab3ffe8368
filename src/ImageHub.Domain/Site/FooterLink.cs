namespace ImageHub.Domain.Site;

/// <summary>A link in every page's footer, such as to a legal notice.</summary>
/// <param name="Label">The text: 1–60 characters.</param>
/// <param name="Url">The target: <c>https:</c> or <c>mailto:</c>, at most 2,000 characters.</param>
public sealed record FooterLink(string Label, string Url)
{
    /// <summary>The maximum length of a label, in characters.</summary>
    public const int MaxLabelLength = 60;

    /// <summary>The maximum length of an address, in characters.</summary>
    public const int MaxUrlLength = 2_000;

    /// <summary>Whether an address is allowed: https without credentials, or mailto.</summary>
    public static bool IsAllowed(string url) =>
        !url.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
        && Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeMailto
            ? url.Contains('@', StringComparison.Ordinal)
            : url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && address is { Scheme: "https", Host.Length: > 0, UserInfo: "" });
}
