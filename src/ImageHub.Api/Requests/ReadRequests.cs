using ImageHub.Application.Database;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Requests;

/// <summary>Rules for all read requests (RFC 9110, sections 9.3.2 and 14.2).</summary>
internal static class ReadRequests
{
    /// <summary>Adds HEAD to every GET route, unless the GET changes state. Kestrel omits the body.</summary>
    public static void AnswerHead(this IEndpointConventionBuilder endpoints) => endpoints.Finally(builder =>
    {
        if (builder.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } methods
            && methods.HttpMethods.Any(HttpMethods.IsGet)
            && !builder.Metadata.OfType<WithoutHeadAttribute>().Any()
            && !methods.HttpMethods.Any(HttpMethods.IsHead))
        {
            builder.Metadata.Add(new HttpMethodMetadata([.. methods.HttpMethods, HttpMethods.Head]));
        }
    });

    /// <summary>
    /// Removes a Range header that the server must ignore: for other methods than GET, in other units than bytes, or with an invalid If-Range
    /// (RFC 9110, sections 13.1.5 and 14.2). The framework would apply or reject it.
    /// </summary>
    public static void UseRanges(this WebApplication app) => app.Use((context, next) =>
    {
        var (request, headers) = (context.Request, context.Request.Headers);
        if (!HttpMethods.IsGet(request.Method)
            || !headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)
            || (headers.IfRange.Count > 0 && !RangeConditionHeaderValue.TryParse(headers.IfRange.ToString(), out _)))
        {
            headers.Remove(HeaderNames.Range);
        }

        return next(context);
    });

    /// <summary>Gives read requests a shorter database timeout than write requests. A GET that changes state is a write request.</summary>
    public static void UseReadTimeout(this WebApplication app) => app.Use((context, next) =>
    {
        if ((HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            && context.GetEndpoint()?.Metadata.GetMetadata<WithoutHeadAttribute>() is null)
        {
            context.RequestServices.GetRequiredService<StatementTimeout>().Value = StatementTimeout.Read;
        }

        return next(context);
    });
}

/// <summary>Marks a route whose GET changes state and therefore does not support HEAD.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WithoutHeadAttribute : Attribute;
