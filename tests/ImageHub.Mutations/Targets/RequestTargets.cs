using System.Text;
using ImageHub.Api.Delivery;
using ImageHub.Api.Images;
using ImageHub.Api.Requests;
using ImageHub.Api.Uploads;
using ImageHub.Application.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Mutations.Targets;

/// <summary>The parsers of requests: headers of tus, multipart bodies, <c>Range</c> and conditions, and <c>Accept</c>.</summary>
internal static class RequestTargets
{
    private const int ContentLength = 1_000;

    private static readonly byte[] Content = [.. Enumerable.Range(0, ContentLength).Select(index => (byte)(index * 7))];

    public static IEnumerable<Target> Create()
    {
        yield return new Target("tus", ParseTus, Problems.ValidationFailed, Problems.UnsupportedMediaType, Problems.NotFound)
        {
            Seeds =
            [
                .. Utf8(
                    $"Upload-Length: 1000\nUpload-Metadata: filename {Base64("a.jpg")},groupId {Base64("0190d6a5-3d4b-7c5e-8f60-123456789abc")},sha256 {Base64(new string('a', 64))},is_confidential",
                    $"Upload-Offset: 0\nContent-Type: application/offset+octet-stream\nUpload-Checksum: sha1 {Convert.ToBase64String(new byte[20])}\nContent-Length: 10",
                    $"Upload-Offset: 10\nUpload-Length: 0\nUpload-Checksum: sha256 {Convert.ToBase64String(new byte[32])}\nUpload-Metadata: name {Base64("é 😀.png")}\nTransfer-Encoding: chunked"),
            ],
            Tokens =
            [
                .. Utf8(
                    "Upload-Length: ", "Upload-Offset: ", "Upload-Metadata: ", "Upload-Checksum: ", "Upload-Concat: partial", "Upload-Defer-Length: 1", "filename ", "name ", "groupId ", "sha256 ", "sha1 ", ",", ",,", " ", "=",
                    "==", "\n", "\t", "4g==", "gICA", "9223372036854775807", "9223372036854775808", "-1", "+1", "\u00a0"),
            ],
        };
        yield return new Target("multipart", ParseMultipart, Problems.ValidationFailed, Problems.UnsupportedMediaType, Problems.MalformedBody)
        {
            Seeds =
            [
                .. Utf8(
                    "Content-Type: multipart/form-data; boundary=b\n\n--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nbytes\r\n--b--\r\n",
                    "Content-Type: multipart/form-data; boundary=\"b c\"\n\n--b c\r\nContent-Disposition: form-data; name=tags\r\n\r\nboat, harbour\r\n--b c\r\nContent-Disposition: form-data; name=\"files\"; filename*=UTF-8''%C3%A9.png\r\n\r\n"
                    + "bytes\r\n--b c\r\nContent-Disposition: form-data; name=\"category\"\r\n\r\nsea\r\n--b c--"),
            ],
            Tokens =
            [
                .. Utf8(
                    "\r\n", "--b", "--b--", "\r\n\r\n", "Content-Disposition: ", "form-data; ", "name=\"", "filename=\"", "filename*=UTF-8''", "%00", "%ZZ", "boundary=", "\"", ";", "=?utf-8?B?4g==?=", "=?utf-7?B?YQ==?=", "utf-7''", "utf-32''", "x''", "\\\"", "Content-Type: multipart/form-data; boundary=",
                    "Content-Length: -1\r\n", "Content-Transfer-Encoding: base64\r\n"),
            ],
        };
        yield return new Target("range", ParseRange)
        {
            Seeds =
            [
                .. Utf8(
                    "Range: bytes=0-99", "Range: bytes=-100\nIf-Range: \"tag\"", "Range: bytes=900-\nIf-Modified-Since: Fri, 01 May 2026 10:34:56 GMT", "Range: bytes=0-0,5-9\nIf-None-Match: W/\"tag\", \"other\"",
                    "Range: bytes=999-1000\nIf-Match: *\nIf-Unmodified-Since: Fri, 01 May 2026 10:34:56 GMT", "Range: bytes=0-999999999999999999\nIf-Range: Fri, 01 May 2026 10:34:56 GMT"),
            ],
            Tokens =
            [
                .. Utf8(
                    "Range: ", "If-Range: ", "If-Match: ", "If-None-Match: ", "bytes=", "-", ",", "0-", "-1", "1000-", "999-", "9223372036854775807", "9223372036854775808", "\"tag\"", "W/", "*", " ", "\n", "items=0-5", "Fri, 31 Feb 2026 10:34:56 GMT"),
            ],
        };
        yield return new Target("accept", sent => _ = AcceptedFormats.Find(SentRequest.Read(sent).Request))
        {
            Seeds = [.. Utf8("Accept: image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "Accept: image/jpeg;q=0.5, image/webp;q=1", "Accept: text/html")],
            Tokens = [.. Utf8(";q=", ",", "image/", "*/*", "0.001", "1.0001", "-1", "NaN", "1e-400", "\"", "\nAccept: ")],
        };
    }

    private static void ParseTus(byte[] sent)
    {
        var request = SentRequest.Read(sent).Request;
        Target.ParseAll(
            () => _ = TusHeaders.ReadCreation(request),
            () => _ = TusHeaders.ReadOffset(request),
            () => _ = TusHeaders.ReadChecksum(request),
            () => _ = TusHeaders.HasBody(request));
    }

    private static void ParseMultipart(byte[] sent) => ReadFilesAsync(SentRequest.Read(sent).Request).GetAwaiter().GetResult();

    private static async Task ReadFilesAsync(HttpRequest request)
    {
        await foreach (var file in MultipartFiles.Read(request))
        {
            await file.Content.CopyToAsync(Stream.Null);
        }
    }

    /// <summary>Answers a request with a file or its ranges as the server does, and compares the bytes with the status.</summary>
    private static void ParseRange(byte[] sent)
    {
        var context = SentRequest.Read(sent);
        var body = new MemoryStream();
        context.Response.Body = body;
        Sending.Value(context).GetAwaiter().GetResult();
        var (status, range) = (context.Response.StatusCode, context.Response.GetTypedHeaders().ContentRange);
        var expected = status switch
        {
            StatusCodes.Status200OK => Content,
            StatusCodes.Status206PartialContent => Content[(int)range!.From!.Value..((int)range.To!.Value + 1)],
            StatusCodes.Status304NotModified or StatusCodes.Status412PreconditionFailed or StatusCodes.Status416RangeNotSatisfiable => [],
            _ => throw new WrongResultException($"The status is {status}."),
        };
        WrongResultException.ThrowUnless(body.ToArray().AsSpan().SequenceEqual(expected), $"{body.Length} bytes were sent with the status {status} and the range {range}.");
    }

    private static readonly Lazy<RequestDelegate> Sending = new(() =>
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.UseRanges();
        app.Run(async context => await new BlockStreamExecutor(NullLoggerFactory.Instance).ExecuteAsync(
            new ActionContext(context, new RouteData(), new()),
            new FileStreamResult(new MemoryStream(Content), "image/jpeg")
            {
                EnableRangeProcessing = true,
                EntityTag = new EntityTagHeaderValue("\"tag\""),
                LastModified = new DateTimeOffset(2026, 5, 1, 10, 34, 56, TimeSpan.Zero),
            }));
        return ((IApplicationBuilder)app).Build();
    });

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static IEnumerable<byte[]> Utf8(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);
}
