using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.Benchmarks;

/// <summary>How cost grows: with clients that upload at once, and with images.</summary>
internal static class Curves
{
    private const int Photos = 96;
    private const int Requests = 1_000;

    // What is new is compiled in the first one, which is not shown.
    private static readonly int[] Streams = [4, 1, 2, 4, 8];

    /// <summary>Prints a row for 1, 2, 4 and 8 upload streams, and for 10³ to 10⁶ images.</summary>
    public static async Task MeasureAsync()
    {
        await MeasureStreamsAsync();
        await MeasureSizesAsync();
    }

    private static async Task MeasureStreamsAsync()
    {
        using var photos = await Benchmarks.Photos.MakeAsync();
        await using var server = new ImageHubProcess(Tools.NewFolder()) { IsFirstStart = true };
        using var admin = await server.StartAndSignInAsync();
        Console.WriteLine("\n| upload streams | photographs of 6 MP a second | median ms | 99th percentile ms |\n|---|---|---|---|");

        foreach (var (round, streams) in Streams.Index())
        {
            var group = await admin.CreateGroupAsync($"{streams} streams, {round}");
            var times = new double[Photos];
            var began = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(0, Photos, new ParallelOptions { MaxDegreeOfParallelism = streams }, async (number, cancellationToken) =>
            {
                var sent = Stopwatch.GetTimestamp();
                await admin.AddImageAsync(group, $"{number}.jpg", [.. await File.ReadAllBytesAsync(photos.Small[number % photos.Small.Count], cancellationToken), .. BitConverter.GetBytes(number)]);
                times[number] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            });
            var rate = Photos / Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (round > 0)
            {
                Print($"| {streams} | {rate:f1} | {Row.Median([.. times]):f0} | {Filled.Percentile([.. times]):f0} |");
            }
        }
    }

    private static async Task MeasureSizesAsync()
    {
        await using var postgres = new PostgresServer();
        Console.WriteLine("\n| images | page | median ms | 99th percentile ms | MB of database |\n|---|---|---|---|---|");
        foreach (var images in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            await using var filled = await Filled.StartAsync(postgres, images);
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
