using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Application.Tiers;
using ImageHub.Application.Webhooks;
using ImageHub.Domain;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>Announces a batch of files: says which of them are needed, and where to send those.</summary>
/// <param name="Files">The files, in the order in which their images are to stand: 1–10,000.</param>
/// <param name="GroupId">Which group. Users leave it out: the files become their own images.</param>
/// <param name="OnNameClash">What happens to a file whose name is taken: it fails, or gets another name, <c>IMG_0001 (2).jpg</c>.</param>
public sealed record CreateUpload(IReadOnlyList<AnnouncedFile> Files, Guid? GroupId = null, NameClash OnNameClash = NameClash.Fail) : IRequest<CreatedUpload>;

/// <summary>A file that a client has.</summary>
/// <param name="FileName">Its name; like everywhere, the last path segment counts.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256 hash, 64 hexadecimal digits; with it equal bytes that are there are told before the file is sent.</param>
public sealed record AnnouncedFile(string FileName, long Bytes, string? Sha256 = null);

/// <summary>What happens to a file whose name is taken.</summary>
public enum NameClash
{
    /// <summary>It is refused.</summary>
    Fail,

    /// <summary>It gets a number.</summary>
    Rename,
}

/// <summary>A batch as it begins.</summary>
/// <param name="Id">UUIDv7, of the receipt.</param>
/// <param name="Files">The files in the order announced.</param>
public sealed record CreatedUpload(Guid Id, IReadOnlyList<CreatedUploadFile> Files);

/// <summary>Whether a file of a batch is needed.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="Status"><c>needed</c>, <c>duplicate</c> or <c>failed</c>.</param>
/// <param name="UploadUrl">Where to send it (tus 1.0), when it is needed.</param>
/// <param name="ExistingId">The image that has the same bytes.</param>
/// <param name="Code">Why it fails: <c>duplicateFileName</c>, <c>fileTooLarge</c>, <c>quotaExceeded</c>, <c>hashMismatch</c> or <c>corruptImage</c>.</param>
/// <param name="Error">Why it fails, as text.</param>
public sealed record CreatedUploadFile(int Index, UploadStatus Status, string? UploadUrl, Guid? ExistingId, string? Code, string? Error);

internal sealed class CreateUploadValidator : AbstractValidator<CreateUpload>
{
    private const int MaxReported = 10;

    public CreateUploadValidator()
    {
        RuleFor(upload => upload.Files)
            .SetValidator(new ListSizeRule<CreateUpload, AnnouncedFile>(1, UploadBatch.MaxFiles))
            .WithMessage((_, files) => Count(files));
        RuleFor(upload => upload.Files).Custom((files, context) =>
        {
            if (files is { Count: <= UploadBatch.MaxFiles })
            {
                foreach (var (field, text) in files.SelectMany(Complaints).Take(MaxReported))
                {
                    context.AddFailure(field, text);
                }
            }
        });
        RuleFor(upload => upload.OnNameClash).IsInEnum();
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
            yield return ($"files[{index}].sha256", $"files[{index}].sha256 is no SHA-256 hash; it has 64 hexadecimal digits.");
        }
    }
}

internal sealed class CreateUploadHandler(
    IImageHubDb db, UploadPipeline pipeline, ICaller caller, AccountThrottle throttle, WebhookOutbox outbox, TimeProvider clock)
    : IRequestHandler<CreateUpload, CreatedUpload>
{
    public async Task<CreatedUpload> Handle(CreateUpload request, CancellationToken cancellationToken)
    {
        var target = await db.FindUploadTargetAsync(request.GroupId, caller, cancellationToken);

        // Refused files are rows, too: every announced file counts.
        await throttle.TakeAsync(Throttle.Uploads, request.Files.Count, cancellationToken);
        var judged = await JudgeAsync(request, target, cancellationToken);
        var first = await PromisePlacesAsync(target.GroupId, judged.Count, cancellationToken);
        var (now, accountId) = (clock.Now(), caller.UserId!.Value);
        var batchId = Guid.CreateVersion7(now);
        var files = judged.Select((file, index) => file.Announce(batchId, index, accountId, target.GroupId, request.OnNameClash, first + (Position.Gap * index), now)).ToList();
        var batch = UploadBatch.Create(batchId, accountId, target.GroupId, request.GroupId is null, files, now);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            await db.LockReceiptsAsync(accountId, cancellationToken);
            await db.MakeRoomForReceiptAsync(batch, cancellationToken);
            db.UploadBatches.Add(batch);
            db.UploadFiles.AddRange(files);
            await db.SaveChangesAsync(cancellationToken);
            await outbox.AddIfFinishedAsync(db, batch, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return new CreatedUpload(batchId, [.. files.Select(file => new CreatedUploadFile(
            file.Index, file.Status, file.Status == UploadStatus.Needed ? TusUpload.UrlFor(file.Id) : null, file.ImageId, file.Code, file.Error))]);
    }

    private async Task<List<JudgedFile>> JudgeAsync(CreateUpload request, UploadTarget target, CancellationToken cancellationToken)
    {
        var names = (await db.ToNfcAsync([.. request.Files.Select(file => FileName.MakeSafe(file.FileName))], cancellationToken)).Select(FileName.Shorten).ToArray();
        var hashes = request.Files.Select(file => file.Sha256 is null ? null : Convert.FromHexString(file.Sha256)).ToArray();
        var contents = await GroupContents.ReadAsync(db, target.GroupId, names, [.. hashes.OfType<byte[]>()], cancellationToken);
        var judge = new Judge(contents, target, pipeline.MaxFileBytes(target), await UsedBytesAsync(target, cancellationToken), request.OnNameClash);
        return [.. request.Files.Select((file, index) => judge.Admit(names[index], file.Bytes, hashes[index]))];
    }

    /// <summary>Promises places at the end of the group, so that whatever arrives first the images stand in this order.</summary>
    /// <returns>The first of them.</returns>
    private async Task<long> PromisePlacesAsync(Guid groupId, int count, CancellationToken cancellationToken)
    {
        var last = await db.Database.SqlQuery<long>(
            $"""
            UPDATE groups SET promised_position = greatest(
                promised_position,
                (SELECT coalesce(max(position), 0) FROM images WHERE group_id = {groupId} AND deleted_at IS NULL)) + {Position.Gap * count}
            WHERE id = {groupId}
            RETURNING promised_position AS "Value"
            """).ToListAsync(cancellationToken);
        return last.Count == 1 ? last[0] - (Position.Gap * (count - 1)) : throw ProblemException.NotFound("group");
    }

    private async Task<long> UsedBytesAsync(UploadTarget target, CancellationToken cancellationToken) => target.Tier?.QuotaBytes is null
        ? 0
        : await db.OwnGroups().Where(group => group.Id == target.GroupId).Select(group => group.ImageBytes).SingleAsync(cancellationToken);

    /// <summary>What would become of a file.</summary>
    /// <param name="FileName">The name that it is to have.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="Sha256">Its hash, or null.</param>
    /// <param name="Problem">Why it is not needed; null: it is.</param>
    private sealed record JudgedFile(string FileName, long Bytes, byte[]? Sha256, ProblemException? Problem)
    {
        public UploadFile Announce(Guid batchId, int index, Guid accountId, Guid groupId, NameClash onNameClash, long position, DateTimeOffset now)
        {
            var file = UploadFile.Create(Guid.CreateVersion7(now), batchId, index, accountId, groupId, FileName, onNameClash == NameClash.Rename, Bytes, Sha256, position, now);
            if (Problem is not null)
            {
                file.Refuse(Problem, now);
            }

            return file;
        }
    }

    /// <summary>Tells what would become of each file, if those before it are sent.</summary>
    private sealed class Judge(GroupContents contents, UploadTarget target, long maxFileBytes, long usedBytes, NameClash onNameClash)
    {
        private readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        private long promisedBytes = usedBytes;

        public JudgedFile Admit(string fileName, long bytes, byte[]? sha256)
        {
            try
            {
                return new JudgedFile(Reserve(fileName, bytes, sha256), bytes, sha256, Problem: null);
            }
            catch (ProblemException problem)
            {
                return new JudgedFile(fileName, bytes, sha256, problem);
            }
        }

        private string Reserve(string fileName, long bytes, byte[]? sha256)
        {
            UploadPipeline.EnsureSize(bytes, maxFileBytes);
            if (sha256 is not null)
            {
                contents.EnsureNew(Guid.Empty, sha256);

                // The same bytes twice in one batch: what becomes of the second is known when the first has arrived.
                var hash = Convert.ToHexString(sha256);
                if (!sizes.TryAdd(hash, bytes))
                {
                    return sizes[hash] == bytes
                        ? fileName
                        : throw new ProblemException(Problems.HashMismatch, $"Another file of this upload has the same sha256 and {sizes[hash]} bytes, not {bytes}.");
                }
            }

            Quota.EnsureFits(target.Tier, promisedBytes, bytes);
            var name = onNameClash == NameClash.Rename ? FindFreeName(fileName) : fileName;
            contents.Promise(name);
            promisedBytes += bytes;
            return name;
        }

        /// <summary>The name, or the first numbered one that no file before it has. Where an image has that, the file gets another when it arrives.</summary>
        private string FindFreeName(string fileName)
        {
            var name = fileName;
            var number = numbers.GetValueOrDefault(fileName, 1);
            while (contents.IsTaken(name))
            {
                name = FileName.WithNumber(fileName, ++number);
            }

            numbers[fileName] = number;
            return name;
        }
    }
}

/// <summary>SHA-256 hashes as they travel: 64 hexadecimal digits, in either case.</summary>
public static class Sha256Text
{
    private const int Digits = 64;

    /// <summary>Its form, as a JSON schema has it.</summary>
    public const string Pattern = "^[0-9A-Fa-f]{64}$";

    /// <summary>Whether a text is such a hash.</summary>
    public static bool IsValid(string text) => text.Length == Digits && text.All(char.IsAsciiHexDigit);
}
