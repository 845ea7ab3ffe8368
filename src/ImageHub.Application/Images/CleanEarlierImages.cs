using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Images;

/// <summary>
/// Cleans the next few files again that an earlier program has cleaned by a shorter list: their full becomes the next revision. What was done stays
/// done when it is stopped.
/// </summary>
public sealed record CleanEarlierImages : IRequest
{
    /// <summary>How often it is sent.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>How many images at a time.</summary>
    internal const int Batch = 100;
}

internal sealed class CleanEarlierImagesHandler(IImageHubDb db, ImageChecks checks, ILogger<CleanEarlierImagesHandler> logger) : IRequestHandler<CleanEarlierImages>
{
    public async Task<Unit> Handle(CleanEarlierImages request, CancellationToken cancellationToken)
    {
        var waiting = db.Images.Where(image => image.Cleaning < Image.LatestCleaning);
        var next = await waiting.OrderBy(image => image.Id).Select(image => image.Id).Take(CleanEarlierImages.Batch).ToListAsync(cancellationToken);
        foreach (var id in next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await checks.TryRunAsync(id, cancellationToken);
        }

        if (next.Count > 0)
        {
            logger.LogInformation("Location and other metadata are being removed from files of an earlier program: {Left} images are left", await waiting.LongCountAsync(cancellationToken));
        }

        return Unit.Value;
    }
}
