using System.Runtime.CompilerServices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Images;
using ImageHub.Domain.Storage;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Storage;

/// <summary>
/// Finds objects without a row, which a crash or a lost connection has left behind. They are quarantined, and deleted if they still have no row a day later.
/// </summary>
public sealed record ReconcileObjects : IRequest;

/// <summary>Deletes the objects without a row whose quarantine has ended, and the objects that the store failed to delete earlier.</summary>
public sealed record DeleteOrphanedObjects : IRequest
{
    /// <summary>The interval of the job.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(2);
}

internal sealed class ReconcileObjectsHandler(IImageHubDb db, IObjectStore store, TimeProvider clock, ILogger<ReconcileObjectsHandler> logger)
    : IRequestHandler<ReconcileObjects>, IRequestHandler<DeleteOrphanedObjects>
{
    /// <summary>The minimum age of objects to quarantine, because younger objects may belong to a running upload.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private static readonly TimeSpan Quarantine = TimeSpan.FromDays(1);

    /// <summary>The delay before another attempt to delete an object.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private const int BatchSize = 500;

    /// <summary>The store counts as unavailable if this number of deletions fail before the first success.</summary>
    private const int MaxFailures = 3;

    public async Task<Unit> Handle(ReconcileObjects request, CancellationToken cancellationToken)
    {
        // In another gallery's store, all objects would lack a row.
        await store.EnsureOwnAsync(cancellationToken);
        var now = clock.Now();
        await FindAsync(now, cancellationToken);
        await DeleteAsync(now, cancellationToken);
        return Unit.Value;
    }

    public async Task<Unit> Handle(DeleteOrphanedObjects request, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(clock.Now(), cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.StorageUnavailable)
        {
            logger.LogInformation("Objects without a row could not be deleted yet: {Reason}", problem.Message);
        }

        return Unit.Value;
    }

    private async Task FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var batch = new List<StoredObject>(BatchSize);
        await foreach (var stored in ListAllAsync(cancellationToken))
        {
            if (stored.WrittenAt <= now - Grace && ObjectKey.IsKey(stored.Key))
            {
                batch.Add(stored);
            }

            if (batch.Count == BatchSize)
            {
                await QuarantineAsync(batch, now, cancellationToken);
                batch.Clear();
            }
        }

        await QuarantineAsync(batch, now, cancellationToken);
    }

    private async IAsyncEnumerable<StoredObject> ListAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var root in (string[])[ObjectKey.Root, UploadPart.Root])
        {
            await foreach (var stored in store.ListAsync(root, cancellationToken))
            {
                yield return stored;
            }
        }
    }

    private async Task QuarantineAsync(List<StoredObject> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await WithRowsAsync([.. batch.Select(stored => stored.Key)], cancellationToken);
        var orphans = batch.Where(stored => !known.Contains(stored.Key)).ToList();
        var keys = orphans.Select(orphan => orphan.Key).ToArray();
        var quarantined = await db.OrphanedObjects.Where(orphan => keys.Contains(orphan.Key)).Select(orphan => orphan.Key).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        db.OrphanedObjects.AddRange(
            orphans.Where(orphan => !quarantined.Contains(orphan.Key)).Select(orphan => new OrphanedObject(orphan.Key, orphan.Bytes, now + Quarantine)));
        var added = await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        if (added > 0)
        {
            logger.LogWarning("{Count} objects without a row are in quarantine", added);
        }
    }

    private async Task DeleteAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var keys = await db.OrphanedObjects
                .Where(orphan => orphan.DueAt <= now)
                .OrderBy(orphan => orphan.DueAt)
                .ThenBy(orphan => orphan.Key)
                .Select(orphan => orphan.Key)
                .Take(BatchSize)
                .ToListAsync(cancellationToken);
            if (keys.Count == 0)
            {
                return;
            }

            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await LockImagesAsync(keys, cancellationToken);
            var known = await WithRowsAsync(keys, cancellationToken);
            var orphans = keys.Where(key => !known.Contains(key)).ToArray();
            var kept = await DeleteAsync(orphans, now, cancellationToken);
            await db.OrphanedObjects.Where(orphan => keys.Contains(orphan.Key) && !kept.Contains(orphan.Key)).ExecuteDeleteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            logger.LogInformation("Deleted {Count} objects without a row", orphans.Length - kept.Count);
        }
    }

    /// <summary>
    /// Prevents checks and rotations of the objects' images until the transaction ends. If a rotation is repeated after an interruption, it can store its
    /// objects, such as the original, under the keys of the interrupted rotation before it commits the row.
    /// </summary>
    private async Task LockImagesAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        // In a fixed order, to avoid a deadlock with another instance that deletes the same objects.
        foreach (var imageId in keys.Select(ObjectKey.Parse).OfType<ObjectKey>().Select(key => key.ImageId).Distinct().Order())
        {
            await db.Locks.LockImageCheckAsync(imageId, cancellationToken);
        }
    }

    /// <summary>Deletes objects. An object that the store refuses to delete is postponed, so that it does not block others.</summary>
    /// <returns>The keys of the objects that the store refused to delete.</returns>
    /// <exception cref="ProblemException"><see cref="Problems.StorageUnavailable"/> if the first <see cref="MaxFailures"/> deletions fail.</exception>
    private async Task<List<string>> DeleteAsync(string[] keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = new List<string>();
        try
        {
            await store.DeleteAsync(keys, cancellationToken);
            return kept;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.StorageUnavailable)
        {
            logger.LogWarning("The store did not delete all of {Count} objects; they are deleted one by one: {Reason}", keys.Length, problem.Message);
        }

        // The order is random. Otherwise a few objects that the store always refuses could come first each time and block the others.
        Random.Shared.Shuffle(keys);
        var isAway = true;
        foreach (var key in keys)
        {
            try
            {
                await store.DeleteAsync([key], cancellationToken);
                isAway = false;
            }
            catch (ProblemException problem) when (problem.Problem == Problems.StorageUnavailable)
            {
                kept.Add(key);
                if (isAway && kept.Count == MaxFailures)
                {
                    throw;
                }
            }
        }

        await db.OrphanedObjects.Where(orphan => kept.Contains(orphan.Key)).ExecuteUpdateAsync(set => set.SetProperty(orphan => orphan.DueAt, now + Pause), cancellationToken);
        return kept;
    }

    /// <summary>
    /// Returns the keys that have a row: objects of an image's current revision, its original if it is stored separately, stored thumbnails, and parts.
    /// </summary>
    private async Task<HashSet<string>> WithRowsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var parsed = keys.Select(ObjectKey.Parse).OfType<ObjectKey>().ToArray();
        var ids = parsed.Select(key => key.ImageId).Distinct().ToArray();
        var images = await db.AllImages
            .Where(image => ids.Contains(image.Id))
            .Select(image => new { image.Id, image.Revision, image.HasOriginal })
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        var ofThumbnails = parsed.Where(key => key.Variant.Number is not null).Select(key => key.ImageId).Distinct().ToArray();
        var thumbnails = (await db.Thumbnails
            .Where(thumbnail => ofThumbnails.Contains(thumbnail.ImageId))
            .Select(thumbnail => new { thumbnail.ImageId, thumbnail.Number })
            .ToListAsync(cancellationToken)).ToHashSet();
        var partIds = keys.Select(UploadPart.ParseKey).OfType<Guid>().ToArray();
        var parts = partIds.Length == 0 ? [] : await db.UploadParts.Where(part => partIds.Contains(part.Id)).Select(part => part.Id).ToListAsync(cancellationToken);
        return parsed
            .Where(key => images.TryGetValue(key.ImageId, out var image) && (key.Revision is null ? image.HasOriginal : key.Revision == image.Revision))
            .Where(key => key.Variant.Number is not { } number || thumbnails.Contains(new { key.ImageId, Number = number }))
            .Select(key => key.ToString())
            .Concat(parts.Select(UploadPart.KeyFor))
            .ToHashSet(StringComparer.Ordinal);
    }
}
