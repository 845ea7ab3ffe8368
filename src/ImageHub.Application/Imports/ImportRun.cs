using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Uploads;
using ImageHub.Application.Webhooks;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using ImageHub.Domain.OneDrive;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Imports;

/// <summary>How a run of an import ended.</summary>
internal enum ImportOutcome
{
    /// <summary>The import has ended.</summary>
    Ended,

    /// <summary>A later run continues the import, because OneDrive or this server does not respond for now.</summary>
    Paused,

    /// <summary>The lock was lost, so that another instance may run imports.</summary>
    LockLost,
}

/// <summary>Runs one import from its current state to its end. Files are downloaded and rendered concurrently, and recorded in order.</summary>
internal sealed class ImportRun(
    IImageHubDb db,
    ImportListing listing,
    IDrive drive,
    DriveRoot root,
    IDownloads downloads,
    ImportSidecars sidecars,
    UploadPipeline pipeline,
    IServiceScopeFactory scopes,
    IOptions<OneDriveOptions> options,
    WebhookOutbox outbox,
    TimeProvider clock,
    ILogger<ImportRun> logger)
{
    /// <summary>The number of attempts after which a file counts as failed. Until then, a temporary error of a file pauses the import.</summary>
    private const int MaxAttempts = 5;

    /// <summary>The number of files read together.</summary>
    private const int PageSize = 500;

    /// <summary>The interval at which a cancellation on another instance is noticed.</summary>
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The maximum number of files in progress: one rendering per core, while further files are downloaded.</summary>
    private static readonly int MaxInFlight = Environment.ProcessorCount + 4;

    private readonly OneDriveRetries retries = new(clock);

    /// <summary>Runs the import.</summary>
    /// <param name="id">The import's id.</param>
    /// <param name="turn">The database context whose connection holds the lock.</param>
    /// <param name="cancellationToken">Stops the run. The next run continues the import.</param>
    public async Task<ImportOutcome> RunAsync(Guid id, IImageHubDb turn, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(id, turn, ending);
        try
        {
            await db.OpenImports().Where(import => import.Id == id).ExecuteUpdateAsync(set => set.SetProperty(import => import.State, ImportState.Running), ending.Token);
            await RunAsync(id, ending.Token);
            await db.EndImportAsync(id, ImportState.Done, null, outbox, clock.Now(), ending.Token);
            return ImportOutcome.Ended;
        }
        catch (ProblemException problem) when (OneDriveRetries.IsTransient(problem))
        {
            logger.LogWarning("An import is paused: {Reason}", problem.Message);
            return ImportOutcome.Paused;
        }
        catch (ProblemException problem)
        {
            await db.EndImportAsync(id, ImportState.Failed, problem.Message, outbox, clock.Now(), CancellationToken.None);
            return ImportOutcome.Ended;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (!await watching)
            {
                return ImportOutcome.LockLost;
            }

            await db.FinishRecordedAsync(id, CancellationToken.None);
            return ImportOutcome.Ended;
        }
        finally
        {
            await ending.CancelAsync();
            await watching;
        }
    }

    /// <summary>Stops the run if the import was cancelled or the connection with the lock was lost.</summary>
    /// <returns>Whether the lock is still held.</returns>
    private async Task<bool> WatchAsync(Guid id, IImageHubDb turn, CancellationTokenSource ending)
    {
        try
        {
            using var timer = new PeriodicTimer(WatchPeriod, clock);
            while (await timer.WaitForNextTickAsync(ending.Token) && await turn.OpenImports().AnyAsync(import => import.Id == id, ending.Token))
            {
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException || DatabaseOutage.IsDatabaseError(exception))
        {
            logger.LogWarning(DatabaseOutage.ForLog(exception), "An import stops because it lost its lock: {Reason}", DatabaseOutage.FindReason(exception));
            return false;
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        var import = await db.Imports.SingleAsync(row => row.Id == id, cancellationToken);
        if (!import.IsListed)
        {
            await listing.RunAsync(id, retries, cancellationToken);
        }

        await db.FinishRecordedAsync(id, cancellationToken);
        var window = new Queue<FileInFlight>();
        try
        {
            // Only the files in the window are tracked. Saving examines all tracked entities and would otherwise become slow.
            var folders = await db.ImportFolders.Where(row => row.ImportId == id).OrderBy(row => row.Place).ThenBy(row => row.Id).ToListAsync(cancellationToken);
            var tree = import.IsNested ? new FolderTree(folders) : null;
            foreach (var folder in folders)
            {
                await foreach (var file in PendingAsync(folder.Id, cancellationToken))
                {
                    if ((import.GroupId ?? folder.GroupId ?? await CreateGroupsAsync(id, folder, tree, cancellationToken)) is not { } groupId)
                    {
                        break;
                    }

                    db.ImportFiles.Attach(file);
                    window.Enqueue(new FileInFlight(file, groupId, MakeAsync(file, folder, groupId, cancellationToken)));
                    if (window.Count == MaxInFlight)
                    {
                        await RecordReadyAsync(import, window, cancellationToken);
                    }
                }
            }

            while (window.Count > 0)
            {
                await RecordReadyAsync(import, window, cancellationToken);
            }
        }
        finally
        {
            while (window.TryDequeue(out var file))
            {
                await pipeline.AbandonAsync(ImageAsync(file));
            }
        }
    }

    /// <summary>Reads the files of a folder that have no result yet, in order and in batches.</summary>
    private async IAsyncEnumerable<ImportFile> PendingAsync(Guid folderId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<ImportFile> page = [];
        do
        {
            var pending = db.ImportFiles.Where(file => file.FolderId == folderId && file.Result == ImportResult.Pending);
            if (page is [.., var last])
            {
                pending = pending.Where(file => file.Place > last.Place || (file.Place == last.Place && file.Id > last.Id));
            }

            page = await pending.OrderBy(file => file.Place).ThenBy(file => file.Id).Take(PageSize).ToListAsync(cancellationToken);
            foreach (var file in page)
            {
                yield return file;
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>Creates a folder's hidden group and, for nested groups, the missing groups of the folders above.</summary>
    /// <returns>The folder's group; null if the folder's files were recorded as failed, because the group of a folder above has been deleted.</returns>
    private async Task<Guid?> CreateGroupsAsync(Guid importId, ImportFolder folder, FolderTree? tree, CancellationToken cancellationToken)
    {
        ImportFolder? outer = null;
        try
        {
            foreach (var above in tree?.FindAbove(folder) ?? [])
            {
                if (above.GroupId is null)
                {
                    await CreateGroupAsync(importId, above, outer, cancellationToken);
                }

                outer = above;
            }

            return await CreateGroupAsync(importId, folder, outer, cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.NotFound)
        {
            logger.LogWarning("The folder '{Folder}' was not imported: {Reason}", folder.Title, problem.Message);
            await db.ImportFiles
                .Where(file => file.FolderId == folder.Id && file.Result == ImportResult.Pending)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(file => file.Result, ImportResult.Failed)
                        .SetProperty(file => file.Code, problem.Problem.Code)
                        .SetProperty(file => file.Error, problem.Message),
                    cancellationToken);
            return null;
        }
    }

    /// <summary>
    /// Creates a folder's hidden group after the previous folder's group, and records it in the same transaction. The folder then never gets a second
    /// group, even if another instance takes over.
    /// </summary>
    /// <exception cref="ProblemException">404 if the group of the outer folder has been deleted.</exception>
    private async Task<Guid> CreateGroupAsync(Guid importId, ImportFolder folder, ImportFolder? outer, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockGroupOrderAsync(cancellationToken);
        if (await db.ImportFolders.Where(row => row.Id == folder.Id).Select(row => row.GroupId).SingleAsync(cancellationToken) is { } made)
        {
            folder.SetGroup(made);
            return made;
        }

        var parent = await FindParentAsync(outer, cancellationToken);
        var before = await db.Groups
            .Where(group => group.DeletedAt == null && db.ImportFolders.Any(other => other.ImportId == importId && other.Place < folder.Place && other.GroupId == group.Id))
            .OrderByDescending(group => group.Position)
            .Select(group => (Guid?)group.Id)
            .FirstOrDefaultAsync(cancellationToken);
        var first = await db.Groups.MinAsync(group => (long?)group.Position, cancellationToken);
        var group = Group.Create(folder.Title!, null, isPublished: false, null, Position.Between(before: null, after: first, 1)![0], clock.Now());
        group.Place(parent, isPublished: false);
        db.AllGroups.Add(group);
        db.ImportFolders.Attach(folder).Entity.SetGroup(group.Id);
        await db.SaveChangesAsync(cancellationToken);
        if (before is not null)
        {
            await db.RowOrder.MoveGroupsAsync([group.Id], before, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        (db.AllGroups.Entry(group).State, db.ImportFolders.Entry(folder).State) = (EntityState.Detached, EntityState.Detached);
        return group.Id;
    }

    /// <summary>
    /// Finds the group below which a folder's group is created: the group of the outer folder or, if that group has been moved to the last level, the group
    /// that contains it.
    /// </summary>
    /// <exception cref="ProblemException">404 if the group of the outer folder has been deleted.</exception>
    private async Task<Group?> FindParentAsync(ImportFolder? outer, CancellationToken cancellationToken)
    {
        if (outer is not { GroupId: { } outerId })
        {
            return null;
        }

        // The lock keeps the group's place until the new group is created.
        await db.Locks.LockGroupTreeAsync(cancellationToken);
        var path = await db.Groups.Where(group => group.Id == outerId && group.DeletedAt == null).Select(group => group.Path).SingleOrDefaultAsync(cancellationToken)
            ?? throw new ProblemException(Problems.NotFound, $"The group '{outer.Title}', in which the folder's group would be, has been deleted.");
        return await ParentGroup.FindAsync(db, path.Count < Group.MaxLevels - 1 ? outerId : path[^1], cancellationToken);
    }

    private Task<MadeFile> MakeAsync(ImportFile file, ImportFolder folder, Guid groupId, CancellationToken cancellationToken) =>
        retries.TryInTimeAsync(inTime => MakeOnceAsync(file, folder, groupId, inTime), options.Value.MaxFileSeconds, cancellationToken);

    private async Task<MadeFile> MakeOnceAsync(ImportFile file, ImportFolder folder, Guid groupId, CancellationToken cancellationToken)
    {
        // The item is requested again, because a download address expires after an hour, and the file may have been renamed, moved or deleted.
        var item = await drive.GetItemAsync(file.ItemId, cancellationToken);
        if (item.ParentId != folder.ItemId)
        {
            await root.FindAsync(item.Id, cancellationToken);
        }

        var (sidecar, sidecarProblem) = await sidecars.FindAsync(file, cancellationToken);
        var address = item.DownloadUrl ?? throw new ProblemException(Problems.OneDriveRefused, "OneDrive returned no download address.");
        await using var scope = scopes.CreateAsyncScope();
        await using var download = await downloads.OpenAsync(address, cancellationToken);
        var staged = await pipeline.StageAsync(
            scope.ServiceProvider.GetRequiredService<IImageHubDb>(),
            new UploadTarget(groupId, Tier: null),
            new IncomingFile(item.Name, [], download.Content) { DeclaredBytes = item.Bytes },
            cancellationToken);
        var made = await pipeline.MakeAsync(staged, cancellationToken);
        return new MadeFile(sidecar is null ? made : made with { Image = sidecar.Replace(made.Image) }, sidecarProblem);
    }

    /// <summary>Waits for the first file, and records it together with the following files that are ready.</summary>
    private async Task RecordReadyAsync(Import import, Queue<FileInFlight> window, CancellationToken cancellationToken)
    {
        Task first = window.Peek().Making;
        await first.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        var ready = new List<FileInFlight>();
        while (window.TryPeek(out var next) && next.Making.IsCompleted)
        {
            // A file that will be retried must be recorded before its successors.
            var isPostponed = next.Making.Exception?.InnerException is ProblemException problem && OneDriveRetries.IsTransient(problem);
            if (isPostponed && ready.Count > 0)
            {
                break;
            }

            if (next.Making.IsCompletedSuccessfully)
            {
                var (made, sidecarProblem) = await next.Making;
                next.File.Begin(made.Image.Id);
                next.File.SetSidecarProblem(sidecarProblem?.Problem.Code, sidecarProblem?.Message);
            }

            ready.Add(window.Dequeue());
            if (isPostponed)
            {
                break;
            }
        }

        await db.SaveChangesAsync(CancellationToken.None);
        Exception? obstacle = null;

        // All recordings start before the first one is awaited, so that recordings of one group share a transaction and keep their order. All
        // recordings complete before their results are examined.
        var recordings = ready.Select(file => (File: file, Recording: RecordAsync(file))).ToList();
        await Task.WhenAll(recordings.Select(each => each.Recording)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (file, recording) in recordings)
        {
            try
            {
                await recording;
                file.File.Succeed(ImportResult.Uploaded);
            }
            catch (ProblemException problem)
            {
                obstacle ??= await RefuseAsync(import, file, problem);
            }
            catch (Exception exception)
            {
                // The results of the other files are saved before this exception is thrown.
                obstacle ??= exception;
            }
        }

        await db.SaveChangesAsync(CancellationToken.None);
        ready.ForEach(file => db.ImportFiles.Entry(file.File).State = EntityState.Detached);
        if (obstacle is not null)
        {
            ExceptionDispatchInfo.Throw(obstacle);
        }
    }

    private async Task RecordAsync(FileInFlight file) => await pipeline.RecordAsync(new UploadTarget(file.GroupId, Tier: null), await ImageAsync(file));

    private static async Task<UnrecordedImage> ImageAsync(FileInFlight file) => (await file.Making).Image;

    /// <summary>Records the reason why a file was not imported.</summary>
    /// <returns>The error that stops the whole import, or null.</returns>
    private async Task<ProblemException?> RefuseAsync(Import import, FileInFlight file, ProblemException problem)
    {
        if (problem.Problem == Problems.DuplicateContent)
        {
            file.File.Succeed(ImportResult.Skipped);
            return null;
        }

        if (OneDriveRetries.IsDisconnected(problem))
        {
            return problem;
        }

        if (OneDriveRetries.IsTransient(problem) && file.File.GiveUp() < MaxAttempts)
        {
            return problem;
        }

        if (import.GroupId is not null && !await db.Groups.AnyAsync(group => group.Id == file.GroupId && group.DeletedAt == null, CancellationToken.None))
        {
            return new ProblemException(Problems.NotFound, "The target group of the import has been deleted.");
        }

        logger.LogWarning("'{FileName}' was not imported ({Code}): {Reason}", file.File.Name, problem.Problem.Code, problem.Message);
        file.File.Fail(problem.Problem.Code, problem.Message);
        return null;
    }

    private sealed record FileInFlight(ImportFile File, Guid GroupId, Task<MadeFile> Making);

    /// <summary>An image that is not recorded yet, and the reason why its sidecar cannot be read, or null.</summary>
    private sealed record MadeFile(UnrecordedImage Image, ProblemException? SidecarProblem);
}
