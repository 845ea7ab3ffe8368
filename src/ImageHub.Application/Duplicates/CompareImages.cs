using System.Numerics;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Duplicates;

/// <summary>
/// Compares queued images with all other images outside the trash by perceptual hash, and stores the pairs that look nearly the same. Images are queued when
/// they are added or restored, and when a similar image is trashed (<see cref="IComparisons"/>).
/// </summary>
public sealed record CompareImages : IRequest
{
    /// <summary>The interval of the job.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>The number of queued images that are compared in one pass over all hashes.</summary>
    internal const int Batch = 1_000;
}

internal sealed class CompareImagesHandler(IImageHubDb db) : ImageJobHandler<CompareImages, CompareImagesHandler.Compared>
{
    /// <inheritdoc />
    protected override Task<List<Compared>> ReadNextAsync(CancellationToken cancellationToken) => (
        from waiting in db.UncomparedImages
        join image in db.Images on waiting.ImageId equals image.Id
        where image.PerceptualHash != null && image.DeletedAt == null
        orderby waiting.ImageId
        select new Compared(image.Id, image.PerceptualHash!.Value)).Take(CompareImages.Batch).ToListAsync(cancellationToken);

    /// <inheritdoc />
    protected override async Task ProcessAsync(List<Compared> batch, CancellationToken cancellationToken)
    {
        await CompareAsync(batch, cancellationToken);
        await RecordAsync(batch, cancellationToken);
    }

    /// <summary>Reads all hashes once, from a single index. Memory use does not depend on the number of hashes.</summary>
    private async Task CompareAsync(List<Compared> images, CancellationToken cancellationToken)
    {
        var all = db.Images
            .Where(image => image.PerceptualHash != null && image.DeletedAt == null)
            .OrderBy(image => image.Id)
            .Select(image => new { image.Id, Hash = image.PerceptualHash!.Value })
            .AsAsyncEnumerable();
        var hashes = images.ConvertAll(image => image.Hash).ToArray();
        await foreach (var other in all.WithCancellation(cancellationToken))
        {
            for (var number = 0; number < hashes.Length; number++)
            {
                var distance = BitOperations.PopCount((ulong)(hashes[number] ^ other.Hash));
                if (distance <= SimilarImages.MaxDistance && images[number].Id != other.Id)
                {
                    images[number].Add(other.Id, distance);
                }
            }
        }
    }

    private async Task RecordAsync(List<Compared> images, CancellationToken cancellationToken)
    {
        var found = images.SelectMany(image => image.Nearest.Select(near => near.Element)).Distinct().ToArray();
        var live = await db.Images.Where(image => found.Contains(image.Id) && image.DeletedAt == null).Select(image => image.Id).ToHashSetAsync(cancellationToken);
        var pairs = images.SelectMany(image => image.Nearest.Select(near => (image.Id, OtherId: near.Element, Distance: -near.Priority))).ToList();
        var (ids, others, distances) = (pairs.Select(pair => pair.Id).ToArray(), pairs.Select(pair => pair.OtherId).ToArray(), pairs.Select(pair => pair.Distance).ToArray());

        // If one image of a pair was trashed in the meantime, the other image may now have too few pairs. It stays queued and is compared again.
        var compared = images.Where(image => image.Nearest.All(near => live.Contains(near.Element))).Select(image => image.Id).ToArray();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Comparisons.AddPairsAsync(ids, others, distances, cancellationToken);
        await db.UncomparedImages.Where(waiting => compared.Contains(waiting.ImageId)).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>A queued image, with the most similar images found so far.</summary>
    internal sealed class Compared(Guid id, long hash)
    {
        public Guid Id => id;

        public long Hash => hash;

        /// <summary>The most distant image comes first, because the priority is the negative distance.</summary>
        private PriorityQueue<Guid, int> Found { get; } = new();

        public IEnumerable<(Guid Element, int Priority)> Nearest => Found.UnorderedItems;

        public void Add(Guid otherId, int distance)
        {
            if (Found.Count < IComparisons.MaxPairs)
            {
                Found.Enqueue(otherId, -distance);
            }
            else if (Found.TryPeek(out _, out var furthest) && distance < -furthest)
            {
                Found.EnqueueDequeue(otherId, -distance);
            }
        }
    }
}
