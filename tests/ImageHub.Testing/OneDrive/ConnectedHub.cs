using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Builder;

namespace ImageHub.Testing.OneDrive;

/// <summary>A stand-in drive and an application that uses it.</summary>
public sealed class ConnectedHub : IAsyncDisposable
{
    private static int pictures;

    private ConnectedHub(StandInDrive drive, ImageHubServer server)
    {
        Drive = drive;
        Server = server;
    }

    public StandInDrive Drive { get; }

    public ImageHubServer Server { get; }

    public HttpClient Admin => Server.Admin;

    /// <summary>Starts the drive and the application, and connects them by default.</summary>
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

    /// <summary>Connects the application's account with the stand-in drive.</summary>
    public Task ConnectAsync() => ConnectAsync(Admin);

    /// <summary>Connects another application with the stand-in drive.</summary>
    public static async Task ConnectAsync(HttpClient admin)
    {
        var (url, cookie) = await BeginAsync(admin);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = admin.BaseAddress };
        using var answer = await ComeBackAsync(browser, await StandInDrive.AcceptAsync(url), cookie);
        if (answer.Headers.Location?.OriginalString != "/admin/onedrive")
        {
            throw new InvalidOperationException($"Connecting ended at {answer.Headers.Location}.");
        }
    }

    /// <summary>Starts the sign-in.</summary>
    /// <returns>The address that the browser is redirected to, and the cookie that it sends when it returns.</returns>
    public Task<(string Url, string Cookie)> BeginAsync() => BeginAsync(Admin);

    /// <summary>Follows the redirect back from the sign-in, as a browser without a session.</summary>
    public Task<HttpResponseMessage> ComeBackAsync(Uri location, string? cookie) => ComeBackAsync(Server.Visitor, location, cookie);

    /// <summary>Starts an import.</summary>
    public Task<Guid> ImportAsync(Guid? groupId, params string[] itemIds) => ImportAsync(Admin, groupId, itemIds);

    /// <summary>Starts an import in another application.</summary>
    public static async Task<Guid> ImportAsync(HttpClient admin, Guid? groupId, params string[] itemIds) =>
        (await admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds, groupId }).JsonAsync(HttpStatusCode.Accepted)).Id();

    /// <summary>Waits until an import reaches a state.</summary>
    public Task<JsonElement> ImportedAsync(Guid id, string state = "done") => ProgressAsync(id, progress => progress.Text("state") == state);

    /// <summary>Waits until an import's progress meets a condition; fails if the import ends without meeting it.</summary>
    public Task<JsonElement> ProgressAsync(Guid id, Func<JsonElement, bool> isThere) => ProgressAsync(Admin, id, isThere);

    /// <summary>Waits until the progress of another application's import meets a condition.</summary>
    public static async Task<JsonElement> ProgressAsync(HttpClient admin, Guid id, Func<JsonElement, bool> isThere)
    {
        // A busy machine imports slowly, so the time limit applies only while the import makes no progress.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var done = -1;
        while (true)
        {
            using var answer = await admin.GetAsync($"/api/v1/imports/{id}", patience.Token);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                // On a busy machine, a read may take longer than the database's limit.
                await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, patience.Token);
                continue;
            }

            var progress = await Task.FromResult(answer).JsonAsync();
            if (isThere(progress))
            {
                return progress;
            }

            if (progress.GetProperty("done").GetInt32() is var now && now != done)
            {
                done = now;
                patience.CancelAfter(TimeSpan.FromMinutes(2));
            }

            if (progress.Text("state") is "done" or "failed" or "cancelled")
            {
                throw new InvalidOperationException($"The import has ended: {progress}");
            }

            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>The counts in an import's progress.</summary>
    public static (int Total, int Uploaded, int Skipped, int Failed) Counts(JsonElement progress) =>
        (progress.GetProperty("total").GetInt32(), progress.GetProperty("uploaded").GetInt32(), progress.GetProperty("skipped").GetInt32(), progress.GetProperty("failed").GetInt32());

    /// <summary>The names of a group's first 100 images, in order.</summary>
    public async Task<IEnumerable<string?>> NamesAsync(Guid group) =>
        (await Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Text("fileName"));

    /// <summary>A small JPEG, different at each call.</summary>
    public static byte[] Picture() => TestImages.Jpeg(16, 12, seed: Interlocked.Increment(ref pictures));

    private static async Task<(string Url, string Cookie)> BeginAsync(HttpClient admin)
    {
        using var answer = await admin.PostAsync("/api/v1/onedrive/connect", null);
        var body = await Task.FromResult(answer).JsonAsync();
        return (body.Text("url")!, answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    private static Task<HttpResponseMessage> ComeBackAsync(HttpClient browser, Uri location, string? cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, location.PathAndQuery);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return browser.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Drive.DisposeAsync();
    }
}
