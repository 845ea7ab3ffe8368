using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Shouldly;

namespace ImageHub.Testing;

/// <summary>Requests of WebDAV clients.</summary>
public static class DavRequests
{
    public static readonly XNamespace Dav = "DAV:";

    /// <summary>Creates a client that sends a user name and a key with each request.</summary>
    public static HttpClient NewDavClient(this ImageHubServer server, string key, string userName = ImageHubServer.AdminName)
    {
        var client = server.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{key}")));
        return client;
    }

    /// <summary>Sends a request with a method of WebDAV.</summary>
    public static Task<HttpResponseMessage> DavAsync(this HttpClient client, string method, string path, string? body = null, params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/xml");
        return client.SendAsync(request);
    }

    /// <summary>Writes a file and asserts the status.</summary>
    public static Task PutDavAsync(this HttpClient client, string path, byte[] content, HttpStatusCode expected = HttpStatusCode.Created) =>
        client.PutAsync(path, new ByteArrayContent(content)).StatusAsync(expected);

    /// <summary>Creates a folder.</summary>
    public static Task MkcolAsync(this HttpClient client, string path) => client.DavAsync("MKCOL", path).StatusAsync(HttpStatusCode.Created);

    /// <summary>Reads the decoded addresses of a folder's members, in the order of the response.</summary>
    public static async Task<List<string>> ListDavAsync(this HttpClient client, string path) =>
        [.. (await client.PropfindAsync(path, 1)).Skip(1).Select(response => Uri.UnescapeDataString(response.Element(Dav + "href")!.Value))];

    /// <summary>Reads the elements <c>response</c> of a PROPFIND.</summary>
    public static async Task<List<XElement>> PropfindAsync(this HttpClient client, string path, int depth, string? body = null)
    {
        using var answer = await client.DavAsync("PROPFIND", path, body, ("Depth", $"{depth}"));
        return await answer.MultistatusAsync();
    }

    /// <summary>Asserts that an answer is a multistatus, and returns its elements <c>response</c>.</summary>
    public static async Task<List<XElement>> MultistatusAsync(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe((HttpStatusCode)207, text);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/xml; charset=utf-8");
        return [.. XDocument.Parse(text).Root!.Elements(Dav + "response")];
    }

    /// <summary>The element of a property, or null if the property does not have the status 200.</summary>
    public static XElement? Property(this XElement response, XName name) => response.Elements(Dav + "propstat")
        .Where(properties => properties.Element(Dav + "status")!.Value == "HTTP/1.1 200 OK")
        .Select(properties => properties.Element(Dav + "prop")!.Element(name))
        .FirstOrDefault(property => property is not null);

    /// <summary>Asserts the status of an answer, and that its error body contains only the given condition (RFC 4918, section 16).</summary>
    public static async Task DavErrorAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected, string condition)
    {
        using var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, text);
        XDocument.Parse(text).Root!.Elements().ShouldHaveSingleItem().Name.ShouldBe(Dav + condition);
    }

    /// <summary>Locks a file or folder and returns the token in angle brackets.</summary>
    public static async Task<string> LockAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK, string scope = "exclusive", params IEnumerable<(string Name, string Value)> headers)
    {
        using var answer = await client.DavAsync(
            "LOCK", path, $"<lockinfo xmlns='DAV:'><lockscope><{scope}/></lockscope><locktype><write/></locktype><owner>Ada</owner></lockinfo>", headers);
        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("Lock-Token").Single();
    }
}
