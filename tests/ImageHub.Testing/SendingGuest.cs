using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ImageHub.Testing;

/// <summary>A guest of a link who sends photos.</summary>
/// <param name="client">A browser with the link's cookies.</param>
/// <param name="path">The link's path below the API.</param>
public sealed class SendingGuest(HttpClient client, string path) : IDisposable
{
    public HttpClient Client => client;

    public string Path => path;

    /// <summary>Shares a group with guests who may send photos.</summary>
    public static Task<JsonElement> ShareAsync(ImageHubServer server, Guid group, object? options = null) => server.Admin
        .PostAsJsonAsync($"/api/v1/groups/{group}/links", options ?? new { uploads = true })
        .JsonAsync(HttpStatusCode.Created);

    /// <summary>Opens a link as a new guest.</summary>
    public static async Task<SendingGuest> OpenAsync(ImageHubServer server, JsonElement link)
    {
        var guest = new SendingGuest(server.NewClient(useCookies: true), "/api/v1" + link.Text("url"));
        await guest.Client.GetAsync(guest.Path).StatusAsync(HttpStatusCode.OK);
        return guest;
    }

    /// <summary>Announces files.</summary>
    public Task<HttpResponseMessage> AnnounceAsync(string name, params IEnumerable<(string FileName, byte[] Content)> files) =>
        client.PostAsJsonAsync($"{path}/uploads", new { guestName = name, files = files.Select(file => new { fileName = file.FileName, bytes = file.Content.Length }) });

    /// <summary>Announces files, all of which the server should need.</summary>
    /// <returns>The receipt's id, and the upload address of each file; null for a file that the server does not need.</returns>
    public async Task<(Guid Id, string[] Urls)> BeginAsync(string name, params IEnumerable<(string FileName, byte[] Content)> files)
    {
        var upload = await AnnounceAsync(name, files).JsonAsync(HttpStatusCode.Created);
        return (upload.Id(), [.. upload.Items("files").Select(file => file.Text("uploadUrl")!)]);
    }

    /// <summary>Announces and sends files.</summary>
    /// <returns>The receipt's id.</returns>
    public async Task<Guid> SendAsync(string name, params (string FileName, byte[] Content)[] files)
    {
        var (id, urls) = await BeginAsync(name, files);
        foreach (var (url, file) in urls.Zip(files))
        {
            await client.TusPatchAsync(url, 0, file.Content).StatusAsync(HttpStatusCode.NoContent);
        }

        return id;
    }

    public Task<JsonElement> ReceiptAsync(Guid id) => client.GetAsync($"{path}/uploads/{id}").JsonAsync();

    /// <summary>The number of files and bytes that the guest may still send.</summary>
    public async Task<(int Files, long Bytes)> LeftAsync()
    {
        var left = (await client.GetAsync(path).JsonAsync()).GetProperty("uploads");
        return (left.GetProperty("filesLeft").GetInt32(), left.GetProperty("bytesLeft").GetInt64());
    }

    public void Dispose() => client.Dispose();
}
