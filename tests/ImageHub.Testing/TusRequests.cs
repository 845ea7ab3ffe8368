using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Shouldly;

namespace ImageHub.Testing;

/// <summary>Requests for upload batches and for tus 1.0.</summary>
public static class TusRequests
{
    public const string Path = "/api/v1/uploads/tus";

    private const string ContentType = "application/offset+octet-stream";

    /// <summary>Announces a batch.</summary>
    public static Task<HttpResponseMessage> AnnounceAsync(this HttpClient client, Guid? groupId, IEnumerable<object> files, string onNameClash = "fail") =>
        client.PostAsJsonAsync("/api/v1/uploads", new { groupId, files, onNameClash });

    /// <summary>Announces a batch of files without hashes, all of which the server should need.</summary>
    /// <returns>The receipt's id, and the upload address of each file; null for a file that the server does not need.</returns>
    public static async Task<(Guid Id, string[] Urls)> AnnounceAsync(this HttpClient client, Guid? groupId, IEnumerable<(string FileName, byte[] Content)> files)
    {
        var upload = await client.AnnounceAsync(groupId, files.Select(file => new { fileName = file.FileName, bytes = file.Content.Length })).JsonAsync(HttpStatusCode.Created);
        return (upload.Id(), [.. upload.Items("files").Select(file => file.Text("uploadUrl")!)]);
    }

    /// <summary>Creates the upload of one file.</summary>
    public static Task<HttpResponseMessage> TusCreateAsync(
        this HttpClient client, long? length, Guid? groupId, string? fileName, byte[]? body = null, string? sha256 = null, string? checksum = null)
    {
        var request = Request(HttpMethod.Post, Path, checksum);
        if (length is not null)
        {
            request.Headers.Add("Upload-Length", length.Value.ToString(CultureInfo.InvariantCulture));
        }

        var metadata = new Dictionary<string, string?> { ["filename"] = fileName, ["groupId"] = groupId?.ToString(), ["sha256"] = sha256 };
        request.Headers.Add("Upload-Metadata", string.Join(',', metadata.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key} {Base64(pair.Value!)}")));
        if (body is not null)
        {
            request.Content = Bytes(body);
        }

        return client.SendAsync(request);
    }

    /// <summary>Creates the upload of one file and asserts that it is accepted.</summary>
    /// <returns>The upload's address.</returns>
    public static async Task<string> TusBeginAsync(this HttpClient client, long length, Guid? groupId, string fileName)
    {
        using var answer = await client.TusCreateAsync(length, groupId, fileName);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.OriginalString;
    }

    /// <summary>Sends bytes of an upload.</summary>
    public static Task<HttpResponseMessage> TusPatchAsync(this HttpClient client, string url, long offset, byte[] bytes, string? checksum = null) =>
        client.TusPatchAsync(url, offset, Bytes(bytes), checksum);

    /// <summary>Sends bytes of an upload. With <c>expectContinue</c>, only after the server has asked for them (RFC 9110, section 10.1.1).</summary>
    public static Task<HttpResponseMessage> TusPatchAsync(this HttpClient client, string url, long offset, HttpContent bytes, string? checksum = null, bool expectContinue = false)
    {
        var request = Request(HttpMethod.Patch, url, checksum);
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Content = bytes;
        request.Headers.ExpectContinue = expectContinue;
        return client.SendAsync(request);
    }

    /// <summary>Sends whole files in one request.</summary>
    public static Task<HttpResponseMessage> SendFilesAsync(this HttpClient client, params IEnumerable<(string Url, byte[] Content)> files)
    {
        var body = new MultipartFormDataContent();
        foreach (var (url, content) in files)
        {
            body.Add(new ByteArrayContent(content), url[(url.LastIndexOf('/') + 1)..], "file");
        }

        return client.PostAsync("/api/v1/uploads/files", body);
    }

    /// <summary>Requests the offset of an upload.</summary>
    public static Task<HttpResponseMessage> TusHeadAsync(this HttpClient client, string url) => client.SendAsync(Request(HttpMethod.Head, url, checksum: null));

    /// <summary>Reads the offset of an upload: the number of stored bytes.</summary>
    public static async Task<long> TusOffsetAsync(this HttpClient client, string url)
    {
        using var answer = await client.TusHeadAsync(url);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return long.Parse(answer.Header("Upload-Offset")!, CultureInfo.InvariantCulture);
    }

    /// <summary>Deletes an upload.</summary>
    public static Task<HttpResponseMessage> TusDeleteAsync(this HttpClient client, string url) => client.SendAsync(Request(HttpMethod.Delete, url, checksum: null));

    /// <summary>Reads a receipt.</summary>
    public static Task<JsonElement> ReceiptAsync(this HttpClient client, Guid id, string query = "") => client.GetAsync($"/api/v1/uploads/{id}{query}").JsonAsync();

    /// <summary>A header's value, or null.</summary>
    public static string? Header(this HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    /// <summary>The request body with bytes of a resumable upload.</summary>
    public static ByteArrayContent Bytes(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(ContentType) } };

    private static HttpRequestMessage Request(HttpMethod method, string url, string? checksum)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        if (checksum is not null)
        {
            request.Headers.Add("Upload-Checksum", checksum);
        }

        return request;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
