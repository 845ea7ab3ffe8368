using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Uploads;

/// <summary>Announces a single file that belongs to no batch (tus 1.0, creation).</summary>
/// <param name="FileName">The file name.</param>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="GroupId">The group's id; null for the caller's own images.</param>
/// <param name="Sha256">The SHA-256 hash, 64 hexadecimal digits, or null.</param>
/// <param name="Metadata">The metadata as sent, to be returned to the client.</param>
public sealed record CreateTusUpload(string FileName, long Bytes, Guid? GroupId, string? Sha256, string Metadata) : IRequest<TusUpload>, IThrottled
{
    /// <inheritdoc/>
    public Throttle Throttle => Throttle.Uploads;
}

internal sealed class CreateTusUploadHandler(IImageHubDb db, UploadPipeline pipeline, ICaller caller, TimeProvider clock) : IRequestHandler<CreateTusUpload, TusUpload>
{
    public async Task<TusUpload> Handle(CreateTusUpload request, CancellationToken cancellationToken)
    {
        var target = await db.FindUploadTargetAsync(request.GroupId, caller, cancellationToken);
        await EnsureFewOpenAsync(cancellationToken);
        UploadPipeline.EnsureSize(request.Bytes, pipeline.MaxFileBytes(target));
        await UploadPipeline.EnsureFitsNowAsync(db, target, request.Bytes, cancellationToken);
        var now = clock.Now();
        var name = await db.ToFileNameAsync(request.FileName, cancellationToken);
        var hash = request.Sha256 is null ? null : Convert.FromHexString(request.Sha256);
        var file = UploadFile.Create(
            Guid.CreateVersion7(now), batchId: null, index: 0, Uploader.ForAccount(caller.UserId!.Value), target.GroupId, name, isRenamedOnClash: false, request.Bytes, hash, position: null, now, request.Metadata);
        db.UploadFiles.Add(file);
        await db.SaveChangesAsync(cancellationToken);
        return TusUpload.From(file);
    }

    /// <exception cref="ProblemException">409 <c>tooManyOpenUploads</c>.</exception>
    private async Task EnsureFewOpenAsync(CancellationToken cancellationToken)
    {
        var open = db.UploadFiles.Where(file => file.AccountId == caller.UserId && file.BatchId == null && file.Status == UploadStatus.Needed);
        if (await open.Take(UploadFile.MaxOpen).CountAsync(cancellationToken) == UploadFile.MaxOpen)
        {
            throw new ProblemException(
                Problems.TooManyOpenUploads, $"This account has {UploadFile.MaxOpen} unfinished uploads, which is the maximum; finish some, or end them with DELETE.");
        }
    }
}
