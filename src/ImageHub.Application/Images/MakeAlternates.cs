using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Images;

/// <summary>
/// Makes low, medium and high of groups' images in the formats that take fewer bytes, the newest images first, while nothing else is rendered. One instance
/// at a time does. What was done stays done when it is stopped.
/// </summary>
public sealed record MakeAlternates : IRequest
{
    /// <summary>How often it is sent: an upload of many files has them all made in few runs.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>How many images are recorded, and announced, at a time.</summary>
    internal const int Batch = 20;
}

internal sealed class MakeAlternatesHandler(
    IImageHubDb db,
    IObjectStore store,
    Leftovers leftovers,
    IStaging staging,
    IImageRenderer renderer,
    ImageBytes bytes,
    IOptions<ImagingOptions> imaging,
    ILogger<MakeAlternatesHandler> logger) : IRequestHandler<MakeAlternates>
{
    private readonly AlternateFormats formats = imaging.Value.Alternates;

    public async Task<Unit> Handle(MakeAlternates request, CancellationToken cancellationToken)
    {
        // Nobody is shown these renditions of users' images. Images with lost objects have their turn when they are whole again.
        var waiting = db.Images.Where(image => image.Alternates == null && image.OwnerId == null && image.DeletedAt == null && !image.Damages.Any());
        if (formats == AlternateFormats.None || !await waiting.AnyAsync(cancellationToken) || !await db.Locks.TryLockAlternatesAsync(cancellationToken))
        {
            return Unit.Value;
        }

        try
        {
            // Those that failed for now have their turn in the next run. Each batch begins with the newest again: what was uploaded meanwhile does not wait for years of older ones.
            var (passed, left) = (new List<Guid>(), await waiting.LongCountAsync(cancellationToken));
            while (await FindNextAsync(passed) is { Count: > 0 } next)
            {
                logger.LogInformation("Alternates are being made: about {Left} images are left", Math.Max(left, next.Count));
                passed.AddRange(await MakeAsync(next, cancellationToken));
                left -= next.Count;
            }
        }
        finally
        {
            await db.Locks.UnlockAlternatesAsync(CancellationToken.None);
        }

        return Unit.Value;

        Task<List<StoredImage>> FindNextAsync(List<Guid> passed) => waiting
            .Where(image => !passed.Contains(image.Id))
            .OrderByDescending(image => image.Id)
            .Take(MakeAlternates.Batch)
            .Select(StoredImage.Projection)
            .ToListAsync(cancellationToken);
    }

    /// <returns>Those that nothing was recorded of.</returns>
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

    /// <summary>Makes an image's alternates and stores those that take fewer bytes than the renditions.</summary>
    /// <returns>Null when they cannot be made now.</returns>
    /// <exception cref="ProblemException">The store is away, or nothing can be rendered.</exception>
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
            // Such as a format that this libvips lacks. It goes without: another try would take as long and end as this one.
            logger.LogWarning("No alternates can be made of image {Id}: {Reason}", image.Id, problem.Message);
            return new Made(image.Id, image.Revision, [], new Dictionary<ImageVariant, uint[]>());
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ObjectLost || problem.Problem == Problems.StorageUnavailable)
        {
            // One file that cannot be read keeps no other from its turn; a store that is away ends the run.
            logger.LogWarning("No alternates can be made of image {Id} now: {Reason}", image.Id, problem.Message);
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
            // AVIF takes nearly all of the time and memory.
            return await renderer.RenderAlternatesAsync(request with { Formats = AlternateFormats.WebP }, cancellationToken);
        }
    }

    /// <summary>Records what was made, in one transaction: kept answers are dropped once for all of them.</summary>
    /// <returns>Of which images.</returns>
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

        // Purged meanwhile, or of another revision, whose turn comes with the next run.
        await leftovers.TryDeleteAsync([.. made.Except(recorded).SelectMany(one => one.Alternates.Select(one.KeyOf))]);
        return [.. recorded.Select(one => one.ImageId)];
    }

    /// <summary>An image's alternates, whose objects have been written.</summary>
    private sealed record Made(Guid ImageId, int Revision, IReadOnlyList<Alternate> Alternates, IReadOnlyDictionary<ImageVariant, uint[]> Blocks)
    {
        public string KeyOf(Alternate alternate) => ObjectKey.For(ImageId, Revision, alternate.Variant);
    }
}
