using System.Linq.Expressions;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Uploads;
using MediatR;

namespace ImageHub.Application.Uploads;

/// <summary>Lists the receipts of the caller's own upload batches, newest first.</summary>
public sealed record ListUploads : PageQuery, IRequest<Page<UploadReceipt>>;

/// <summary>The receipt of an upload batch.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="GroupId">The group's id; null for the account's own images and for a guest's photos.</param>
/// <param name="CreatedAt">When the batch was announced.</param>
/// <param name="State"><c>open</c> while files are needed, otherwise <c>finished</c>.</param>
/// <param name="Total">The number of announced files.</param>
/// <param name="Done">The number of files with a result.</param>
/// <param name="Uploaded">The number of uploaded files.</param>
/// <param name="Duplicate">The number of files that already existed.</param>
/// <param name="Failed">The number of files that were rejected or never arrived.</param>
public record UploadReceipt(Guid Id, Guid? GroupId, DateTimeOffset CreatedAt, UploadState State, int Total, int Done, int Uploaded, int Duplicate, int Failed)
{
    internal static Expression<Func<UploadBatch, UploadReceipt>> Projection { get; } = batch => new UploadReceipt(
        batch.Id,
        batch.IsOwn ? null : batch.GroupId,
        batch.CreatedAt,
        batch.Uploaded + batch.Duplicate + batch.Failed < batch.Total ? UploadState.Open : UploadState.Finished,
        batch.Total,
        batch.Uploaded + batch.Duplicate + batch.Failed,
        batch.Uploaded,
        batch.Duplicate,
        batch.Failed);
}

/// <summary>The state of a batch.</summary>
public enum UploadState
{
    /// <summary>Files are needed.</summary>
    Open,

    /// <summary>Every file has a result.</summary>
    Finished,
}

internal sealed class ListUploadsValidator : PageQueryValidator<ListUploads>;

internal sealed class ListUploadsHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListUploads, Page<UploadReceipt>>
{
    private static readonly Keyset<UploadBatch> Order = Keyset<UploadBatch>.By("createdAt", batch => batch.CreatedAt, batch => batch.Id, descending: true);

    public Task<Page<UploadReceipt>> Handle(ListUploads request, CancellationToken cancellationToken) =>
        db.UploadBatches.SentBy(Uploader.ForAccount(caller.UserId!.Value)).ListAsync(request, Order, UploadReceipt.Projection, cancellationToken);
}
