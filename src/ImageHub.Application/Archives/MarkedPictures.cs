using System.Collections.Concurrent;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Thumbnails;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>The pictures with the site's watermark for an archive.</summary>
/// <param name="Mark">The number of the site's watermark.</param>
/// <param name="Rows">The rows of the pictures.</param>
/// <param name="Unmade">The images whose pictures cannot be rendered.</param>
internal sealed record MarkedRows(int Mark, IQueryable<Thumbnail> Rows, IReadOnlySet<Guid> Unmade);

/// <summary>Renders the pictures with the site's watermark that an archive needs.</summary>
internal sealed class MarkedPictures(IImageHubDb db, ICaller caller, ThumbnailMaker thumbnails, TimeProvider clock)
{
    /// <summary>The time after which a request starts no further batch. The next request continues.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>The number of pictures that are looked up together.</summary>
    private const int BatchSize = 50;

    /// <summary>Renders the pictures that do not exist yet. Marks the existing ones as read, so that they are not deleted as unread.</summary>
    /// <param name="images">The images.</param>
    /// <param name="variant">The variant, without the watermark.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">503 <c>serverBusy</c> if not all pictures are rendered yet.</exception>
    public async Task<MarkedRows> MakeAsync(IQueryable<Image> images, ImageVariant variant, CancellationToken cancellationToken)
    {
        var (began, now) = (clock.GetTimestamp(), clock.Now());
        var mark = await db.SiteProfiles.Select(site => site.WatermarkNumber).SingleAsync(cancellationToken);
        var shown = variant.MarkedBy(mark);
        var number = shown.Number!.Value;
        var unreadSince = now - ThumbnailMaker.ReadTimestampGranularity;
        await db.Thumbnails
            .Where(row => row.Number == number && row.LastReadAt <= unreadSince && images.Any(image => image.Id == row.ImageId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastReadAt, now), cancellationToken);
        var unmade = new ConcurrentBag<Guid>();
        Guid[] passedOver = [];
        var missing = images.Where(image => !passedOver.Contains(image.Id) && !db.Thumbnails.Any(row => row.ImageId == image.Id && row.Number == number));
        while (await missing.OrderBy(image => image.Id).Select(StoredImage.Projection).Take(BatchSize).ToListAsync(cancellationToken) is { Count: > 0 } next)
        {
            if (clock.GetElapsedTime(began) > Longest)
            {
                var (all, left) = (await images.CountAsync(cancellationToken), await missing.CountAsync(cancellationToken));
                throw new ProblemException(Problems.ServerBusy, $"The watermark is on {all - left} of {all} photos; try again to continue.") { RetryAfter = TimeSpan.FromSeconds(1) };
            }

            await Parallel.ForEachAsync(
                next,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                async (image, stop) =>
                {
                    if (!await TryMakeAsync(image, shown, stop))
                    {
                        unmade.Add(image.Id);
                    }
                });
            passedOver = [.. unmade];
        }

        return new MarkedRows(mark, db.Thumbnails, passedOver.ToHashSet());
    }

    /// <summary>Renders a picture. Returns false if its image is lost, deleted or cannot be rendered, so that another attempt would fail, too.</summary>
    private async Task<bool> TryMakeAsync(StoredImage image, ImageVariant shown, CancellationToken cancellationToken)
    {
        try
        {
            await thumbnails.OpenAsync(ThumbnailSource.Of(image), shown, isPublic: false, caller.IsCurator ? null : caller.Address, cancellationToken);
            return true;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ObjectLost || problem.Problem.Kind == ProblemKind.Final)
        {
            return false;
        }
    }
}
