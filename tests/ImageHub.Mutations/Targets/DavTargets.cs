using System.Text;
using ImageHub.Api.Web;
using ImageHub.Api.WebDav;
using ImageHub.Application.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Mutations.Targets;

/// <summary>The parsers of WebDAV: addresses, headers and XML bodies.</summary>
internal static class DavTargets
{
    public static IEnumerable<Target> Create()
    {
        var services = new ServiceCollection().AddSingleton(new SiteAddresses(Options.Create(new WebOptions { PublicUrl = "https://photos.example" }))).BuildServiceProvider();
        yield return new Target("dav-headers", sent => ParseHeaders(SentRequest.Read(sent, services).Request), Problems.ValidationFailed, Problems.ForeignDestination)
        {
            Seeds =
            [
                .. Utf8(
                    "Depth: infinity\nOverwrite: F\nDestination: http://photos.example:8080/dav/Harbour/a%20b.jpg\nTimeout: Infinite, Second-4100000000",
                    "Lock-Token: <urn:uuid:0190d6a5-3d4b-7c5e-8f60-123456789abc>\nIf: (<urn:uuid:0190d6a5-3d4b-7c5e-8f60-123456789abc> [\"tag\"]) (Not <DAV:no-lock>)",
                    "If: </dav/Harbour/> ([W/\"a\"] [\"b\"]) <https://photos.example/dav/x> (Not [\"c\"])\nIf-Match: \"a\", W/\"b\"\nIf-None-Match: *\nDepth: 1\nDestination: /dav/me/é.png"),
            ],
            Tokens =
            [
                .. Utf8(
                    "If: ", "Destination: ", "Lock-Token: ", "If-Match: ", "Depth: ", "Timeout: Second-", "(", ")", "<", ">", "[", "]", "Not ", "\"", "W/", "*", "/dav/", "%2F", "%00", "%", "%C3", "..", "http://", "https://[::1]/dav/", "file:///dav/",
                    "urn:uuid:", "opaquelocktoken:", "DAV:no-lock", "?", "#", "@", "\\", "18446744073709551615", "18446744073709551616", ",", "\n"),
            ],
        };
        yield return new Target("dav-path", sent => ParsePath(Encoding.UTF8.GetString(sent)), Problems.ValidationFailed)
        {
            Seeds = [.. Utf8("/dav/Harbour/a%20b.jpg?x=1", "/dav/", "/DAV/me//%2e%2e/x", "http://photos.example/dav/%C3%A9.png", "/dav/%F0%9F%98%80/.DS_Store")],
            Tokens = [.. Utf8("/dav/", "%2F", "%252F", "%00", "%2e", "..", ".", "//", "?", "#", "%", "%ZZ", "%C3", "http://", "https://a:99999/", "http://[/dav/", "\\", ":")],
        };
        yield return new Target("dav-xml", ParseXml, Problems.MalformedBody)
        {
            Seeds =
            [
                .. Utf8(
                    "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:propfind xmlns:D=\"DAV:\"><D:prop><D:getetag/><D:lockdiscovery/><x:a xmlns:x=\"urn:x\"/></D:prop></D:propfind>",
                    "<propfind xmlns=\"DAV:\"><allprop/></propfind>",
                    "<propfind xmlns=\"DAV:\"><propname/></propfind>",
                    "<D:propertyupdate xmlns:D=\"DAV:\" xml:lang=\"fr\"><D:set><D:prop><a xmlns=\"urn:x\" b=\"c\">é<d/></a></D:prop></D:set><D:remove><D:prop><e/></D:prop></D:remove></D:propertyupdate>",
                    "<D:lockinfo xmlns:D='DAV:'><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype><D:owner><D:href>mailto:ada@example.com</D:href></D:owner></D:lockinfo>"),
            ],
            Tokens =
            [
                .. Utf8(
                    "<D:prop>", "</D:prop>", "<D:set>", "<D:remove>", "<D:owner>", "<D:shared/>", "<D:exclusive/>", "<D:write/>", "<D:allprop/>", "<D:propname/>", " xmlns:D=\"DAV:\"", " xmlns:D=\"\"", " xmlns=\"\"", " xml:lang=\"\"", " xmlns:xmlns=\"a\"",
                    "xmlns:", "xml:", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "&#0;", "&#x10FFFF;", "<![CDATA[", "]]>", "<!--", "-->", "<?a b?>", "\0", "<?xml version=\"1.0\" encoding=\"utf-32\"?>", "<?xml version=\"1.0\" encoding=\"x\"?>", "<?xml version=\"1.0\" encoding=\"utf-7\"?>", "\uFEFF", "\uFFFE"),
                [0xFE, 0xFF], [0xFF, 0xFE], [0xFF, 0xFE, 0, 0], [0xED, 0xA0, 0x80],
            ],
        };
    }

    private static void ParseHeaders(HttpRequest request) => Target.ParseAll(
        () => _ = DavHeaders.ReadDepth(request),
        () => _ = DavHeaders.ReadIsDeep(request),
        () => _ = DavHeaders.ReadOverwrite(request),
        () => _ = DavHeaders.ReadDestination(request).IsJunk,
        () => _ = DavHeaders.ReadTimeout(request),
        () => _ = DavHeaders.ReadLockToken(request),
        () => _ = DavHeaders.ReadConditions(request).Tokens.ToList());

    // Kestrel accepts a target only as a path or an absolute address, in visible ASCII characters. Other targets do not reach a route of WebDAV.
    private static void ParsePath(string target)
    {
        if (target.All(character => character is > ' ' and <= '~') && (target.StartsWith('/') || (Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")))
        {
            _ = DavHeaders.ReadPath(SentRequest.ForTarget(target).Request).IsJunk;
        }
    }

    private static void ParseXml(byte[] body) => Target.ParseAll(
        () => _ = DavXml.ReadPropfindAsync(NewRequest(body)).GetAwaiter().GetResult(),
        () => _ = DavXml.ReadProppatchAsync(NewRequest(body)).GetAwaiter().GetResult(),
        () => _ = DavXml.ReadLockAsync(NewRequest(body), isDeep: true).GetAwaiter().GetResult());

    private static HttpRequest NewRequest(byte[] body)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(body);
        return request;
    }

    private static IEnumerable<byte[]> Utf8(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);
}
