using System.Globalization;
using System.Net;
using ImageHub.Api.Images;
using ImageHub.Application.Delivery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageHub.Api.Delivery;

/// <summary>What the route answers to visitors without any credential is kept, and answered from there.</summary>
/// <param name="tag">What the answer is made of: one of <see cref="ChangeTags"/>; one that ends with a colon is followed by the route's <c>id</c>.</param>
/// <param name="parameters">The query parameters of answers that many visitors ask for; an answer with any other is not kept.</param>
[AttributeUsage(AttributeTargets.Method)]
internal class KeepsAnswerAttribute(string tag, params string[] parameters) : Attribute
{
    /// <summary>What the answer is made of besides: another of <see cref="ChangeTags"/>, or null.</summary>
    public string? Also { get; init; }

    /// <summary>What the answer to a request is made of.</summary>
    public virtual IReadOnlyList<string> TagsOf(HttpContext http)
    {
        var own = tag.EndsWith(':') && http.GetRouteValue("id") is string id ? tag + Guid.Parse(id) : tag;
        return Also is null ? [own] : [own, Also];
    }

    /// <summary>What finds the answer to a request: the address as it was sent, and what of the request's headers the answer depends on.</summary>
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

    /// <summary>
    /// Whether the address is the one that others use for the same answer. Each of the others would be an answer of its own, and push out what many
    /// visitors ask for.
    /// </summary>
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

    /// <summary>Whether a query has known parameters alone, each of them once, written as browsers or programs write them.</summary>
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

    /// <summary>Percent-encoded (RFC 3986, section 2.1), or as forms are (the URL Standard, section 5).</summary>
    private static bool IsUsual(ReadOnlySpan<char> encoded, string value) => encoded.SequenceEqual(Uri.EscapeDataString(value)) || encoded.SequenceEqual(WebUtility.UrlEncode(value));

    /// <summary>Numbers stand without signs, zeros and spaces before them.</summary>
    private static bool IsUsual(string value) => !int.TryParse(value, CultureInfo.InvariantCulture, out var number) || number.ToString(CultureInfo.InvariantCulture) == value;
}
