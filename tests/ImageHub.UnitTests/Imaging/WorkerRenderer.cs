using ImageHub.Application.Imaging;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Options;

namespace ImageHub.UnitTests.Imaging;

/// <summary>The real renderer with its workers, without a server around it.</summary>
internal sealed class WorkerRenderer : IAsyncDisposable
{
    private readonly Staging staging;

    internal WorkerRenderer(Action<ImagingOptions>? change = null, ILogger<WorkerImageRenderer>? log = null)
    {
        var options = new ImagingOptions { LibVips = NativeImaging.Setting };
        change?.Invoke(options);
        Folder = Directory.CreateTempSubdirectory("imagehub-imaging-").FullName;
        staging = new Staging(new DataDirectory(Options.Create(new ImageHubOptions { DataDirectory = Folder })), NullLogger<Staging>.Instance);
        Renderer = new WorkerImageRenderer(Options.Create(options), staging, TimeProvider.System, log ?? NullLogger<WorkerImageRenderer>.Instance);
    }

    /// <summary>Its data directory, where tests may put files.</summary>
    internal string Folder { get; }

    internal WorkerImageRenderer Renderer { get; }

    public async ValueTask DisposeAsync()
    {
        await Renderer.DisposeAsync();
        staging.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
