using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Testing;

namespace ImageHub.Soak;

/// <summary>A group of the gallery.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Page">The path of its page.</param>
/// <param name="Folder">The path of its WebDAV folder, which ends with a slash.</param>
internal sealed record Group(Guid Id, string Page, string Folder);

/// <summary>The groups of the server, its links, and the clients' connections.</summary>
internal sealed class Gallery : IDisposable
{
    private const int Groups = 8;
    private const int FirstPhotos = 160;

    /// <summary>The number of guests after which a new link is created: a link accepts photos from a limited number of guests.</summary>
    private const int GuestsPerLink = 400;

    /// <summary>The size of a large file, which exceeds the connection's buffers.</summary>
    private const int LargeBytes = 24_000_000;

    private string link = "";
    private int guests;
    private int linkGuests;

    private Gallery(HttpClient admin, HttpClient dav, Group[] all)
    {
        (Admin, Dav, All) = (admin, dav, all);
        Visitor = NewClient(admin.BaseAddress!);
    }

    /// <summary>A client signed in as the admin.</summary>
    public HttpClient Admin { get; }

    /// <summary>A client with an API key for WebDAV.</summary>
    public HttpClient Dav { get; }

    /// <summary>A client without credentials.</summary>
    public HttpClient Visitor { get; }

    public IReadOnlyList<Group> All { get; }

    public Ledger Ledger { get; } = new();

    /// <summary>The path of a large file that visitors may download.</summary>
    public string LargePath { get; private set; } = "";

    /// <summary>Fills a server with groups and photos.</summary>
    /// <param name="server">A client signed in as the admin.</param>
    public static async Task<Gallery> CreateAsync(HttpClient server)
    {
        var address = server.BaseAddress!;
        var admin = NewClient(address);
        admin.DefaultRequestHeaders.Authorization = server.DefaultRequestHeaders.Authorization;
        var dav = NewClient(address);
        dav.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ImageHubServer.AdminName}:{await server.CreateKeyAsync("admin")}")));
        var all = new List<Group>();
        for (var number = 0; number < Groups; number++)
        {
            var title = string.Create(CultureInfo.InvariantCulture, $"Soak {number}");
            var id = await server.CreateGroupAsync(title);
            all.Add(new Group(id, await server.FindPageAsync(id), $"/dav/{Uri.EscapeDataString(title)}/"));
        }

        var gallery = new Gallery(admin, dav, [.. all]);
        for (var number = 0; number < FirstPhotos; number++)
        {
            var file = gallery.Ledger.NewFile();
            gallery.Ledger.Put(file.Keep(await server.AddImageAsync(all[number % Groups].Id, file.FileName, file.Content)));
        }

        var large = await server.AddImageAsync(all[0].Id, "large.jpg", Testing.Images.TestImages.JpegOf(LargeBytes, seed: 99));
        gallery.LargePath = $"/api/v1/images/{large}/original";
        await gallery.ReplaceLinkAsync();
        return gallery;
    }

    public Group Choose(Random random) => All[random.Next(All.Count)];

    /// <summary>Creates a request of a visitor with a random IP address, as a proxy forwards it.</summary>
    public static HttpRequestMessage NewRequest(string path, Random random)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"10.{random.Next(256)}.{random.Next(256)}.{random.Next(1, 255)}"));
        return request;
    }

    /// <summary>Creates a client for a new guest of the link.</summary>
    /// <returns>The guest's client, and the link's path in the API.</returns>
    public async Task<SendingGuest> NewGuestAsync()
    {
        if (Interlocked.Increment(ref linkGuests) == GuestsPerLink)
        {
            await ReplaceLinkAsync();
        }

        var client = NewClient(Admin.BaseAddress!, new CookieContainer());
        var number = Interlocked.Increment(ref guests);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"172.16.{(number >> 8) & 255}.{number & 255}"));
        return new SendingGuest(client, link);
    }

    public void Dispose()
    {
        Admin.Dispose();
        Dav.Dispose();
        Visitor.Dispose();
    }

    private async Task ReplaceLinkAsync()
    {
        Volatile.Write(ref linkGuests, 0);
        var created = await Admin.PostAsJsonAsync($"/api/v1/groups/{All[0].Id}/links", new { uploads = true }).JsonAsync(HttpStatusCode.Created);
        link = "/api/v1" + created.Text("url");
    }

    private static HttpClient NewClient(Uri address, CookieContainer? cookies = null) => new(new SocketsHttpHandler
    {
        CookieContainer = cookies ?? new CookieContainer(),
        UseCookies = cookies is not null,
        AllowAutoRedirect = false,
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(5),
    };
}
