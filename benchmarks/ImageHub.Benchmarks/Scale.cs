using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.Benchmarks;

/// <summary>Sizes of tables and indexes, and the times of reads and writes, with a given number of images. <c>docs/scale.md</c> has the results.</summary>
internal static class Scale
{
    private const int Requests = 100;
    private const int Writes = 20;
    private const double MaxMilliseconds = 30_000;

    private static readonly string[] ChangedTags = ["changed"];

    /// <summary>Prints the tables for a database with a number of images.</summary>
    public static async Task MeasureAsync(int images)
    {
        // Unlike the tests' server, this server writes to a disk and has the settings that users get.
        await using var postgres = new EmbeddedPostgres(Tools.NewFolder(), NullLogger.Instance, durable: true);
        await postgres.StartAsync(CancellationToken.None);
        var begun = Stopwatch.GetTimestamp();
        await using var filled = await Filled.StartAsync(postgres.ConnectionString("imagehub"), images);
        Print($"  filled in {Stopwatch.GetElapsedTime(begun).TotalMinutes:f1} minutes");
        await PrintSizesAsync(filled, images);
        Console.WriteLine("\n| request | median ms | maximum ms |\n|---|---|---|");
        foreach (var (name, pages) in await filled.FindPagesAsync())
        {
            await PrintTimesAsync($"{name}, at any depth", filled.Visitor, pages);
        }

        // The server does not cache answers to addresses with an unusual spelling.
        foreach (var (name, path) in Reads(images))
        {
            await PrintTimesAsync(name, filled.Visitor, [path]);
        }

        foreach (var (name, path) in ((string, string)[])[("all months", "/api/v1/images/months"), ("the trash", "/api/v1/trash"), ("storage", "/api/v1/storage")])
        {
            await PrintTimesAsync($"{name} (admin)", filled.Admin, [path]);
        }

        await MeasureWritesAsync(filled);
    }

    private static IEnumerable<(string Name, string Path)> Reads(int images) =>
    [
        ("the most used tags", "/api/v1/tags?Q="),
        ($"images with one of 500 tags ({images / 500:n0})", "/api/v1/images?Tag=tag7"),
        ($"search for a title that {images / 5_000:n0} images have", "/api/v1/images?Q=word77"),
        ("search for one file name", string.Create(CultureInfo.InvariantCulture, $"/api/v1/images?Q=img_{images / 2}.jpg")),
        ("search for a part of all file names", "/api/v1/images?Q=img"),
        ("search for nothing that exists", "/api/v1/images?Q=zebra"),
        ("images sorted by size", "/api/v1/images?Sort=bytes"),
        ("images sorted by file name", "/api/v1/images?Sort=fileName"),
        ("images of one day", "/api/v1/images?Sort=-takenAt&takenFrom=2026-11-01&takenTo=2026-11-02"),
        ("search for a group", "/api/v1/groups?Q=group%20777"),
    ];

    private static async Task PrintSizesAsync(Filled filled, int images)
    {
        Console.WriteLine("\n| table or index | MB | bytes an image |\n|---|---|---|");
        var sizes = await filled.SizesAsync();
        foreach (var (name, _, bytes) in sizes.Where(size => size.Bytes > images * 2L))
        {
            Print($"| `{name}` | {bytes / 1e6:n0} | {bytes / (double)images:n0} |");
        }

        var all = sizes.Sum(size => size.Bytes);
        Print($"| all indexes of `images` | {Indexes() / 1e6:n0} | {Indexes() / (double)images:n0} |");
        Print($"| the database | {all / 1e6:n0} | {all / (double)images:n0} |");

        long Indexes() => sizes.Where(size => size.Table == "images" && size.Name != "images").Sum(size => size.Bytes);
    }

    private static async Task PrintTimesAsync(string name, HttpClient client, string[] paths)
    {
        List<double> times = [];
        try
        {
            for (var request = 0; request < Requests && times.Sum() < MaxMilliseconds; request++)
            {
                times.Add(await TimeAsync(() => client.GetAsync(new Uri(paths[request % paths.Length], UriKind.Relative))));
            }

            PrintTimes(name, times);
        }
        catch (HttpRequestException refused)
        {
            // A read that takes too long is refused with 503, which is a result.
            Print($"| {name} | {refused.StatusCode:d} | |");
        }
    }

    private static async Task MeasureWritesAsync(Filled filled)
    {
        var groups = await filled.FindSmallGroupsAsync(Writes);
        List<double>[] times = [[], [], [], [], [], [], []];
        for (var write = 0; write < Writes; write++)
        {
            var (large, small) = (TestImages.Jpeg(800, 600, seed: write), TestImages.Jpeg(800, 600, seed: Writes + write));
            times[0].Add(await TimeAsync(() => filled.Admin.PutImageAsync(filled.LargestGroup, $"new-{write}.jpg", large)));
            times[1].Add(await TimeAsync(() => filled.Admin.PutImageAsync(groups[write], $"new-{write}.jpg", small)));
            var page = await filled.Visitor.GetAsync($"/api/v1/groups/{groups[write]}/images").JsonAsync();
            var ids = page.Items().Select(image => image.Id()).ToList();
            times[2].Add(await TimeAsync(() => filled.Admin.PatchAsJsonAsync($"/api/v1/images/{ids[0]}", new { title = "Changed", tags = ChangedTags })));
            times[3].Add(await TimeAsync(() => filled.Admin.DeleteAsync($"/api/v1/images/{ids[0]}")));
            times[4].Add(await TimeAsync(() => filled.Admin.PostAsync($"/api/v1/images/{ids[0]}/restore", content: null)));
            times[5].Add(await TimeAsync(() => filled.Admin.PatchAsJsonAsync($"/api/v1/groups/{groups[write]}", new { isPublished = false })));
            times[6].Add(await TimeAsync(() => filled.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { ids, action = "move", groupId = filled.LargestGroup })));
        }

        string[] names =
        [
            "upload of a photo of 0.5 MP to the largest group", "the same to a small group", "change of a title and a tag", "deletion of an image", "restoring it", "hiding a small group", "moving 12 images to the largest group",
        ];
        foreach (var (name, all) in names.Zip(times))
        {
            PrintTimes(name, all);
        }
    }

    private static async Task<double> TimeAsync(Func<Task<HttpResponseMessage>> send)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await send();
        await answer.Content.ReadAsByteArrayAsync();
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        answer.EnsureSuccessStatusCode();
        return milliseconds;
    }

    private static void PrintTimes(string name, List<double> times) => Print($"| {name} | {Row.Median([.. times]):n1} | {times.Max():n1} |");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
