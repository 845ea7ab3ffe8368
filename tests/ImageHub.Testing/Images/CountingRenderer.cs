using System.Collections.Concurrent;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Testing.Images;

/// <summary>Wraps a server's real renderer and counts the requests for single renditions (thumbnails), for alternates and for large renditions.</summary>
public sealed class CountingRenderer
{
    private int count;

    public int Count => count;

    /// <summary>The accounts of the requests for single renditions, oldest first.</summary>
    public ConcurrentQueue<Guid> Accounts { get; } = [];

    /// <summary>The accounts of the requests for low, medium and high, oldest first.</summary>
    public ConcurrentQueue<Guid> UploadAccounts { get; } = [];

    /// <summary>A task that all counted renderings wait for; set before they are requested.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Called before low, medium and high are rendered, for an upload or a check. The rendering waits for the returned task.</summary>
    public Func<Task> BeforeUpload { get; set; } = () => Task.CompletedTask;

    /// <summary>The confinement to report; null reports the real renderer's.</summary>
    public string? Confinement { get; set; }

    /// <summary>Wraps the registered renderer.</summary>
    public void Wrap(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(IImageRenderer));
        services.Remove(real);
        services.AddSingleton<IImageRenderer>(provider =>
            new Renderer((IImageRenderer)(real.ImplementationInstance ?? real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)), this));
    }

    private sealed class Renderer(IImageRenderer real, CountingRenderer counts) : IImageRenderer
    {
        public string? Confinement => counts.Confinement ?? real.Confinement;

        public string Description => real.Description;

        public Task StartAsync(CancellationToken cancellationToken) => real.StartAsync(cancellationToken);

        public ImageFormat? Detect(SafeFileHandle file) => real.Detect(file);

        public async Task<RenderResult> RenderAsync(RenderRequest request, CancellationToken cancellationToken)
        {
            counts.UploadAccounts.Enqueue(request.Account);
            await counts.BeforeUpload();
            return await real.RenderAsync(request, cancellationToken);
        }

        public Task<WrittenFile?> CleanAsync(CleanRequest request, CancellationToken cancellationToken) => real.CleanAsync(request, cancellationToken);

        public async Task<IReadOnlyDictionary<ImageVariant, WrittenFile>> RenderAlternatesAsync(AlternatesRequest request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref counts.count);
            await counts.Gate;
            return await real.RenderAlternatesAsync(request, cancellationToken);
        }

        public async Task<LargeResult> RenderLargeAsync(LargeRequest request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref counts.count);
            await counts.Gate;
            return await real.RenderLargeAsync(request, cancellationToken);
        }

        public async Task<RenderedFile> RenderOneAsync(RenderOneRequest request, CancellationToken cancellationToken)
        {
            counts.Accounts.Enqueue(request.Account);
            Interlocked.Increment(ref counts.count);
            await counts.Gate;
            return await real.RenderOneAsync(request, cancellationToken);
        }
    }
}
