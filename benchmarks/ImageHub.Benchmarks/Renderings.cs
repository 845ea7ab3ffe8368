using System.Diagnostics;
using System.Globalization;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Imaging.Native;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Infrastructure.Storage;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageHub.Benchmarks;

/// <summary>Photos of 6 megapixels to their renditions: by two render workers, and by the same code on two threads of this process.</summary>
internal static class Renderings
{
    private const int Workers = 2;
    private const int Rounds = 7;
    private const int Photos = 12;
    private const double WantedRatio = 1.2;

    private static readonly Box High = new(1400, 1050);
    private static readonly Box Medium = new(720, 540);
    private static readonly Box Low = new(360, 230);

    /// <summary>Renders as many photos a round, in turns by workers and in this process, and prints how many a second.</summary>
    /// <returns>Whether the workers are as much quicker as they should be.</returns>
    public static async Task<bool> MeasureAsync(int count)
    {
        NativeMemory.Limit();
        var vips = LibVips.Load(NativeImaging.Setting, AppContext.BaseDirectory);
        var folder = Directory.CreateTempSubdirectory("imagehub-benchmark-").FullName;
        try
        {
            Console.WriteLine($"Drawing {Photos} photos of 3000 × 2000 pixels ...");
            var photos = Enumerable.Range(0, Photos).Select(seed => Path.Combine(folder, $"{seed}.jpg")).ToArray();
            await Parallel.ForAsync(0, Photos, async (seed, cancellationToken) => await File.WriteAllBytesAsync(photos[seed], Draw(3000, 2000, seed), cancellationToken));

            // As in the server, each rendering has a file of its own, which the worker's account may read while it lasts.
            var sources = Enumerable.Range(0, count).Select(number => Path.Combine(folder, $"source-{number}")).ToArray();
            for (var number = 0; number < count; number++)
            {
                File.Copy(photos[number % Photos], sources[number]);
            }

            Console.WriteLine($"{photos.Sum(path => new FileInfo(path).Length) / Photos / 1000:n0} kB each on average; {count} a round");

            var options = new ImagingOptions { LibVips = NativeImaging.Setting, Workers = Workers };
            using var staging = new Staging(new DataDirectory(Options.Create(new ImageHubOptions { DataDirectory = folder })), NullLogger<Staging>.Instance);
            await using var renderer = new WorkerImageRenderer(Options.Create(options), staging, TimeProvider.System, NullLogger<WorkerImageRenderer>.Instance);
            List<double> byWorkers = [], inProcess = [];
            for (var round = 0; round <= Rounds; round++)
            {
                var rates = (
                    await RateAsync(sources, (photo, made) => RenderByWorkerAsync(renderer, photo, made)),
                    await RateAsync(sources, (photo, made) => Task.Run(() => RenderHere(vips, photo, made))));

                // The first one starts workers and compiles.
                if (round > 0)
                {
                    byWorkers.Add(rates.Item1);
                    inProcess.Add(rates.Item2);
                }
            }

            var ratio = Median(byWorkers) / Median(inProcess);
            Console.WriteLine($"{Workers} workers {Show(byWorkers)}, {Workers} threads {Show(inProcess)} photos/s (median, least to most)");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  workers / threads {ratio:f2} (wanted: {WantedRatio:f1})"));
            return ratio >= WantedRatio;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Photos a second.</summary>
    private static async Task<double> RateAsync(string[] sources, Func<string, string, Task> render)
    {
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(sources, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (source, _) =>
        {
            await render(source, source);
            foreach (var name in (string[])["-high", "-medium", "-low", "-full"])
            {
                File.Delete(source + name);
            }
        });
        return sources.Length / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static Task<Rendering> RenderByWorkerAsync(WorkerImageRenderer renderer, string photo, string made) =>
        renderer.RenderAsync(new RenderRequest(photo, RenderAccounts.Admins, new(High, made + "-high"), new(Medium, made + "-medium"), new(Low, made + "-low"), made + "-full"), CancellationToken.None);

    private static void RenderHere(LibVips vips, string photo, string made)
    {
        using var files = new Targets(made);
        new Decoder(vips, files.Write).Run(new WorkerRequest(WorkerTask.Render, photo, null, High, Medium, Low, null, long.MaxValue, long.MaxValue, false));
    }

    /// <summary>Hills of several sizes, soft colours and the grain of a sensor: about as large and as hard to decode as a photograph.</summary>
    private static byte[] Draw(int width, int height, int seed)
    {
        var random = new Random(seed);
        var waves = Enumerable.Range(0, 12).Select(octave => (X: random.NextDouble() * Math.Pow(1.6, octave) / 300, Y: random.NextDouble() * Math.Pow(1.6, octave) / 300, Phase: random.NextDouble() * 6, Height: 40 / Math.Pow(1.25, octave))).ToArray();
        var samples = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var light = 128.0;
                foreach (var wave in waves)
                {
                    light += wave.Height * Math.Sin((x * wave.X) + (y * wave.Y) + wave.Phase);
                }

                var at = ((y * width) + x) * 3;
                for (var band = 0; band < 3; band++)
                {
                    samples[at + band] = (byte)Math.Clamp(light + (band * 12) + (30 * Math.Sin((x + (band * 900)) / 700.0)) + random.Next(-10, 11), 0, 255);
                }
            }
        }

        return new TestPicture(width, height, 3, samples).ToJpeg(quality: 90, subsampled: true);
    }

    private static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);

    private static string Show(List<double> rates) => string.Create(CultureInfo.InvariantCulture, $"{Median(rates):f1} ({rates.Min():f1} to {rates.Max():f1})");

    /// <summary>The files that one rendering makes.</summary>
    private sealed class Targets(string made) : IDisposable
    {
        private readonly Dictionary<FrameKind, FileStream> files = [];

        internal void Write(FrameKind kind, ReadOnlySpan<byte> bytes)
        {
            if (!files.TryGetValue(kind, out var file))
            {
                files[kind] = file = File.Create($"{made}-{kind.ToString().ToLowerInvariant()}");
            }

            file.Write(bytes);
        }

        public void Dispose()
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }
}
