using Microsoft.AspNetCore.Mvc.Filters;

namespace ImageHub.Api.Links;

/// <summary>What is reached through a link: nobody else is told its address, and no cache keeps it (unless it says so itself).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class UnderLinkAttribute : Attribute, IResourceFilter
{
    private const string NoReferrer = "no-referrer";

    /// <summary>Addresses below these hold a token as their next segment.</summary>
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

    /// <summary>Whether a path is one below which links are.</summary>
    public static bool HasToken(PathString path) => TokenAt(ReadSegments(path)) >= 0;

    /// <summary>An error answer begins with no headers, and may be that of an address that leads nowhere.</summary>
    public static void HideReferrer(HttpContext context)
    {
        if (HasToken(context.Request.Path))
        {
            context.Response.Headers["Referrer-Policy"] = NoReferrer;
        }
    }

    /// <summary>A path as it may be told and logged: without its token, however many slashes stand before it.</summary>
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

    /// <summary>Which segment is a token; -1: none.</summary>
    private static int TokenAt(string[] segments)
    {
        var root = Roots.FirstOrDefault(root => segments.Length > root.Length && root.Zip(segments).All(pair => string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase)));
        return root?.Length ?? -1;
    }
}
