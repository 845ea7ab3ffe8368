using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ImageHub.Mutations.Targets;

/// <summary>
/// A request made from a text: lines with headers, an empty line, and the body. As in Kestrel, headers are UTF-8 of at most 32 kB without NUL characters
/// and line breaks.
/// </summary>
internal static class SentRequest
{
    private const int MaxHeadLength = 32 * 1024;

    private static ReadOnlySpan<byte> EndOfHead => "\n\n"u8;

    /// <param name="sent">The text.</param>
    /// <param name="services">The services of the request, or null.</param>
    public static DefaultHttpContext Read(ReadOnlySpan<byte> sent, IServiceProvider? services = null)
    {
        var end = sent.IndexOf(EndOfHead);
        var head = end < 0 ? sent : sent[..end];
        var body = end < 0 ? [] : sent[(end + EndOfHead.Length)..];
        var context = new DefaultHttpContext { RequestServices = services! };
        context.Request.Method = HttpMethods.Get;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("photos.example", 8080);
        context.Request.Body = new MemoryStream(body.ToArray());
        foreach (var line in Encoding.UTF8.GetString(head[..Math.Min(head.Length, MaxHeadLength)]).Split('\n'))
        {
            var parts = line.Split(':', 2);
            var name = parts[0].Trim();
            if (parts.Length == 2 && name.Length > 0 && name.All(char.IsAscii) && !parts[1].AsSpan().ContainsAny('\0', '\r'))
            {
                context.Request.Headers.Append(name, parts[1].Trim());
            }
        }

        return context;
    }

    /// <summary>Makes a request for an address.</summary>
    /// <param name="target">The address as sent.</param>
    public static DefaultHttpContext ForTarget(string target)
    {
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        return context;
    }
}
