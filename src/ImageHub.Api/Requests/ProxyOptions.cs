namespace ImageHub.Api.Requests;

/// <summary>Settings of reverse proxies: section <c>ForwardedHeaders</c>.</summary>
public sealed class ProxyOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "ForwardedHeaders";

    /// <summary>Addresses and networks (CIDR) of reverse proxies whose <c>X-Forwarded-*</c> headers are trusted, separated by commas.</summary>
    public IReadOnlyList<string> KnownProxies { get; } = [];
}
