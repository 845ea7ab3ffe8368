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

/// <summary>The facts about an image that responses with its thumbnails need.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Revision">The revision.</param>
/// <param name="FileName">The file name.</param>
internal sealed record ThumbnailSource(Guid Id, int Revision, string FileName)
{
    /// <summary>The facts about a stored image.</summary>
    public static ThumbnailSource Of(StoredImage image) => new(image.Id, image.Revision, image.FileName);
}

/// <summary>Renders thumbnails, full-size images as JPEG, transforms, and pictures with the site's watermark.</summary>
/// <remarks>
/// Concurrent requests share one rendering: requests in one process wait for the same task, and processes coordinate by an advisory lock of the database. A
/// rendering is not started if all its requests were cancelled.
/// </remarks>
internal sealed class ThumbnailMaker(
    IServiceScopeFactory scopes,
    IImageRenderer renderer,
    IObjectStore store,
    UnreferencedObjects unreferenced,
    ImageBytes bytes,
    ObjectWatch watch,
    IStaging staging,
    IOptions<ThumbnailOptions> options,
    TimeProvider clock)
{
    /// <summary>The granularity of the last-read time. Because of it, most reads do not write to the database.</summary>
    public static readonly TimeSpan ReadTimestampGranularity = TimeSpan.FromHours(1);

    // Thumbnails are limited by height only. This is the maximum width of a WebP (RFC 9649).
    private const int MaxWidth = 16_383;

    // The maximum number of stored transforms per image, so that a leaked or carelessly used key cannot fill the disk. New transforms replace the least
    // recently read ones. Concurrent renderings may exceed the maximum until the image's next rendering.
    private const int MaxTransforms = 100;

    // The longest side that libjpeg supports; larger images are shrunk.
    private const int MaxJpegSide = 65_500;

    private const int MaxFailures = 10_000;

    /// <summary>How long a file's failure is remembered. During this time, requests for the same picture get the same problem without a rendering.</summary>
    private static readonly TimeSpan FailureKeptFor = TimeSpan.FromMinutes(10);

    /// <summary>Compiled once, because every request for a stored thumbnail runs the query.</summary>
    private static readonly Func<DbContext, Guid, long, CancellationToken, Task<Thumbnail?>> FindRowAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid imageId, long number, CancellationToken cancellationToken) =>
            ((IImageHubDb)context).Thumbnails.SingleOrDefault(row => row.ImageId == imageId && row.Number == number));

    /// <summary>A single query that reads everything that a rendering needs.</summary>
    private static readonly Func<DbContext, Guid, long, CancellationToken, Task<Found?>> FindAllAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid imageId, long number, CancellationToken cancellationToken) => (
            from image in ((IImageHubDb)context).AllImages
            from row in ((IImageHubDb)context).Thumbnails.Where(row => row.ImageId == imageId && row.Number == number).DefaultIfEmpty()
            where image.Id == imageId
            select new Found(
                image,
                image.Damages.Any(),
                row,
                ((IImageHubDb)context).Thumbnails.Count(other => other.ImageId == imageId && other.Number < 0))).SingleOrDefault());

    private readonly Lock gate = new();
    private readonly RecentDuration makings = new(clock);
    private readonly Dictionary<(Guid ImageId, long Number), Making> underWay = [];
    private readonly Dictionary<(Guid ImageId, long Number, int Revision), (Problem Problem, string Detail, long At)> failures = [];

    // Limits concurrent renderings, because each one holds a database connection; the pool of the embedded PostgreSQL has 40.
    private readonly RenderSlots slots = new(Math.Min(Environment.ProcessorCount, 14) + 2);

    /// <summary>Opens a variant rendered on request. The caller must have checked the permissions.</summary>
    /// <param name="image">The image.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="isPublic">Whether shared caches may store the bytes.</param>
    /// <param name="visitor">The client's address; null for curators. The number of pending renderings for visitors at one address is limited.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="row">The row of the variant, if it has been read.</param>
    /// <exception cref="ProblemException">
    /// 404 if the image no longer exists; 503 if rendering or reading is impossible now; the errors of <see
    /// cref="IImageRenderer.RenderOneAsync"/>.
    /// </exception>
    public async Task<ImageContent> OpenAsync(ThumbnailSource image, ImageVariant variant, bool isPublic, string? visitor, CancellationToken cancellationToken, Thumbnail? row = null)
    {
        var thumbnail = await FindAsync(image.Id, variant, row, cancellationToken);
        if (thumbnail is null)
        {
            (thumbnail, var revision) = await MakeAsync(image, variant, visitor, cancellationToken);
            image = image with { Revision = revision };
        }

        return Describe(image, variant, thumbnail, isPublic) with { Restore = () => MakeAgainAsync(image, variant, thumbnail, isPublic, visitor) };
    }

    /// <summary>Whether reading a thumbnail now needs no write of its last-read time.</summary>
    public bool IsRecentlyRead(Thumbnail? row) => row?.LastReadAt > clock.Now() - ReadTimestampGranularity;

    private ImageContent Describe(ThumbnailSource image, ImageVariant variant, Thumbnail thumbnail, bool isPublic)
    {
        // A thumbnail that is rendered again may have different bytes, for example with another version of libvips.
        var version = thumbnail.Crc32.ToString("x8", CultureInfo.InvariantCulture);
        var stored = new ImageObject(image.Id, variant, ObjectKey.For(image.Id, image.Revision, variant), thumbnail.Bytes, thumbnail.ContentType, thumbnail.Crc32, BlockChecksums.Find(thumbnail.Blocks, variant));
        return new ImageContent(
            stored.Key,
            stored.Bytes,
            stored.ContentType,
            string.Create(CultureInfo.InvariantCulture, $"{image.Id:N}-{image.Revision}-{variant.Name}-{version}"),

            // An older file may replace this one at its address: a picture without the watermark, or a transform with a former focus point.
            variant.Mark > 0 || variant.Transform is not null ? null : thumbnail.CreatedAt,
            FileName.WithExtensionFor(image.FileName, ImageFormats.FromMediaType(thumbnail.ContentType)),
            isPublic)
        {
            Revision = image.Revision,
            Content = watch.OpenRead(store, stored),
            IsCompared = watch.IsCompared(stored),
        };
    }

    private async Task<Thumbnail?> FindAsync(Guid imageId, ImageVariant variant, Thumbnail? row, CancellationToken cancellationToken)
    {
        if (IsRecentlyRead(row))
        {
            return row;
        }

        var now = clock.Now();
        var number = variant.Number!.Value;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var thumbnail = row ?? await FindRowAsync((DbContext)db, imageId, number, cancellationToken);
        if (thumbnail is null || IsRecentlyRead(thumbnail))
        {
            return thumbnail;
        }

        // If the row no longer exists, the thumbnail is being deleted.
        var isThere = await db.Thumbnails
            .Where(row => row.ImageId == imageId && row.Number == number)
            .ExecuteUpdateAsync(row => row.SetProperty(thumbnail => thumbnail.LastReadAt, now), cancellationToken) == 1;
        return isThere ? thumbnail : null;
    }

    /// <summary>Renders a thumbnail, or waits for the rendering in progress.</summary>
    /// <returns>The thumbnail and the revision of its image, which may be newer than the requested one.</returns>
    private async Task<(Thumbnail Thumbnail, int Revision)> MakeAsync(ThumbnailSource image, ImageVariant variant, string? visitor, CancellationToken cancellationToken)
    {
        var key = (image.Id, variant.Number!.Value);
        Making? making;
        lock (gate)
        {
            if (!underWay.TryGetValue(key, out making))
            {
                EnsureNotFailed(image, variant);
                visitor = IsForVisitors(variant) ? visitor : null;
                EnsurePlace(visitor);
                underWay[key] = making = new Making(visitor);
                making.Task = Task.Run(() => MakeAndRemoveAsync(key, variant, making), CancellationToken.None);
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
                if (--making.Clients == 0 && !making.IsBegun)
                {
                    making.Abandoned.Cancel();
                    Remove(key, making);
                }
            }
        }
    }

    private static bool IsForVisitors(ImageVariant variant) => variant == ImageVariant.FullJpeg || variant.Unmarked is not null || variant.Transform is not null;

    /// <summary>
    /// Throws if too many renderings are pending. Renderings that visitors may request take at most half of the places, and renderings for one address at most
    /// a quarter. The other places remain for owners' thumbnails and for curators. The caller must hold <see cref="gate"/>.
    /// </summary>
    /// <param name="visitor">The address of a visitor that requests such a rendering; null for owners' thumbnails and for curators.</param>
    private void EnsurePlace(string? visitor)
    {
        var max = options.Value.MaxWaiting;
        if (underWay.Count < max
            && (visitor is null || (underWay.Values.Count(one => one.Visitor is not null) < (max + 1) / 2 && underWay.Values.Count(one => one.Visitor == visitor) < (max + 3) / 4)))
        {
            return;
        }

        throw new ProblemException(Problems.ServerBusy, $"{underWay.Count} thumbnails and other pictures are being rendered or are waiting, which is the limit; try again.") { RetryAfter = makings.Longest };
    }

    /// <summary>Throws the problem of a remembered failure. The caller must hold <see cref="gate"/>.</summary>
    private void EnsureNotFailed(ThumbnailSource image, ImageVariant variant)
    {
        if (failures.TryGetValue((image.Id, variant.Number!.Value, image.Revision), out var failure) && clock.GetElapsedTime(failure.At) < FailureKeptFor)
        {
            throw new ProblemException(failure.Problem, failure.Detail);
        }
    }

    private async Task<(Thumbnail Thumbnail, int Revision)> MakeAndRemoveAsync((Guid ImageId, long Number) key, ImageVariant variant, Making making)
    {
        try
        {
            using var slot = await slots.EnterAsync(making.Visitor, making.Abandoned.Token);
            lock (gate)
            {
                making.Abandoned.Token.ThrowIfCancellationRequested();
                making.IsBegun = true;
            }

            using var run = makings.Begin();
            return await MakeOnceAsync(key.ImageId, variant, making.Visitor);
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
    private void Remove((Guid ImageId, long Number) key, Making making)
    {
        if (underWay.GetValueOrDefault(key) == making)
        {
            underWay.Remove(key);
        }
    }

    /// <summary>Renders and stores a thumbnail. This is not cancelled once started, because the thumbnail will be requested again.</summary>
    private async Task<(Thumbnail Thumbnail, int Revision)> MakeOnceAsync(Guid imageId, ImageVariant variant, string? visitor)
    {
        var number = variant.Number!.Value;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Locks.LockThumbnailAsync(imageId, number, CancellationToken.None);
        var found = await FindAllAsync((DbContext)db, imageId, number, CancellationToken.None) ?? throw ProblemException.NotFound("image");
        if (found.Row is { } made)
        {
            return (made, found.Image.Revision);
        }

        var image = StoredImage.From(found.Image, found.HasDamages);
        using var folder = staging.Create(Guid.CreateVersion7());
        var path = folder.File("thumbnail");
        var account = image.OwnerId ?? (visitor is null ? RenderAccounts.Admins : RenderAccounts.Visitors);
        (image, var request) = await PrepareAsync(db, image, variant, account, folder, path);
        var rendered = await RenderAsync(image, number, request);
        var key = ObjectKey.For(imageId, image.Revision, variant);
        var blocks = BlockChecksums.Add([], await ObjectChecksum.FindBlocksAsync([(variant, path)], CancellationToken.None));
        await store.PutAsync([new NewObject(key, path, rendered.ContentType)], CancellationToken.None);
        var isCommitting = false;
        try
        {
            var thumbnail = Thumbnail.Create(imageId, number, rendered.Width, rendered.Bytes, rendered.ContentType, rendered.Crc32, blocks, clock.Now());
            db.Thumbnails.Add(thumbnail);

            // An error ends the transaction, so no savepoint is needed.
            db.Database.AutoSavepointsEnabled = false;
            await db.SaveChangesAsync(CancellationToken.None);
            var dropped = number < 0 && found.Transforms >= MaxTransforms ? await db.ObjectRows.DropTransformsAsync(imageId, MaxTransforms, CancellationToken.None) : [];
            isCommitting = true;
            await transaction.CommitAsync();
            foreach (var row in dropped)
            {
                await unreferenced.DeleteAsync(db, row, CancellationToken.None);
            }

            return (thumbnail, image.Revision);
        }

        // If the commit was interrupted, its outcome is unknown, so the object remains. Reconciliation deletes it if it has no row.
        catch when (!isCommitting)
        {
            await unreferenced.TryDeleteAsync([key]);
            throw;
        }
    }

    /// <summary>Renders a picture, and remembers a failure that the file causes, because it would occur again.</summary>
    private async Task<RenderedFile> RenderAsync(StoredImage image, long number, RenderOneRequest request)
    {
        try
        {
            return await renderer.RenderOneAsync(request, CancellationToken.None);
        }
        catch (ProblemException failure) when (failure.Problem.IsCausedByCaller)
        {
            lock (gate)
            {
                if (failures.Count >= MaxFailures)
                {
                    failures.Clear();
                }

                failures[(image.Id, number, image.Revision)] = (failure.Problem, failure.Message, clock.GetTimestamp());
            }

            throw;
        }
    }

    /// <summary>Fetches the files of a rendering.</summary>
    private async Task<(StoredImage Image, RenderOneRequest Request)> PrepareAsync(
        IImageHubDb db, StoredImage image, ImageVariant variant, Guid account, StagingFolder folder, string path)
    {
        var shown = variant.Unmarked ?? variant;
        if (shown.Transform is { } transform)
        {
            return await PrepareTransformAsync(db, image, transform, variant.Mark, account, folder, path);
        }

        var isThumbnail = shown is { Number: > 0 };

        // A rendition with a watermark is rendered from the same rendition without one, so both have the same size.
        var source = shown.Number is null ? shown : isThumbnail && image.High.Height >= shown.Number ? ImageVariant.High : ImageVariant.Full;
        var sourcePath = folder.File("source");
        image = await FetchAsync(image, source, sourcePath);
        var box = isThumbnail ? new Box(MaxWidth, (int)shown.Number!.Value) : shown.Number is null ? image.FindBox(shown) : new Box(MaxJpegSide, MaxJpegSide);
        var mark = variant.Mark > 0 ? await FetchMarkAsync(db, variant.Mark, box.Fit(image.FindBox(source)), folder.File("mark")) : null;
        return (image, new RenderOneRequest(sourcePath, account, box, path) { IsFineJpeg = variant == ImageVariant.FullJpeg, Mark = mark });
    }

    /// <summary>Fetches the smallest file that has enough pixels for a transform.</summary>
    private async Task<(StoredImage Image, RenderOneRequest Request)> PrepareTransformAsync(
        IImageHubDb db, StoredImage image, Transform transform, int number, Guid account, StagingFolder folder, string path)
    {
        var scaled = transform.FindScaled(image.FindBox(ImageVariant.Full));
        var source = HasPixels(image.High) ? ImageVariant.High : image.Large is { } large && HasPixels(large) ? ImageVariant.Large : ImageVariant.Full;
        var sourcePath = folder.File("source");
        image = await FetchAsync(image, source, sourcePath);
        var mark = number > 0 ? await FetchMarkAsync(db, number, transform.Size, folder.File("mark")) : null;
        return (image, new RenderOneRequest(sourcePath, account, scaled, path) { Transform = transform, Mark = mark });

        bool HasPixels(Rendition rendition) => rendition.Width >= scaled.Width && rendition.Height >= scaled.Height;
    }

    /// <summary>Fetches the site's watermark.</summary>
    /// <param name="db">The database.</param>
    /// <param name="number">The number of the watermark.</param>
    /// <param name="picture">The size of the picture that gets the watermark.</param>
    /// <param name="path">The path for its file.</param>
    private async Task<RenderedMark> FetchMarkAsync(IImageHubDb db, int number, Box picture, string path)
    {
        var site = await db.SiteProfiles.SingleAsync();
        if (site.Watermark is not { } watermark || site.WatermarkNumber != number)
        {
            throw new ProblemException(Problems.ServerBusy, "The site's watermark has just changed; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        var image = await StoredImage.FindAsync(db, watermark.ImageId);
        var width = (int)Math.Ceiling(picture.Width * watermark.WidthPercent / 100);
        var variant = image.High.Width < width && image.Large is not null ? ImageVariant.Large : ImageVariant.High;
        image = await FetchAsync(image, variant, path);
        return new RenderedMark(path, image.FindBox(variant), watermark.Position, watermark.Opacity, width);
    }

    /// <summary>Fetches a file of an image. A lost large rendition is not restored at once; a smaller file must not take its place here.</summary>
    private async Task<StoredImage> FetchAsync(StoredImage image, ImageVariant variant, string path)
    {
        image = await bytes.FetchAsync(image, variant, path);
        return image.FindStored(variant) == variant
            ? image
            : throw new ProblemException(Problems.ServerBusy, $"The {variant.Name} rendition of '{image.FileName}' has just been lost; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    /// <summary>Restores a thumbnail whose object the store has lost: deletes its row and renders it again.</summary>
    private async Task<ImageContent> MakeAgainAsync(ThumbnailSource image, ImageVariant variant, Thumbnail lost, bool isPublic, string? visitor)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await db.Thumbnails
            .Where(row => row.ImageId == lost.ImageId && row.Number == lost.Number && row.CreatedAt == lost.CreatedAt)
            .ExecuteDeleteAsync();

        // Rendering may restore the image and change its revision.
        var (made, revision) = await MakeAsync(image, variant, visitor, CancellationToken.None);
        return Describe(image with { Revision = revision }, variant, made, isPublic);
    }

    /// <param name="Image">The image.</param>
    /// <param name="HasDamages">Whether objects of the image are damaged.</param>
    /// <param name="Row">The thumbnail, if another instance has just rendered it.</param>
    /// <param name="Transforms">The number of the image's transforms.</param>
    private sealed record Found(Image Image, bool HasDamages, Thumbnail? Row, int Transforms);

    /// <summary>A thumbnail that is being rendered or waits for its rendering.</summary>
    /// <param name="visitor">The address of the visitor that requested it; null for owners and curators.</param>
    private sealed class Making(string? visitor)
    {
        public string? Visitor { get; } = visitor;

        public Task<(Thumbnail Thumbnail, int Revision)> Task { get; set; } = null!;

        /// <summary>The number of waiting requests.</summary>
        public int Clients { get; set; }

        /// <summary>Whether the rendering has begun. It then completes without a request, and further requests wait for it.</summary>
        public bool IsBegun { get; set; }

        /// <summary>Cancelled when all requests were cancelled before the rendering began.</summary>
        public CancellationTokenSource Abandoned { get; } = new();
    }
}
