using ImageHub.Application.Backups;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Backups;

/// <summary>Opens folders and buckets for backups.</summary>
/// <param name="options">The settings of backups.</param>
/// <param name="storage">The settings of the store.</param>
/// <param name="staging">Gets the staging folders, which are created in the data directory, and only for writing to a bucket.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Logs failures of a bucket.</param>
internal sealed class BackupPlaces(IOptions<BackupOptions> options, IOptions<StorageOptions> storage, Func<IStaging> staging, TimeProvider clock, ILogger<S3ObjectStore> logger) : IBackupPlaces
{
    public IBackupPlace Open(string target)
    {
        if (!BucketTarget.IsMeant(target))
        {
            return new BackupDirectory(target);
        }

        if (!BucketTarget.TryParse(target, out var bucket))
        {
            throw new BackupException($"'{target}' is neither a folder nor a bucket; a bucket is {BucketTarget.Allowed}.");
        }

        var store = storage.Value.Provider == StorageProvider.S3 ? storage.Value.S3 : null;
        var server = options.Value.FindServer(store) ?? throw new BackupException($"'{target}' needs the server's settings: {BackupOptions.NeededForBuckets}.");
        if (server.ServiceUrl == store?.ServiceUrl && bucket.Bucket == store.Bucket)
        {
            throw new BackupException($"'{target}' is in the gallery's own bucket, and a backup must survive the loss of that bucket; name another bucket.");
        }

        server.Bucket = bucket.Bucket;
        var objects = new S3ObjectStore(Options.Create(new StorageOptions { Provider = StorageProvider.S3, S3 = server }), logger);
        return new BackupBucket(objects, bucket, staging, clock);
    }
}
