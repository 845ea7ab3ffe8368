using System.Collections.Concurrent;
using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Thumbnails;

/// <summary>
/// Thumbnails by height. However many ask for one at once, on however many instances, it is rendered once: requests of one process
/// wait for the same task, those of several for an advisory lock of the database.
/// </summary>
internal sealed class ThumbnailMaker(
    IServiceScopeFactory scopes, IImageRenderer renderer, IObjectStore store, IStaging staging, TimeProvider clock, ILogger<ThumbnailMaker> logger) : IDisposable
{
    /// <summary>Reading is written down at most so often.</summary>
    private static readonly TimeSpan Coarse = TimeSpan.FromHours(1);

    // WebP ends there (RFC 9649); only the height counts.
    private const int MaxWidth = 16_383;

    private readonly ConcurrentDictionary<(Guid ImageId, int Height), Lazy<Task<Thumbnail>>> underWay = new();

    // Each holds a connection while it renders.
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount + 2);

    /// <summary>The bytes of an image at a height; whether the caller may have them has been asked.</summary>
    /// <exception cref="ProblemException">404 when the image is gone meanwhile; 503 when nothing can be rendered or read now.</exception>
    public async Task<RenditionFile> OpenAsync(Guid imageId, int height, string fileName, bool isPublic, CancellationToken cancellationToken)
    {
        var thumbnail = await FindAsync(imageId, height, cancellationToken) ?? await MakeAsync(imageId, height).WaitAsync(cancellationToken);
        var key = ImageKeys.OfThumbnail(imageId, height);
        return new RenditionFile(
            key,
            thumbnail.Bytes,
            thumbnail.ContentType,

            // One that was dropped and made again may have other bytes: another libvips may have made it.
            string.Create(CultureInfo.InvariantCulture, $"{imageId:N}-{height}-{thumbnail.CreatedAt.UtcTicks:x}"),
            thumbnail.CreatedAt,
            fileName,
            isPublic)
        {
            Content = store.OpenRead(key, thumbnail.Bytes),
        };
    }

    public void Dispose() => slots.Dispose();

    private async Task<Thumbnail?> FindAsync(Guid imageId, int height, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var thumbnail = await db.Thumbnails.SingleOrDefaultAsync(row => row.ImageId == imageId && row.Height == height, cancellationToken);
        var now = clock.Now();
        if (thumbnail is null || thumbnail.LastReadAt > now - Coarse)
        {
            return thumbnail;
        }

        // Without a row it is being dropped at this moment.
        var isThere = await db.Thumbnails
            .Where(row => row.ImageId == imageId && row.Height == height)
            .ExecuteUpdateAsync(row => row.SetProperty(thumbnail => thumbnail.LastReadAt, now), cancellationToken) == 1;
        return isThere ? thumbnail : null;
    }

    private Task<Thumbnail> MakeAsync(Guid imageId, int height)
    {
        var key = (imageId, height);
        return underWay.GetOrAdd(key, _ => new Lazy<Task<Thumbnail>>(async () =>
        {
            try
            {
                return await MakeOnceAsync(imageId, height);
            }
            finally
            {
                underWay.TryRemove(key, out var _);
            }
        })).Value;
    }

    /// <summary>Goes on when the client that asked first has left: others may wait for it.</summary>
    private async Task<Thumbnail> MakeOnceAsync(Guid imageId, int height)
    {
        await slots.WaitAsync();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.LockThumbnailAsync(imageId, height, CancellationToken.None);
            if (await db.Thumbnails.SingleOrDefaultAsync(row => row.ImageId == imageId && row.Height == height) is { } made)
            {
                return made;
            }

            var image = await db.Images
                .Where(image => image.Id == imageId)
                .Select(image => new { image.Format, image.Full, image.High })
                .SingleOrDefaultAsync()
                ?? throw ProblemException.NotFound("image");
            var (variant, source, format) = image.High.Height >= height
                ? (ImageVariant.High, image.High, image.High.ContentType == ImageFormat.WebP.MediaType() ? ImageFormat.WebP : ImageFormat.Jpeg)
                : (ImageVariant.Full, image.Full, image.Format);
            using var folder = staging.Create(Guid.CreateVersion7());
            var sourcePath = folder.File("source");
            await using (var file = new FileStream(sourcePath, FileMode.CreateNew, FileAccess.Write))
            await using (var content = store.OpenRead(ImageKeys.Of(imageId, variant), source.Bytes))
            {
                await content.CopyToAsync(file);
            }

            var path = folder.File("thumbnail");
            var header = new ImageHeader(format, source.Width, source.Height);
            var rendered = await renderer.RenderOneAsync(new RenditionRequest(sourcePath, header, new Box(MaxWidth, height), path), CancellationToken.None);
            var key = ImageKeys.OfThumbnail(imageId, height);
            await store.PutAsync(key, path, rendered.ContentType, CancellationToken.None);
            try
            {
                var thumbnail = Thumbnail.Create(imageId, height, rendered.Width, rendered.Bytes, rendered.ContentType, clock.Now());
                db.Thumbnails.Add(thumbnail);
                await db.SaveChangesAsync(CancellationToken.None);
                await transaction.CommitAsync();
                return thumbnail;
            }
            catch
            {
                await store.TryDeleteAsync([key], logger);
                throw;
            }
        }
        finally
        {
            slots.Release();
        }
    }
}
