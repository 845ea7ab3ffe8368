using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Storage;

/// <summary>
/// Checks the objects of the next images, so that all objects are checked within <see cref="StorageOptions.ScrubDays"/>. This finds a lost object early, while
/// a backup may still contain it.
/// </summary>
public sealed record ScrubObjects : IRequest
{
    /// <summary>The interval of the job.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
}

internal sealed class ScrubObjectsHandler(
    IImageHubDb db, ImageCheckRunner checks, IOptions<StorageOptions> options, TimeProvider clock) : ImageJobHandler<ScrubObjects, Guid>
{
    private Scrub scrub = null!;
    private long left;

    /// <inheritdoc />
    protected override async Task<bool> TryBeginAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ScrubDays <= 0 || await FindPassAsync(cancellationToken) is not { LastImageId: not null } found)
        {
            return false;
        }

        (scrub, left) = (found, await CountTurnAsync(cancellationToken));
        return true;
    }

    /// <summary>Reads one image at a time, because a check reads all objects of the image.</summary>
    protected override async Task<List<Guid>> ReadNextAsync(CancellationToken cancellationToken)
    {
        var next = await db.AllImages.Where(image => image.Id > scrub.LastImageId).OrderBy(image => image.Id).Select(image => image.Id).Take(1).ToListAsync(cancellationToken);
        if (next.Count == 0)
        {
            scrub.End(clock.Now());
            await db.SaveChangesAsync(cancellationToken);
        }

        return left-- > 0 ? next : [];
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(List<Guid> batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await checks.TryRunAsync(batch[0], cancellationToken);
        scrub.Pass(batch[0]);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Finds the current pass or begins a new one; null if the next pass is not due.</summary>
    private async Task<Scrub?> FindPassAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var current = await db.Scrubs.AsTracking().SingleOrDefaultAsync(cancellationToken);
        if (current is null)
        {
            current = Scrub.Begin(now);
            db.Scrubs.Add(current);
        }
        else if (current.LastImageId is null)
        {
            if (now < current.StartedAt + TimeSpan.FromDays(options.Value.ScrubDays))
            {
                return null;
            }

            current.BeginAgain(now);
        }

        await db.SaveChangesAsync(cancellationToken);
        return current;
    }

    /// <summary>Computes the number of images to check in this run.</summary>
    private async Task<long> CountTurnAsync(CancellationToken cancellationToken)
    {
        var turns = TimeSpan.FromDays(options.Value.ScrubDays) / ScrubObjects.Every;
        return (long)Math.Ceiling(await db.AllImages.LongCountAsync(cancellationToken) / turns);
    }
}
