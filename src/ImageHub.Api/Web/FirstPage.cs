using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ImageHub.Api.Delivery;
using ImageHub.Api.Requests;
using ImageHub.Domain.Site;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>The web app's index page, as built or with the title, the preview content and the first screen of a page filled in.</summary>
internal sealed partial class FirstPage
{
    private const string Name = "/index.html";
    private const string BeginOfTitle = "<title>";
    private const string EndOfTitle = "</title>";
    private const string BeginOfSplash = "<p class=\"splash\">";
    private const string EndOfSplash = "</p>";
    private const string ContentType = "text/html; charset=utf-8";

    // A moderate level: a cached page is compressed once for many readers, any other page for a single reader.
    private const int BrotliQuality = 5;
    private const int BrotliWindow = 18;

    private readonly WebFile? file;
    private readonly WebHeaders headers;
    private readonly SiteAddresses addresses;
    private readonly byte[]? bare;
    private readonly Dictionary<TitleTypeface, Parts> templates = [];

    public FirstPage(WebFiles files, WebHeaders headers, SiteAddresses addresses)
    {
        (this.headers, this.addresses) = (headers, addresses);
        file = files.Find(Name);
        if (file is not null)
        {
            bare = File.ReadAllBytes(file.Forms[^1].Path);
            foreach (var typeface in Enum.GetValues<TitleTypeface>())
            {
                if (Split(SetTypeface(Encoding.UTF8.GetString(bare), typeface)) is { } parts)
                {
                    templates[typeface] = parts;
                }
            }

            // A new build or another public address changes a page's bytes.
            Version = $"{file.Forms[^1].ETag.Tag} {addresses.To("/")}";
        }
    }

    /// <summary>Whether the web app has been built.</summary>
    public bool IsThere => file is not null;

    /// <summary>Whether the page has placeholders for a page's content.</summary>
    public bool IsTemplate => templates.Count > 0;

    /// <summary>Identifies the parts of a page's bytes that do not depend on its content.</summary>
    public string Version { get; } = "";

    /// <summary>Sends the page as built. The response is not cached for other visitors.</summary>
    public Task SendAsync(HttpContext context)
    {
        context.Features.Get<AnswerRecording>()?.GiveUp();
        return headers.SendAsync(context, file!);
    }

    /// <summary>Sends the page as built with an error status.</summary>
    public Task SendAsync(HttpContext context, int status)
    {
        context.Features.Get<AnswerRecording>()?.GiveUp();
        return WriteAsync(context, status, bare!, "no-store");
    }

    /// <summary>Sends the page with the given content.</summary>
    public Task SendAsync(HttpContext context, int status, PageContent page)
    {
        var (beforeTitle, beforeSplash, afterSplash) = templates[page.Site.Typeface];
        var splash = afterSplash == "" ? "" : PageHead.WriteBrand(page) + EndOfSplash + page.FirstScreen;
        var html = Encoding.UTF8.GetBytes(beforeTitle + PageHead.Write(page, addresses, addresses.FindRootFor(context)) + beforeSplash + splash + afterSplash);
        return WriteAsync(context, status, html, page.CacheControl);
    }

    private async Task WriteAsync(HttpContext context, int status, byte[] html, string cacheControl)
    {
        var encoding = WebFile.FindEncoding(context.Request.Headers.AcceptEncoding);
        var tag = Convert.ToHexStringLower(SHA256.HashData(html).AsSpan(0, 16));
        var (body, suffix) = encoding switch
        {
            WebFile.Brotli => (CompressByBrotli(html), "-br"),
            WebFile.Gzip => (CompressByGzip(html), "-gzip"),
            _ => (html, ""),
        };
        headers.Set(context, cacheControl);
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null)
        {
            context.Response.Headers.ContentEncoding = encoding;
        }

        if (status == StatusCodes.Status200OK)
        {
            await TypedResults.Bytes(body, ContentType, entityTag: new EntityTagHeaderValue($"\"{tag}{suffix}\"")).ExecuteAsync(context);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>
    /// Marks the page with its typeface, for the style sheet. Only the typeface with serifs is a font of the web app, which the page preloads.
    /// </summary>
    private static string SetTypeface(string html, TitleTypeface typeface)
    {
        var marked = html.Replace("<html ", $"<html data-typeface=\"{EnumNames.Of(typeface)}\" ", StringComparison.Ordinal);
        return typeface == TitleTypeface.Serif ? marked : FontPreload().Replace(marked, "");
    }

    /// <summary>
    /// The parts before the title, between title and splash, and after the splash. Null if the file has no title; the last part is empty if it has
    /// no splash. The description is removed, because each page has a separate description.
    /// </summary>
    private static Parts? Split(string html)
    {
        var text = Description().Replace(html, "");
        var begin = text.IndexOf(BeginOfTitle, StringComparison.Ordinal);
        var end = text.IndexOf(EndOfTitle, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            return null;
        }

        var (before, after) = (text[..begin], text[(end + EndOfTitle.Length)..]);
        var splash = after.IndexOf(BeginOfSplash, StringComparison.Ordinal) + BeginOfSplash.Length;
        var endOfSplash = splash < BeginOfSplash.Length ? -1 : after.IndexOf(EndOfSplash, splash, StringComparison.Ordinal);
        return endOfSplash < 0 ? new Parts(before, after, "") : new Parts(before, after[..splash], after[(endOfSplash + EndOfSplash.Length)..]);
    }

    private static byte[] CompressByBrotli(byte[] html)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(html.Length)];
        return BrotliEncoder.TryCompress(html, compressed, out var length, BrotliQuality, BrotliWindow) ? compressed[..length] : throw new InvalidOperationException("The page does not fit its buffer.");
    }

    private static byte[] CompressByGzip(byte[] html)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(html);
        }

        return compressed.ToArray();
    }

    [GeneratedRegex("<meta name=\"description\"[^>]*>\\s*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Description();

    [GeneratedRegex("<link rel=\"preload\" as=\"font\"[^>]*>\\s*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FontPreload();

    /// <summary>The parts of the page between which its content is written.</summary>
    private sealed record Parts(string BeforeTitle, string BeforeSplash, string AfterSplash);
}
