using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Uploads;

/// <summary>Creates an image from an announced file whose last bytes have arrived. After a temporary error, the client sends these bytes again.</summary>
internal sealed class UploadCompletion(
    UploadPipeline pipeline, FileSpool spool, IObjectStore store, UnreferencedObjects unreferenced, IServiceScopeFactory scopes, WebhookOutbox outbox, TimeProvider clock)
{
    /// <summary>Finds the target of a file before it is sent. Rejects the file if its group no longer exists or its size exceeds the owner's limits.</summary>
    /// <param name="db">The database.</param>
    /// <param name="file">The file.</param>
    /// <param name="caller">The sender.</param>
    /// <param name="known">The target, if it is already known; null to look it up.</param>
    /// <exception cref="ProblemException">The reason for rejection.</exception>
    public async Task<UploadTarget> FindTargetAsync(IImageHubDb db, UploadFile file, ICaller caller, UploadTarget? known = null)
    {
        try
        {
            var target = known ?? await db.FindTargetAsync(file, caller, CancellationToken.None);
            UploadPipeline.EnsureSize(file.Bytes, pipeline.MaxFileBytes(target));
            return target;
        }
        catch (ProblemException problem) when (UploadResults.IsFinal(problem))
        {
            await RefuseAsync([file], problem);
            throw;
        }
    }

    /// <summary>Processes a complete file and records its result.</summary>
    /// <param name="db">The database.</param>
    /// <param name="file">The file as read before its last bytes arrived.</param>
    /// <param name="target">The target.</param>
    /// <param name="last">The last bytes, or the whole file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The created image; null if an image with the same content exists.</returns>
    /// <exception cref="ProblemException">The reason for rejection, permanent or temporary.</exception>
    public async Task<Image?> CompleteAsync(IImageHubDb db, UploadFile file, UploadTarget target, SpooledFile last, CancellationToken cancellationToken)
    {
        try
        {
            var made = await MakeAsync(db, file, target, last, cancellationToken);
            return made is null ? null : await RecordAsync(file, target, made);
        }
        finally
        {
            if (file.PartCount > 0)
            {
                await DeleteReleasedPartsAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// Renders and stores a complete file, but does not record the image. If an image with the same content exists, records this result and returns null.
    /// </summary>
    /// <exception cref="ProblemException">The reason for rejection, permanent or temporary.</exception>
    public async Task<UnrecordedImage?> MakeAsync(IImageHubDb db, UploadFile file, UploadTarget target, SpooledFile last, CancellationToken cancellationToken)
    {
        try
        {
            var whole = await JoinAsync(db, file, last, cancellationToken);
            EnsureAsAnnounced(file, whole);
            var staged = await pipeline.StageAsync(db, target, whole, file.FileName, file.IsRenamedOnClash, [], cancellationToken);
            return await pipeline.MakeAsync(staged, cancellationToken);
        }
        catch (ProblemException problem) when (UploadResults.IsFinal(problem))
        {
            if (!await RefuseAsync([file], problem))
            {
                throw Changed(file);
            }

            if (problem.Problem != Problems.DuplicateContent)
            {
                throw;
            }

            return null;
        }
    }

    /// <summary>Records an image and its file's result together; returns null if an image with the same content was recorded first.</summary>
    /// <exception cref="ProblemException">The reason for rejection, permanent or temporary.</exception>
    public async Task<Image?> RecordAsync(UploadFile file, UploadTarget target, UnrecordedImage made)
    {
        try
        {
            return await pipeline.RecordAsync(target, made, file);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.DuplicateContent)
        {
            // The recorder has already recorded this result, as it does for every permanent rejection.
            return null;
        }
    }

    /// <summary>Records files as rejected or as duplicates. Files with a result are unchanged.</summary>
    /// <returns>Whether any of the files had no result before.</returns>
    public async Task<bool> RefuseAsync(IReadOnlyCollection<UploadFile> files, ProblemException problem)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var results = await UploadResults.BeginAsync(db, outbox, files, clock, CancellationToken.None);
        foreach (var file in files)
        {
            results.Refuse(file, problem);
        }

        var isAny = await results.SaveAsync(CancellationToken.None);
        await transaction.CommitAsync();
        return isAny;
    }

    /// <summary>Deletes the objects of released parts, then their rows.</summary>
    public async Task DeleteReleasedPartsAsync(CancellationToken cancellationToken)
    {
        const int together = 500;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        while (true)
        {
            var ids = await db.UploadParts.Where(part => part.FileId == null && part.PlaceholderId == null).OrderBy(part => part.Id).Select(part => part.Id).Take(together).ToArrayAsync(cancellationToken);
            if (ids.Length == 0 || !await unreferenced.TryDeleteAsync([.. ids.Select(UploadPart.KeyFor)]))
            {
                return;
            }

            await db.UploadParts.Where(part => ids.Contains(part.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private async Task<SpooledFile> JoinAsync(IImageHubDb db, UploadFile file, SpooledFile last, CancellationToken cancellationToken)
    {
        if (file.Offset == 0)
        {
            return last;
        }

        using (last)
        {
            var parts = await db.UploadParts.Where(part => part.FileId == file.Id).OrderBy(part => part.Offset).ToListAsync(cancellationToken);
            await using var tail = File.OpenRead(last.Path);
            var kept = parts.ConvertAll(part => new PartStream(store.OpenRead(part.Key, part.Bytes), part));
            try
            {
                var whole = await spool.WriteAsync([.. kept, tail], file.Bytes, () => Changed(file), cancellationToken);
                if (whole.Bytes == file.Bytes)
                {
                    return whole;
                }

                whole.Dispose();
                throw Changed(file);
            }
            finally
            {
                foreach (var part in kept)
                {
                    await part.DisposeAsync();
                }
            }
        }
    }

    private static ProblemException Changed(UploadFile file) => UploadResults.OffsetMismatch($"The upload of '{file.FileName}' was changed by another request; send HEAD to get the current offset.");

    /// <summary>Throws if the file's hash differs from the announced one, and deletes the spooled file.</summary>
    /// <exception cref="ProblemException">422 <c>hashMismatch</c>.</exception>
    private static void EnsureAsAnnounced(UploadFile file, SpooledFile whole)
    {
        if (file.Sha256 is not null && !CryptographicOperations.FixedTimeEquals(file.Sha256, whole.Sha256))
        {
            whole.Dispose();
            throw new ProblemException(
                Problems.HashMismatch,
                $"The file has the SHA-256 hash {Convert.ToHexStringLower(whole.Sha256)}; {Convert.ToHexStringLower(file.Sha256)} was announced.");
        }
    }

    /// <summary>A part's bytes. Reading to the end throws <see cref="LostObjectException"/> if the bytes differ from the bytes that were received.</summary>
    private sealed class PartStream(Stream content, UploadPart part) : ForwardStream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await content.ReadAsync(buffer, cancellationToken);
            hash.AppendData(buffer.Span[..read]);
            if (read == 0 && part.Sha256 is { } sent && !CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), sent))
            {
                throw new LostObjectException(part.Key);
            }

            return read;
        }

        public override async ValueTask DisposeAsync()
        {
            hash.Dispose();
            await content.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
