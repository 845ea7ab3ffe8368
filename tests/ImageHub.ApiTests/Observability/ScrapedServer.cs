using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ImageHub.ApiTests.Backups;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Observability;

/// <summary>A server that reports metrics and has answered different requests: uploads, reads, changes and failures, by different callers.</summary>
public sealed partial class ScrapedServer : IAsyncLifetime
{
    /// <summary>A word in the requests' titles, file names, addresses, user agents and a method. No metric may contain it.</summary>
    public const string Private = "Zanzibar";

    private readonly ImageHubProcess hub = new() { IsFirstStart = true, Environment = { ["Metrics__Urls"] = "http://127.0.0.1:0" } };

    /// <summary>A client of the server, signed in as the admin.</summary>
    public HttpClient Admin { get; private set; } = null!;

    /// <summary>A client of the metrics endpoint.</summary>
    public HttpClient Scraper { get; private set; } = null!;

    /// <summary>The server's data directory.</summary>
    public string DataDirectory => hub.DataDirectory;

    /// <summary>The folder of the objects, on another disk than the data directory.</summary>
    public string Objects { get; } = Path.Combine("/var/tmp", $"imagehub-tests-{Guid.NewGuid():N}");

    /// <summary>The ids in the requests.</summary>
    public List<Guid> Ids { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Objects);
        File.CreateSymbolicLink(Path.Combine(DataDirectory, "objects"), Objects);
        Admin = await hub.StartAndSignInAsync();
        Admin.DefaultRequestHeaders.UserAgent.ParseAdd(Private);
        Scraper = new HttpClient { BaseAddress = new Uri((await hub.LineAsync("Metrics are at ")).Split("Metrics are at ")[1].Trim()) };
        var group = await Admin.CreateGroupAsync(Private);
        byte[] jpeg = TestImages.Jpeg(), png = TestImages.Png();
        var kept = await Admin.AddImageAsync(group, $"{Private}.jpg", jpeg);
        var trashed = await Admin.AddImageAsync(group, $"{Private}.png", png);
        Ids.AddRange([group, kept, trashed]);
        await Admin.PutImageAsync(group, "again.jpg", jpeg).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");
        await Admin.PutImageAsync(group, "broken.jpg", jpeg[..600]).ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");
        await Admin.PutImageAsync(group, "text.txt", "no image"u8.ToArray()).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");
        await Admin.DeleteAsync($"/api/v1/images/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        using var visitor = new HttpClient { BaseAddress = Admin.BaseAddress };
        foreach (var path in (string[])["/api/v1/groups", "/api/v1/groups", $"/api/v1/images/{kept}/low", $"/api/v1/groups?search={Private}", "/"])
        {
            using var answer = await visitor.GetAsync(path);
        }

        await Admin.GetAsync($"/api/v1/images/{kept}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
        await visitor.GetAsync($"/api/v1/{Private}/{kept}").StatusAsync(HttpStatusCode.NotFound);
        await visitor.GetAsync($"/s/{Private}").StatusAsync(HttpStatusCode.NotFound);
        using var odd = new HttpRequestMessage(new HttpMethod(Private.ToUpperInvariant()), "/api/v1/groups");
        using var refused = await visitor.SendAsync(odd);
        var backups = TemporaryFolders.Create();
        (await BackupConsole.RunAsync("backup", backups, DataDirectory)).ExitCode.ShouldBe(0);
        Directory.Delete(backups, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Scraper.Dispose();
        await hub.DisposeAsync();
        Directory.Delete(Objects, recursive: true);
    }

    /// <summary>Waits until the metrics include the facts that are read in the background, and returns all metrics.</summary>
    public async Task<IReadOnlyList<Sample>> ScrapeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var samples = Parse(await Scraper.GetStringAsync("", patience.Token));
            if (samples.Any(sample => sample.Name == "imagehub_trash_images") && samples.Any(sample => sample.Name == "imagehub_job_last_run_seconds") && samples.Any(sample => sample.Name == "imagehub_job_duration_seconds_count"))
            {
                return samples;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    private static List<Sample> Parse(string text) =>
    [
        .. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => Line().Match(line)).Select(match => new Sample(
            match.Groups["name"].Value,
            Label().Matches(match.Groups["labels"].Value).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value, StringComparer.Ordinal),
            double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture))),
    ];

    [GeneratedRegex(@"^(?<name>\w+)(\{(?<labels>.*)\})? (?<value>\S+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Label();
}

/// <summary>One line of the metrics.</summary>
public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
