using Microsoft.AspNetCore.Mvc.Filters;

namespace ImageHub.Api.Links;

/// <summary>
/// Marks routes below a link: the address is not disclosed in the referrer, and responses are not cached unless the route allows it.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class UnderLinkAttribute : Attribute, IResourceFilter
{
    private const string NoReferrer = "no-referrer";

    /// <summary>The path prefixes that are followed by a token.</summary>
    private static readonly string[][] Roots = [["s"], ["shared"], ["api", "v1", "shared"], ["api", "v1", "archives"]];

    /// <inheritdoc/>
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        headers["Referrer-Policy"] = NoReferrer;
        headers.CacheControl = "private, no-store";
    }

    /// <inheritdoc/>
    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }

    /// <summary>Whether a path contains a link's token.</summary>
    public static bool HasToken(PathString path) => TokenAt(ReadSegments(path)) >= 0;

    /// <summary>Sets the referrer policy of an error response. The response's headers were cleared, and the request's path may match no route.</summary>
    public static void HideReferrer(HttpContext context)
    {
        if (HasToken(context.Request.Path))
        {
            context.Response.Headers["Referrer-Policy"] = NoReferrer;
        }
    }

    /// <summary>A path without its token, for messages and logs, regardless of the number of leading slashes.</summary>
    public static string WithoutToken(PathString path)
    {
        var segments = ReadSegments(path);
        var token = TokenAt(segments);
        if (token < 0)
        {
            return path.Value ?? "/";
        }

        segments[token] = "-";
        return "/" + string.Join('/', segments);
    }

    private static string[] ReadSegments(PathString path) => (path.Value ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The index of the token's segment, or -1.</summary>
    private static int TokenAt(string[] segments)
    {
        var root = Roots.FirstOrDefault(root => segments.Length > root.Length && root.Zip(segments).All(pair => string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase)));
        return root?.Length ?? -1;
    }
}
