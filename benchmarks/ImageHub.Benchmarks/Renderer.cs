using System.Diagnostics;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Infrastructure.Storage;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageHub.Benchmarks;

/// <summary>ImageHub's render workers, and the same code on threads of this process.</summary>
internal sealed class Renderer : IAsyncDisposable
{
    private const int Workers = 2;

    private static readonly Box High = new(1400, 1050);
    private static readonly Box Medium = new(720, 540);
    private static readonly Box Low = new(360, 230);

    private readonly string folder = Tools.NewFolder();
    private readonly Staging staging;
    private readonly WorkerDispatcher dispatcher;
    private readonly WorkerImageRenderer workers;
    private readonly LibVips vips;

    public Renderer()
    {
        NativeMemory.Limit();
        vips = LibVips.Load(NativeImaging.Setting, AppContext.BaseDirectory);
        staging = new Staging(new DataDirectory(Options.Create(new ImageHubOptions { DataDirectory = folder })), NullLogger<Staging>.Instance);
        var options = new ImagingOptions { LibVips = NativeImaging.Setting, Workers = Workers };
        dispatcher = new WorkerDispatcher(Options.Create(options), staging, TimeProvider.System, NullLogger<WorkerDispatcher>.Instance);
        workers = new WorkerImageRenderer(dispatcher);
    }

    /// <summary>Measures rendering by workers, as in the server.</summary>
    /// <returns>Photos a second.</returns>
    public Task<double> RateByWorkersAsync(IReadOnlyList<string> photos) => RateAsync(photos, source =>
        workers.RenderAsync(
            new RenderRequest(source, RenderAccounts.Admins, new(High, source + "-high"), new(Medium, source + "-medium"), new(Low, source + "-low"), source + "-full"), CancellationToken.None));

    /// <summary>Measures rendering by two threads of this process.</summary>
    /// <returns>Photos a second.</returns>
    public Task<double> RateByThreadsAsync(IReadOnlyList<string> photos) => RateAsync(photos, source => Task.Run(() =>
    {
        using var files = new Targets(source);
        new Decoder(vips, files.Write, files.Keep, FileFormat.All).Run(new WorkerRequest(WorkerTask.Render, source, null, High, Medium, Low, null, long.MaxValue, long.MaxValue, false));
    }));

    public async ValueTask DisposeAsync()
    {
        await dispatcher.DisposeAsync();
        staging.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<double> RateAsync(IReadOnlyList<string> photos, Func<string, Task> render)
    {
        // As in the server, each rendering has a separate source file, which the worker's account may read during the rendering.
        var sources = photos.Select((_, number) => Path.Combine(folder, $"source-{number}")).ToArray();
        for (var number = 0; number < sources.Length; number++)
        {
            File.Copy(photos[number], sources[number]);
        }

        // The first two renderings start the workers.
        await RenderAllAsync(sources[..2], render);
        var began = Stopwatch.GetTimestamp();
        await RenderAllAsync(sources, render);
        var rate = sources.Length / Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var source in sources)
        {
            foreach (var end in (string[])["", "-high", "-medium", "-low", "-full"])
            {
                File.Delete(source + end);
            }
        }

        return rate;
    }

    private static Task RenderAllAsync(string[] sources, Func<string, Task> render) =>
        Parallel.ForEachAsync(sources, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (source, _) => await render(source));

    /// <summary>The output files of one rendering.</summary>
    private sealed class Targets(string source) : IDisposable
    {
        private readonly Dictionary<FrameKind, FileStream> files = [];

        internal void Write(FrameKind kind, ReadOnlySpan<byte> bytes) => Open(kind).Write(bytes);

        internal void Keep(ByteRange range)
        {
            using var kept = File.OpenHandle(source);
            var buffer = new byte[128 * 1024];
            for (var at = range.Start; at < range.End;)
            {
                var read = RandomAccess.Read(kept, buffer.AsSpan(0, (int)Math.Min(buffer.Length, range.End - at)), at);
                Open(FrameKind.Full).Write(buffer.AsSpan(0, read));
                at += read;
            }
        }

        public void Dispose()
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }

        private FileStream Open(FrameKind kind)
        {
            if (!files.TryGetValue(kind, out var file))
            {
                files[kind] = file = File.Create($"{source}-{kind.ToString().ToLowerInvariant()}");
            }

            return file;
        }
    }
}
