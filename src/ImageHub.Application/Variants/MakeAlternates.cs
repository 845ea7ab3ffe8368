using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Variants;

/// <summary>
/// Renders the files of groups' images that uploads do not wait for: the large rendition, and all renditions in formats with smaller files. Starts with the
/// newest images, and renders only while no other rendering is pending. After a change of the boxes, <see cref="RenderChangedBoxes"/> comes first, because it
/// discards these files.
/// </summary>
/// <remarks>
/// Only one instance at a time runs this job. The job's name must not change, because existing databases contain it in their schedule.
/// </remarks>
public sealed record MakeAlternates : IRequest
{
    /// <summary>The interval of the job. One run processes many images.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>The number of images that are recorded together, which invalidates cached responses once.</summary>
    internal const int Batch = 20;
}

internal sealed class MakeAlternatesHandler(
    IImageHubDb db,
    IObjectStore store,
    UnreferencedObjects unreferenced,
    IStaging staging,
    IImageRenderer renderer,
    ImageBytes bytes,
    RenderBackoff<MakeAlternates> backoff,
    IOptions<ImagingOptions> imaging,
    ILogger<MakeAlternatesHandler> logger) : ImageJobHandler<MakeAlternates, StoredImage>
{
    // The images to skip: those of the backoff, and those of this run that were not recorded, which the next run tries again.
    private readonly HashSet<Guid> passed = [.. backoff.FindSkipped()];
    private readonly AlternateFormats formats = imaging.Value.Alternates;
    private readonly string boxes = imaging.Value.DescribeBoxes();

    // Whether an image could not be rendered for a temporary reason. The run then ends, because the next image would probably fail, too.
    private bool isBusy;

    // Excludes users' images, because visitors never see their renditions. Excludes images with lost objects until these objects are restored.
    private IQueryable<Image> Candidates => db.Images.Where(image => image.OwnerId == null && image.DeletedAt == null && !image.Damages.Any());

    private IQueryable<Image> WithoutLarge => Candidates.Where(image => image.IsLargeDue);

    private IQueryable<Image> WithoutAlternates => Candidates.Where(image => image.Alternates == null && formats != AlternateFormats.None);

    /// <inheritdoc />
    protected override async Task<bool> TryBeginAsync(CancellationToken cancellationToken) =>
        (await WithoutLarge.AnyAsync(cancellationToken) || await WithoutAlternates.AnyAsync(cancellationToken))
        && !await db.RenditionPasses.AnyAsync(pass => pass.Boxes != boxes || pass.LastImageId != null, cancellationToken)
        && await db.Locks.TryLockBackgroundRenderingAsync(cancellationToken);

    /// <summary>Each batch starts with the newest image, so that new uploads do not wait for older images.</summary>
    protected override async Task<List<StoredImage>> ReadNextAsync(CancellationToken cancellationToken)
    {
        if (isBusy)
        {
            return [];
        }

        // Two queries are used, because each of them has its own index.
        List<StoredImage> next = [.. await ReadAsync(WithoutLarge), .. await ReadAsync(WithoutAlternates)];
        return [.. next.DistinctBy(image => image.Id).OrderByDescending(image => image.Id).Take(MakeAlternates.Batch)];

        Task<List<StoredImage>> ReadAsync(IQueryable<Image> images) => images
            .Where(image => !passed.Contains(image.Id))
            .OrderByDescending(image => image.Id)
            .Take(MakeAlternates.Batch)
            .Select(StoredImage.Projection)
            .ToListAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task EndAsync() => db.Locks.UnlockBackgroundRenderingAsync(CancellationToken.None);

    /// <inheritdoc />
    protected override async Task ProcessAsync(List<StoredImage> batch, CancellationToken cancellationToken)
    {
        var left = Math.Max(await WithoutLarge.LongCountAsync(cancellationToken), await WithoutAlternates.LongCountAsync(cancellationToken));
        logger.LogInformation("Large renditions and alternates are being rendered; about {Left} images remain", Math.Max(left, batch.Count));
        passed.UnionWith(await MakeAsync(batch, cancellationToken));
    }

    /// <returns>The images without a recorded result.</returns>
    private async Task<IEnumerable<Guid>> MakeAsync(List<StoredImage> images, CancellationToken cancellationToken)
    {
        var made = new List<Made>();
        HashSet<Guid> recorded = [];
        try
        {
            foreach (var image in images.TakeWhile(_ => !isBusy))
            {
                if (await TryMakeAsync(image, cancellationToken) is { } one)
                {
                    made.Add(one);
                }
            }
        }
        finally
        {
            recorded = await RecordAsync(made);
        }

        return images.Select(image => image.Id).Where(id => !recorded.Contains(id));
    }

    /// <summary>Renders an image's missing files and stores them. An alternate is stored if its file is smaller than the rendition.</summary>
    /// <returns>The files; null if they cannot be rendered now.</returns>
    /// <exception cref="ProblemException">The store is unavailable, or rendering is impossible.</exception>
    private async Task<Made?> TryMakeAsync(StoredImage image, CancellationToken cancellationToken)
    {
        try
        {
            using var folder = staging.Create(Guid.CreateVersion7());
            var source = folder.File("source");
            image = await bytes.FetchAsync(image, ImageVariant.Full, source);
            var made = new Made(image);
            await AddAlternatesAsync(made, source, folder, cancellationToken);
            await AddLargeAsync(made, source, folder, cancellationToken);
            made.Blocks = await ObjectChecksum.FindBlocksAsync(made.Files.Select(file => (file.Variant, file.Path)), cancellationToken);
            await store.PutAsync([.. made.Files.Select(file => new NewObject(made.KeyOf(file.Variant), file.Path, file.ContentType))], cancellationToken);
            backoff.Remove(image.Id);
            return made;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ServerBusy)
        {
            // The worker got too little processor time or memory. This says little about the file, so the image stays due.
            logger.LogWarning("Image {Id} cannot be rendered now: {Reason}", image.Id, problem.Message);
            backoff.Add(image.Id);
            isBusy = true;
            return null;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.NotFound)
        {
            // The image was purged in the meantime.
            return null;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ObjectLost || problem.Problem == Problems.StorageUnavailable)
        {
            // An unreadable file does not block other images, but an unavailable store ends the run.
            logger.LogWarning("Image {Id} cannot be rendered now: {Reason}", image.Id, problem.Message);
            await store.CheckAsync(cancellationToken);
            return null;
        }
    }

    /// <summary>Renders low, medium and high in other formats.</summary>
    private async Task AddAlternatesAsync(Made made, string source, StagingFolder folder, CancellationToken cancellationToken)
    {
        var image = made.Image;
        if (image.Alternates is not null || formats == AlternateFormats.None)
        {
            return;
        }

        var paths = FindPaths(folder);
        var request = new AlternatesRequest(
            source, RenderAccounts.Background, image.FindBox(ImageVariant.High), image.FindBox(ImageVariant.Medium), image.FindBox(ImageVariant.Low), formats, paths);
        var files = await TryRenderAsync(image.Id, some => renderer.RenderAlternatesAsync(request with { Formats = some }, cancellationToken));
        made.AddAlternates(files ?? new Dictionary<ImageVariant, WrittenFile>(), rendition => image.FindObject(rendition).Bytes, paths);
    }

    /// <summary>Renders the large rendition and its alternates. If the rendition already exists without alternates, adds only the alternates.</summary>
    private async Task AddLargeAsync(Made made, string source, StagingFolder folder, CancellationToken cancellationToken)
    {
        var (image, box) = (made.Image, imaging.Value.Large.ToBox());
        var isDue = image.IsLargeDue && box.Fit(image.FindBox(ImageVariant.Full)).Width > image.FindBox(ImageVariant.High).Width;
        if (!isDue && (image.Large is null || image.Alternates is not null))
        {
            return;
        }

        var paths = FindPaths(folder);
        var request = new LargeRequest(source, RenderAccounts.Background, new RenderTarget(box, folder.File(ImageVariant.Large.Name)), formats, paths);
        if (await TryRenderAsync(image.Id, some => renderer.RenderLargeAsync(request with { Formats = some }, cancellationToken)) is not { } rendered)
        {
            return;
        }

        var large = rendered.Large.ToRendition();
        if (isDue)
        {
            made.AddLarge(large, request.Large.Path);
        }

        if (formats != AlternateFormats.None && (isDue || (large.Width, large.Height) == (image.Large!.Width, image.Large.Height)))
        {
            made.AddAlternates(rendered.Alternates, _ => large.Bytes, paths);
        }
    }

    /// <summary>Renders all formats. If this exceeds the limits, renders again without AVIF, which needs nearly all of the time and memory.</summary>
    /// <returns>Null if the file cannot be rendered and a retry would also fail, for example because this libvips does not support the format.</returns>
    private async Task<T?> TryRenderAsync<T>(Guid imageId, Func<AlternateFormats, Task<T>> render)
        where T : class
    {
        try
        {
            try
            {
                return await render(formats);
            }
            catch (ProblemException problem) when (problem.Problem == Problems.TooComplex && formats.HasFlag(AlternateFormats.Avif))
            {
                return await render(formats & ~AlternateFormats.Avif);
            }
        }
        catch (ProblemException problem) when (problem.Problem.IsCausedByCaller)
        {
            logger.LogWarning("Image {Id} cannot be rendered: {Reason}", imageId, problem.Message);
            return null;
        }
    }

    private static Dictionary<ImageVariant, string> FindPaths(StagingFolder folder) =>
        ImageVariant.Alternates.ToDictionary(variant => variant, variant => folder.File(variant.Name));

    /// <summary>Records the results in one transaction, so that cached responses are invalidated once.</summary>
    /// <returns>The ids of the recorded images.</returns>
    private async Task<HashSet<Guid>> RecordAsync(List<Made> made)
    {
        if (made.Count == 0)
        {
            return [];
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        var rows = await db.Locks.LockImagesAsync([.. made.Select(one => one.Image.Id)], CancellationToken.None);
        var recorded = made.Where(one => rows.TryGetValue(one.Image.Id, out var row) && row.Revision == one.Image.Revision).ToList();
        foreach (var one in recorded)
        {
            one.Record(rows[one.Image.Id]);
        }

        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync();
        db.ChangeTracker.Clear();

        // Deletes the objects of images that were purged or have a new revision in the meantime. The next run renders the new revision.
        await unreferenced.TryDeleteAsync([.. made.Except(recorded).SelectMany(one => one.Files.Select(file => one.KeyOf(file.Variant)))]);
        return [.. recorded.Select(one => one.Image.Id)];
    }

    /// <summary>An image's new files.</summary>
    private sealed class Made(StoredImage image)
    {
        private List<Alternate>? alternates;
        private Rendition? large;

        public StoredImage Image => image;

        public List<(ImageVariant Variant, string Path, string ContentType)> Files { get; } = [];

        public IReadOnlyDictionary<ImageVariant, uint[]> Blocks { get; set; } = new Dictionary<ImageVariant, uint[]>();

        public string KeyOf(ImageVariant variant) => ObjectKey.For(image.Id, image.Revision, variant);

        public void AddAlternates(IReadOnlyDictionary<ImageVariant, WrittenFile> files, Func<ImageVariant, long> bytesOf, Dictionary<ImageVariant, string> paths)
        {
            alternates ??= [];
            foreach (var (variant, file) in files.Where(one => one.Value.Bytes < bytesOf(one.Key.Rendition!)))
            {
                var alternate = new Alternate(variant, file.Bytes, file.Crc32);
                alternates.Add(alternate);
                Files.Add((variant, paths[variant], alternate.ContentType));
            }
        }

        public void AddLarge(Rendition rendition, string path)
        {
            large = rendition;
            Files.Add((ImageVariant.Large, path, rendition.ContentType));
        }

        public void Record(Image row)
        {
            if (image.IsLargeDue)
            {
                row.SetLarge(large);
            }

            if (alternates is not null)
            {
                row.SetAlternates([.. Alternate.Read(row.Alternates), .. alternates]);
            }

            row.AddBlocks(Blocks);
        }
    }
}
