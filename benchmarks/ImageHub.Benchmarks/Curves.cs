using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Storage;

namespace ImageHub.Benchmarks;

/// <summary>Measures how costs grow with concurrent uploads and with the number of images.</summary>
internal static class Curves
{
    private const int Count = 96;
    private const int Requests = 1_000;

    // The first measurement warms up the JIT compiler and is not printed.
    private static readonly int[] Streams = [4, 1, 2, 4, 8];

    /// <summary>
    /// Prints a row for 1, 2, 4 and 8 upload streams to a folder and to buckets with latencies of 0, 20 and 100 ms. Then prints a row for each kind of page
    /// with 10³ to 10⁶ images.
    /// </summary>
    public static async Task MeasureAsync()
    {
        await MeasureStreamsAsync();
        await MeasureSizesAsync();
    }

    private static async Task MeasureStreamsAsync()
    {
        using var photos = await Photos.MakeAsync();
        Console.WriteLine("\n| files go into | upload streams | photographs of 6 MP a second | median ms | 99th percentile ms |\n|---|---|---|---|---|");
        await MeasureStreamsAsync("a folder", photos, []);
        foreach (var milliseconds in (int[])[0, 20, 100])
        {
            await using var bucket = new S3Server { Latency = TimeSpan.FromMilliseconds(milliseconds) };
            await bucket.InitializeAsync();
            await MeasureStreamsAsync($"a bucket, each answer after {milliseconds} ms", photos, bucket.Settings);
        }
    }

    private static async Task MeasureStreamsAsync(string store, Photos photos, Dictionary<string, string?> settings)
    {
        await using var server = new ImageHubProcess(Tools.NewFolder()) { IsFirstStart = true };
        foreach (var (name, value) in settings)
        {
            server.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value!;
        }

        using var admin = await server.StartAndSignInAsync();
        foreach (var (round, streams) in Streams.Index())
        {
            var group = await admin.CreateGroupAsync($"{streams} streams, {round}");
            var times = new double[Count];
            var began = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = streams }, async (number, cancellationToken) =>
            {
                var sent = Stopwatch.GetTimestamp();
                await admin.AddImageAsync(group, $"{number}.jpg", [.. await File.ReadAllBytesAsync(photos.Small[number % photos.Small.Count], cancellationToken), .. BitConverter.GetBytes(number)]);
                times[number] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            });
            var rate = Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (round > 0)
            {
                Print($"| {store} | {streams} | {rate:f1} | {Row.Median([.. times]):f0} | {Filled.Percentile([.. times]):f0} |");
            }
        }
    }

    private static async Task MeasureSizesAsync()
    {
        await using var postgres = new PostgresServer();
        Console.WriteLine("\n| images | page | median ms | 99th percentile ms | MB of database |\n|---|---|---|---|---|");
        foreach (var images in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            await using var filled = await Filled.StartAsync(await postgres.CreateDatabaseAsync(), images);
            var megabytes = await filled.MegabytesAsync();
            foreach (var (name, pages) in await filled.FindPagesAsync())
            {
                List<double> times = [];
                for (var request = 0; request < 2 * Requests; request++)
                {
                    times.Add(await Filled.TimeAsync(filled.Visitor, pages[request % pages.Length]));
                }

                times.RemoveRange(0, Requests);
                Print($"| {images:n0} | {name} | {Row.Median(times):f2} | {Filled.Percentile(times):f2} | {megabytes:n0} |");
            }
        }
    }

    private static void Print(FormattableString row) => Console.WriteLine(row.ToString(CultureInfo.InvariantCulture));
}
