using ImageHub.Application.Backups;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Storage;

namespace ImageHub.Infrastructure.Backups;

/// <summary>A bucket for backups. Others, such as the bucket's provider, may be able to read it.</summary>
/// <param name="store">The bucket.</param>
/// <param name="target">The bucket's address.</param>
/// <param name="staging">Gets the staging folders. A file is written there first, because its key depends on its content.</param>
/// <param name="clock">The clock.</param>
internal sealed class BackupBucket(S3ObjectStore store, BucketTarget target, Func<IStaging> staging, TimeProvider clock) : IBackupPlace
{
    private const string Locks = "locks/";
    private const int DeletedAtOnce = 1_000;
    private const string MediaType = "application/octet-stream";

    /// <summary>The time after which a lock expires unless its process renews it. A killed process, for example, renews no lock.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan RenewalTime = TimeSpan.FromSeconds(30);

    public bool IsPrivate => false;

    /// <summary>The error for a place that is in use.</summary>
    /// <param name="use">The refused use.</param>
    /// <param name="place">The place's path or address.</param>
    public static BackupException Refuse(BackupUse use, string place) => new(use switch
    {
        BackupUse.Writing => $"Another backup into '{place}' is running.",
        BackupUse.Reading => $"Old backups in '{place}' are being deleted; try again afterwards.",
        _ => $"A backup in '{place}' is being verified or restored, so no old backups were deleted; try again afterwards.",
    });

    public string Describe(string name) => $"s3://{target.Bucket}/{target.Prefix}{name}".TrimEnd('/');

    public async Task<BackupFile> WriteAsync(string draft, Stream content, Func<BackupFile, uint, string?> findName, CancellationToken cancellationToken)
    {
        using var folder = new StagingFolder(staging().CreateFolder());
        var path = folder.File("file");
        var (file, crc32) = await HashedFile.WriteAsync(path, content, cancellationToken);
        if (findName(file, crc32) is { } name)
        {
            await store.PutAsync([new NewObject(target.Prefix + name, path, MediaType)], cancellationToken);
        }

        return file;
    }

    public async Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken) =>
        await FindLengthAsync(name, cancellationToken) is { } length ? store.OpenRead(target.Prefix + name, length) : null;

    public async Task<long?> FindLengthAsync(string name, CancellationToken cancellationToken) => (await store.FindLengthsAsync([target.Prefix + name], cancellationToken))[0];

    /// <inheritdoc/>
    /// <remarks>Skips the empty objects that consoles of S3 servers create as folders.</remarks>
    public IAsyncEnumerable<PlacedFile> ListAsync(string prefix, CancellationToken cancellationToken) =>
        store.ListAsync(target.Prefix + prefix, cancellationToken)
            .Where(file => file.Key != target.Prefix && !file.Key.EndsWith('/'))
            .Select(file => new PlacedFile(file.Key[target.Prefix.Length..], file.Bytes));

    public async Task DeleteAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var keys in names.Select(name => target.Prefix + name).Chunk(DeletedAtOnce))
        {
            await store.DeleteAsync(keys[..^1], cancellationToken);
            await store.DeleteAsync(keys[^1..], cancellationToken);
        }
    }

    public async Task<IBackupLock> LockAsync(BackupUse use, CancellationToken cancellationToken)
    {
        var lease = new Lease(store, $"{target.Prefix}{Locks}{use}/{Guid.NewGuid():N}", clock);
        try
        {
            // Each process writes its lock before it looks for others. Of two processes, at least one sees the other, and both may refuse.
            await lease.RenewAsync(cancellationToken);
            var locks = await store.ListAsync(target.Prefix + Locks, cancellationToken).ToArrayAsync(cancellationToken);
            var now = locks.FirstOrDefault(found => found.Key == lease.Key)?.WrittenAt ?? throw Refuse(use, Describe(""));
            foreach (var other in locks.Where(found => found.Key != lease.Key))
            {
                // Both times come from the bucket's clock.
                if (other.WrittenAt < now - LeaseTime)
                {
                    await store.DeleteAsync([other.Key], cancellationToken);
                }
                else if (Enum.TryParse<BackupUse>(other.Key.Split('/')[^2], out var otherUse) && Excludes(use, otherUse))
                {
                    throw new BackupException($"{Refuse(use, Describe("")).Message} If that process was killed, the lock expires after two minutes.");
                }
            }

            lease.KeepRenewed();
            return lease;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => store.Dispose();

    private static bool Excludes(BackupUse use, BackupUse other) => (use, other) is (BackupUse.Writing, BackupUse.Writing) or (BackupUse.Reading, BackupUse.Deleting) or (BackupUse.Deleting, BackupUse.Reading);

    /// <summary>An object whose existence tells other processes that a process uses the place.</summary>
    private sealed class Lease(S3ObjectStore store, string key, TimeProvider clock) : IBackupLock
    {
        private readonly CancellationTokenSource ending = new();
        private Task renewing = Task.CompletedTask;
        private long renewed;
        private volatile bool isLost;

        public string Key => key;

        public async Task RenewAsync(CancellationToken cancellationToken)
        {
            var began = clock.GetTimestamp();
            var path = Path.GetTempFileName();
            try
            {
                await store.PutAsync([new NewObject(key, path, MediaType)], cancellationToken);
                Volatile.Write(ref renewed, began);
            }
            finally
            {
                File.Delete(path);
            }
        }

        public void KeepRenewed() => renewing = RenewUntilEndAsync();

        public async Task ThrowIfLostAsync(CancellationToken cancellationToken)
        {
            if (await IsLostAsync(cancellationToken))
            {
                throw new BackupException("The bucket's lock has ended, because it was not renewed for two minutes, so another process may use the bucket; run the command again.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync();
            await renewing;
            ending.Dispose();
            try
            {
                await store.DeleteAsync([key], CancellationToken.None);
            }
            catch (ProblemException)
            {
                // The lock expires by itself.
            }
        }

        private async Task RenewUntilEndAsync()
        {
            using var timer = new PeriodicTimer(RenewalTime, clock);
            try
            {
                while (await timer.WaitForNextTickAsync(ending.Token))
                {
                    try
                    {
                        // Another process may have deleted the lock while this process was suspended. A renewal would write the deleted lock again.
                        if (await IsLostAsync(ending.Token))
                        {
                            return;
                        }

                        await RenewAsync(ending.Token);
                    }
                    catch (Exception) when (!ending.IsCancellationRequested)
                    {
                        // The next tick tries again. Without a renewal, the lock expires.
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The lock is no longer needed.
            }
        }

        private async Task<bool> IsLostAsync(CancellationToken cancellationToken)
        {
            if (clock.GetElapsedTime(Volatile.Read(ref renewed)) > LeaseTime || (!isLost && await store.FindLengthsAsync([key], cancellationToken) is [null]))
            {
                isLost = true;
            }

            return isLost;
        }
    }
}
