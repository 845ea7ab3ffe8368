using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Thumbnails;

/// <summary>
/// Renders thumbnails, and full-size images as JPEG. Concurrent requests share one rendering: requests in one process wait for the same task, and processes
/// coordinate by an advisory lock of the database. A rendering is not started if all its requests were cancelled.
/// </summary>
internal sealed class ThumbnailMaker(
    IServiceScopeFactory scopes,
    IImageRenderer renderer,
    IObjectStore store,
    UnreferencedObjects unreferenced,
    ImageBytes bytes,
    ObjectWatch watch,
    IStaging staging,
    IOptions<ThumbnailOptions> options,
    TimeProvider clock) : IDisposable
{
    /// <summary>The granularity of the last-read time. Because of it, most reads do not write to the database.</summary>
    private static readonly TimeSpan ReadTimestampGranularity = TimeSpan.FromHours(1);

    // Thumbnails are limited by height only. This is the maximum width of a WebP (RFC 9649).
    private const int MaxWidth = 16_383;

    // The longest side that libjpeg supports; larger images are shrunk.
    private const int MaxJpegSide = 65_500;

    private readonly Lock gate = new();
    private readonly RecentDuration makings = new(clock);
    private readonly Dictionary<(Guid ImageId, int Height), Making> underWay = [];

    // Limits concurrent renderings, because each one holds a database connection.
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount + 2);

    /// <summary>Opens a thumbnail, or the full size as JPEG. The caller must have checked the permissions.</summary>
    /// <param name="image">The image.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="isPublic">Whether shared caches may store the bytes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 404 if the image no longer exists; 503 if rendering or reading is impossible now; the errors of <see
    /// cref="IImageRenderer.RenderOneAsync"/>.
    /// </exception>
    public async Task<ImageContent> OpenAsync(StoredImage image, ImageVariant variant, bool isPublic, CancellationToken cancellationToken)
    {
        var (imageId, height) = (image.Id, variant.Height!.Value);
        var thumbnail = await FindAsync(imageId, height, cancellationToken) ?? await MakeAsync(imageId, height, cancellationToken);
        return Describe(image, variant, thumbnail, isPublic) with { Restore = () => MakeAgainAsync(imageId, variant, thumbnail, isPublic) };
    }

    public void Dispose() => slots.Dispose();

    private ImageContent Describe(StoredImage image, ImageVariant variant, Thumbnail thumbnail, bool isPublic)
    {
        // A thumbnail that is rendered again may have different bytes, for example with another version of libvips.
        var version = thumbnail.Crc32.ToString("x8", CultureInfo.InvariantCulture);
        var stored = new ImageObject(image.Id, variant, ObjectKey.For(image.Id, image.Revision, variant), thumbnail.Bytes, thumbnail.ContentType, thumbnail.Crc32, BlockChecksums.Find(thumbnail.Blocks, variant));
        return new ImageContent(
            stored.Key,
            stored.Bytes,
            stored.ContentType,
            string.Create(CultureInfo.InvariantCulture, $"{image.Id:N}-{image.Revision}-{variant.Name}-{version}"),
            thumbnail.CreatedAt,
            FileName.WithExtensionFor(image.FileName, ImageFormats.FromMediaType(thumbnail.ContentType)),
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

        // If the row no longer exists, the thumbnail is being deleted.
        var isThere = await db.Thumbnails
            .Where(row => row.ImageId == imageId && row.Height == height)
            .ExecuteUpdateAsync(row => row.SetProperty(thumbnail => thumbnail.LastReadAt, now), cancellationToken) == 1;
        return isThere ? thumbnail : null;
    }

    /// <summary>Renders a thumbnail, or waits for the rendering in progress.</summary>
    private async Task<Thumbnail> MakeAsync(Guid imageId, int height, CancellationToken cancellationToken)
    {
        var key = (imageId, height);
        Making? making;
        lock (gate)
        {
            if (!underWay.TryGetValue(key, out making))
            {
                // Visitors may request full-size JPEGs, so these get only half of the places. The others remain for owners' thumbnails.
                if (underWay.Count >= options.Value.MaxWaiting || (height == 0 && underWay.Keys.Count(other => other.Height == 0) >= (options.Value.MaxWaiting + 1) / 2))
                {
                    throw new ProblemException(Problems.ServerBusy, $"{underWay.Count} thumbnails and full sizes are being rendered or are waiting, which is the limit; try again.") { RetryAfter = makings.Longest };
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

    /// <summary>Renders and stores a thumbnail. This is not cancelled once started, because the thumbnail will be requested again.</summary>
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
        var request = new RenderOneRequest(sourcePath, image.OwnerId ?? RenderAccounts.Admins, box, path) { IsFineJpeg = isJpeg };
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

        // If the commit was interrupted, its outcome is unknown; reconciliation finds an object without a row.
        catch when (!isCommitting)
        {
            await unreferenced.TryDeleteAsync([key]);
            throw;
        }
    }

    /// <summary>Restores a thumbnail whose object the store has lost: deletes its row and renders it again.</summary>
    private async Task<ImageContent> MakeAgainAsync(Guid imageId, ImageVariant variant, Thumbnail lost, bool isPublic)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await db.Thumbnails
            .Where(row => row.ImageId == lost.ImageId && row.Height == lost.Height && row.CreatedAt == lost.CreatedAt)
            .ExecuteDeleteAsync();
        var made = await MakeAsync(imageId, lost.Height, CancellationToken.None);

        // Rendering may have restored the image and changed its revision.
        var image = await db.Images.Where(image => image.Id == imageId).Select(StoredImage.Projection).SingleOrDefaultAsync() ?? throw ProblemException.NotFound("image");
        return Describe(image, variant, made, isPublic);
    }

    /// <summary>A thumbnail that is being rendered or waits for its rendering.</summary>
    private sealed class Making
    {
        public Task<Thumbnail> Task { get; set; } = null!;

        /// <summary>The number of waiting requests.</summary>
        public int Clients { get; set; }

        /// <summary>Cancelled when all requests were cancelled.</summary>
        public CancellationTokenSource Abandoned { get; } = new();
    }
}
