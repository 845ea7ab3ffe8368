using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Requests;

/// <summary>What holds for every request that reads (RFC 9110, sections 9.3.2 and 14.2).</summary>
internal static class ReadRequests
{
    /// <summary>HEAD answers wherever GET does, unless the GET changes something: Kestrel leaves the body out.</summary>
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
    /// Range counts for GET, in bytes, and where If-Range, if it is sent, names a version (RFC 9110, sections 13.1.5 and 14.2); elsewhere it is passed over, where the
    /// framework would heed or refuse it.
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

    /// <summary>Gives requests that read less time for the database than those that write.</summary>
    public static void UseReadTimeout(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            context.RequestServices.GetRequiredService<StatementTimeout>().Value = StatementTimeout.Read;
        }

        return next(context);
    });

    /// <summary>Counts the connections to the database by the caller's address.</summary>
    public static void UseConnectionShares(this WebApplication app) => app.Use((context, next) =>
    {
        context.RequestServices.GetRequiredService<ConnectionShare>().Caller = context.RequestServices.GetRequiredService<ICaller>().Address;
        return next(context);
    });
}

/// <summary>A route whose GET changes something, so that HEAD does not answer.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WithoutHeadAttribute : Attribute;
