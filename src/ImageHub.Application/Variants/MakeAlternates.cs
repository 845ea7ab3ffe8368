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
/// Renders low, medium and high of groups' images in formats with smaller files, newest images first, while no other rendering is pending. Only one instance at
/// a time runs this job.
/// </summary>
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
    IOptions<ImagingOptions> imaging,
    ILogger<MakeAlternatesHandler> logger) : ImageJobHandler<MakeAlternates, StoredImage>
{
    // The images of this run that were not recorded. The next run tries them again.
    private readonly HashSet<Guid> passed = [];
    private readonly AlternateFormats formats = imaging.Value.Alternates;

    // Excludes users' images, because visitors never see their renditions, and images with lost objects until these are restored.
    private IQueryable<Image> Waiting => db.Images.Where(image => image.Alternates == null && image.OwnerId == null && image.DeletedAt == null && !image.Damages.Any());

    /// <inheritdoc />
    protected override async Task<bool> TryBeginAsync(CancellationToken cancellationToken) =>
        formats != AlternateFormats.None && await Waiting.AnyAsync(cancellationToken) && await db.Locks.TryLockAlternatesAsync(cancellationToken);

    /// <summary>Each batch starts with the newest image, so that new uploads do not wait for older images.</summary>
    protected override Task<List<StoredImage>> ReadNextAsync(CancellationToken cancellationToken) => Waiting
        .Where(image => !passed.Contains(image.Id))
        .OrderByDescending(image => image.Id)
        .Take(MakeAlternates.Batch)
        .Select(StoredImage.Projection)
        .ToListAsync(cancellationToken);

    /// <inheritdoc />
    protected override Task EndAsync() => db.Locks.UnlockAlternatesAsync(CancellationToken.None);

    /// <inheritdoc />
    protected override async Task ProcessAsync(List<StoredImage> batch, CancellationToken cancellationToken)
    {
        logger.LogInformation("Alternates are being rendered; about {Left} images remain", Math.Max(await Waiting.LongCountAsync(cancellationToken), batch.Count));
        passed.UnionWith(await MakeAsync(batch, cancellationToken));
    }

    /// <returns>The images without a recorded result.</returns>
    private async Task<IEnumerable<Guid>> MakeAsync(List<StoredImage> images, CancellationToken cancellationToken)
    {
        var made = new List<Made>();
        HashSet<Guid> recorded = [];
        try
        {
            foreach (var image in images)
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

    /// <summary>Renders an image's alternates and stores each alternate whose file is smaller than the rendition.</summary>
    /// <returns>The alternates; null if they cannot be rendered now.</returns>
    /// <exception cref="ProblemException">The store is unavailable, or rendering is impossible.</exception>
    private async Task<Made?> TryMakeAsync(StoredImage image, CancellationToken cancellationToken)
    {
        try
        {
            using var folder = staging.Create(Guid.CreateVersion7());
            var source = folder.File("source");
            image = await bytes.FetchAsync(image, ImageVariant.Full, source);
            var paths = ImageVariant.Alternates.ToDictionary(variant => variant, variant => folder.File(variant.Name));
            var request = new AlternatesRequest(
                source, RenderAccounts.Background, image.FindBox(ImageVariant.High), image.FindBox(ImageVariant.Medium), image.FindBox(ImageVariant.Low), formats, paths);
            var alternates = new List<Alternate>();
            foreach (var (variant, file) in await RenderAsync(request, cancellationToken))
            {
                if (file.Bytes < image.FindObject(variant.Rendition!).Bytes)
                {
                    alternates.Add(new Alternate(variant, file.Bytes, file.Crc32));
                }
            }

            var blocks = await ObjectChecksum.FindBlocksAsync(alternates.Select(one => (one.Variant, paths[one.Variant])), cancellationToken);
            var made = new Made(image.Id, image.Revision, alternates, blocks);
            await store.PutAsync([.. alternates.Select(one => new NewObject(made.KeyOf(one), paths[one.Variant], one.ContentType))], cancellationToken);
            return made;
        }
        catch (ProblemException problem) when (problem.Problem.IsCausedByCaller)
        {
            // The image gets no alternates, because a retry would fail as well. For example, this libvips may not support the format.
            logger.LogWarning("Alternates of image {Id} cannot be rendered: {Reason}", image.Id, problem.Message);
            return new Made(image.Id, image.Revision, [], new Dictionary<ImageVariant, uint[]>());
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ObjectLost || problem.Problem == Problems.StorageUnavailable)
        {
            // An unreadable file does not block other images, but an unavailable store ends the run.
            logger.LogWarning("Alternates of image {Id} cannot be rendered now: {Reason}", image.Id, problem.Message);
            await store.CheckAsync(cancellationToken);
            return null;
        }
    }

    private async Task<IReadOnlyDictionary<ImageVariant, WrittenFile>> RenderAsync(AlternatesRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await renderer.RenderAlternatesAsync(request, cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.TooComplex && request.Formats == AlternateFormats.Both)
        {
            // Retries without AVIF, which needs nearly all of the time and memory.
            return await renderer.RenderAlternatesAsync(request with { Formats = AlternateFormats.WebP }, cancellationToken);
        }
    }

    /// <summary>Records the results in one transaction, so that cached responses are invalidated once.</summary>
    /// <returns>The ids of the recorded images.</returns>
    private async Task<HashSet<Guid>> RecordAsync(List<Made> made)
    {
        if (made.Count == 0)
        {
            return [];
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        var rows = await db.Locks.LockImagesAsync([.. made.Select(one => one.ImageId)], CancellationToken.None);
        var recorded = made.Where(one => rows.TryGetValue(one.ImageId, out var row) && row.Revision == one.Revision).ToList();
        foreach (var one in recorded)
        {
            rows[one.ImageId].AddAlternates(one.Alternates);
            rows[one.ImageId].AddBlocks(one.Blocks);
        }

        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync();
        db.ChangeTracker.Clear();

        // Deletes the objects of images that were purged or have a new revision in the meantime. The next run renders the new revision.
        await unreferenced.TryDeleteAsync([.. made.Except(recorded).SelectMany(one => one.Alternates.Select(one.KeyOf))]);
        return [.. recorded.Select(one => one.ImageId)];
    }

    /// <summary>An image's alternates, whose objects have been written.</summary>
    private sealed record Made(Guid ImageId, int Revision, IReadOnlyList<Alternate> Alternates, IReadOnlyDictionary<ImageVariant, uint[]> Blocks)
    {
        public string KeyOf(Alternate alternate) => ObjectKey.For(ImageId, Revision, alternate.Variant);
    }
}
