using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Storage;

/// <summary>
/// Writes and deletes objects only if the store belongs to the database's gallery (<see cref="StoreOwner"/>). The gallery becomes the owner if the database knows
/// a stored image, or if the store has no owner and neither the store nor the database has images.
/// </summary>
internal sealed class OwnedObjectStore(IObjectStore store, IStaging staging, IServiceScopeFactory scopes, TimeProvider clock, ILogger<OwnedObjectStore> logger)
    : IObjectStore, IDisposable
{
    /// <summary>How long the result of a comparison is valid.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    /// <summary>The number of objects among which a known one must be. A crash may leave objects without a row.</summary>
    private const int MaxCompared = 1000;

    private readonly Lock gate = new();
    private Task<bool>? last;
    private long begun;
    private volatile bool wasOwn;
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
        // While the database hangs, the last result counts: a server without its database still serves visitors.
        if (!wasOwn || CompareAsync().IsCompleted)
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

    public void Dispose() => (store as IDisposable)?.Dispose();

    /// <exception cref="ProblemException"><see cref="Problems.StorageUnavailable"/> if the store does not belong to the database's gallery.</exception>
    private async Task EnsureOwnAsync(CancellationToken cancellationToken)
    {
        if (!isRestored && !await CompareAsync().WaitAsync(cancellationToken))
        {
            throw new ProblemException(Problems.StorageUnavailable, "The stored files belong to another gallery, or their disk is not mounted. The server's log has the details.")
            {
                RetryAfter = TimeSpan.FromSeconds(30),
            };
        }
    }

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
        try
        {
            return wasOwn = await TakeAsync();
        }
        catch (Exception exception) when (wasOwn && DatabaseOutage.IsDatabaseError(exception))
        {
            // Without the database, the objects of a failed upload can still be deleted.
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "The owner of the {Store} cannot be read or written", store.Description);
            throw ProblemException.DiskFailed();
        }
    }

    /// <summary>Makes the gallery the owner if it may be. Returns whether it is the owner.</summary>
    private async Task<bool> TakeAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var gallery = await db.SiteProfiles.Select(site => site.GalleryId).SingleAsync();
        var owner = await StoreOwner.ReadAsync(store, CancellationToken.None);
        if (owner == gallery.ToString("D"))
        {
            return true;
        }

        var keys = await store.ListAsync(ObjectKey.Root, CancellationToken.None).Select(stored => stored.Key).Take(MaxCompared).ToArrayAsync();
        if (keys.Length > 0 ? await KnowsAsync(db, keys) : owner == "" || (owner is null && !await db.AllImages.AnyAsync()))
        {
            await StoreOwner.WriteAsync(store, staging, gallery, CancellationToken.None);
            return true;
        }

        logger.LogError(
            "Nothing is stored or deleted: the {Store} do not belong to the gallery {Gallery} of the database, but {Owner}. Mount the disk, or correct the settings of the "
            + "database or of the store. If they are right, write the gallery's id into the file '{File}' of the store",
            store.Description,
            gallery,
            string.IsNullOrEmpty(owner) ? "have no owner and other photos than the database" : $"to the gallery {owner}",
            StoreOwner.Key);
        return false;
    }

    /// <summary>Whether the database has the image of a stored object, or the object is about to be deleted.</summary>
    private static async Task<bool> KnowsAsync(IImageHubDb db, string[] keys)
    {
        var ids = keys.Select(ObjectKey.Parse).OfType<ObjectKey>().Select(key => key.ImageId).Distinct().ToArray();
        return await db.AllImages.AnyAsync(image => ids.Contains(image.Id)) || await db.OrphanedObjects.AnyAsync(orphan => keys.Contains(orphan.Key));
    }
}
