using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Requests;
using ImageHub.Application.Tiers;
using ImageHub.Domain;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;

namespace ImageHub.Application.Uploads;

/// <summary>The batch of announced files.</summary>
/// <param name="Id">The batch's id.</param>
/// <param name="Uploader">The account or guest that announces the files.</param>
/// <param name="FirstIndex">The index of the first of these files in the batch.</param>
/// <param name="Now">The time of the announcement.</param>
internal sealed record AnnouncedBatch(Guid Id, Uploader Uploader, int FirstIndex, DateTimeOffset Now);

/// <summary>Evaluates announced files before they are sent, and reserves their positions in the group.</summary>
internal sealed class Announcement(IImageHubDb db, UploadPipeline pipeline)
{
    /// <summary>Creates the rows of announced files. The row of a rejected file contains the reason. The caller adds the rows to the database.</summary>
    /// <param name="files">The files.</param>
    /// <param name="onNameClash">The handling of a file whose name is taken.</param>
    /// <param name="target">The target.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="allowance">The number of files and bytes that the guest can still send; null for an account.</param>
    public async Task<List<UploadFile>> JudgeAsync(IReadOnlyList<AnnouncedFile> files, NameClash onNameClash, UploadTarget target, AnnouncedBatch batch, CancellationToken cancellationToken, GuestAllowance? allowance = null)
    {
        var judged = await JudgeEachAsync(files, onNameClash, target, allowance, cancellationToken);
        var first = await ReservePositionsAsync(target.GroupId, judged.Count, cancellationToken);
        return [.. judged.Select((file, index) =>
            file.Announce(batch.Id, batch.FirstIndex + index, batch.Uploader, target.GroupId, onNameClash, first + (Position.Gap * index), batch.Now))];
    }

    private async Task<List<JudgedFile>> JudgeEachAsync(IReadOnlyList<AnnouncedFile> files, NameClash onNameClash, UploadTarget target, GuestAllowance? allowance, CancellationToken cancellationToken)
    {
        var names = await FindNamesAsync(files, cancellationToken);
        var hashes = files.Select(file => file.Sha256 is null ? null : Convert.FromHexString(file.Sha256)).ToArray();
        var contents = await GroupContents.ReadAsync(db, target.GroupId, names, [.. hashes.OfType<byte[]>()], cancellationToken);
        var judge = new Judge(contents, target, pipeline.MaxFileBytes(target), await UsedBytesAsync(target, cancellationToken), onNameClash, allowance);
        return [.. files.Select((file, index) => judge.Admit(names[index], file.Bytes, hashes[index]))];
    }

    /// <summary>Finds the files' names in the form in which they are stored, in order.</summary>
    public async Task<string[]> FindNamesAsync(IReadOnlyList<AnnouncedFile> files, CancellationToken cancellationToken) =>
        [.. (await db.ToNfcAsync([.. files.Select(file => FileName.MakeSafe(file.FileName))], cancellationToken)).Select(FileName.Shorten)];

    /// <summary>Reserves positions at the end of the group, so that the images are in the announced order even if the files arrive in another order.</summary>
    /// <returns>The first position.</returns>
    private async Task<long> ReservePositionsAsync(Guid groupId, int count, CancellationToken cancellationToken)
    {
        var last = await db.RowOrder.ReserveImagePositionsAsync(groupId, count, cancellationToken) ?? throw ProblemException.NotFound("group");
        return last - (Position.Gap * (count - 1));
    }

    private async Task<long> UsedBytesAsync(UploadTarget target, CancellationToken cancellationToken) => target.Tier?.QuotaBytes is null
        ? 0
        : await db.FindUsedBytesAsync(target.Tier, target.AddedBy!.Value, cancellationToken);

    /// <summary>The evaluation of a file.</summary>
    /// <param name="FileName">The file name that the image will have.</param>
    /// <param name="Bytes">The file's size in bytes.</param>
    /// <param name="Sha256">The hash, or null.</param>
    /// <param name="Problem">The reason why the file is not needed; null if it is needed.</param>
    private sealed record JudgedFile(string FileName, long Bytes, byte[]? Sha256, ProblemException? Problem)
    {
        public UploadFile Announce(Guid batchId, int index, Uploader uploader, Guid groupId, NameClash onNameClash, long position, DateTimeOffset now)
        {
            var file = UploadFile.Create(Guid.CreateVersion7(now), batchId, index, uploader, groupId, FileName, onNameClash == NameClash.Rename, Bytes, Sha256, position, now);
            if (Problem is not null)
            {
                file.Refuse(Problem, now);
            }

            return file;
        }
    }

    /// <summary>Evaluates each file on the assumption that the previous files will be sent.</summary>
    private sealed class Judge(GroupContents contents, UploadTarget target, long maxFileBytes, long usedBytes, NameClash onNameClash, GuestAllowance? allowance)
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
                if (!contents.IsDamaged(sha256))
                {
                    contents.EnsureNew(Guid.Empty, sha256);
                }

                // A file with the same content as a previous file is also needed, because the previous file may be rejected.
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
            contents.Reserve(name);
            allowance?.Take(bytes);
            promisedBytes += bytes;
            return name;
        }

        /// <summary>
        /// Returns the name or, if an image or a previous file has it, the first numbered name without a known conflict. An image may still have the
        /// numbered name; the file is then renamed again when it arrives.
        /// </summary>
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
