using System.Globalization;
using System.Net;
using ImageHub.Api.Images;
using ImageHub.Application.Delivery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageHub.Api.Delivery;

/// <summary>Caches the route's responses to visitors without credentials.</summary>
/// <param name="tag">
/// The <see cref="ChangeTags"/> tag that invalidates the response. A tag that ends with a colon is followed by the route's <c>id</c>.
/// </param>
/// <param name="parameters">The query parameters of common requests. A response to a request with any other parameter is not cached.</param>
[AttributeUsage(AttributeTargets.Method)]
internal class KeepsAnswerAttribute(string tag, params string[] parameters) : Attribute
{
    /// <summary>A second <see cref="ChangeTags"/> tag that invalidates the response, or null.</summary>
    public string? Also { get; init; }

    /// <summary>The tags that invalidate the response to a request.</summary>
    public virtual IReadOnlyList<string> TagsOf(HttpContext http)
    {
        var own = tag.EndsWith(':') && http.GetRouteValue("id") is string id ? tag + Guid.Parse(id) : tag;
        return Also is null ? [own] : [own, Also];
    }

    /// <summary>The cache key of a request: its address as sent, and the request headers that the response varies by.</summary>
    public virtual string KeyOf(HttpContext http)
    {
        var request = http.Request;
        var address = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (http.GetEndpoint()!.Metadata.GetMetadata<ServesImageAttribute>() is not null)
        {
            return AcceptedFormats.Find(request) is { } preference ? $"{address} {preference}" : address;
        }

        if (request.Headers.AcceptEncoding.Count == 0)
        {
            return address;
        }

        var compression = http.RequestServices.GetRequiredService<IResponseCompressionProvider>();
        return compression.CheckRequestAcceptsCompression(http) ? $"{address} {compression.GetCompressionProvider(http)?.EncodingName}" : address;
    }

    /// <summary>Whether the address has its usual spelling. Any other spelling would create a separate entry and evict common responses.</summary>
    public virtual bool IsUsual(HttpContext http)
    {
        var request = http.Request;
        var path = request.Path.Value!;
        var prefix = http.GetRouteValue("fileName") is null ? path.Length : path.LastIndexOf('/');
        return http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget == request.Path.ToUriComponent() + request.QueryString.Value
            && !path.AsSpan(0, prefix).ContainsAnyInRange('A', 'Z')
            && (http.GetRouteValue("id") is not string id || Guid.Parse(id).ToString() == id)
            && IsUsual(request.QueryString.Value ?? "", request.Query);
    }

    /// <summary>Whether a query has only known parameters, each once, encoded as browsers or programs encode them.</summary>
    private bool IsUsual(string query, IQueryCollection values)
    {
        var length = 0;
        foreach (var given in new QueryStringEnumerable(query))
        {
            var (name, value) = (given.EncodedName.ToString(), given.DecodeValue().ToString());
            if (!parameters.Contains(name, StringComparer.Ordinal) || values[name].Count != 1 || !IsUsual(value) || !IsUsual(given.EncodedValue.Span, value))
            {
                return false;
            }

            length += $"&{name}=".Length + given.EncodedValue.Length;
        }

        return length == query.Length;
    }

    /// <summary>Whether a value is percent-encoded (RFC 3986, section 2.1) or form-encoded (URL Standard, section 5).</summary>
    private static bool IsUsual(ReadOnlySpan<char> encoded, string value) => encoded.SequenceEqual(Uri.EscapeDataString(value)) || encoded.SequenceEqual(WebUtility.UrlEncode(value));

    /// <summary>Whether a number has no sign, leading zeros or spaces.</summary>
    private static bool IsUsual(string value) => !int.TryParse(value, CultureInfo.InvariantCulture, out var number) || number.ToString(CultureInfo.InvariantCulture) == value;
}
