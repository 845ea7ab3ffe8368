using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>Adds files to one of the caller's own upload batches. The batch's receipt then includes them.</summary>
/// <param name="Files">The files in the order of their images. The images follow those of the files announced earlier.</param>
/// <param name="OnNameClash">The handling of a file whose name is taken.</param>
public sealed record AddUploadFiles(IReadOnlyList<AnnouncedFile> Files, NameClash OnNameClash = NameClash.Fail) : IRequest<CreatedUpload>
{
    internal Guid Id { get; init; }

    /// <summary>Returns a copy of this request with the id of the batch.</summary>
    public AddUploadFiles WithId(Guid id) => this with { Id = id };
}

internal sealed class AddUploadFilesValidator : AbstractValidator<AddUploadFiles>
{
    public AddUploadFilesValidator()
    {
        RuleFor(upload => upload.Files).AnnouncedFiles();
        RuleFor(upload => upload.OnNameClash).IsInEnum();
    }
}

internal sealed class AddUploadFilesHandler(
    IImageHubDb db, Announcement announcement, ICaller caller, AccountThrottle throttle, WebhookOutbox outbox, TimeProvider clock)
    : IRequestHandler<AddUploadFiles, CreatedUpload>
{
    public async Task<CreatedUpload> Handle(AddUploadFiles request, CancellationToken cancellationToken)
    {
        var uploader = Uploader.ForAccount(caller.UserId!.Value);
        var batches = db.UploadBatches.SentBy(uploader).Where(batch => batch.Id == request.Id);
        var found = await batches.SingleOrDefaultAsync(cancellationToken) ?? throw ProblemException.NotFound("upload");
        var target = await db.FindUploadTargetAsync(found.IsOwn ? null : found.GroupId, caller, cancellationToken);
        EnsureFits(found, request.Files.Count);
        await throttle.TakeAsync(Throttle.Uploads, request.Files.Count, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Locks.LockReceiptsAsync(uploader.Id, cancellationToken);

        // Read again under the lock: another request may have added files or deleted the receipt.
        var batch = await batches.SingleOrDefaultAsync(cancellationToken) ?? throw ProblemException.NotFound("upload");
        EnsureFits(batch, request.Files.Count);
        var files = await announcement.JudgeAsync(request.Files, request.OnNameClash, target, new AnnouncedBatch(batch.Id, uploader, batch.Total, clock.Now()), cancellationToken);
        var (duplicate, failed) = (files.Count(file => file.Status == UploadStatus.Duplicate), files.Count(file => file.Status == UploadStatus.Failed));
        await db.MakeRoomForReceiptAsync(uploader, batch.Id, batch.Total + files.Count, batch.IsFinished && duplicate + failed == files.Count, cancellationToken);
        db.UploadFiles.AddRange(files);
        await db.SaveChangesAsync(cancellationToken);
        await batches.ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Total, row => row.Total + files.Count)
                .SetProperty(row => row.Duplicate, row => row.Duplicate + duplicate)
                .SetProperty(row => row.Failed, row => row.Failed + failed),
            cancellationToken);
        await outbox.AddIfFinishedAsync(db, await batches.SingleAsync(cancellationToken), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return CreatedUpload.From(batch.Id, files);
    }

    private static void EnsureFits(UploadBatch batch, int files)
    {
        if (batch.Total + files > UploadBatch.MaxFiles)
        {
            throw ProblemException.Invalid("files", $"files has {files} entries and the upload already has {batch.Total} files; an upload can have at most {UploadBatch.MaxFiles}. Announce these files as another upload.");
        }
    }
}
