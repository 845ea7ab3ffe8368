using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Storage;

namespace ImageHub.Faults;

/// <summary>The product's store, with points before, between and after the objects of an image.</summary>
internal sealed class PointStore(IObjectStore inner, Passings passings) : IObjectStore
{
    public string Description => inner.Description;

    public long? FreeBytes => inner.FreeBytes;

    public async Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken)
    {
        var some = objects.Take((objects.Count + 1) / 2).ToList();
        foreach (var one in some)
        {
            Durability.FlushFile(one.SourcePath);
        }

        passings.Pass(WritePoint.Fsync, Unavailable);
        await inner.PutAsync(some, cancellationToken);
        passings.Pass(WritePoint.Rename, Unavailable);
        await inner.PutAsync([.. objects.Skip(some.Count)], cancellationToken);
        passings.Pass(WritePoint.Put, Unavailable);
    }

    public Stream OpenRead(string key, long length) => inner.OpenRead(key, length);

    public Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => inner.FindLengthsAsync(keys, cancellationToken);

    public Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false) => inner.Presign(key, lifetime, contentType, isDescriptionOnly);

    public string? FindFile(string key, long length) => inner.FindFile(key, length);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    public Task EnsureOwnAsync(CancellationToken cancellationToken) => inner.EnsureOwnAsync(cancellationToken);

    private static ProblemException Unavailable() =>
        new(Problems.StorageUnavailable, "The files cannot be read or written now.") { RetryAfter = TimeSpan.FromSeconds(1) };
}

/// <summary>The product's staging folders, with a point after the creation of an image's folder.</summary>
internal sealed class PointStaging(IStaging inner, Passings passings) : IStaging
{
    public StagingFolder Create(Guid imageId)
    {
        var folder = inner.Create(imageId);
        passings.Pass(WritePoint.Stage, () => new IOException("The staging folder cannot be written to."));
        return folder;
    }

    public string CreateFolder() => inner.CreateFolder();

    public Stream OpenScratch() => inner.OpenScratch();

    public IAsyncEnumerable<Guid> TakeAbandonedAsync(CancellationToken cancellationToken) => inner.TakeAbandonedAsync(cancellationToken);
}
