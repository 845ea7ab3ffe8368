using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Testing;

namespace ImageHub.Faults;

/// <summary>A guest's browser: the link's path, and the cookies that outlive a restart of the server.</summary>
internal sealed record Guest(string Path, CookieContainer Cookies);

/// <summary>The groups, the link and the API key of one run, and the state that its clients share.</summary>
internal sealed class Gallery : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly Func<HttpMessageHandler, HttpMessageHandler> route;
    private int begun;

    private Gallery(Plan plan, HttpClient admin, Func<HttpMessageHandler, HttpMessageHandler> route, Model model, IReadOnlyDictionary<Guid, string> folders, string key, string link)
    {
        (Plan, Admin, this.route, Model, Folders, Key, LinkPath) = (plan, admin, route, model, folders, key, link);
        KillTime = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Plan Plan { get; }

    /// <summary>A client signed in as the admin; replaced after a restart.</summary>
    public HttpClient Admin { get; private set; }

    public Model Model { get; }

    /// <summary>The addresses of the groups' folders in WebDAV, which end with a slash.</summary>
    public IReadOnlyDictionary<Guid, string> Folders { get; }

    /// <summary>An API key for WebDAV.</summary>
    public string Key { get; }

    /// <summary>The path of a link whose guests may send photos.</summary>
    public string LinkPath { get; }

    /// <summary>Completed when the planned number of changes has begun.</summary>
    public TaskCompletionSource KillTime { get; }

    /// <summary>Cancelled when the clients must stop.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>Answers that only a defective server gives.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>The number of acknowledged changes.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Creates the groups of a run.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="admin">A client signed in as the admin.</param>
    /// <param name="route">Wraps a client's handler in one that chooses the server of each request.</param>
    public static async Task<Gallery> CreateAsync(Plan plan, HttpClient admin, Func<HttpMessageHandler, HttpMessageHandler> route)
    {
        var groups = new List<Guid>();
        var folders = new Dictionary<Guid, string>();
        foreach (var name in (string[])["First", "Second", "Sorted"])
        {
            var title = string.Create(CultureInfo.InvariantCulture, $"{name} {plan.Seed} {Guid.NewGuid():N}");
            groups.Add(await admin.CreateGroupAsync(title));
            folders.Add(groups[^1], $"/dav/{Uri.EscapeDataString(title)}/");
        }

        var key = await admin.CreateKeyAsync("admin", "upload");
        var link = await admin.PostAsJsonAsync($"/api/v1/groups/{groups[0]}/links", new { uploads = true }).JsonAsync(HttpStatusCode.Created);
        if (plan.Victim == Victim.Clock)
        {
            // A jump of the clock ends sessions, but no API keys.
            admin = new HttpClient(route(new SocketsHttpHandler())) { BaseAddress = admin.BaseAddress, Timeout = admin.Timeout, DefaultRequestHeaders = { { "X-API-Key", key } } };
        }

        return new Gallery(plan, admin, route, new Model { Shared = groups[..2], Sorted = groups[2] }, folders, key, "/api/v1" + link.Text("url"));
    }

    /// <summary>Uses the restarted server from now on.</summary>
    public void Follow(HttpClient admin) => Admin = admin;

    /// <summary>Creates a client of WebDAV.</summary>
    public HttpClient NewDavClient() => new(route(new SocketsHttpHandler()))
    {
        BaseAddress = Admin.BaseAddress,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ImageHubServer.AdminName}:{Key}"))) },
    };

    /// <summary>Creates the client of a guest.</summary>
    public HttpClient NewGuestClient(Guest guest) => new(route(new SocketsHttpHandler { CookieContainer = guest.Cookies })) { BaseAddress = Admin.BaseAddress };

    /// <summary>Counts a request that changes something.</summary>
    public void CountBegun()
    {
        if (Interlocked.Increment(ref begun) == Plan.KillAfterRequests)
        {
            KillTime.TrySetResult();
        }
    }

    public void CountAcknowledged(int changes = 1)
    {
        lock (Refusals)
        {
            Acknowledged += changes;
        }
    }

    public void AddRefusal(string text)
    {
        lock (Refusals)
        {
            Refusals.Add(text);
        }
    }

    /// <summary>Stops the clients after their current requests.</summary>
    public Task EndAsync() => ended.CancelAsync();

    public void Dispose() => ended.Dispose();
}
