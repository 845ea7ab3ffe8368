using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Storage;

/// <summary>
/// Writes and deletes objects only if the store belongs to the database's gallery (<see cref="StoreOwner"/>). A store without owner gets one if neither the
/// store nor the database has images, or if the database has a row of a stored image.
/// </summary>
internal sealed class OwnedObjectStore(IObjectStore store, IStaging staging, IServiceScopeFactory scopes, ILogger<OwnedObjectStore> logger) : IObjectStore, IDisposable
{
    /// <summary>The number of objects among which a known one must be. A crash may leave objects without a row.</summary>
    private const int MaxCompared = 1000;

    private readonly SemaphoreSlim gate = new(1);
    private volatile bool isOwn;

    public string Description => store.Description;

    public long? FreeBytes => store.FreeBytes;

    public async Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken)
    {
        // Only a restore writes the owner through this class. Its database does not exist yet.
        if (objects.Any(one => one.Key == StoreOwner.Key))
        {
            await store.PutAsync(objects, cancellationToken);
            isOwn = true;
            return;
        }

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
        await EnsureOwnAsync(cancellationToken);
        await store.CheckAsync(cancellationToken);
    }

    public void Dispose()
    {
        gate.Dispose();
        (store as IDisposable)?.Dispose();
    }

    /// <exception cref="ProblemException"><see cref="Problems.StorageUnavailable"/> if the store does not belong to the database's gallery.</exception>
    private async Task EnsureOwnAsync(CancellationToken cancellationToken)
    {
        if (isOwn)
        {
            return;
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!isOwn)
            {
                await TakeAsync(cancellationToken);
                isOwn = true;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var gallery = await db.SiteProfiles.Select(site => site.GalleryId).SingleAsync(cancellationToken);
        switch (await StoreOwner.ReadAsync(store, cancellationToken))
        {
            case { Length: > 0 } owner when owner != gallery.ToString("D"):
                logger.LogError(
                    "Nothing is stored: the {Store} belong to the gallery {Owner}, and the database to the gallery {Gallery}. Correct the settings of the database or "
                    + "of the store",
                    store.Description,
                    owner,
                    gallery);
                throw Refusal();
            case null when !await HasSameImagesAsync(db, cancellationToken):
                logger.LogError(
                    "Nothing is stored: the {Store} lack the file '{Owner}', and the database has other photos than the store. Mount the disk, or correct the "
                    + "settings of the database or of the store. If all of them are right, create this file without content",
                    store.Description,
                    StoreOwner.Key);
                throw Refusal();
            case null or "":
                await StoreOwner.WriteAsync(store, staging, gallery, cancellationToken);
                break;
        }
    }

    private static ProblemException Refusal() =>
        new(Problems.StorageUnavailable, "The stored files belong to another gallery, or their disk is not mounted. The server's log has the details.")
        {
            RetryAfter = TimeSpan.FromSeconds(30),
        };

    /// <summary>Whether a store without owner and the database have an image in common, or neither of them has images.</summary>
    private async Task<bool> HasSameImagesAsync(IImageHubDb db, CancellationToken cancellationToken)
    {
        var keys = await store.ListAsync(ObjectKey.Root, cancellationToken).Select(stored => stored.Key).Take(MaxCompared).ToArrayAsync(cancellationToken);
        var ids = keys.Select(ObjectKey.Parse).OfType<ObjectKey>().Select(key => key.ImageId).Distinct().ToArray();
        return ids.Length == 0 ? !await db.AllImages.AnyAsync(cancellationToken) : await db.AllImages.AnyAsync(image => ids.Contains(image.Id), cancellationToken);
    }
}
