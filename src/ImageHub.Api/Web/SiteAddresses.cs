using Microsoft.Extensions.Options;

namespace ImageHub.Api.Web;

/// <summary>Addresses as other sites need them (<see cref="WebOptions.PublicUrl"/>). Nothing is made of the address that a request was sent to.</summary>
internal sealed class SiteAddresses(IOptions<WebOptions> options)
{
    private readonly string? root = string.IsNullOrEmpty(options.Value.PublicUrl) ? null : options.Value.PublicUrl.TrimEnd('/');

    /// <summary>Whether it is known where the world reaches this server.</summary>
    public bool AreKnown => root is not null;

    /// <summary>The absolute address of a path; the path itself where that is not known.</summary>
    /// <param name="path">It begins with a slash.</param>
    public string To(string path) => root + path;

    /// <summary>The path of an absolute address of this site, or null: it is another's, or none.</summary>
    public string? FindPath(string address)
    {
        const UriComponents site = UriComponents.SchemeAndServer;
        return root is not null
            && Uri.TryCreate(address, UriKind.Absolute, out var url)
            && Uri.Compare(url, new Uri(root), site, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? url.AbsolutePath
            : null;
    }
}
