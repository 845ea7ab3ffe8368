using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Uploads;

/// <summary>Makes an image of an announced file whose last bytes have come. Of what fails for now nothing but the earlier parts stays.</summary>
internal sealed class UploadCompletion(
    UploadPipeline pipeline, FileSpool spool, IObjectStore store, Leftovers leftovers, IServiceScopeFactory scopes, WebhookOutbox outbox, TimeProvider clock)
{
    /// <summary>Where the file goes: one whose group is gone, or that has become too large for its owner, is refused before it is sent.</summary>
    /// <param name="db">The database.</param>
    /// <param name="file">The file.</param>
    /// <param name="caller">Who sends it.</param>
    /// <param name="known">Its group as it was found a moment ago; null: it is looked for.</param>
    /// <exception cref="ProblemException">Why it is refused.</exception>
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

    /// <summary>Takes a whole file through the pipeline and records its result.</summary>
    /// <param name="db">The database.</param>
    /// <param name="file">The file as it was read before its last bytes came.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="last">Its last bytes, or all of it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The image that it became; null when equal bytes are there.</returns>
    /// <exception cref="ProblemException">Why it is refused, for good or for now.</exception>
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
                await DropPartsAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Takes a whole file as far as its renditions; null when equal bytes are there, which is recorded then.</summary>
    /// <exception cref="ProblemException">Why it is refused, for good or for now.</exception>
    public async Task<MadeImage?> MakeAsync(IImageHubDb db, UploadFile file, UploadTarget target, SpooledFile last, CancellationToken cancellationToken)
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

    /// <summary>Records an image and its file's result together; null when an equal file came first meanwhile.</summary>
    /// <exception cref="ProblemException">Why it is refused, for good or for now.</exception>
    public async Task<Image?> RecordAsync(UploadFile file, UploadTarget target, MadeImage made)
    {
        try
        {
            return await pipeline.RecordAsync(target, made, file);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.DuplicateContent)
        {
            // The recorder has noted it, as it does every refusal.
            return null;
        }
    }

    /// <summary>Records that files are refused for good, or were there already. One that has its result keeps it.</summary>
    /// <returns>Whether any of them had none.</returns>
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

    /// <summary>Deletes the objects of parts that are needed no longer, then their rows.</summary>
    public async Task DropPartsAsync(CancellationToken cancellationToken)
    {
        const int together = 500;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        while (true)
        {
            var ids = await db.UploadParts.Where(part => part.FileId == null).OrderBy(part => part.Id).Select(part => part.Id).Take(together).ToArrayAsync(cancellationToken);
            if (ids.Length == 0 || !await leftovers.TryDeleteAsync([.. ids.Select(UploadPart.KeyFor)]))
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
            var kept = parts.ConvertAll(part => store.OpenRead(part.Key, part.Bytes));
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

    private static ProblemException Changed(UploadFile file) => UploadResults.OffsetMismatch($"The upload of '{file.FileName}' was changed by another request; ask with HEAD how far it is.");

    /// <summary>Fails when the file has another hash than was announced; the spooled file is gone then.</summary>
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
}
