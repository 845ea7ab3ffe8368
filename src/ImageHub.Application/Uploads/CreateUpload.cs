using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Uploads;
using MediatR;

namespace ImageHub.Application.Uploads;

/// <summary>Announces a batch of files. The response states which files are needed and where to send them.</summary>
/// <param name="Files">The files in the order of their images: 1–10,000.</param>
/// <param name="GroupId">
/// The group's id; required for admins and editors. Users may name a group that they contribute to; without a group, the files become their own images.
/// </param>
/// <param name="OnNameClash">Whether a file whose name is taken fails or gets a number, such as <c>IMG_0001 (2).jpg</c>.</param>
public sealed record CreateUpload(IReadOnlyList<AnnouncedFile> Files, Guid? GroupId = null, NameClash OnNameClash = NameClash.Fail) : IRequest<CreatedUpload>;

/// <summary>A file to upload.</summary>
/// <param name="FileName">The file name; only the last path segment counts.</param>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="Sha256">The SHA-256 hash, 64 hexadecimal digits. With it, the server detects a duplicate before the file is sent.</param>
public sealed record AnnouncedFile(string FileName, long Bytes, string? Sha256 = null);

/// <summary>The handling of a file whose name is taken.</summary>
public enum NameClash
{
    /// <summary>The file is rejected.</summary>
    Fail,

    /// <summary>The file is renamed with a number.</summary>
    Rename,
}

/// <summary>An announced batch.</summary>
/// <param name="Id">The id of the batch and its receipt: UUIDv7.</param>
/// <param name="Files">The files in the announced order.</param>
public sealed record CreatedUpload(Guid Id, IReadOnlyList<CreatedUploadFile> Files)
{
    internal static CreatedUpload From(Guid id, IReadOnlyList<UploadFile> files, string tusPath = TusUpload.Path) => new(id, [.. files.Select(file => new CreatedUploadFile(
        file.Index, file.Status, file.Status == UploadStatus.Needed ? TusUpload.UrlFor(file.Id, tusPath) : null, file.ImageId, file.Code, file.Error))]);
}

/// <summary>The status of an announced file.</summary>
/// <param name="Index">The index in the batch, from 0.</param>
/// <param name="Status"><c>needed</c>, <c>duplicate</c> or <c>failed</c>.</param>
/// <param name="UploadUrl">The address to send the file to (tus 1.0), if it is needed.</param>
/// <param name="ExistingId">The id of the existing image with the same content.</param>
/// <param name="Code">
/// The error code: <c>duplicateFileName</c>, <c>fileTooLarge</c>, <c>quotaExceeded</c>, <c>hashMismatch</c> or <c>corruptImage</c>;
/// for guests also <c>guestFull</c> or <c>linkFull</c>.
/// </param>
/// <param name="Error">The error message.</param>
public sealed record CreatedUploadFile(int Index, UploadStatus Status, string? UploadUrl, Guid? ExistingId, string? Code, string? Error);

internal sealed class CreateUploadValidator : AbstractValidator<CreateUpload>
{
    public CreateUploadValidator()
    {
        RuleFor(upload => upload.Files).AnnouncedFiles();
        RuleFor(upload => upload.OnNameClash).IsInEnum();
    }
}

/// <summary>The rules for announced files.</summary>
internal static class AnnouncedFileRules
{
    private const int MaxReported = 10;

    public static void AnnouncedFiles<T>(this IRuleBuilderInitial<T, IReadOnlyList<AnnouncedFile>> rule)
    {
        rule.SetValidator(new ListSizeRule<T, AnnouncedFile>(1, UploadBatch.MaxFiles)).WithMessage((_, files) => Count(files)).Custom((files, context) =>
        {
            if (files is { Count: <= UploadBatch.MaxFiles })
            {
                foreach (var (field, text) in files.SelectMany(Complaints).Take(MaxReported))
                {
                    context.AddFailure(field, text);
                }
            }
        });
    }

    private static string Count(IReadOnlyList<AnnouncedFile>? files) => files?.Count > UploadBatch.MaxFiles
        ? $"files has {files.Count} entries; at most {UploadBatch.MaxFiles} are allowed. Send them as {(files.Count + UploadBatch.MaxFiles - 1) / UploadBatch.MaxFiles} uploads."
        : "files has 0 entries; 1 to 10,000 are allowed.";

    private static IEnumerable<(string Field, string Text)> Complaints(AnnouncedFile? file, int index)
    {
        if (file is null)
        {
            yield return ($"files[{index}]", $"files[{index}] is null; each entry is an object with fileName and bytes.");
            yield break;
        }

        if (string.IsNullOrEmpty(file.FileName))
        {
            yield return ($"files[{index}].fileName", $"files[{index}].fileName is empty; name the file.");
        }

        if (file.Bytes < 0)
        {
            yield return ($"files[{index}].bytes", $"files[{index}].bytes is {file.Bytes}; a size is 0 or more.");
        }

        if (file.Sha256 is not null && !Sha256Text.IsValid(file.Sha256))
        {
            yield return ($"files[{index}].sha256", $"files[{index}].sha256 is not a SHA-256 hash; it must have 64 hexadecimal digits.");
        }
    }
}

internal sealed class CreateUploadHandler(
    IImageHubDb db, Announcement announcement, ICaller caller, AccountThrottle throttle, WebhookOutbox outbox, TimeProvider clock)
    : IRequestHandler<CreateUpload, CreatedUpload>
{
    public async Task<CreatedUpload> Handle(CreateUpload request, CancellationToken cancellationToken)
    {
        var target = await db.FindUploadTargetAsync(request.GroupId, caller, cancellationToken);

        // Counts every announced file, because rejected files also have rows.
        await throttle.TakeAsync(Throttle.Uploads, request.Files.Count, cancellationToken);
        var (now, uploader) = (clock.Now(), Uploader.ForAccount(caller.UserId!.Value));
        var batchId = Guid.CreateVersion7(now);
        var files = await announcement.JudgeAsync(request.Files, request.OnNameClash, target, new AnnouncedBatch(batchId, uploader, FirstIndex: 0, now), cancellationToken);
        var batch = UploadBatch.Create(batchId, uploader, target.GroupId, request.GroupId is null, files, now);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            await db.Locks.LockReceiptsAsync(uploader.Id, cancellationToken);
            await db.MakeRoomForReceiptAsync(uploader, batchId, batch.Total, batch.IsFinished, cancellationToken);
            db.UploadBatches.Add(batch);
            db.UploadFiles.AddRange(files);
            await db.SaveChangesAsync(cancellationToken);
            await outbox.AddIfFinishedAsync(db, batch, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return CreatedUpload.From(batchId, files);
    }
}

/// <summary>SHA-256 hashes in requests and responses: 64 hexadecimal digits, case-insensitive.</summary>
public static class Sha256Text
{
    private const int Digits = 64;

    /// <summary>The format for a JSON schema.</summary>
    public const string Pattern = "^[0-9A-Fa-f]{64}$";

    /// <summary>Whether a text is a hash in this format.</summary>
    public static bool IsValid(string text) => text.Length == Digits && text.All(char.IsAsciiHexDigit);
}
