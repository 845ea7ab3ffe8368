using System.Net.Http.Headers;

namespace ImageHub.Client;

/// <content>Headers of a response.</content>
public partial class ApiResponse
{
    /// <summary>Returns the first value of a header, or null.</summary>
    /// <param name="name">The header's name, in any case.</param>
    public string? FindHeader(string name) => ApiHeaders.Find(Headers, name);
}

/// <content>Headers of a response.</content>
public partial class ApiException
{
    /// <summary>
    /// How long the server asks to wait before the next attempt (<c>Retry-After</c>), or null. Responses with the status 429 or 503 have this header, except
    /// for the problem <c>objectLost</c>.
    /// </summary>
    public TimeSpan? RetryAfter => RetryConditionHeaderValue.TryParse(FindHeader("Retry-After"), out var wait) ? wait.Delta ?? (wait.Date - DateTimeOffset.UtcNow) : null;

    /// <summary>Returns the first value of a header, or null.</summary>
    /// <param name="name">The header's name, in any case.</param>
    public string? FindHeader(string name) => ApiHeaders.Find(Headers, name);
}

/// <summary>Looks up headers without regard to case, which proxies change (RFC 9110, section 5.1).</summary>
internal static class ApiHeaders
{
    public static string? Find(IReadOnlyDictionary<string, IEnumerable<string>> headers, string name) =>
        headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();
}
