using ImageHub.Application.Database;
using ImageHub.Domain.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Backups;

/// <summary>
/// Makes the scheduled backup if none was made since the last scheduled time. Then deletes old backups, unless the store has lost objects. If a backup was
/// missed or has failed, the next run makes it. Sent by a job.
/// </summary>
public sealed record MakeDueBackup : IRequest
{
    /// <summary>The time between two runs, and so the largest delay of a backup.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
}

internal sealed partial class MakeDueBackupHandler(IMediator mediator, IImageHubDb db, IBackupPlaces places, IOptions<BackupOptions> options, TimeProvider clock, ILogger<MakeDueBackupHandler> logger) : IRequestHandler<MakeDueBackup>
{
    /// <summary>The precision of times in the database. A manifest's times are more precise.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMicroseconds(1);

    public async Task<Unit> Handle(MakeDueBackup request, CancellationToken cancellationToken)
    {
        if (options.Value.Time is not { } time)
        {
            return Unit.Value;
        }

        // The names of the backups in the place are compared instead of a stored time, so that a new bucket gets its first backup at once.
        var target = options.Value.Target;
        var now = clock.GetUtcNow();
        var due = FindDue(now, time);
        IReadOnlyList<string>? lost = null;
        using (var place = places.Open(target))
        {
            var catalog = new BackupCatalog(place);
            if ((await catalog.ListAsync(cancellationToken)).LastOrDefault(backup => backup.At >= due && backup.At <= now) is { Name: { } found })
            {
                await catalog.EnsureOwnAsync(await db.SiteProfiles.Select(site => site.GalleryId).SingleAsync(cancellationToken), [found], cancellationToken);
                try
                {
                    // The name of a renamed or copied backup has another time than its manifest.
                    var manifest = await catalog.ReadManifestAsync(found, key: null, cancellationToken);
                    if (await db.FindLastBackupAsync(cancellationToken) is { } last && last.At > manifest.CreatedAt - Precision && last.At <= now)
                    {
                        return Unit.Value;
                    }

                    // The server stopped, or the database failed, just after the backup was finished.
                    await db.RecordBackupAsync(manifest, target, now, cancellationToken);
                    lost = manifest.MissingKeys;
                }
                catch (BackupException damaged)
                {
                    // A damaged backup must not prevent the next one.
                    LogDamaged(logger, found, damaged.Message);
                }
            }
            else
            {
                await EnsureMountedAsync(place, cancellationToken);
            }
        }

        lost ??= await MakeAsync(target, cancellationToken);
        if (lost.Count > 0)
        {
            LogLost(logger, lost.Count, lost[0]);
        }
        else if (options.Value.Retention is { } keep)
        {
            var deleted = await mediator.Send(new DeleteOldBackups(target, keep, IsDryRun: false, _ => { }), cancellationToken);
            LogDeleted(logger, deleted.KeptBackups, deleted.Backups, deleted.Objects);
        }

        return Unit.Value;
    }

    /// <summary>Makes a backup and returns the keys of the objects that the store has lost.</summary>
    private async Task<IReadOnlyList<string>> MakeAsync(string target, CancellationToken cancellationToken)
    {
        var made = await mediator.Send(new MakeBackup(target, IsDryRun: false, _ => { }), cancellationToken);
        LogMade(logger, made.Path!, made.Objects, made.CopiedObjects);
        if (made.RecordFailure is { } reason)
        {
            LogNotRecorded(logger, reason);
        }

        return [.. made.Lost.Select(lost => lost.Key)];
    }

    /// <summary>Throws if the folder is empty although an earlier backup is in a folder. A backup below an empty mount point would fill another disk.</summary>
    private async Task EnsureMountedAsync(IBackupPlace place, CancellationToken cancellationToken)
    {
        var target = options.Value.Target;
        if (!BucketTarget.IsMeant(target)
            && await db.FindLastBackupAsync(cancellationToken) is { Target: BackupTarget.Folder } last
            && !await place.ListAsync("", cancellationToken).AnyAsync(cancellationToken))
        {
            throw new BackupException($"'{target}' is empty, although a backup was made at {last.At.UtcDateTime:u}. Is its disk mounted? If this is a new folder, run 'backup {target}' once.");
        }
    }

    /// <summary>The last scheduled time that has passed.</summary>
    private static DateTimeOffset FindDue(DateTimeOffset now, TimeOnly time)
    {
        var today = new DateTimeOffset(DateOnly.FromDateTime(now.UtcDateTime), time, TimeSpan.Zero);
        return today <= now ? today : today.AddDays(-1);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made the backup {Path} with {Objects} objects, {Copied} of them new.")]
    private static partial void LogMade(ILogger logger, string path, long objects, long copied);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last backup, {Name}, is damaged; another one is made: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not record the backup; the next run of the job tries again: {Reason}")]
    private static partial void LogNotRecorded(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backup lacks {Count} objects that the store has lost, such as {Key}. All earlier backups are kept, because they may contain these objects.")]
    private static partial void LogLost(ILogger logger, int count, string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kept {Kept} backups and deleted {Backups} backups and {Objects} objects.")]
    private static partial void LogDeleted(ILogger logger, int kept, int backups, long objects);
}
