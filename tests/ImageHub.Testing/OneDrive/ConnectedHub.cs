using System.Net;
using System.Text.Json;
using ImageHub.Testing.Database;
using Microsoft.AspNetCore.Builder;

namespace ImageHub.Testing.OneDrive;

/// <summary>A stand-in drive, and an application that uses it.</summary>
public sealed class ConnectedHub : IAsyncDisposable
{
    private ConnectedHub(StandInDrive drive, ImageHubServer server)
    {
        Drive = drive;
        Server = server;
    }

    public StandInDrive Drive { get; }

    public ImageHubServer Server { get; }

    public HttpClient Admin => Server.Admin;

    /// <summary>Starts both; connected unless told otherwise.</summary>
    public static async Task<ConnectedHub> StartAsync(
        PostgresServer postgres, StandInDrive? drive = null, bool isConnected = true, Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        drive ??= new StandInDrive();
        await drive.InitializeAsync();
        var all = drive.Settings();
        foreach (var (key, value) in settings ?? [])
        {
            all[key] = value;
        }

        var hub = new ConnectedHub(drive, await ImageHubServer.StartAsync(postgres, all, configure));
        if (isConnected)
        {
            await hub.ConnectAsync();
        }

        return hub;
    }

    /// <summary>Signs in at the stand-in and comes back.</summary>
    public async Task ConnectAsync()
    {
        var (url, cookie) = await BeginAsync();
        using var answer = await ComeBackAsync(await StandInDrive.AcceptAsync(url), cookie);
        if (answer.Headers.Location?.OriginalString != "/admin/onedrive")
        {
            throw new InvalidOperationException($"Connecting ended at {answer.Headers.Location}.");
        }
    }

    /// <summary>Begins to connect.</summary>
    /// <returns>Where the browser goes, and the cookie that it shows when it comes back.</returns>
    public async Task<(string Url, string Cookie)> BeginAsync()
    {
        using var answer = await Admin.PostAsync("/api/v1/onedrive/connect", null);
        var body = await Task.FromResult(answer).JsonAsync();
        return (body.Text("url")!, answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    /// <summary>Comes back from the sign-in, as a browser without a session.</summary>
    public Task<HttpResponseMessage> ComeBackAsync(Uri location, string? cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, location.PathAndQuery);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return Server.Visitor.SendAsync(request);
    }

    /// <summary>Orders an import.</summary>
    public async Task<Guid> ImportAsync(Guid? groupId, params string[] itemIds)
    {
        using var content = System.Net.Http.Json.JsonContent.Create(new { itemIds, groupId });
        return (await Admin.PostAsync("/api/v1/onedrive/imports", content).JsonAsync(HttpStatusCode.Accepted)).Id();
    }

    /// <summary>Waits until an import is in a state.</summary>
    public Task<JsonElement> ImportedAsync(Guid id, string state = "done") => ProgressAsync(id, progress => progress.Text("state") == state);

    /// <summary>Waits until an import is as far as that; one that is over otherwise will never be.</summary>
    public async Task<JsonElement> ProgressAsync(Guid id, Func<JsonElement, bool> isThere)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var progress = await Admin.GetAsync($"/api/v1/imports/{id}", patience.Token).JsonAsync();
            if (isThere(progress))
            {
                return progress;
            }

            if (progress.Text("state") is "done" or "failed" or "cancelled")
            {
                throw new InvalidOperationException($"The import has ended: {progress}");
            }

            await Task.Delay(20, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Drive.DisposeAsync();
    }
}
