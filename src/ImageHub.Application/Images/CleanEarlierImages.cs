using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Images;

/// <summary>
/// Cleans the files again that an earlier program has cleaned by a shorter list: their full becomes the next revision. What was done stays done when
/// it is stopped; one that cannot be cleaned keeps no other from its turn.
/// </summary>
public sealed record CleanEarlierImages : IRequest
{
    /// <summary>How often it is sent.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>How many images are read at a time.</summary>
    internal const int Batch = 100;
}

internal sealed class CleanEarlierImagesHandler(IImageHubDb db, ImageChecks checks, ILogger<CleanEarlierImagesHandler> logger) : IRequestHandler<CleanEarlierImages>
{
    public async Task<Unit> Handle(CleanEarlierImages request, CancellationToken cancellationToken)
    {
        var waiting = db.Images.Where(image => image.Cleaning < Image.LatestCleaning);
        var (last, left) = (Guid.Empty, await waiting.LongCountAsync(cancellationToken));
        while (await FindAfterAsync(last) is { Count: > 0 } next)
        {
            logger.LogInformation("Location and other metadata are being removed from files of an earlier program: {Left} images are left", left);
            foreach (var id in next)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await checks.TryRunAsync(id, cancellationToken);
            }

            (last, left) = (next[^1], left - next.Count);
        }

        return Unit.Value;

        Task<List<Guid>> FindAfterAsync(Guid id) =>
            waiting.Where(image => image.Id > id).OrderBy(image => image.Id).Select(image => image.Id).Take(CleanEarlierImages.Batch).ToListAsync(cancellationToken);
    }
}
