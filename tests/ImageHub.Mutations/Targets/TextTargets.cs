using System.Buffers.Text;
using System.Text;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Application.Transforms;
using ImageHub.Domain.Images;

namespace ImageHub.Mutations.Targets;

/// <summary>The parsers of texts in addresses: cursors, transforms, pages, ids and times.</summary>
internal static class TextTargets
{
    private static readonly Action<string>[] Lists =
    [
        Page(Keyset<Row>.By("title", row => row.Title, row => row.Id)),
        Page(Keyset<Row>.By("createdAt", row => row.CreatedAt, row => row.Id, descending: true)),
        Page(Keyset<Row>.By("takenAt", row => row.TakenAt, row => row.Id)),
        Page(Keyset<Row>.By("bytes", row => row.Bytes, row => row.Id)),
        Page(Keyset<Row>.By("position", row => row.Position, row => row.Id)),
    ];

    public static IEnumerable<Target> Create()
    {
        var list = new Query().ListId();
        string[] keys = ["\"Harbour\"", "\"2026-05-01T10:34:56+00:00\"", "\"2026-05-01T10:34:56\"", "1234567890123", "1.5"];
        string[] orders = ["title", "-createdAt", "takenAt", "bytes", "position"];
        var cursors = keys.Select((key, index) => $$"""{"List":"{{list}}","Order":"{{orders[index]}}","Key":{{key}},"Id":"0190d6a5-3d4b-7c5e-8f60-123456789abc"}""").ToList();
        byte[][] tokens =
        [
            .. Utf8("null", "true", "{", "}", "[", "]", ",", "\"Key\":", "\"Id\":", "\"List\":", "\"Order\":", "\\u0000", "\\ud800", "1e400", "-1", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00", "+14:00", "NaN"),
        ];
        yield return new Target("cursor-content", json => FollowAll(Base64Url.EncodeToString(json)), Problems.ValidationFailed) { Seeds = [.. Utf8([.. cursors])], Tokens = tokens };
        yield return new Target("cursor", text => FollowAll(Encoding.UTF8.GetString(text)), Problems.ValidationFailed)
        {
            Seeds = [.. cursors.Select(json => Encoding.UTF8.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json))))],
            Tokens = [.. Utf8("=", "==", "+", "/", "-", "_", " ", "%3D", "AAAA")],
        };
        yield return new Target("transform", ParseTransform, Problems.ValidationFailed)
        {
            Seeds = [.. Utf8("w:800,h:600,fit:cover.webp", "w:320.jpeg", "w:1,h:8000,fit:fill,q:1.avif", "h:200,fit:cover,g:sm,q:90,dpr:2,exp:1893456000.jpeg", "w:4,fit:contain,dpr:1.25.png")],
            Tokens = [.. Utf8("w:", ",h:", ",fit:cover", ",fit:fill", ",g:no", ",g:sm", ",q:", ",dpr:", ",exp:", ".png", ".webp", ":", ",", "-", "1e3", "0x10", "٣")],
        };
        yield return new Target("time", ParseTime)
        {
            Seeds = [.. Utf8("2026-05-01T12:34", "2026-05-01T12:34:56.1234567", "2026-05-01T12:34:56+02:00", "1900-02-28T00:00:00Z", "0190d6a5-3d4b-7c5e-8f60-123456789abc")],
            Tokens = [.. Utf8("Z", "T", "+14:00", "-14:00", "+99:99", "9999-12-31T23:59:59", "0001-01-01", ".", "24:00", "02-30", "\0", "\n", " ")],
        };
        yield return new Target("page", path => _ = PageAddress.Find(Encoding.UTF8.GetString(path)))
        {
            Seeds = [.. Utf8("/", "/about", "/groups/harbour", "/groups/harbour/images/0190d6a5-3d4b-7c5e-8f60-123456789abc", "/shared/abc/images/1")],
            Tokens = [.. Utf8("/", "groups", "images", "shared", "%2F", "..", "-", "\0", "é", "\ud83d\ude00")],
        };
    }

    private static void FollowAll(string cursor) => Target.ParseAll(Lists.Select(page => (Action)(() => page(cursor))));

    private static Action<string> Page(Keyset<Row> order) => cursor => _ = order.Page(Array.Empty<Row>().AsQueryable(), new Query { Cursor = cursor, PageSize = 10 });

    private static void ParseTransform(byte[] text)
    {
        var address = Encoding.UTF8.GetString(text);
        var dot = address.LastIndexOf('.');
        var parsed = TransformOptions.Parse(dot < 0 ? address : address[..dot], dot < 0 ? "" : address[(dot + 1)..]);
        foreach (var picture in (Box[])[new(1, 1), new(1400, 1050), new(3, 20_000)])
        {
            var size = parsed.Resolve(picture, new FocusPoint(0, 1)).Size;
            WrongResultException.ThrowUnless(size is { Width: >= 1, Height: >= 1 }, $"The size is {size} for {picture}.");
        }
    }

    private static void ParseTime(byte[] text)
    {
        var sent = Encoding.UTF8.GetString(text);
        _ = IdText.TryParse(sent, out _);
        _ = ZonedTime.TryParse(sent, out _);
        if (TakenTime.Read(sent) is { } read)
        {
            var written = TakenTime.Write(read.Time, (short?)read.Offset?.TotalMinutes)!;
            WrongResultException.ThrowUnless(TakenTime.Read(written) == read, $"{read} is written as {written}.");
        }
    }

    private static IEnumerable<byte[]> Utf8(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);

    private sealed record Query : CursorQuery;

    private sealed record Row(Guid Id, string Title, DateTimeOffset CreatedAt, DateTime TakenAt, long Bytes, double Position);
}
