using System.Net;
using System.Net.Http.Json;
using System.Text;
using ImageHub.ApiTests.Backups;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Observability;

/// <summary>
/// Searches the server's files, logs, telemetry and answers for canaries: secrets, a location, and texts that are hidden from visitors. Each canary must
/// occur in exactly the places that are listed for it.
/// </summary>
public sealed class CanaryTests
{
    private const string Search = "Canary-search-term";
    private const string Tag = "canary-tag";
    private const string Title = "Canary title";
    private const string Description = "Canary description";
    private const string FileName = "canary-file-name.jpg";
    private const string GroupTitle = "Canary group";
    private const string WebhookSecret = "canary-webhook-secret";
    private const string ClientSecret = "canary-client-secret";

    /// <summary>The places that are searched for canaries.</summary>
    [Flags]
    private enum Place
    {
        Nowhere = 0,

        /// <summary>The files of PostgreSQL, with its write-ahead log.</summary>
        Database = 1,

        /// <summary>A backup.</summary>
        Backup = 2,

        /// <summary>The uploaded files, which only admins receive.</summary>
        Original = 4,

        /// <summary>All other files of the data directory, such as full files, renditions and thumbnails.</summary>
        Rendition = 8,

        Log = 16,
        Metrics = 32,
        Traces = 64,

        /// <summary>The answers to requests without credentials, also below a link.</summary>
        PublicAnswer = 128,

        /// <summary>The answers to admins.</summary>
        AdminAnswer = 256,
    }

    [Fact]
    public async Task Secrets_locations_and_hidden_texts_are_only_where_they_belong()
    {
        await using var collector = await new CollectorStandIn().StartAsync();
        await using var hub = new ImageHubProcess
        {
            Environment =
            {
                ["Metrics__Urls"] = "http://127.0.0.1:0",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
                ["Webhooks__Url"] = "https://hooks.example/imagehub",
                ["Webhooks__Secret"] = WebhookSecret,
                ["Oidc__Authority"] = "http://127.0.0.1:9",
                ["Oidc__ClientId"] = "imagehub",
                ["Oidc__ClientSecret"] = ClientSecret,
                ["Web__PublicUrl"] = "https://photos.example",
            },
        };
        using var admin = await hub.StartAndSignInAsync();
        using var visitor = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = admin.BaseAddress };
        using var scraper = new HttpClient { BaseAddress = new Uri((await hub.LineAsync("Metrics are at ")).Split("Metrics are at ")[1].Trim()) };

        // Adds a published photo with a location in its file, and two photos with texts that visitors do not see.
        var published = await admin.CreateGroupAsync("Harbour");
        var hidden = await admin.CreateGroupAsync(GroupTitle, isPublished: false);
        var photo = await admin.AddImageAsync(published, "harbour.jpg", LocationSamples.All["Jpeg: XMP city"].File);
        var unseen = await admin.AddImageAsync(hidden, FileName, TestImages.Jpeg(seed: 1));
        var deleted = await admin.AddImageAsync(published, $"deleted-{FileName}", TestImages.Jpeg(seed: 2));
        foreach (var image in (Guid[])[unseen, deleted])
        {
            await admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = Title, description = Description, tags = new[] { Tag } }).StatusAsync(HttpStatusCode.OK);
        }

        await admin.DeleteAsync($"/api/v1/images/{deleted}").StatusAsync(HttpStatusCode.NoContent);

        // Uses passwords and an API key with and without success, and a refresh token, a transform key and a link's token with success.
        await admin.CreateUserAsync("canary-user");
        var pair = await visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "canary-user", password = ImageHubServer.UserPassword }).JsonAsync();
        await visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "canary-user", password = "canary-wrong-password" }).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
        var renewed = await visitor.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = pair.Text("refreshToken") }).JsonAsync();
        var apiKey = await admin.CreateKeyAsync("read");
        using var program = new HttpClient { BaseAddress = admin.BaseAddress, DefaultRequestHeaders = { { "X-Api-Key", apiKey } } };
        await program.GetAsync($"/api/v1/groups/{hidden}").StatusAsync(HttpStatusCode.OK);
        await program.DeleteAsync($"/api/v1/groups/{hidden}").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        var signer = await TransformSigner.CreateAsync(admin);
        await visitor.GetAsync(signer.Sign("w:40", photo)).StatusAsync(HttpStatusCode.OK);
        var token = (await admin.PostAsJsonAsync($"/api/v1/groups/{published}/links", new { password = ImageHubServer.LinkPassword }).JsonAsync(HttpStatusCode.Created)).Text("url")!.Split('/')[^1];
        await visitor.PostAsJsonAsync($"/api/v1/shared/{token}/unlock", new { password = "canary-wrong-password" }).ProblemAsync(HttpStatusCode.Unauthorized, "wrongPassword");
        await visitor.PostAsJsonAsync($"/api/v1/shared/{token}/unlock", new { password = ImageHubServer.LinkPassword }).StatusAsync(HttpStatusCode.NoContent);
        await visitor.GetAsync($"/api/v1/images?q={Search}").StatusAsync(HttpStatusCode.OK);

        var publicAnswers = await AnswersAsync(visitor, token, published, photo, hidden, unseen, deleted);
        var adminAnswers = await AnswersAsync(admin, token, published, photo, hidden, unseen, deleted);
        var metrics = await scraper.GetByteArrayAsync("/metrics");
        await collector.EventuallyAsync(span => span.Tags.GetValueOrDefault("http.route")?.StartsWith("/t/", StringComparison.Ordinal) == true);
        await collector.EventuallyReportsAsync("imagehub.uploads");
        var backups = TemporaryFolders.Create();
        (await BackupConsole.RunAsync("backup", backups, hub.DataDirectory)).ExitCode.ShouldBe(0);
        await hub.StopAsync();

        var store = Path.Combine(hub.DataDirectory, "objects");
        var postgres = Path.Combine(hub.DataDirectory, "postgres");
        var places = new Dictionary<Place, IReadOnlyList<byte[]>>
        {
            [Place.Database] = Files(postgres, path => !path.EndsWith(".log", StringComparison.Ordinal)),
            [Place.Backup] = Files(backups, _ => true),
            [Place.Original] = Files(store, path => path.Contains("original", StringComparison.Ordinal)),
            [Place.Rendition] = Files(hub.DataDirectory, path => !path.StartsWith(postgres, StringComparison.Ordinal) && !path.Contains("original", StringComparison.Ordinal)),
            [Place.Log] = [Encoding.UTF8.GetBytes(hub.Output), .. Files(hub.DataDirectory, path => path.EndsWith(".log", StringComparison.Ordinal))],
            [Place.Metrics] = [metrics],
            [Place.Traces] = collector.Bodies,
            [Place.PublicAnswer] = publicAnswers,
            [Place.AdminAnswer] = adminAnswers,
        };
        Directory.Delete(backups, recursive: true);
        foreach (var (place, contents) in places)
        {
            contents.Sum(content => content.Length).ShouldBeGreaterThan(500, place.ToString());
        }

        const Place hiddenText = Place.Database | Place.Backup | Place.AdminAnswer;
        (string Name, string Canary, Place Allowed)[] canaries =
        [
            ("an admin's password", ImageHubServer.AdminPassword, Place.Nowhere),
            ("a user's password", ImageHubServer.UserPassword, Place.Nowhere),
            ("a wrong password", "canary-wrong-password", Place.Nowhere),
            ("the password of a link", ImageHubServer.LinkPassword, Place.Nowhere),
            ("an access token", pair.Text("accessToken")!, Place.Nowhere),
            ("a used refresh token", pair.Text("refreshToken")!, Place.Nowhere),
            ("a refresh token", renewed.Text("refreshToken")!, Place.Nowhere),
            ("an API key", apiKey, Place.Nowhere),
            ("a key of transforms", signer.Key, Place.Nowhere),
            ("the secret of webhooks", WebhookSecret, Place.Nowhere),
            ("the client's secret", ClientSecret, Place.Nowhere),
            ("the token of a link", token, Place.PublicAnswer | Place.AdminAnswer), // Answers to a guest repeat the address that the guest requested.
            ("a search", Search, Place.Nowhere),
            ("a location", LocationSamples.Canary, Place.Original | Place.Backup | Place.AdminAnswer),
            ("the title of a hidden photo", Title, hiddenText),
            ("the description of a hidden photo", Description, hiddenText),
            ("the tag of a hidden photo", Tag, hiddenText),
            ("the file name of a hidden photo", FileName, hiddenText),
            ("the title of a hidden group", GroupTitle, hiddenText),
        ];
        var differences = canaries
            .Select(canary => (canary.Name, canary.Allowed, Found: places
                .Where(place => place.Value.Any(content => content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary.Canary)) >= 0))
                .Aggregate(Place.Nowhere, (all, place) => all | place.Key)))
            .Where(canary => canary.Found != canary.Allowed)
            .Select(canary => $"{canary.Name} is in: {canary.Found}; in place of: {canary.Allowed}");
        differences.ShouldBeEmpty();
    }

    /// <summary>Calls every documented GET for each id in turn, and the pages.</summary>
    private static async Task<IReadOnlyList<byte[]>> AnswersAsync(HttpClient client, string token, params Guid[] ids)
    {
        var document = await client.GetAsync("/openapi/v1.json").JsonAsync();
        var paths = document.GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)).Select(path => path.Name)
            .Concat(["/", "/sitemap.xml", "/feed.xml", "/robots.txt", "/groups/{id}", "/images/{id}", "/shared/{token}"])
            .SelectMany(path => ids.Select(id => path
                .Replace("{id}", id.ToString(), StringComparison.Ordinal)
                .Replace("{imageId}", id.ToString(), StringComparison.Ordinal)
                .Replace("{token}", token, StringComparison.Ordinal)
                .Replace("{height}", "200", StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal);
        var answers = new List<byte[]>();
        foreach (var path in paths)
        {
            using var answer = await client.GetAsync(path);
            answers.Add(Encoding.UTF8.GetBytes(answer.Headers.ToString()));
            answers.Add(await answer.Content.ReadAsByteArrayAsync());
        }

        return answers;
    }

    private static IReadOnlyList<byte[]> Files(string folder, Func<string, bool> isSought) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(isSought).Select(File.ReadAllBytes)];
}
