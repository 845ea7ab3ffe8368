using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Images;

/// <summary>
/// Computes the perceptual hashes of groups' images that an earlier program has taken, from their low renditions, while nothing else is rendered. Of all instances
/// one does, and not while missing renditions are made. What was done stays done when it is stopped; one that cannot be read keeps no other from its turn.
/// </summary>
public sealed record MakeMissingHashes : IRequest
{
    /// <summary>How often it is sent.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>How many images are recorded, and announced, at a time.</summary>
    internal const int Batch = 100;
}

internal sealed class MakeMissingHashesHandler(
    IImageHubDb db, IObjectStore store, IStaging staging, IImageRenderer renderer, ImageBytes bytes, ILogger<MakeMissingHashesHandler> logger) : IRequestHandler<MakeMissingHashes>
{
    public async Task<Unit> Handle(MakeMissingHashes request, CancellationToken cancellationToken)
    {
        // What is lost for good has its turn when it is there again.
        var source = ImageVariant.Low.Name;
        var waiting = db.Images.Where(image =>
            image.PerceptualHash == null && image.OwnerId == null && image.DeletedAt == null && !image.Damages.Any(damaged => damaged.Variant == source));
        if (!await waiting.AnyAsync(cancellationToken) || !await db.TryLockRenditionsAsync(cancellationToken))
        {
            return Unit.Value;
        }

        try
        {
            var last = Guid.Empty;
            while (await FindAfterAsync(last) is { Count: > 0 } next)
            {
                await MakeAsync(next, cancellationToken);
                last = next[^1].Id;
            }
        }
        finally
        {
            await db.UnlockRenditionsAsync(CancellationToken.None);
        }

        return Unit.Value;

        Task<List<StoredImage>> FindAfterAsync(Guid id) =>
            waiting.Where(image => image.Id > id).OrderBy(image => image.Id).Take(MakeMissingHashes.Batch).Select(StoredImage.Projection).ToListAsync(cancellationToken);
    }

    private async Task MakeAsync(List<StoredImage> images, CancellationToken cancellationToken)
    {
        var made = new Dictionary<Guid, long>();
        try
        {
            foreach (var image in images)
            {
                if (await TryComputeAsync(image, cancellationToken) is { } hash)
                {
                    made.Add(image.Id, hash);
                }
            }
        }
        finally
        {
            await RecordAsync(made);
        }
    }

    /// <returns>Null when it cannot be computed now.</returns>
    /// <exception cref="ProblemException">The store is away.</exception>
    private async Task<long?> TryComputeAsync(StoredImage image, CancellationToken cancellationToken)
    {
        try
        {
            using var folder = staging.Create(Guid.CreateVersion7());
            var source = folder.File("source");
            image = await bytes.FetchAsync(image, ImageVariant.Low, source);
            var rendered = await renderer.RenderOneAsync(
                new RenditionRequest(source, RenderAccounts.Background, image.FindBox(ImageVariant.Low), folder.File("low")), cancellationToken);
            return rendered.PerceptualHash;
        }
        catch (ProblemException problem)
        {
            logger.LogWarning("No perceptual hash can be computed of image {Id}: {Reason}", image.Id, problem.Message);
            await store.CheckAsync(cancellationToken);
            return null;
        }
    }

    /// <summary>Records what was computed, in one transaction: kept answers are dropped once for all of them.</summary>
    private async Task RecordAsync(Dictionary<Guid, long> made)
    {
        if (made.Count == 0)
        {
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var (id, row) in await db.LockImagesAsync([.. made.Keys], CancellationToken.None))
        {
            row.AddPerceptualHash(made[id]);
            db.UncomparedImages.Add(new UncomparedImage(id));
        }

        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync();
        db.ChangeTracker.Clear();
    }
}
