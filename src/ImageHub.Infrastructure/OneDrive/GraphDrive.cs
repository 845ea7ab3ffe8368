using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using ImageHub.Application.Errors;
using ImageHub.Application.OneDrive;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.OneDrive;

/// <summary>
/// Accesses the connected drive through Microsoft Graph 1.0. The access token is sent only to Graph's host: redirects are not followed, and the next page of a
/// list must be on the same host.
/// </summary>
internal sealed class GraphDrive(IDriveTokens tokens, IOptions<OneDriveOptions> options, TimeProvider clock) : IDrive, IDisposable
{
    private const string Fields = "id,name,size,folder,file,createdDateTime,lastModifiedDateTime,parentReference";
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly Uri graph = new(options.Value.GraphUrl.TrimEnd('/') + "/");
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = AnswerTimeout,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    public async Task<DriveUse> GetUseAsync(CancellationToken cancellationToken)
    {
        var drive = await AskAsync<Drive>(HttpMethod.Get, At("me/drive?$select=id,owner,quota"), null, cancellationToken);
        return new DriveUse(drive.Owner?.User?.Email ?? drive.Owner?.User?.DisplayName, drive.Quota?.Used, drive.Quota?.Total);
    }

    // Omits $select, because only the complete item contains a download address.
    public async Task<DriveItem> GetItemAsync(string id, CancellationToken cancellationToken) =>
        From(await AskAsync<Item>(HttpMethod.Get, At(ItemPath(id)), null, cancellationToken)) ?? throw ProblemException.NotFound("item");

    public Task<DrivePage> ListChildrenAsync(string folderId, int pageSize, bool withThumbnails, CancellationToken cancellationToken) => ListAsync(
        At(string.Create(
            CultureInfo.InvariantCulture,
            $"{ItemPath(folderId)}/children?$select={Fields}&$orderby=name&$top={pageSize}{(withThumbnails ? "&$expand=thumbnails($select=medium)" : "")}")),
        cancellationToken);

    public Task<DrivePage> ContinueAsync(string next, CancellationToken cancellationToken) => ListAsync(EnsureAtGraph(next), cancellationToken);

    public Task<DriveItem> CreateFolderAsync(string parentId, string name, CancellationToken cancellationToken) =>
        ChangeAsync(HttpMethod.Post, $"{ItemPath(parentId)}/children", new NewFolder(name), cancellationToken);

    public Task<DriveItem> RenameAsync(string id, string name, CancellationToken cancellationToken) =>
        ChangeAsync(HttpMethod.Patch, ItemPath(id), new NewName(name), cancellationToken);

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Delete, At(ItemPath(id)), null, cancellationToken);
    }

    public async Task<DriveUploadSession> CreateUploadSessionAsync(string folderId, string fileName, CancellationToken cancellationToken)
    {
        var session = await AskAsync<UploadSession>(
            HttpMethod.Post,
            At($"{ItemPath(folderId)}:/{Uri.EscapeDataString(fileName)}:/createUploadSession"),
            new NewUpload(new NewFile(fileName)),
            cancellationToken);
        return new DriveUploadSession(session.UploadUrl, session.ExpirationDateTime);
    }

    public void Dispose() => client.Dispose();

    /// <summary>The path of an item. An id that consists of dots would change the path and is not valid in OneDrive.</summary>
    /// <exception cref="ProblemException">404 if the id is empty or consists of dots.</exception>
    private static string ItemPath(string id) =>
        id.Trim('.').Length == 0 ? throw ProblemException.NotFound("item") : $"me/drive/items/{Uri.EscapeDataString(id)}";

    private static DriveItem? From(Item item)
    {
        // Ignores items that are neither files nor folders, such as notebooks.
        DriveItemKind? kind = item.Folder is not null ? DriveItemKind.Folder : item.File is not null ? DriveItemKind.File : null;
        return kind is null
            ? null
            : new DriveItem(
                item.Id,
                item.Name,
                kind.Value,
                item.Size ?? 0,
                item.CreatedDateTime,
                item.LastModifiedDateTime,
                item.ParentReference?.DriveId,
                item.ParentReference?.Id,
                Address(item.DownloadUrl),
                Address(item.Thumbnails is [{ Medium.Url: { } picture }, ..] ? picture : null));
    }

    private static Uri? Address(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null;

    private Uri At(string path) => new(graph, path);

    /// <exception cref="ProblemException">409 if the address is not Graph's.</exception>
    private Uri EnsureAtGraph(string text) =>
        Address(text) is { } address && graph.IsBaseOf(address) && address.UserInfo.Length == 0
            ? address
            : throw new ProblemException(Problems.OneDriveRefused, "OneDrive's next page is on another server.");

    private async Task<DrivePage> ListAsync(Uri address, CancellationToken cancellationToken)
    {
        var list = await AskAsync<ItemList>(HttpMethod.Get, address, null, cancellationToken);
        if (list.NextLink is not null)
        {
            EnsureAtGraph(list.NextLink);
        }

        return new DrivePage([.. list.Value.Select(From).OfType<DriveItem>()], list.NextLink);
    }

    private async Task<DriveItem> ChangeAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken) =>
        From(await AskAsync<Item>(method, At(path), body, cancellationToken)) ?? throw new ProblemException(Problems.OneDriveRefused, "OneDrive did not return the new item.");

    private async Task<T> AskAsync<T>(HttpMethod method, Uri address, object? body, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, address, body, cancellationToken);
        try
        {
            return (await answer.Content.ReadFromJsonAsync<T>(cancellationToken))!;
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw GraphAnswer.Unavailable($"OneDrive's answer cannot be read: {exception.Message}");
        }
    }

    /// <summary>Sends a request; retries once with a new token if Graph rejects the current one.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, object? body, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(refused: null, cancellationToken);
        var answer = await SendAsync(method, address, body, token, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            answer.Dispose();
            answer = await SendAsync(method, address, body, await tokens.GetAsync(refused: token, cancellationToken), cancellationToken);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw answer.StatusCode == HttpStatusCode.Unauthorized
                ? new ProblemException(Problems.OneDriveNotConnected, "OneDrive rejects a new access token; an admin must connect it again on the OneDrive page.")
                : await GraphAnswer.ReadProblemAsync(answer, clock, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, object? body, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType());
        try
        {
            // Buffers the body to send its length, because not all of Graph's frontends accept chunked bodies.
            await (request.Content?.LoadIntoBufferAsync(cancellationToken) ?? Task.CompletedTask);
            return await client.SendAsync(request, cancellationToken);
        }
        catch (Exception exception) when (GraphAnswer.IsOutage(exception, cancellationToken))
        {
            throw GraphAnswer.Unavailable($"OneDrive does not answer: {exception.Message}");
        }
    }

    private sealed record Drive(DriveOwner? Owner, DriveQuota? Quota);

    private sealed record DriveOwner(DriveUser? User);

    private sealed record DriveUser(string? DisplayName, string? Email);

    private sealed record DriveQuota(long? Used, long? Total);

    private sealed record ItemList(IReadOnlyList<Item> Value, [property: JsonPropertyName("@odata.nextLink")] string? NextLink);

    private sealed record Item(
        string Id,
        string Name,
        long? Size,
        object? Folder,
        object? File,
        DateTimeOffset CreatedDateTime,
        DateTimeOffset LastModifiedDateTime,
        Parent? ParentReference,
        [property: JsonPropertyName("@microsoft.graph.downloadUrl")] string? DownloadUrl,
        IReadOnlyList<ThumbnailSet>? Thumbnails);

    private sealed record Parent(string? Id, string? DriveId);

    private sealed record ThumbnailSet(Thumbnail? Medium);

    private sealed record Thumbnail(string? Url);

    private sealed record UploadSession(string UploadUrl, DateTimeOffset ExpirationDateTime);

    private sealed record NewName(string Name);

    private sealed record NewFolder(string Name)
    {
        public object Folder { get; } = new();

        [JsonPropertyName("@microsoft.graph.conflictBehavior")]
        public string ConflictBehavior => Fail;
    }

    private sealed record NewUpload(NewFile Item);

    private sealed record NewFile(string Name)
    {
        [JsonPropertyName("@microsoft.graph.conflictBehavior")]
        public string ConflictBehavior => Fail;
    }

    private const string Fail = "fail";
}
