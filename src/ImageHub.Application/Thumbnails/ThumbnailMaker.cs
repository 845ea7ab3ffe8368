using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Thumbnails;

/// <summary>
/// Thumbnails by height, and full sizes as JPEG. However many ask for one at once, on however many instances, it is rendered once: requests of one process
/// wait for the same task, those of several for an advisory lock of the database. What nobody waits for any more is not begun.
/// </summary>
internal sealed class ThumbnailMaker(
    IServiceScopeFactory scopes,
    IImageRenderer renderer,
    IObjectStore store,
    Leftovers leftovers,
    ImageBytes bytes,
    ObjectWatch watch,
    IStaging staging,
    IOptions<ThumbnailOptions> options,
    TimeProvider clock) : IDisposable
{
    /// <summary>The time of the last read is written at most once in this period, so that a read is not a write.</summary>
    private static readonly TimeSpan ReadTimestampGranularity = TimeSpan.FromHours(1);

    // WebP ends there (RFC 9649); only the height counts.
    private const int MaxWidth = 16_383;

    // What is larger is shrunk: libjpeg writes no more.
    private const int MaxJpegSide = 65_500;

    private readonly Lock gate = new();
    private readonly RecentDuration makings = new(clock);
    private readonly Dictionary<(Guid ImageId, int Height), Making> underWay = [];

    // Each holds a connection while it renders.
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount + 2);

    /// <summary>The bytes of a thumbnail, or of a full size as JPEG, for a caller who has been found to get them.</summary>
    /// <param name="image">The image.</param>
    /// <param name="variant">Which of them.</param>
    /// <param name="isPublic">Whether caches may keep them for everyone.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 404 when the image is gone meanwhile; 503 when nothing can be rendered or read now; what <see cref="IImageRenderer.RenderOneAsync"/> says of the file.
    /// </exception>
    public async Task<RenditionFile> OpenAsync(StoredImage image, ImageVariant variant, bool isPublic, CancellationToken cancellationToken)
    {
        var (imageId, height) = (image.Id, variant.Height!.Value);
        var thumbnail = await FindAsync(imageId, height, cancellationToken) ?? await MakeAsync(imageId, height, cancellationToken);
        return Describe(image, variant, thumbnail, isPublic) with { Restore = () => MakeAgainAsync(imageId, variant, thumbnail, isPublic) };
    }

    public void Dispose() => slots.Dispose();

    private RenditionFile Describe(StoredImage image, ImageVariant variant, Thumbnail thumbnail, bool isPublic)
    {
        // One that was dropped and made again may have other bytes: another libvips may have made it.
        var version = thumbnail.Crc32.ToString("x8", CultureInfo.InvariantCulture);
        var stored = new ImageObject(image.Id, variant, ObjectKey.For(image.Id, image.Revision, variant), thumbnail.Bytes, thumbnail.ContentType, thumbnail.Crc32, BlockChecksums.Find(thumbnail.Blocks, variant));
        return new RenditionFile(
            stored.Key,
            stored.Bytes,
            stored.ContentType,
            string.Create(CultureInfo.InvariantCulture, $"{image.Id:N}-{image.Revision}-{variant.Name}-{version}"),
            thumbnail.CreatedAt,
            FileName.WithExtensionFor(image.FileName, ImageFormats.OfMediaType(thumbnail.ContentType)),
            isPublic)
        {
            Revision = image.Revision,
            Content = watch.OpenRead(store, stored),
            IsCompared = watch.IsCompared(stored),
        };
    }

    private async Task<Thumbnail?> FindAsync(Guid imageId, int height, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var thumbnail = await db.Thumbnails.SingleOrDefaultAsync(row => row.ImageId == imageId && row.Height == height, cancellationToken);
        var now = clock.Now();
        if (thumbnail is null || thumbnail.LastReadAt > now - ReadTimestampGranularity)
        {
            return thumbnail;
        }

        // Without a row it is being dropped at this moment.
        var isThere = await db.Thumbnails
            .Where(row => row.ImageId == imageId && row.Height == height)
            .ExecuteUpdateAsync(row => row.SetProperty(thumbnail => thumbnail.LastReadAt, now), cancellationToken) == 1;
        return isThere ? thumbnail : null;
    }

    /// <summary>Makes it, or waits with those for whom it is being made.</summary>
    private async Task<Thumbnail> MakeAsync(Guid imageId, int height, CancellationToken cancellationToken)
    {
        var key = (imageId, height);
        Making? making;
        lock (gate)
        {
            if (!underWay.TryGetValue(key, out making))
            {
                // Full sizes as JPEG anyone may have made: they leave room for owners' thumbnails.
                if (underWay.Count >= options.Value.MaxWaiting || (height == 0 && underWay.Keys.Count(other => other.Height == 0) >= (options.Value.MaxWaiting + 1) / 2))
                {
                    throw new ProblemException(Problems.ServerBusy, $"{underWay.Count} thumbnails and full sizes are being made or wait for it, which is as many as may be; try again.") { RetryAfter = makings.Longest };
                }

                underWay[key] = making = new Making();
                making.Task = Task.Run(() => MakeAndRemoveAsync(key, making), CancellationToken.None);
            }

            making.Clients++;
        }

        try
        {
            return await making.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (gate)
            {
                if (--making.Clients == 0 && !making.Task.IsCompleted)
                {
                    making.Abandoned.Cancel();
                    Remove(key, making);
                }
            }
        }
    }

    private async Task<Thumbnail> MakeAndRemoveAsync((Guid ImageId, int Height) key, Making making)
    {
        try
        {
            await slots.WaitAsync(making.Abandoned.Token);
            var run = makings.Begin();
            try
            {
                return await MakeOnceAsync(key.ImageId, key.Height);
            }
            finally
            {
                run.Dispose();
                slots.Release();
            }
        }
        finally
        {
            lock (gate)
            {
                Remove(key, making);
            }
        }
    }

    /// <summary>Removes the entry so that later requests start a new rendering. The caller must hold <see cref="gate"/>.</summary>
    private void Remove((Guid ImageId, int Height) key, Making making)
    {
        if (underWay.GetValueOrDefault(key) == making)
        {
            underWay.Remove(key);
        }
    }

    /// <summary>Once begun it goes on, whoever leaves: it will be asked for again.</summary>
    private async Task<Thumbnail> MakeOnceAsync(Guid imageId, int height)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Locks.LockThumbnailAsync(imageId, height, CancellationToken.None);
        if (await db.Thumbnails.SingleOrDefaultAsync(row => row.ImageId == imageId && row.Height == height) is { } made)
        {
            return made;
        }

        var image = await db.Images
            .Where(image => image.Id == imageId)
            .Select(StoredImage.Projection)
            .SingleOrDefaultAsync()
            ?? throw ProblemException.NotFound("image");
        using var folder = staging.Create(Guid.CreateVersion7());
        var (sourcePath, path) = (folder.File("source"), folder.File("thumbnail"));
        image = await bytes.FetchAsync(image, height > 0 && image.High.Height >= height ? ImageVariant.High : ImageVariant.Full, sourcePath);
        var variant = ImageVariant.Thumbnail(height);
        var isJpeg = variant == ImageVariant.FullJpeg;
        var box = isJpeg ? new Box(MaxJpegSide, MaxJpegSide) : new Box(MaxWidth, height);
        var request = new RenditionRequest(sourcePath, image.OwnerId ?? RenderAccounts.Admins, box, path) { IsFineJpeg = isJpeg };
        var rendered = await renderer.RenderOneAsync(request, CancellationToken.None);
        var key = ObjectKey.For(imageId, image.Revision, variant);
        var blocks = BlockChecksums.Add([], await ObjectChecksum.FindBlocksAsync([(variant, path)], CancellationToken.None));
        await store.PutAsync([new NewObject(key, path, rendered.ContentType)], CancellationToken.None);
        var isCommitting = false;
        try
        {
            var thumbnail = Thumbnail.Create(imageId, height, rendered.Width, rendered.Bytes, rendered.ContentType, rendered.Crc32, blocks, clock.Now());
            db.Thumbnails.Add(thumbnail);
            await db.SaveChangesAsync(CancellationToken.None);
            isCommitting = true;
            await transaction.CommitAsync();
            return thumbnail;
        }

        // Once the commit is on its way nobody knows whether the row is there; reconciliation finds an object without one.
        catch when (!isCommitting)
        {
            await leftovers.TryDeleteAsync([key]);
            throw;
        }
    }

    /// <summary>The store has lost its object: without the row it is made again.</summary>
    private async Task<RenditionFile> MakeAgainAsync(Guid imageId, ImageVariant variant, Thumbnail lost, bool isPublic)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await db.Thumbnails
            .Where(row => row.ImageId == lost.ImageId && row.Height == lost.Height && row.CreatedAt == lost.CreatedAt)
            .ExecuteDeleteAsync();
        var made = await MakeAsync(imageId, lost.Height, CancellationToken.None);

        // Making it may have begun another revision of the image.
        var image = await db.Images.Where(image => image.Id == imageId).Select(StoredImage.Projection).SingleOrDefaultAsync() ?? throw ProblemException.NotFound("image");
        return Describe(image, variant, made, isPublic);
    }

    /// <summary>A thumbnail that is being made, or waits for it.</summary>
    private sealed class Making
    {
        public Task<Thumbnail> Task { get; set; } = null!;

        /// <summary>How many requests wait for it.</summary>
        public int Clients { get; set; }

        /// <summary>They have all left.</summary>
        public CancellationTokenSource Abandoned { get; } = new();
    }
}
