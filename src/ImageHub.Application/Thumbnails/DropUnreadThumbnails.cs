using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Thumbnails;

/// <summary>Deletes thumbnails that have not been read for a while. The next request renders them again.</summary>
public sealed record DropUnreadThumbnails : IRequest;

internal sealed class DropUnreadThumbnailsHandler(
    IImageHubDb db, UnreferencedObjects unreferenced, IOptions<ThumbnailOptions> options, TimeProvider clock, ILogger<DropUnreadThumbnailsHandler> logger)
    : IRequestHandler<DropUnreadThumbnails>
{
    private const int BatchSize = 500;

    public async Task<Unit> Handle(DropUnreadThumbnails request, CancellationToken cancellationToken)
    {
        var since = clock.Now() - TimeSpan.FromDays(options.Value.KeepUnreadDays);
        var dropped = 0;
        while (true)
        {
            var rows = await db.ObjectRows.DropThumbnailsAsync(since, BatchSize, cancellationToken);
            foreach (var row in rows)
            {
                await DeleteObjectAsync(row, cancellationToken);
            }

            dropped += rows.Count;
            if (rows.Count < BatchSize)
            {
                break;
            }
        }

        if (dropped > 0)
        {
            logger.LogInformation("Deleted {Count} thumbnails that were not read for {Days} days", dropped, options.Value.KeepUnreadDays);
        }

        return Unit.Value;
    }

    /// <summary>Deletes an object under the lock of rendering, so that a thumbnail that was rendered again in the meantime is kept.</summary>
    private async Task DeleteObjectAsync(DroppedThumbnail row, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Locks.LockThumbnailAsync(row.ImageId, row.Number, cancellationToken);
        if (!await db.Thumbnails.AnyAsync(thumbnail => thumbnail.ImageId == row.ImageId && thumbnail.Number == row.Number, cancellationToken))
        {
            await unreferenced.TryDeleteAsync([ObjectKey.For(row.ImageId, row.Revision, ImageVariant.OnRequest(row.Number))]);
        }
    }
}
