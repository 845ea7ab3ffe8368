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
/// Makes the medium renditions of images that an earlier program has taken, while nothing else is rendered. Of all instances one does. What was done
/// stays done when it is stopped; one that cannot be made keeps no other from its turn.
/// </summary>
public sealed record MakeMissingRenditions : IRequest
{
    /// <summary>How often it is sent.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>How many images are recorded, and announced, at a time.</summary>
    internal const int Batch = 20;
}

internal sealed class MakeMissingRenditionsHandler(
    IImageHubDb db,
    IObjectStore store,
    Leftovers leftovers,
    IStaging staging,
    IImageRenderer renderer,
    ImageBytes bytes,
    IOptions<ImagingOptions> imaging,
    ILogger<MakeMissingRenditionsHandler> logger) : IRequestHandler<MakeMissingRenditions>
{
    private readonly Box box = imaging.Value.Medium.ToBox();

    public async Task<Unit> Handle(MakeMissingRenditions request, CancellationToken cancellationToken)
    {
        // What is lost for good has its turn when it is there again.
        var source = ImageVariant.Full.Name;
        var waiting = db.Images.Where(image => image.Medium == null && !image.Damages.Any(damaged => damaged.Variant == source));
        if (!await waiting.AnyAsync(cancellationToken) || !await db.TryLockRenditionsAsync(cancellationToken))
        {
            return Unit.Value;
        }

        try
        {
            var (last, left) = (Guid.Empty, await waiting.LongCountAsync(cancellationToken));
            while (await FindAfterAsync(last) is { Count: > 0 } next)
            {
                logger.LogInformation("Medium renditions are being made of images of an earlier program: {Left} images are left", left);
                await MakeAsync(next, cancellationToken);
                (last, left) = (next[^1].Id, left - next.Count);
            }
        }
        finally
        {
            await db.UnlockRenditionsAsync(CancellationToken.None);
        }

        return Unit.Value;

        Task<List<StoredImage>> FindAfterAsync(Guid id) =>
            waiting.Where(image => image.Id > id).OrderBy(image => image.Id).Take(MakeMissingRenditions.Batch).Select(StoredImage.Projection).ToListAsync(cancellationToken);
    }

    private async Task MakeAsync(List<StoredImage> images, CancellationToken cancellationToken)
    {
        var made = new List<Made>();
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
            await RecordAsync(made);
        }
    }

    /// <summary>Makes an image's rendition and stores it.</summary>
    /// <returns>Null when it cannot be made, or is there already.</returns>
    /// <exception cref="ProblemException">The store is away.</exception>
    private async Task<Made?> TryMakeAsync(StoredImage image, CancellationToken cancellationToken)
    {
        try
        {
            using var folder = staging.Create(Guid.CreateVersion7());
            var (source, path) = (folder.File("source"), folder.File("medium"));
            image = await bytes.FetchAsync(image, ImageVariant.Full, source);
            if (image.Medium is not null)
            {
                return null;
            }

            var rendered = await renderer.RenderOneAsync(new RenditionRequest(source, RenderAccounts.Background, box, path), cancellationToken);
            var blocks = await ObjectChecksum.FindBlocksAsync([(ImageVariant.Medium, path)], cancellationToken);
            var made = new Made(image.Id, image.Revision, rendered.ToRendition(), blocks);
            await store.PutAsync([new NewObject(made.Key, path, rendered.ContentType)], cancellationToken);
            return made;
        }
        catch (ProblemException problem)
        {
            // Such as a format that this libvips lacks; the next run tries again.
            logger.LogWarning("No medium rendition can be made of image {Id}: {Reason}", image.Id, problem.Message);
            await store.CheckAsync(cancellationToken);
            return null;
        }
    }

    /// <summary>Records what was made, in one transaction: kept answers are dropped once for all of them.</summary>
    private async Task RecordAsync(List<Made> made)
    {
        if (made.Count == 0)
        {
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        var rows = await db.LockImagesAsync([.. made.Select(one => one.ImageId)], CancellationToken.None);
        var recorded = made.Where(one => rows.TryGetValue(one.ImageId, out var row) && row.Revision == one.Revision).ToList();
        foreach (var one in recorded)
        {
            rows[one.ImageId].AddMedium(one.Rendition);
            rows[one.ImageId].AddBlocks(one.Blocks);
        }

        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync();
        db.ChangeTracker.Clear();

        // Purged meanwhile, or of another revision, whose turn comes with the next run.
        await leftovers.TryDeleteAsync([.. made.Except(recorded).Select(one => one.Key)]);
    }

    /// <summary>A rendition whose object has been written.</summary>
    private sealed record Made(Guid ImageId, int Revision, Rendition Rendition, IReadOnlyDictionary<ImageVariant, uint[]> Blocks)
    {
        public string Key => ObjectKey.For(ImageId, Revision, ImageVariant.Medium);
    }
}
