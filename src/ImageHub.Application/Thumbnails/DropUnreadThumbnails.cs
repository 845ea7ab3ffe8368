using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using MediatR;
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
                await unreferenced.DeleteAsync(db, row, cancellationToken);
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
}
