using System.Data.Common;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Commits the rows of images whose objects have been written. Images of a group that become ready while a transaction runs share the next transaction, in
/// order of arrival. Many small files therefore need few commits.
/// </summary>
internal sealed class ImageRecorder(IServiceScopeFactory scopes, UnreferencedObjects unreferenced, WebhookOutbox outbox, TimeProvider clock, ILogger<ImageRecorder> logger)
{
    /// <summary>The maximum number of images per transaction, which locks the group's row.</summary>
    private const int MaxTogether = 100;

    private readonly Lock gate = new();

    /// <summary>The pending images by group. A group has an entry while its transaction runs.</summary>
    private readonly Dictionary<Guid, Queue<Waiting>> groups = [];

    /// <summary>Commits an image's row; the image then exists. Deletes the image's objects if it is not recorded.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="made">The image.</param>
    /// <param name="announced">The announced file that the image was created from, or null. Its result is recorded in the same transaction.</param>
    /// <param name="check">
    /// Runs in the transaction, which has locked the group's row; throws a <see cref="ProblemException"/> to reject the image. Null for no check.
    /// </param>
    /// <exception cref="ProblemException">
    /// 409 if an image with the same content or name was recorded first, or the announced file already has a result; 404 if the group no longer exists; 413 if
    /// the quota is exceeded; for a guest's photo 404 if the link has ended, or 409 <c>linkFull</c> or <c>guestFull</c>.
    /// </exception>
    public Task<Image> RecordAsync(Guid groupId, NewImage made, UploadFile? announced, Func<IImageHubDb, Task>? check = null)
    {
        var waiting = new Waiting(made, announced, check);
        lock (gate)
        {
            if (groups.TryGetValue(groupId, out var others))
            {
                others.Enqueue(waiting);
                return waiting.Result.Task;
            }

            groups.Add(groupId, new Queue<Waiting>([waiting]));
        }

        _ = Task.Run(() => RecordAllAsync(groupId));
        return waiting.Result.Task;
    }

    /// <summary>
    /// Commits an image's row and moves the former image to the trash, in one transaction. Deletes the new image's objects if it is not recorded.
    /// </summary>
    /// <remarks>The new image takes the former image's position. If the former image was the cover, the new image becomes the cover.</remarks>
    /// <param name="groupId">The group.</param>
    /// <param name="made">The new image.</param>
    /// <param name="formerId">The image that it replaces.</param>
    /// <param name="isFormerRequired">
    /// Whether the new image is rejected if the former image was moved, renamed or removed meanwhile. Otherwise the new image is added without replacing
    /// an image.
    /// </param>
    /// <param name="check">Runs in the transaction, which has locked the group's row; throws a <see cref="ProblemException"/> to reject the image.</param>
    /// <returns>The new image, and whether it has replaced the former one.</returns>
    /// <exception cref="ProblemException">
    /// 412 if the former image is required and no longer there; 409 <c>duplicateContent</c>, <c>duplicateFileName</c> or <c>watermarkInUse</c>; 413
    /// <c>quotaExceeded</c>.
    /// </exception>
    public async Task<(Image Image, bool HasReplaced)> ReplaceAsync(Guid groupId, NewImage made, Guid formerId, bool isFormerRequired, Func<IImageHubDb, Task> check)
    {
        var isCommitting = false;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
            var additions = await db.WithCaptionsAsync([made], CancellationToken.None);
            await using var changes = await ImageChanges.BeginAsync(db, [formerId], clock, CancellationToken.None, groupId, additions);
            await check(db);
            var replaced = await changes.ReplaceAsync(formerId, groupId, additions[0], isFormerRequired, CancellationToken.None);
            await changes.SaveAsync(CancellationToken.None);
            isCommitting = true;
            await changes.CommitAsync(CancellationToken.None);
            return replaced;
        }
        catch when (!isCommitting)
        {
            await unreferenced.TryDeleteAsync([.. ObjectKey.All(made.Id, Image.FirstRevision)]);
            throw;
        }
    }

    private async Task RecordAllAsync(Guid groupId)
    {
        while (TakeNext(groupId) is { Count: > 0 } next)
        {
            await RecordTogetherAsync(groupId, next);
        }
    }

    private List<Waiting> TakeNext(Guid groupId)
    {
        lock (gate)
        {
            var queue = groups[groupId];
            var next = new List<Waiting>();
            while (next.Count < MaxTogether && queue.TryDequeue(out var waiting))
            {
                next.Add(waiting);
            }

            if (next.Count == 0)
            {
                groups.Remove(groupId);
            }

            return next;
        }
    }

    private async Task RecordTogetherAsync(Guid groupId, List<Waiting> together)
    {
        var isCommitting = false;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
            var additions = await db.WithCaptionsAsync([.. together.Select(waiting => waiting.Made)], CancellationToken.None);
            var guest = await GuestOfLink.FindAsync(db, together.Select(waiting => waiting.Announced?.GuestId).FirstOrDefault(id => id is not null), CancellationToken.None);
            await using var changes = await ImageChanges.BeginAsync(db, [], clock, CancellationToken.None, groupId, additions, guest?.LinkId);
            await AddAsync(db, changes, groupId, together, additions, guest);
            await changes.SaveAsync(CancellationToken.None);
            isCommitting = true;
            await changes.CommitAsync(CancellationToken.None);
        }
        catch (DbUpdateException exception) when (together.Count > 1 && exception.InnerException is DbException { SqlState: not null, IsTransient: false })
        {
            // Records each image separately, because one row's error must not affect the others.
            foreach (var waiting in together)
            {
                (waiting.Failure, waiting.Image) = (null, null);
                await RecordTogetherAsync(groupId, [waiting]);
            }

            return;
        }
        catch (Exception exception)
        {
            // The rollback has also undone the rejections of announced files, so these files are still pending.
            foreach (var waiting in together.Where(waiting => waiting.Failure is null || waiting.Announced is not null))
            {
                waiting.Failure = exception;
                waiting.IsUncertain = isCommitting && waiting.Image is not null;
            }
        }

        foreach (var waiting in together)
        {
            await SettleAsync(waiting);
        }
    }

    /// <summary>Deletes the objects of an image that was not recorded, and completes its task.</summary>
    private async Task SettleAsync(Waiting waiting)
    {
        try
        {
            // If the commit was interrupted, the row may exist, so the objects remain. Reconciliation deletes them if they have no row.
            if (waiting.Failure is not null && !waiting.IsUncertain)
            {
                await unreferenced.TryDeleteAsync([.. ObjectKey.All(waiting.Made.Id, Image.FirstRevision)]);
            }
        }
        catch (Exception exception)
        {
            // Catches all errors of the store, because the group's next images wait for this method.
            logger.LogError(exception, "The objects of an image that was not recorded could not be deleted; reconciliation will delete them");
        }
        finally
        {
            waiting.Settle();
        }
    }

    /// <summary>Adds each valid image and records the results of announced files.</summary>
    private async Task AddAsync(IImageHubDb db, ImageChanges changes, Guid groupId, List<Waiting> together, IReadOnlyList<NewImage> additions, GuestOfLink? guest)
    {
        var results = await UploadResults.BeginAsync(db, outbox, [.. together.Select(waiting => waiting.Announced).OfType<UploadFile>()], clock, CancellationToken.None);
        var counts = guest is null ? null : await GuestCounts.LockAsync(db, guest, clock.Now(), CancellationToken.None);
        foreach (var (waiting, addition) in together.Zip(additions))
        {
            try
            {
                if (waiting.Announced is not null)
                {
                    results.EnsureAwaited(waiting.Announced);
                }

                if (waiting.Check is { } check)
                {
                    await check(db);
                }

                counts?.EnsureFits(addition.OriginalBytes);
                waiting.Image = await changes.AddAsync(
                    addition, groupId, results.FindPosition(waiting.Announced), waiting.Announced?.IsRenamedOnClash ?? false, CancellationToken.None);
                counts?.Count(addition.OriginalBytes);
                results.Finish(waiting.Announced, waiting.Image.Id);
            }
            catch (ProblemException problem)
            {
                waiting.Failure = problem;
                results.Refuse(waiting.Announced, problem);
            }
        }

        if (counts is not null)
        {
            await counts.SaveAsync(db, CancellationToken.None);
        }

        await results.SaveAsync(CancellationToken.None);
    }

    private sealed class Waiting(NewImage made, UploadFile? announced, Func<IImageHubDb, Task>? check)
    {
        public NewImage Made => made;

        public UploadFile? Announced => announced;

        public Func<IImageHubDb, Task>? Check => check;

        public TaskCompletionSource<Image> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Image? Image { get; set; }

        public Exception? Failure { get; set; }

        /// <summary>Whether the row may exist despite the error.</summary>
        public bool IsUncertain { get; set; }

        public void Settle()
        {
            if (Failure is null)
            {
                Result.SetResult(Image!);
            }
            else
            {
                Result.SetException(Failure);
            }
        }
    }
}
