using FluentValidation;
using ImageHub.Application.Choices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Application.Uploads;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Links;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.GuestUploads;

/// <summary>
/// Announces a guest's photos. The response states which files are needed and where to send them. The photos await approval in the guest's inbox and are
/// compared only with the photos there. A file whose name is taken there gets a number.
/// </summary>
/// <param name="GuestName">The guest's name, as the group's curators see it: 1 to 100 characters.</param>
/// <param name="Files">The files in the order of their images: 1–10,000.</param>
public sealed record CreateGuestUpload(string GuestName, IReadOnlyList<AnnouncedFile> Files) : IRequest<CreatedUpload>
{
    internal GuestVisit Visit { get; init; } = new("", null, null);

    /// <summary>Returns a copy of this request with the guest's visit.</summary>
    public CreateGuestUpload WithVisit(GuestVisit visit) => this with { Visit = visit };
}

internal sealed class CreateGuestUploadValidator : AbstractValidator<CreateGuestUpload>
{
    public CreateGuestUploadValidator()
    {
        RuleFor(upload => upload.GuestName).RequiredText(LinkGuest.MaxNameLength);
        RuleFor(upload => upload.Files).AnnouncedFiles();
    }
}

internal sealed class CreateGuestUploadHandler(IImageHubDb db, GuestInboxes inboxes, Announcement announcement, UploadCompletion completion, RequestTokens throttles, WebhookOutbox outbox, TimeProvider clock)
    : IRequestHandler<CreateGuestUpload, CreatedUpload>
{
    /// <summary>Limits the announced files of one guest, because rejected files also have rows.</summary>
    private static readonly TokenBucket Announced = new("guestuploads", Link.MaxMaxFiles, 500);

    public async Task<CreatedUpload> Handle(CreateGuestUpload request, CancellationToken cancellationToken)
    {
        var shared = await inboxes.OpenAsync(request.Visit, cancellationToken);
        var name = (await db.ToNfcAsync(request.GuestName.Trim(), cancellationToken))!;
        var guest = await inboxes.FindOrAddAsync(shared, request.Visit.GuestToken, name, cancellationToken);
        await throttles.TakeAsync(Announced, guest.GuestId.ToString("N"), request.Files.Count, "photos announced by this guest", cancellationToken);

        var repeated = await FindRepeatedAsync(guest.GuestId, request.Files, cancellationToken);
        var (now, uploader) = (clock.Now(), Uploader.ForGuest(guest.GuestId));
        var batchId = Guid.CreateVersion7(now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await RenameAsync(guest.InboxId, name, cancellationToken);

        // Announcements of the same guest wait for each other here, so that together they stay within the limits.
        await db.Locks.LockReceiptsAsync(uploader.Id, cancellationToken);
        var allowance = await inboxes.FindAllowanceAsync(shared.Link.Id, guest.GuestId, [.. repeated.Select(file => file.Id)], cancellationToken);
        var target = new UploadTarget(guest.InboxId, null) { IsInbox = true };
        var files = await announcement.JudgeAsync(request.Files, NameClash.Rename, target, new AnnouncedBatch(batchId, uploader, FirstIndex: 0, now), cancellationToken, allowance);
        EnsureNotFull(files);
        var batch = UploadBatch.Create(batchId, uploader, guest.InboxId, isOwn: true, files, now);
        await db.MakeRoomForReceiptAsync(uploader, batchId, batch.Total, batch.IsFinished, cancellationToken);
        db.UploadBatches.Add(batch);
        db.UploadFiles.AddRange(files);
        await db.SaveChangesAsync(cancellationToken);
        await db.UploadGuests.Where(row => row.Id == guest.GuestId).ExecuteUpdateAsync(set => set.SetProperty(row => row.AnnouncedAt, now), cancellationToken);
        await outbox.AddIfFinishedAsync(db, batch, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (repeated.Count > 0)
        {
            await completion.RefuseAsync(repeated, new ProblemException(Problems.Expired, "The file was announced again."));
        }

        return CreatedUpload.From(batchId, files, TusUpload.PathBelow(request.Visit.Token));
    }

    /// <summary>
    /// Finds photos of the guest's earlier announcements that are announced again and of which no bytes are stored. The guest probably did not receive the
    /// answer, so the new announcement replaces these photos; otherwise they would count against the limits until they expire.
    /// </summary>
    private async Task<List<UploadFile>> FindRepeatedAsync(Guid guestId, IReadOnlyList<AnnouncedFile> files, CancellationToken cancellationToken)
    {
        var awaited = await db.UploadFiles.Where(file => file.GuestId == guestId && file.Status == UploadStatus.Needed && file.Offset == 0).ToListAsync(cancellationToken);
        if (awaited.Count == 0)
        {
            return [];
        }

        var announced = (await announcement.FindNamesAsync(files, cancellationToken)).Zip(files, (name, file) => (name, file.Bytes)).ToHashSet();
        return awaited.FindAll(file => announced.Contains((file.FileName, file.Bytes)));
    }

    /// <summary>Changes the name of the guest's inbox to the name in the request.</summary>
    private async Task RenameAsync(Guid inboxId, string name, CancellationToken cancellationToken)
    {
        var locked = await db.Locks.LockGroupsAsync([inboxId], cancellationToken);
        if (locked.GetValueOrDefault(inboxId) is not { DeletedAt: null } inbox)
        {
            throw ProblemException.NotFound("link");
        }

        if (inbox.Title != name)
        {
            inbox.Retitle(name);
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Throws if the limits reject every file. Nothing is stored then.</summary>
    /// <exception cref="ProblemException">409 <c>guestFull</c> or <c>linkFull</c>.</exception>
    private static void EnsureNotFull(List<UploadFile> files)
    {
        if (files.TrueForAll(file => GuestAllowance.IsLimit(file.Code)))
        {
            throw new ProblemException(files[0].Code == Problems.GuestFull.Code ? Problems.GuestFull : Problems.LinkFull, files[0].Error!);
        }
    }
}
