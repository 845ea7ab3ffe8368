using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ImageHub.Testing.OneDrive;

/// <summary>
/// A local stand-in for OneDrive, Microsoft Graph and Microsoft's sign-in. Downloads use another port, as real ones use another host. The stand-in
/// validates requests as the real services do, and can throttle, expire or revoke access and rearrange items.
/// </summary>
public sealed class StandInDrive : IAsyncLifetime
{
    private const string GraphPath = "/v1.0/";
    private const string SignInPath = "/common/oauth2/v2.0/";
    private const string OwnDrive = "b!own-drive";

    private readonly Lock gate = new();
    private readonly Dictionary<string, StandInItem> items = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> downloads = new(StringComparer.Ordinal);
    private WebApplication? app;
    private int graphPort;
    private int downloadPort;
    private int made;
    private int asked;
    private DateTimeOffset throttledFrom;
    private DateTimeOffset throttledUntil;

    public StandInDrive() => Root = Add("root", null, null);

    /// <summary>The stand-in sign-in.</summary>
    public StandInSignIn SignIn { get; } = new();

    /// <summary>The drive's root.</summary>
    public StandInItem Root { get; }

    /// <summary>The interval of throttled requests: every n-th request starts a wait of one second for all requests. 0 disables throttling.</summary>
    public int ThrottleEvery { get; set; }

    /// <summary>The number of times throttling started.</summary>
    public int Throttled { get; private set; }

    /// <summary>The number of requests sent during a wait.</summary>
    public int Impatient { get; private set; }

    /// <summary>The number of requests to Graph, from now on, that are answered with 500.</summary>
    public int Failures { get; set; }

    /// <summary>The error returned for requests for the drive itself; null answers normally.</summary>
    public (int Status, string Code)? UseRefusal { get; set; }

    /// <summary>The number of requests that sent an access token to the wrong host.</summary>
    public int Leaks { get; private set; }

    /// <summary>The number of file downloads.</summary>
    public int Downloads { get; private set; }

    /// <summary>The maximum number of items on a page, regardless of the requested number.</summary>
    public int MaxPage { get; set; } = 200;

    /// <summary>An address to return as the next page's link instead of the right one.</summary>
    public string? NextLink { get; set; }

    /// <summary>An address to return as the download URL instead of the right one.</summary>
    public string? DownloadUrl { get; set; }

    /// <summary>The target of the download's first redirect instead of the right one.</summary>
    public string? Redirect { get; set; }

    /// <summary>Called before a request for the drive itself is answered.</summary>
    public Func<Task>? OnUse { get; set; }

    /// <summary>Called after a page of a folder's items has been read.</summary>
    public Action<StandInItem>? OnPage { get; set; }

    /// <summary>Called before a file's bytes are sent.</summary>
    public Func<StandInItem, Task>? OnDownload { get; set; }

    /// <summary>The settings of an application that uses this drive. The default redirect origin has no listener.</summary>
    public Dictionary<string, string?> Settings(string redirectOrigin = "http://127.0.0.1:1") => new(StringComparer.Ordinal)
    {
        ["OneDrive:ClientId"] = StandInSignIn.ClientId,
        ["OneDrive:ClientSecret"] = StandInSignIn.ClientSecret,
        ["OneDrive:Authority"] = $"http://127.0.0.1:{graphPort}/common",
        ["OneDrive:GraphUrl"] = $"http://127.0.0.1:{graphPort}/v1.0",
        ["OneDrive:RedirectUri"] = $"{redirectOrigin}/api/v1/onedrive/callback",
        ["OneDrive:AllowedNetworks"] = "127.0.0.0/8",
    };

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        var ports = app.Urls.Select(url => new Uri(url).Port).ToArray();
        (graphPort, downloadPort) = (ports[0], ports[1]);
    }

    public async ValueTask DisposeAsync() => await app!.DisposeAsync();

    public StandInItem Folder(StandInItem parent, string name) => Add(name, parent, null);

    public StandInItem File(StandInItem parent, string name, byte[] content) => Add(name, parent, content);

    /// <summary>Adds an item that is neither a file nor a folder.</summary>
    public StandInItem Notebook(StandInItem parent, string name) => Add(name, parent, [], isNotebook: true);

    /// <summary>Adds a file of another account's drive that this account may read.</summary>
    public StandInItem Shared(string name, byte[] content)
    {
        var root = Add("root", null, null, "b!another-drive");
        return Add(name, root, content, "b!another-drive");
    }

    public void Move(StandInItem item, StandInItem target)
    {
        lock (gate)
        {
            item.Parent = target;
        }
    }

    public void Remove(StandInItem item)
    {
        lock (gate)
        {
            items.Remove(item.Id);
        }
    }

    public IReadOnlyList<StandInItem> Children(StandInItem folder)
    {
        lock (gate)
        {
            return [.. items.Values.Where(item => item.Parent == folder).OrderBy(item => item.Name, StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <summary>Consents or refuses on the page at an address, as a user in a browser does.</summary>
    /// <returns>The address that the browser is redirected to.</returns>
    public static async Task<Uri> AcceptAsync(string url, bool accept = true)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        (await browser.GetAsync(url)).EnsureSuccessStatusCode();
        using var answer = await browser.GetAsync(url.Replace("/authorize?", "/consent?", StringComparison.Ordinal) + (accept ? "&accept=yes" : "&accept=no"));
        return answer.Headers.Location!;
    }

    private StandInItem Add(string name, StandInItem? parent, byte[]? content, string driveId = OwnDrive, bool isNotebook = false)
    {
        lock (gate)
        {
            // The ids of items in personal drives contain an exclamation mark.
            var item = new StandInItem { Id = $"0A1B2C!{++made:00000}", Name = name, Parent = parent, Content = content, DriveId = driveId, IsNotebook = isNotebook };
            items.Add(item.Id, item);
            return item;
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        // The raw path keeps the escapes in names.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        if (context.Connection.LocalPort == downloadPort)
        {
            Leaks += context.Request.Headers.Authorization.Count;
            return AnswerDownloadAsync(context, path);
        }

        return path switch
        {
            _ when path.StartsWith(SignInPath, StringComparison.Ordinal) => SignIn.AnswerAsync(context, path[SignInPath.Length..]),
            _ when path.StartsWith(GraphPath, StringComparison.Ordinal) => AnswerGraphAsync(context, path[GraphPath.Length..]),
            _ => ErrorAsync(context, 404, "itemNotFound"),
        };
    }

    private async Task AnswerGraphAsync(HttpContext context, string path)
    {
        if (!SignIn.IsValid(context.Request.Headers.Authorization.ToString()))
        {
            await ErrorAsync(context, 401, "InvalidAuthenticationToken");
            return;
        }

        if (IsThrottled())
        {
            context.Response.Headers.RetryAfter = "1";
            await ErrorAsync(context, 429, "activityLimitReached");
            return;
        }

        if (Failures > 0)
        {
            Failures--;
            await ErrorAsync(context, 500, "generalException");
            return;
        }

        var body = context.Request.ContentLength > 0 ? await JsonNode.ParseAsync(context.Request.Body) : null;
        if (path == "me/drive" && OnUse is { } onUse)
        {
            await onUse();
        }

        var (status, answer) = Answer(context.Request, path.Split('/'), body);
        context.Response.StatusCode = status;
        if (answer is not null)
        {
            context.Response.ContentType = "application/json; odata.metadata=minimal";
            await context.Response.WriteAsync(answer.ToJsonString());
        }
    }

    private bool IsThrottled()
    {
        lock (gate)
        {
            var now = DateTimeOffset.UtcNow;
            if (now < throttledUntil)
            {
                // Requests in the first 500 ms do not count, because they may have been sent before the wait started. Requests in the last 100 ms do not
                // count either.
                Impatient += now > throttledFrom.AddMilliseconds(500) && now < throttledUntil.AddMilliseconds(-100) ? 1 : 0;
                return true;
            }

            if (ThrottleEvery == 0 || ++asked % ThrottleEvery != 0)
            {
                return false;
            }

            Throttled++;
            (throttledFrom, throttledUntil) = (now, now.AddSeconds(1));
            return true;
        }
    }

    private (int Status, JsonNode? Answer) Answer(HttpRequest request, string[] path, JsonNode? body)
    {
        lock (gate)
        {
            switch (path)
            {
                case ["me", "drive"] when UseRefusal is var (status, code):
                    return (status, Error(code));
                case ["me", "drive"]:
                    return (200, new JsonObject
                    {
                        ["id"] = OwnDrive,
                        ["owner"] = new JsonObject { ["user"] = new JsonObject { ["displayName"] = "Ada", ["email"] = "ada@example.com" } },
                        ["quota"] = new JsonObject { ["used"] = items.Values.Sum(item => item.Content?.Length ?? 0), ["total"] = 1_099_511_627_776 },
                    });
                case ["me", "drive", "items", var id, "children"] when Find(id) is { ChildrenStatus: { } refusal }:
                    return (refusal, Error("accessDenied"));
                case ["me", "drive", "items", var id, "children"] when Find(id) is { IsFolder: true } folder:
                    return request.Method == "POST" ? Create(folder, body!) : (200, List(request, folder));
                case ["me", "drive", "items", var id] when Find(id) is { } item:
                    return request.Method switch
                    {
                        "GET" => (200, Describe(item, withDownload: true)),
                        "PATCH" => Rename(item, (string)body!["name"]!),
                        "DELETE" => Delete(item),
                        _ => (405, Error("notAllowed")),
                    };
                case ["me", "drive", "items", var folderId, var file, "createUploadSession"] when folderId.EndsWith(':') && file.EndsWith(':') && Find(folderId[..^1]) is { IsFolder: true } folder:
                    return Upload(folder, Uri.UnescapeDataString(file[..^1]));
                default:
                    return (404, Error("itemNotFound"));
            }
        }
    }

    private StandInItem? Find(string escapedId)
    {
        lock (gate)
        {
            return Uri.UnescapeDataString(escapedId) is "root" ? Root : items.GetValueOrDefault(Uri.UnescapeDataString(escapedId));
        }
    }

    private (int Status, JsonNode? Answer) Create(StandInItem folder, JsonNode body)
    {
        var name = (string)body["name"]!;
        var isFine = body["folder"] is JsonObject && (string?)body["@microsoft.graph.conflictBehavior"] == "fail";
        return !isFine ? (400, Error("invalidRequest")) : IsTaken(folder, name) ? (409, Error("nameAlreadyExists")) : (201, Describe(Add(name, folder, null)));
    }

    private (int Status, JsonNode? Answer) Rename(StandInItem item, string name)
    {
        if (item.Parent is null || (IsTaken(item.Parent, name) && !item.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            return (409, Error("nameAlreadyExists"));
        }

        item.Name = name;
        return (200, Describe(item));
    }

    private (int Status, JsonNode? Answer) Delete(StandInItem item)
    {
        items.Remove(item.Id);
        return (204, null);
    }

    private (int Status, JsonNode? Answer) Upload(StandInItem folder, string name)
    {
        if (IsTaken(folder, name))
        {
            return (409, Error("nameAlreadyExists"));
        }

        var token = $"{Guid.NewGuid():N}";
        downloads[token] = $"{folder.Id}/{name}";
        return (200, new JsonObject
        {
            ["uploadUrl"] = $"http://127.0.0.1:{downloadPort}/upload/{token}",
            ["expirationDateTime"] = "2030-01-29T09:21:55.523Z",
            ["nextExpectedRanges"] = new JsonArray("0-"),
        });
    }

    private bool IsTaken(StandInItem folder, string name) => items.Values.Any(item => item.Parent == folder && item.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private JsonObject List(HttpRequest request, StandInItem folder)
    {
        var top = Math.Min(int.TryParse(request.Query["$top"], out var asked) ? asked : 200, MaxPage);
        var skip = int.TryParse(request.Query["$skiptoken"], out var token) ? token : 0;
        var all = items.Values.Where(item => item.Parent == folder).OrderBy(item => item.Name, StringComparer.OrdinalIgnoreCase).ToList();
        var withThumbnails = request.Query["$expand"].ToString().StartsWith("thumbnails", StringComparison.Ordinal);
        var list = new JsonObject { ["value"] = new JsonArray([.. all.Skip(skip).Take(top).Select(item => Describe(item, withThumbnails: withThumbnails))]) };
        if (skip + top < all.Count)
        {
            var next = request.Query.Where(field => field.Key != "$skiptoken").Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value.ToString())}");
            list["@odata.nextLink"] = NextLink ?? string.Create(
                CultureInfo.InvariantCulture,
                $"http://127.0.0.1:{graphPort}{GraphPath}me/drive/items/{Uri.EscapeDataString(folder.Id)}/children?{string.Join('&', next)}&$skiptoken={skip + top}");
        }

        OnPage?.Invoke(folder);
        return list;
    }

    private long Size(StandInItem item) => item.Content?.Length ?? items.Values.Where(child => child.Parent == item).Sum(Size);

    private JsonObject Describe(StandInItem item, bool withDownload = false, bool withThumbnails = false)
    {
        var described = new JsonObject
        {
            ["id"] = item.Id,
            ["name"] = item.Name,
            ["size"] = Size(item),
            ["createdDateTime"] = "2026-05-01T10:34:56Z",
            ["lastModifiedDateTime"] = "2026-05-02T10:34:56.123Z",
            ["parentReference"] = item.Parent is null
                ? new JsonObject { ["driveId"] = item.DriveId, ["driveType"] = "personal" }
                : new JsonObject { ["driveId"] = item.DriveId, ["driveType"] = "personal", ["id"] = item.Parent.Id },
        };
        if (item.IsNotebook)
        {
            described["package"] = new JsonObject { ["type"] = "oneNote" };
            return described;
        }

        if (item.IsFolder)
        {
            described["folder"] = new JsonObject { ["childCount"] = items.Values.Count(child => child.Parent == item) };
            return described;
        }

        described["file"] = new JsonObject { ["mimeType"] = "application/octet-stream" };
        if (withDownload)
        {
            var token = $"{Guid.NewGuid():N}";
            downloads[token] = item.Id;
            described["@microsoft.graph.downloadUrl"] = DownloadUrl ?? $"http://127.0.0.1:{downloadPort}/moved/{token}";
        }

        if (withThumbnails && item.Name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase))
        {
            described["thumbnails"] = new JsonArray(new JsonObject { ["id"] = "0", ["medium"] = new JsonObject { ["url"] = $"http://127.0.0.1:{downloadPort}/thumbnail/{Uri.EscapeDataString(item.Id)}" } });
        }

        return described;
    }

    private async Task AnswerDownloadAsync(HttpContext context, string path)
    {
        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["moved", var token]:
                context.Response.Redirect(Redirect ?? $"/file/{token}");
                return;
            case ["file", var token] when downloads.TryGetValue(token, out var id) && Find(id) is { Content: { } content } item:
                if (OnDownload is { } onDownload)
                {
                    await onDownload(item);
                }

                if (item.DownloadStatus is { } refusal)
                {
                    await ErrorAsync(context, refusal, "accessDenied");
                    return;
                }

                lock (gate)
                {
                    Downloads++;
                }

                context.Response.ContentType = "application/octet-stream";
                context.Response.ContentLength = content.Length;
                await context.Response.Body.WriteAsync(content, context.RequestAborted);
                return;
            case ["thumbnail", var id] when Find(id) is { Content: not null } pictured:
                var picture = TestImages.Jpeg(176, 132, seed: pictured.Name.Length);
                context.Response.ContentType = "image/jpeg";
                context.Response.ContentLength = picture.Length;
                await context.Response.Body.WriteAsync(picture, context.RequestAborted);
                return;
            case ["upload", var session] when context.Request.Method == "PUT" && downloads.TryGetValue(session, out var place):
                using (var body = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(body);
                    context.Response.StatusCode = 201;
                    var uploaded = Add(place.Split('/', 2)[1], Find(place.Split('/', 2)[0]), body.ToArray());
                    await context.Response.WriteAsync(Describe(uploaded).ToJsonString());
                    return;
                }

            default:
                await ErrorAsync(context, 404, "itemNotFound");
                return;
        }
    }

    private static JsonObject Error(string code) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = $"Graph's words for {code}." } };

    private static Task ErrorAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(Error(code), (JsonSerializerOptions?)null, "application/json");
    }
}
