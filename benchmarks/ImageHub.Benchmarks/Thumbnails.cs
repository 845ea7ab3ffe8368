using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.Benchmarks;

/// <summary>Many clients request the same thumbnails at the same time; each thumbnail is rendered once.</summary>
internal static class Thumbnails
{
    private const int Clients = 64;
    private const int Height = 120;

    /// <summary>Uploads images, lets every client fetch a thumbnail of each in the same order, and prints the duration.</summary>
    /// <returns>Whether every answer was a thumbnail and each was rendered once.</returns>
    public static async Task<bool> MeasureAsync(PostgresServer postgres, int count)
    {
        var renderings = new CountingRenderer();
        Dictionary<string, string?> settings = [];
        foreach (var throttle in (string[])["Throttles:Uploads", "Throttles:Thumbnails"])
        {
            settings[$"{throttle}:Burst"] = settings[$"{throttle}:PerMinute"] = "10000000";
        }

        await using var server = await ImageHubServer.StartAsync(postgres, settings, builder => renderings.Wrap(builder.Services));
        Console.WriteLine($"Making {count:n0} images of 640 × 480 pixels ...");
        var images = await UploadAsync(server.Admin, count);

        Console.WriteLine($"{Clients} clients ask for a thumbnail of each ...");
        var (wrong, latencies) = (0, new ConcurrentBag<double>());
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            foreach (var image in images)
            {
                var sent = Stopwatch.GetTimestamp();
                using var answer = await server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/{Height}");
                var bytes = await answer.Content.ReadAsByteArrayAsync();
                latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                if (answer.StatusCode != HttpStatusCode.OK || bytes is not [0xFF, 0xD8, ..])
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }));

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double[] sorted = [.. latencies.Order()];
        Console.WriteLine($"{sorted.Length:n0} requests, {wrong:n0} wrong; {renderings.Count:n0} renderings of {count:n0} thumbnails");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds:f0} s, {sorted.Length / seconds:n0} requests/s, {sorted[sorted.Length / 2]:f1} ms median, {sorted[sorted.Length / 100 * 99]:f1} ms 99th percentile"));
        return wrong == 0 && renderings.Count == count;
    }

    /// <summary>Uploads one photo under many names. Different trailing bytes make each file unique.</summary>
    private static async Task<Guid[]> UploadAsync(HttpClient admin, int count)
    {
        var group = await admin.CreateGroupAsync("Thumbnails");
        var photo = TestImages.Jpeg(640, 480);
        var images = new Guid[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) =>
            images[number] = await admin.AddImageAsync(group, $"{number:00000}.jpg", [.. photo, .. BitConverter.GetBytes(number)]));
        return images;
    }
}
