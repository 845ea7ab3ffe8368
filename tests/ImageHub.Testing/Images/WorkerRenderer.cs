using ImageHub.Application.Imaging;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Options;

namespace ImageHub.Testing.Images;

/// <summary>The real renderer and its workers, without a server.</summary>
internal sealed class WorkerRenderer : IAsyncDisposable
{
    private static readonly Lazy<WorkerRenderer> OfAllServers = new(() =>
    {
        var logging = LoggerFactory.Create(logging => logging.AddConsole().AddProvider(LoggedSecrets.NewReader()));
        return new WorkerRenderer(log: logging.CreateLogger<WorkerDispatcher>());
    });

    private readonly Staging staging;

    internal WorkerRenderer(Action<ImagingOptions>? change = null, ILogger<WorkerDispatcher>? log = null, int clockFactor = 3)
    {
        var options = new ImagingOptions { LibVips = NativeImaging.Setting };
        change?.Invoke(options);
        Folder = TemporaryFolders.Create();
        staging = new Staging(new DataDirectory(Options.Create(new ImageHubOptions { DataDirectory = Folder })), NullLogger<Staging>.Instance);
        Dispatcher = new WorkerDispatcher(Options.Create(options), staging, TimeProvider.System, log ?? NullLogger<WorkerDispatcher>.Instance) { ClockFactor = clockFactor };
        Renderer = new WorkerImageRenderer(Dispatcher);
    }

    /// <summary>
    /// The renderer shared by all servers with default imaging settings: separate workers for hundreds of servers took a quarter of the suite's time. The
    /// renderer ends with the process.
    /// </summary>
    internal static IImageRenderer Shared => OfAllServers.Value.Renderer;

    /// <summary>The renderer's data directory, where tests may put files.</summary>
    internal string Folder { get; }

    internal WorkerDispatcher Dispatcher { get; }

    internal WorkerImageRenderer Renderer { get; }

    public async ValueTask DisposeAsync()
    {
        await Dispatcher.DisposeAsync();
        staging.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
