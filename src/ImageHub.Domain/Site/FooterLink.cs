namespace ImageHub.Domain.Site;

/// <summary>A link in the footer of every page, such as to an imprint.</summary>
/// <param name="Label">What it says: 1–60 characters.</param>
/// <param name="Url">Where it leads: <c>https:</c> or <c>mailto:</c>, at most 2,000 characters.</param>
public sealed record FooterLink(string Label, string Url)
{
    /// <summary>The longest label, in characters.</summary>
    public const int MaxLabelLength = 60;

    /// <summary>The longest address, in characters.</summary>
    public const int MaxUrlLength = 2_000;

    /// <summary>Whether a footer may lead to an address: a page by https, without credentials, or somebody's mail.</summary>
    public static bool IsAllowed(string url) =>
        !url.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
        && Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeMailto
            ? url.Contains('@', StringComparison.Ordinal)
            : url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && address is { Scheme: "https", Host.Length: > 0, UserInfo: "" });
}
