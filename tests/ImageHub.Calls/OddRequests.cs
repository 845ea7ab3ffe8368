namespace ImageHub.Calls;

/// <summary>Odd parts of requests other than bodies: path segments, query values, headers and methods.</summary>
internal static class OddRequests
{
    /// <summary>Segments of a path, correctly or wrongly percent-encoded.</summary>
    private static readonly string[] Segments =
    [
        "%00", "a%00b", "%", "%zz", "%ff", "%c0%80", "%ed%a0%80", "%2F", "%5c", "%2e%2e", "..%2f..", "0", "-1", "null", "undefined", "{id}", "%20", "+", "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "{01890000-0000-7000-8000-000000000000}", "01890000000070008000000000000000", "(01890000-0000-7000-8000-000000000000)", "%E2%80%AE", "a;b=c", "a:b", "*", "~",
        "%F0%9F%98%80", "%F0%9F", "'", "%22", "%3Cscript%3E", "con", "%0d%0aX:1", "9999999999999999999999",
    ];

    private static readonly string[] QueryValues =
    [
        "", "0", "-1", "1e9", "2147483648", "9223372036854775808", "NaN", "null", "true", "%00", "%ff", "%", "%ed%a0%80", "a%00b", "%F0%9F", "' or 1=1", "%25", "_", "\\", "[]", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "00000000-0000-0000-0000-000000000000", "a,b,c", ",", "-createdAt", "%20", "+1", "0x10", "1.5", "%E2%80%AE",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("If-Match", ["*", "\"x\"", "W/\"x\"", "x", "\"", ",", "\"a\",\"b\"", ""]),
        ("If-None-Match", ["*", "\"x\"", "W/\"x\"", "x", "\"", ",,,", ""]),
        ("If-Modified-Since", ["x", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "0"]),
        ("If-Unmodified-Since", ["x", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]),
        ("If-Range", ["\"x\"", "x", "W/\"x\"", "Thu, 01 Jan 1970 00:00:00 GMT"]),
        ("Range", ["bytes=0-", "bytes=-1", "bytes=-0", "bytes=5-1", "bytes=0-0,2-3", "bytes=9223372036854775808-", "bytes=a-b", "items=0-1", "bytes", "bytes=", "bytes=0-18446744073709551615"]),
        ("Content-Range", ["bytes 0-1/2", "bytes */*", "x"]),
        ("Content-Encoding", ["gzip", "br", "identity", "x", "gzip, gzip"]),
        ("Accept", ["application/xml", "text/html", "*/*;q=0", "x", "/", "image/avif", "", "text/csv", "application/json;q=2"]),
        ("Accept-Encoding", ["gzip", "br", "identity;q=0", "*;q=0", "x"]),
        ("Accept-Language", ["de", "x-klingon", "*", ";;;"]),
        ("Idempotency-Key", ["1", "", "\u00e9"]),
        ("Tus-Resumable", ["1.0.0", "0.2.0", "2", "x", ""]),
        ("Upload-Length", ["0", "-1", "1e3", "9223372036854775808", "x", "1", ""]),
        ("Upload-Offset", ["0", "-1", "1", "9223372036854775807", "9223372036854775808", "x", ""]),
        ("Upload-Metadata", ["filename", "filename x", "filename YQ==,filename Yg==", "filename ////", ",", "groupId AAAA", "filename AA==", ""]),
        ("Upload-Checksum", ["sha1 x", "sha256 AAAA", "md5 AAAA", "sha256", " "]),
        ("Upload-Defer-Length", ["1", "0", "x"]),
        ("Upload-Concat", ["partial", "final;/a /b"]),
        ("X-HTTP-Method-Override", ["DELETE", "x"]),
        ("X-Forwarded-For", ["x", "1.2.3.4, 5.6.7.8", "::1", "[::1]:80", "999.1.1.1", "", "unknown"]),
        ("X-Forwarded-Proto", ["https", "x", "https,http", ""]),
        ("X-Forwarded-Host", ["evil.example", "a b", "[", "", "a,b"]),
        ("X-Forwarded-Prefix", ["/a", "//evil.example", "x"]),
        ("X-Original-URL", ["/api/v1/users"]),
        ("Authorization", ["Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Basic", "Bearer " + "eyJhbGciOiJub25lIn0.e30.", "\u00e9", ""]),
        ("X-API-Key", ["x", "", "\u00e9", "a,b"]),
        ("Cookie", ["imagehub_access=x", "imagehub_access=", "=;=", "imagehub_refresh=x", "a=\u00e9"]),
        ("X-Requested-With", ["x", "ImageHub"]),
        ("Origin", ["null", "https://evil.example", "x"]),
        ("Sec-Fetch-Site", ["cross-site", "x"]),
        ("X-Request-Id", ["x", "\u00e9", "a b"]),
        ("Host", ["evil.example", "a:b"]),
        ("Expect", ["100-continue"]),
        ("Content-Disposition", ["attachment; filename=\"a\"", "x"]),
        ("traceparent", ["x", "00-00000000000000000000000000000000-0000000000000000-00"]),
        ("Connection", ["close"]),
        ("Origin", ["https://example.org"]),
        ("Depth", ["infinity", "x"]),
        ("Destination", ["/dav/x", "x"]),
    ];

    /// <summary>A segment of a path that names nothing.</summary>
    public static string Segment(Random random) =>
        random.Next(12) == 0 ? new string('a', random.Next(2) == 0 ? 300 : 3_000) : Segments[random.Next(Segments.Length)];

    /// <summary>A query parameter's value.</summary>
    public static string QueryValue(Random random) => random.Next(20) == 0 ? new string('q', 3_000) : QueryValues[random.Next(QueryValues.Length)];

    /// <summary>A header.</summary>
    public static KeyValuePair<string, string> Header(Random random)
    {
        var (name, values) = Headers[random.Next(Headers.Length)];
        return KeyValuePair.Create(name, random.Next(40) == 0 ? new string('h', random.Next(2) == 0 ? 4_000 : 40_000) : values[random.Next(values.Length)]);
    }

    /// <summary>A random method, usually not the operation's.</summary>
    public static string Method(Random random) => BrokenJson.Odd(random, "HEAD", "OPTIONS", "TRACE", "PUT", "POST", "PATCH", "DELETE", "GET", "PROPFIND", "get", "X");
}
