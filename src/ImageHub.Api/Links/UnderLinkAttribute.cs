using Microsoft.AspNetCore.Mvc.Filters;

namespace ImageHub.Api.Links;

/// <summary>What is reached through a link: nobody else is told its address, and no cache keeps it (unless it says so itself).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class UnderLinkAttribute : Attribute, IResourceFilter
{
    /// <summary>Addresses below these hold a token as their next segment.</summary>
    private static readonly PathString[] Roots = ["/s", "/shared", "/api/v1/shared"];

    /// <inheritdoc/>
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "private, no-store";
    }

    /// <inheritdoc/>
    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }

    /// <summary>A path as it may be told and logged: without its token.</summary>
    public static string WithoutToken(PathString path)
    {
        foreach (var root in Roots)
        {
            if (path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase, out var rest) && rest.HasValue)
            {
                var end = rest.Value!.IndexOf('/', 1);
                return $"{root}/-{(end < 0 ? "" : rest.Value[end..])}";
            }
        }

        return path.Value ?? "/";
    }
}
