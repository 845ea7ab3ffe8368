using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Choices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Images;
using ImageHub.Application.Links;
using ImageHub.Application.Storage;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Appends bytes to a resumable upload. Bytes received before a disconnect are kept, unless the request has a checksum. Once the last byte has arrived,
/// the file becomes an image.
/// </summary>
/// <param name="Id">The upload's id.</param>
/// <param name="Offset">The offset of the bytes in the file; it must be the upload's current offset.</param>
/// <param name="Content">The content, readable once.</param>
/// <param name="DeclaredBytes">The size declared by the client, or null.</param>
/// <param name="Checksum">The checksum, or null.</param>
public sealed record AppendToTusUpload(Guid Id, long Offset, Stream Content, long? DeclaredBytes, Checksum? Checksum) : IRequest<TusUpload>
{
    internal GuestVisit? Visit { get; init; }

    /// <summary>Returns a copy of this request for a guest of a link.</summary>
    public AppendToTusUpload WithVisit(GuestVisit visit) => this with { Visit = visit };
}

/// <summary>A checksum of a request's body (tus 1.0, checksum extension).</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Value">The hash.</param>
public sealed record Checksum(HashAlgorithmName Algorithm, byte[] Value);

internal sealed class AppendToTusUploadHandler(
    IImageHubDb db, FileSpool spool, UploadCompletion completion, IObjectStore store, UnreferencedObjects unreferenced, Uploaders uploaders, GuestInboxes inboxes, SendingPlaces places, ICaller caller, TimeProvider clock)
    : IRequestHandler<AppendToTusUpload, TusUpload>
{
    private const string ContentType = "application/octet-stream";

    public async Task<TusUpload> Handle(AppendToTusUpload request, CancellationToken cancellationToken)
    {
        var uploader = await uploaders.FindAsync(request.Visit, cancellationToken);
        using var guestsPlace = places.Take(uploader);

        // The operation is not cancelled until the file is complete, so that bytes received before a disconnect are kept.
        var file = await db.FindTusUploadAsync(request.Id, uploader, clock, CancellationToken.None);
        var state = TusUpload.From(file);
        if (request.Offset != state.Offset)
        {
            throw UploadResults.OffsetMismatch($"Upload-Offset is {request.Offset}; the server has {state.Offset} bytes of '{file.FileName}'.");
        }

        var missing = file.Bytes - state.Offset;
        if (request.DeclaredBytes > missing)
        {
            throw TooLong(file);
        }

        if (missing == 0)
        {
            return state;
        }

        var target = await completion.FindTargetAsync(db, file, caller);
        using var usersPlace = places.Take(target);
        var body = new InterruptedStream(request.Content);
        var spooled = await spool.WriteAsync([body], missing, () => TooLong(file), CancellationToken.None, request.Checksum?.Algorithm);
        if (spooled.Bytes == missing && IsAsSent(spooled, request.Checksum))
        {
            if (await completion.CompleteAsync(db, file, target, spooled, cancellationToken) is { } image)
            {
                file.Finish(image.Id, image.CreatedAt);
                return TusUpload.From(file);
            }
        }
        else
        {
            using (spooled)
            {
                await KeepAsync(file, target, spooled, body, request.Checksum);
            }
        }

        return TusUpload.From(await db.FindTusUploadAsync(file.Id, uploader, clock, CancellationToken.None));
    }

    private static bool IsAsSent(SpooledFile spooled, Checksum? checksum) => checksum is null || spooled.OtherHash.AsSpan().SequenceEqual(checksum.Value);

    private static ProblemException TooLong(UploadFile file) =>
        ProblemException.Invalid("Upload-Offset", $"The body exceeds the {file.Bytes} bytes that Upload-Length announced for '{file.FileName}'.");

    /// <summary>
    /// Stores bytes that do not complete the file, including bytes received before a disconnect. Bytes whose checksum cannot be verified are discarded.
    /// </summary>
    private async Task KeepAsync(UploadFile file, UploadTarget target, SpooledFile spooled, InterruptedStream body, Checksum? checksum)
    {
        if (checksum is not null)
        {
            body.Rethrow();
        }

        if (!IsAsSent(spooled, checksum))
        {
            throw new ProblemException(
                Problems.ChecksumMismatch,
                $"The {spooled.Bytes} bytes of the body do not have the {checksum!.Algorithm.Name} checksum in Upload-Checksum; they were discarded.");
        }

        if (spooled.Bytes > 0)
        {
            await EnsureMayKeepAsync(file, target, spooled.Bytes);
            await store.PutAsync([new NewObject(UploadPart.KeyFor(spooled.Id), spooled.Path, ContentType)], CancellationToken.None);
            try
            {
                await CommitAsync(file, target, spooled);
            }
            catch (ProblemException)
            {
                await unreferenced.TryDeleteAsync([UploadPart.KeyFor(spooled.Id)]);
                throw;
            }
        }

        body.Rethrow();
    }

    /// <summary>Throws if the file has too many parts, or if the stored parts would exceed the owner's quota or the size limit of a guest's link.</summary>
    private async Task EnsureMayKeepAsync(UploadFile file, UploadTarget target, long bytes)
    {
        if (file.PartCount == UploadFile.MaxParts)
        {
            throw ProblemException.Invalid(
                "Upload-Offset", $"'{file.FileName}' was sent in {UploadFile.MaxParts} parts, which is the maximum; send the rest in one request.");
        }

        if (file.GuestId is not null)
        {
            await inboxes.EnsureMayKeepAsync(file, bytes, CancellationToken.None);
        }

        if (target.Tier?.QuotaBytes is not null)
        {
            var kept = file.Offset
                + await db.UploadFiles
                    .Where(other => other.AccountId == target.AddedBy && other.Offset > 0 && other.Status == UploadStatus.Needed && other.Id != file.Id)
                    .SumAsync(other => other.Offset);
            await UploadPipeline.EnsureFitsNowAsync(db, target, kept + bytes, CancellationToken.None);
        }
    }

    /// <summary>
    /// Commits a stored part. The transaction locks the row of the own group of an account with a quota, or of the guest's link, and checks the limit again. Simultaneous
    /// requests therefore do not exceed the limit together.
    /// </summary>
    /// <exception cref="ProblemException">409 <c>offsetMismatch</c>; the errors of <see cref="EnsureMayKeepAsync"/>.</exception>
    private async Task CommitAsync(UploadFile file, UploadTarget target, SpooledFile spooled)
    {
        var now = clock.Now();
        var ownGroupIds = target.Tier?.QuotaBytes is null
            ? []
            : await db.OwnGroups().Where(group => group.OwnerId == target.AddedBy).Select(group => group.Id).ToArrayAsync();
        var guest = await GuestOfLink.FindAsync(db, file.GuestId, CancellationToken.None);
        await using var transaction = await db.Locks.BeginInTurnAsync(guest is null ? ownGroupIds : [guest.LinkId], CancellationToken.None);
        if (ownGroupIds.Length > 0)
        {
            await db.Locks.LockGroupsAsync(ownGroupIds, CancellationToken.None);
        }

        var isNext = await db.UploadFiles
            .Where(row => row.Id == file.Id && row.Status == UploadStatus.Needed && row.Offset == file.Offset)
            .ExecuteUpdateAsync(row => row
                .SetProperty(it => it.Offset, file.Offset + spooled.Bytes)
                .SetProperty(it => it.PartCount, file.PartCount + 1)
                .SetProperty(it => it.TouchedAt, now)) == 1;
        if (!isNext)
        {
            throw UploadResults.OffsetMismatch("Another request has sent the same bytes of this file; send HEAD to get the current offset.");
        }

        if (guest is not null && !await db.Locks.TryLockLinkAsync(guest.LinkId, CancellationToken.None))
        {
            throw SharedGroups.NoLink();
        }

        await EnsureMayKeepAsync(file, target, spooled.Bytes);
        db.UploadParts.Add(new UploadPart(spooled.Id, file.Id, file.Offset, spooled.Bytes) { Sha256 = spooled.Sha256 });
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync();
    }

    /// <summary>A request body. At a disconnect it ends without an error; <see cref="Rethrow"/> throws the error later.</summary>
    private sealed class InterruptedStream(Stream body) : ForwardStream
    {
        private ExceptionDispatchInfo? interruption;

        public void Rethrow() => interruption?.Throw();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await body.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                interruption = ExceptionDispatchInfo.Capture(exception);
                return 0;
            }
        }
    }
}
