using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Delivery;

namespace ImageHub.Benchmarks;

/// <summary>Visitors' requests, compared with the fastest server that returns the same bytes or rows.</summary>
internal static class DeliveryRows
{
    private const int Rounds = 5;
    private const int Groups = 12;

    public static async Task<List<Row>> MeasureAsync()
    {
        await using var postgres = new PostgresServer();
        var database = await postgres.CreateDatabaseAsync();
        await using var server = new ImageHubProcess(Tools.NewFolder())
        {
            Environment =
            {
                ["ConnectionStrings__ImageHub"] = database,
                ["Jwt__SigningKey"] = ImageHubServer.SigningKey,
                ["RateLimits__AtWorkPerAddress"] = "1000",
                ["Delivery__AccelRedirect"] = "/objects/",
                ["ForwardedHeaders__KnownProxies"] = "127.0.0.1",

                // The peers log no requests, so this server does not log them either.
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        using var admin = await server.StartAndSignInAsync();
        using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };
        using var photos = await Photos.MakeAsync();
        var (low, full, link) = await FillAsync(admin, photos);

        // The server accepts an unusual spelling of an address, but does not cache the response.
        const string page = "/api/v1/groups?page=1&pageSize=12";
        const string uncachedPage = "/api/v1/groups?page=1&PageSize=12";
        var folder = Tools.NewFolder();
        await SaveAsync(visitor, page, Path.Combine(folder, "page.json"));
        await SaveAsync(visitor, low, Path.Combine(folder, "low.jpg"));
        await SaveAsync(visitor, full, Path.Combine(folder, "full.jpg"));
        using var nginx = await Nginx.StartAsync(folder);
        await using var front = new NginxServer();
        await front.StartAsync(visitor.BaseAddress!, server.DataDirectory);
        using var bare = await Baseline.StartAsync(folder, database + ";Max Auto Prepare=20;No Reset On Close=true");

        Uri Ours(string path) => new(visitor.BaseAddress!, path);
        List<Row> rows =
        [
            await CompareAsync(new($"a page of {Groups} groups, cached", "requests/s", "Kestrel with the bytes in memory", 0.7), Ours(page), new(bare.Url, "page.json")),
            await CompareAsync(new("the same page, uncached", "requests/s", "Kestrel and one query by Npgsql for the same rows", 0.8), Ours(uncachedPage), new(bare.Url, Baseline.QueryPath)),
            await CompareAsync(new("a low image", "requests/s", "nginx, the same file", 0.6), Ours(low), new(nginx.Url, "low.jpg")),
            await CompareAsync(new("a full image of 8 MB", "images/s", "nginx with sendfile, the same file", 0.7), Ours(full), new(nginx.Url, "full.jpg")),
            await CompareAsync(new("the same image, sent by nginx through X-Accel-Redirect", "images/s", "nginx with sendfile, the same file", 0.95), new(front.Url, full), new(nginx.Url, "full.jpg")),
            await CompareAsync(new("a low image through an expiring link", "requests/s", "the same image without a link, uncached", 0.9), Ours(link), Ours(low.Replace("?r=", "?R=", StringComparison.Ordinal))),
        ];
        return rows;
    }

    /// <summary>Creates a group with the heavy photo, preceded in the list by a group for each of twelve other photos.</summary>
    /// <returns>The addresses of a low image and of the heavy full image, and an expiring link to the low image.</returns>
    private static async Task<(string Low, string Full, string Link)> FillAsync(HttpClient admin, Photos photos)
    {
        var heavy = await admin.AddImageAsync(await admin.CreateGroupAsync("Heavy"), "heavy.jpg", await File.ReadAllBytesAsync(photos.Heavy));
        var full = await UrlAsync(heavy, "full");
        var image = Guid.Empty;
        foreach (var (number, path) in photos.Small.Take(Groups).Index())
        {
            image = await admin.AddImageAsync(await admin.CreateGroupAsync($"Group {number + 1}"), "photo.jpg", await File.ReadAllBytesAsync(path));
        }

        var low = await UrlAsync(image, "low");
        var link = await admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 30_000 }).JsonAsync(HttpStatusCode.Created);
        return (low, full, link.Text("url")!);

        async Task<string> UrlAsync(Guid id, string variant) => (await admin.GetAsync($"/api/v1/images/{id}").JsonAsync()).GetProperty(variant).Text("url")!;
    }

    private static async Task SaveAsync(HttpClient visitor, string path, string file) => await File.WriteAllBytesAsync(file, await visitor.GetByteArrayAsync(path));

    /// <summary>Measures both servers in turn. The first round warms up the JIT compiler and is not counted.</summary>
    public static async Task<Row> CompareAsync(Row row, Uri ours, Uri theirs)
    {
        await EnsureSameAsync(row, ours, theirs);
        for (var round = 0; round <= Rounds; round++)
        {
            var rates = (Ours: await Tools.RateAsync(ours), Theirs: await Tools.RateAsync(theirs));
            if (round > 0)
            {
                row.Ours.Add(rates.Ours);
                row.Theirs.Add(rates.Theirs);
            }
        }

        return row;
    }

    /// <summary>Throws unless both answers are equal. For rows of a query, only their number is compared, because their form differs.</summary>
    private static async Task EnsureSameAsync(Row row, Uri ours, Uri theirs)
    {
        using var client = new HttpClient();
        var (mine, other) = (await client.GetByteArrayAsync(ours), await client.GetByteArrayAsync(theirs));
        var isSame = theirs.AbsolutePath == Baseline.QueryPath ? CountPlaceholders(mine) == Groups && CountPlaceholders(other) == Groups : mine.AsSpan().SequenceEqual(other);
        if (!isSame)
        {
            throw new InvalidOperationException($"{row.What}: {ours} and {theirs} return different content.");
        }
    }

    private static int CountPlaceholders(byte[] json) => json.AsSpan().Count("\"placeholder\""u8);
}
