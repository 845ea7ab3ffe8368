using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Storage;

/// <summary>
/// Writes and deletes objects only if the store belongs to the gallery of the database (<see cref="StoreOwner"/>). The gallery becomes the owner if the database
/// has a row of a stored image, or if the store has neither an owner nor objects, and the database no images. A process that has read an owner takes no store
/// without one.
/// </summary>
internal sealed class OwnedObjectStore(IObjectStore store, IStaging staging, IServiceScopeFactory scopes, TimeProvider clock, ILogger<OwnedObjectStore> logger)
    : IObjectStore, IDisposable
{
    /// <summary>How long the result of a comparison is valid.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    /// <summary>The time limit of a comparison. Later callers then start another one.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The number of stored objects that are looked up in the database. One is not enough, because a crash may leave objects without a row.</summary>
    private const int MaxCompared = 1000;

    private readonly Lock gate = new();
    private Task<bool>? last;
    private long begun;
    private volatile bool wasOwn;

    // Whether this process has read an owner, be it this gallery or another one.
    private volatile bool hadOwner;

    // The store's error in the last comparison that ended in time; null if there was none.
    private volatile ProblemException? failure;
    private volatile bool isRestored;

    public string Description => store.Description;

    public long? FreeBytes => store.FreeBytes;

    public async Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken)
    {
        // Only a restore writes the owner through this class. Its database has no tables yet.
        isRestored |= objects.Any(one => one.Key == StoreOwner.Key);
        await EnsureOwnAsync(cancellationToken);
        await store.PutAsync(objects, cancellationToken);
    }

    public Stream OpenRead(string key, long length) => store.OpenRead(key, length);

    public Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => store.FindLengthsAsync(keys, cancellationToken);

    public Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false) => store.Presign(key, lifetime, contentType, isDescriptionOnly);

    public string? FindFile(string key, long length) => store.FindFile(key, length);

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await EnsureOwnAsync(cancellationToken);
        await store.DeleteAsync(keys, cancellationToken);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        // Does not wait for a comparison that hangs with the database, without which the server still serves visitors. The last result counts then.
        if (!wasOwn || CompareAsync().IsCompleted || failure is not null)
        {
            try
            {
                await EnsureOwnAsync(cancellationToken);
            }
            catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
            {
                if (await StoreOwner.ReadAsync(store, cancellationToken) is null)
                {
                    // The store answers, and gets its owner once the database does.
                    return;
                }
            }
        }

        await store.CheckAsync(cancellationToken);
    }

    public async Task EnsureOwnAsync(CancellationToken cancellationToken)
    {
        if (!isRestored && !await CompareAsync().WaitAsync(cancellationToken))
        {
            throw Unavailable("The stored files belong to another gallery, or their disk is not mounted. The server's log has the details.");
        }
    }

    public void Dispose() => (store as IDisposable)?.Dispose();

    /// <summary>Whether the store belongs to the gallery. Concurrent callers share one comparison.</summary>
    private Task<bool> CompareAsync()
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && (!last.IsCompletedSuccessfully || clock.GetElapsedTime(begun) >= Believed)))
            {
                begun = clock.GetTimestamp();
                last = Task.Run(CompareOnceAsync);
            }

            return last;
        }
    }

    private async Task<bool> CompareOnceAsync()
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        try
        {
            wasOwn = await TakeAsync(limit.Token);
            failure = null;
            return wasOwn;
        }
        catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
        {
            // Without the database, the objects of a failed upload can still be deleted.
            failure = null;
            if (wasOwn)
            {
                return true;
            }

            logger.LogWarning(DatabaseOutage.ForLog(exception), "The owner of the {Store} cannot be compared without the database: {Reason}", store.Description, DatabaseOutage.FindReason(exception));
            throw new ProblemException(Problems.DatabaseUnavailable, "The database does not respond; try again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "The owner of the {Store} cannot be read or written", store.Description);
            throw failure = ProblemException.DiskFailed();
        }
        catch (OperationCanceledException)
        {
            throw Unavailable("The store or the database does not answer in time.");
        }
        catch (ProblemException problem)
        {
            failure = problem;
            throw;
        }
    }

    /// <summary>Makes the gallery the owner if allowed. Returns whether it is the owner.</summary>
    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<StatementTimeout>().Value = StatementTimeout.Read;
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var gallery = await db.SiteProfiles.Select(site => site.GalleryId).SingleAsync(cancellationToken);
        var owner = await StoreOwner.ReadAsync(store, cancellationToken);
        hadOwner |= owner is not null;
        if (Guid.TryParse(owner, out var id) && id == gallery)
        {
            return true;
        }

        // Consoles of S3 services create an object with a slash at its end for an empty folder.
        var keys = await store.ListAsync(ObjectKey.Root, cancellationToken)
            .Select(stored => stored.Key).Where(key => !key.EndsWith('/')).Take(MaxCompared).ToArrayAsync(cancellationToken);
        var images = keys.Select(ObjectKey.Parse).OfType<ObjectKey>().Select(key => key.ImageId).Distinct().ToArray();
        var isKnown = images.Length > 0 && await db.AllImages.AnyAsync(image => images.Contains(image.Id), cancellationToken);
        if (!isKnown && !string.IsNullOrEmpty(owner))
        {
            return Refuse($"belong to the gallery {owner}, and the database to the gallery {gallery}. Correct the settings of the database or of the store, or restore the database");
        }

        var hasImages = isKnown || await db.AllImages.AnyAsync(cancellationToken);
        if (!isKnown && keys.Length > 0)
        {
            var advice = hasImages ? "Mount the disk, correct the settings of the store" : "Correct the settings of the database or of the store, restore the database";
            return Refuse($"contain '{keys[0]}' and none of the database's photos. {advice}, or move these files away");
        }

        // If the disk of a running server disappears, an old copy of the store may be below its folder.
        if (owner is null && (hadOwner || (hasImages && !isKnown)))
        {
            return Refuse($"lack the file '{StoreOwner.Key}'. Mount the disk, or correct the settings of the store. If the store is the right one, write {gallery} into this file");
        }

        await StoreOwner.WriteAsync(store, staging, gallery, cancellationToken);
        return hadOwner = true;

        bool Refuse(string reason)
        {
            logger.LogError("Nothing is stored or deleted: the {Store} {Reason}", store.Description, reason);
            return false;
        }
    }

    private static ProblemException Unavailable(string detail) => new(Problems.StorageUnavailable, detail) { RetryAfter = TimeSpan.FromSeconds(30) };
}
