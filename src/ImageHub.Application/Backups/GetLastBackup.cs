using ImageHub.Application.Database;
using ImageHub.Domain.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Backups;

/// <summary>Gets the latest finished backup, and whether the next one is overdue.</summary>
public sealed record GetLastBackup : IRequest<BackupState>;

/// <summary>The state of backups.</summary>
/// <param name="Last">The latest finished backup; null if there is none.</param>
/// <param name="IsOverdue">Whether backups are scheduled and the latest one is older than two days, or there is none.</param>
public sealed record BackupState(LastBackupResponse? Last, bool IsOverdue);

/// <summary>The latest finished backup, made by the command or the schedule.</summary>
/// <param name="At">The time of the database's snapshot.</param>
/// <param name="Target">`folder` or `bucket`.</param>
/// <param name="Objects">The number of objects in it.</param>
/// <param name="Bytes">Their total size.</param>
/// <param name="Lost">The number of objects that it lacks, because the store has lost them.</param>
public sealed record LastBackupResponse(DateTimeOffset At, BackupTarget Target, long Objects, long Bytes, long Lost);

internal sealed class GetLastBackupHandler(IImageHubDb db, IOptions<BackupOptions> options, TimeProvider clock) : IRequestHandler<GetLastBackup, BackupState>
{
    /// <summary>Twice the interval of the schedule, which is a day.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(2);

    public async Task<BackupState> Handle(GetLastBackup request, CancellationToken cancellationToken)
    {
        var last = await db.FindLastBackupAsync(cancellationToken);
        return new BackupState(last, options.Value.Time is not null && (last is null || last.At < clock.GetUtcNow() - MaxAge));
    }
}

/// <summary>Reads and writes the row of the latest backup.</summary>
internal static class LastBackupRow
{
    /// <summary>Finds the latest backup; null if there is none.</summary>
    public static Task<LastBackupResponse?> FindLastBackupAsync(this IImageHubDb db, CancellationToken cancellationToken) =>
        db.LastBackups.Select(row => new LastBackupResponse(row.At, row.Target, row.Objects, row.Bytes, row.Lost)).SingleOrDefaultAsync(cancellationToken);

    /// <summary>Records a finished backup of a place, unless a later one is recorded.</summary>
    public static Task RecordBackupAsync(this IImageHubDb db, BackupManifest made, string target, DateTimeOffset now, CancellationToken cancellationToken) => db.RecordBackupAsync(
        new LastBackupResponse(made.CreatedAt, BucketTarget.IsMeant(target) ? BackupTarget.Bucket : BackupTarget.Folder, made.Objects.Count, made.Objects.Bytes, made.MissingKeys.Count), now, cancellationToken);

    /// <summary>
    /// Records a finished backup, unless a later one is recorded: a backup can take days, and meanwhile another one can be made in another place. A recorded
    /// time in the future, from a wrong clock, is replaced.
    /// </summary>
    public static async Task RecordBackupAsync(this IImageHubDb db, LastBackupResponse made, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await db.LastBackups.AsTracking().SingleOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            db.LastBackups.Add(row = LastBackup.Begin());
        }
        else if (row.At > made.At && row.At <= now)
        {
            return;
        }

        row.Record(made.At, made.Target, made.Objects, made.Bytes, made.Lost);
        await db.SaveChangesAsync(cancellationToken);
    }
}
