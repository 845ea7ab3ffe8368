using ImageHub.Application.Database;
using ImageHub.Domain.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Storage;

/// <summary>
/// Checks the objects of the next images, so that all are checked within <see cref="StorageOptions.ScrubDays"/>. Losses are found before a
/// request needs the object, while a backup may still contain it.
/// </summary>
public sealed record ScrubObjects : IRequest
{
    /// <summary>The interval of the job.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
}

internal sealed class ScrubObjectsHandler(
    IImageHubDb db, ImageCheckRunner checks, IOptions<StorageOptions> options, TimeProvider clock) : IRequestHandler<ScrubObjects>
{
    public async Task<Unit> Handle(ScrubObjects request, CancellationToken cancellationToken)
    {
        if (options.Value.ScrubDays > 0 && await FindPassAsync(cancellationToken) is { LastImageId: { } last } scrub)
        {
            await CheckAsync(scrub, last, await CountTurnAsync(cancellationToken), cancellationToken);
        }

        return Unit.Value;
    }

    /// <summary>The current pass or a new one; null if the next pass is not due.</summary>
    private async Task<Scrub?> FindPassAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var scrub = await db.Scrubs.AsTracking().SingleOrDefaultAsync(cancellationToken);
        if (scrub is null)
        {
            scrub = Scrub.Begin(now);
            db.Scrubs.Add(scrub);
        }
        else if (scrub.LastImageId is null)
        {
            if (now < scrub.StartedAt + TimeSpan.FromDays(options.Value.ScrubDays))
            {
                return null;
            }

            scrub.BeginAgain(now);
        }

        await db.SaveChangesAsync(cancellationToken);
        return scrub;
    }

    /// <summary>The number of images to check in this run.</summary>
    private async Task<long> CountTurnAsync(CancellationToken cancellationToken)
    {
        var turns = TimeSpan.FromDays(options.Value.ScrubDays) / ScrubObjects.Every;
        return (long)Math.Ceiling(await db.Images.LongCountAsync(cancellationToken) / turns);
    }

    private async Task CheckAsync(Scrub scrub, Guid last, long turn, CancellationToken cancellationToken)
    {
        for (var done = 0L; done < turn; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = await db.Images.Where(image => image.Id > last).OrderBy(image => image.Id).Select(image => image.Id).FirstOrDefaultAsync(cancellationToken);
            if (next == Guid.Empty)
            {
                break;
            }

            await checks.TryRunAsync(next, cancellationToken);
            last = next;
            scrub.Pass(last);
            await db.SaveChangesAsync(cancellationToken);
        }

        if (!await db.Images.AnyAsync(image => image.Id > last, cancellationToken))
        {
            scrub.End(clock.Now());
            await db.SaveChangesAsync(cancellationToken);
        }
    }
}
