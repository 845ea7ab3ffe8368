using System.Linq.Expressions;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Uploads;
using MediatR;

namespace ImageHub.Application.Uploads;

/// <summary>The receipts of the caller's own upload batches, the newest first.</summary>
public sealed record ListUploads : PageQuery, IRequest<Page<UploadReceipt>>;

/// <summary>What became of a batch.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="GroupId">The group that the files were for; null: the account's own images.</param>
/// <param name="CreatedAt">When it was announced.</param>
/// <param name="State"><c>open</c> while files are needed, then <c>finished</c>.</param>
/// <param name="Total">How many files were announced.</param>
/// <param name="Done">How many have a result.</param>
/// <param name="Uploaded">How many became images.</param>
/// <param name="Duplicate">How many were there already.</param>
/// <param name="Failed">How many were refused, or never came.</param>
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

/// <summary>Whether a batch still waits for files.</summary>
public enum UploadState
{
    /// <summary>Files are needed.</summary>
    Open,

    /// <summary>Every file has its result.</summary>
    Finished,
}

internal sealed class ListUploadsValidator : PageQueryValidator<ListUploads>;

internal sealed class ListUploadsHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListUploads, Page<UploadReceipt>>
{
    private static readonly Keyset<UploadBatch> Order = Keyset<UploadBatch>.By("createdAt", batch => batch.CreatedAt, batch => batch.Id, descending: true);

    public Task<Page<UploadReceipt>> Handle(ListUploads request, CancellationToken cancellationToken) =>
        db.UploadBatches.Where(batch => batch.AccountId == caller.UserId).ListAsync(request, Order, UploadReceipt.Projection, cancellationToken);
}
