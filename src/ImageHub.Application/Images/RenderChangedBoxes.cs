using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Images;

/// <summary>
/// Renders low, medium and high again for all images after a change of the boxes, oldest image first. Images whose renditions have the new sizes keep them.
/// Large renditions follow in <see cref="MakeAlternates"/>. The job renders on one instance at a time, while no other rendering is pending.
/// </summary>
public sealed record RenderChangedBoxes : IRequest
{
    /// <summary>The interval of the job.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>The number of images read at a time.</summary>
    internal const int Batch = 100;

    /// <summary>The number of runs that try to render an image while the machine is busy. Afterwards the image keeps its renditions.</summary>
    internal const int MaxAttempts = 5;

    /// <summary>
    /// The maximum time that an image waits for an idle moment and is rendered. Meanwhile the image is locked for rotations. A later run tries again.
    /// </summary>
    internal static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
}

internal sealed class RenderChangedBoxesHandler(
    IImageHubDb db, ImageCheck check, IObjectStore store, RenderBackoff<RenderChangedBoxes> backoff, IOptions<ImagingOptions> imaging, ILogger<RenderChangedBoxesHandler> logger)
    : ImageJobHandler<RenderChangedBoxes, RenderChangedBoxesHandler.Sizes>
{
    private readonly string boxes = imaging.Value.DescribeBoxes();
    private RenditionPass? pass;

    // Whether an image could not be rendered for a temporary reason. The run then ends, and the next run continues with this image.
    private bool isBusy;

    /// <inheritdoc />
    protected override async Task<bool> TryBeginAsync(CancellationToken cancellationToken) =>
        !await db.RenditionPasses.AnyAsync(known => known.Boxes == boxes && known.LastImageId == null, cancellationToken)
        && await db.Locks.TryLockBackgroundRenderingAsync(cancellationToken);

    /// <inheritdoc />
    protected override async Task<List<Sizes>> ReadNextAsync(CancellationToken cancellationToken)
    {
        // The pass is read here rather than in TryBeginAsync. If reading fails here, EndAsync still releases the lock.
        pass ??= await FindPassAsync(cancellationToken);
        if (isBusy || pass.LastImageId is not { } last)
        {
            return [];
        }

        var next = await db.AllImages
            .Where(image => image.Id > last)
            .OrderBy(image => image.Id)
            .Take(RenderChangedBoxes.Batch)
            .Select(image => new Sizes(
                image.Id,
                new Box(image.Full.Width, image.Full.Height),
                new Box(image.High.Width, image.High.Height),
                new Box(image.Medium.Width, image.Medium.Height),
                new Box(image.Low.Width, image.Low.Height),
                image.Large == null ? null : new Box(image.Large.Width, image.Large.Height)))
            .ToListAsync(cancellationToken);
        if (next.Count == 0)
        {
            pass.End();
            await db.SaveChangesAsync(cancellationToken);
        }

        return next;
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(List<Sizes> batch, CancellationToken cancellationToken)
    {
        foreach (var image in batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!image.Fit(imaging.Value))
            {
                await TryRenderAsync(image.Id, cancellationToken);
                if (isBusy)
                {
                    return;
                }

                pass!.Pass(image.Id);
                await db.SaveChangesAsync(cancellationToken);
            }
        }

        pass!.Pass(batch[^1].Id);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task EndAsync() => db.Locks.UnlockBackgroundRenderingAsync(CancellationToken.None);

    /// <summary>Finds the current pass. Starts a new pass if the boxes were changed, or creates an ended pass in a new database.</summary>
    private async Task<RenditionPass> FindPassAsync(CancellationToken cancellationToken)
    {
        var found = await db.RenditionPasses.AsTracking().SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            found = RenditionPass.Ended(boxes);
            db.RenditionPasses.Add(found);
        }
        else if (found.Boxes != boxes)
        {
            logger.LogInformation("The boxes were changed to {Boxes}: images of other sizes are rendered again", boxes);
            found.Begin(boxes);
        }

        await db.SaveChangesAsync(cancellationToken);
        return found;
    }

    private async Task TryRenderAsync(Guid imageId, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(RenderChangedBoxes.MaxWait);
        try
        {
            await check.RunAsync(imageId, new ImageCheckOptions(RenderAccounts.Background, IsRenderedAgain: true) { RenderingCancelled = patience.Token });
            backoff.Remove(imageId);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("Image {Id} is rendered for other boxes later, because the machine is busy", imageId);
            isBusy = true;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ServerBusy && backoff.Add(imageId) < RenderChangedBoxes.MaxAttempts)
        {
            logger.LogWarning("Image {Id} cannot be rendered for other boxes now: {Reason}", imageId, problem.Message);
            isBusy = true;
        }
        catch (ProblemException problem) when (problem.Problem != Problems.DatabaseUnavailable)
        {
            // An unreadable file must not block other files. If the store is unavailable, CheckAsync throws and ends the run.
            logger.LogWarning("Image {Id} could not be rendered for other boxes: {Reason}", imageId, problem.Message);
            await store.CheckAsync(cancellationToken);
        }
    }

    /// <summary>The sizes of an image and its renditions.</summary>
    internal sealed record Sizes(Guid Id, Box Full, Box High, Box Medium, Box Low, Box? Large)
    {
        /// <summary>Whether the renditions have the sizes of the configured boxes.</summary>
        public bool Fit(ImagingOptions options) =>
            IsNear(High, options.High) && IsNear(Medium, options.Medium) && IsNear(Low, options.Low) && (Large is not { } large || IsNear(large, options.Large));

        // libvips may round a side to the next pixel.
        private bool IsNear(Box rendition, BoxOptions box) =>
            box.ToBox().Fit(Full) is var expected && Math.Abs(expected.Width - rendition.Width) <= 1 && Math.Abs(expected.Height - rendition.Height) <= 1;
    }
}
