using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Site;

/// <summary>
/// Renders the logo from the image that version 0.9.0 used as the logo. An image that visitors may not see, or that cannot be rendered, leaves the site
/// without a logo.
/// </summary>
public sealed record CarryOverLogo : IRequest
{
    /// <summary>The interval of the job.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
}

internal sealed class CarryOverLogoHandler(
    IImageHubDb db, LogoRenderer renderer, ImageBytes bytes, IStaging staging, TimeProvider clock, ILogger<CarryOverLogoHandler> logger) : IRequestHandler<CarryOverLogo>
{
    public async Task<Unit> Handle(CarryOverLogo request, CancellationToken cancellationToken)
    {
        if (await db.SiteProfiles.Select(site => site.LogoImageId).SingleAsync(cancellationToken) is not { } imageId)
        {
            return Unit.Value;
        }

        var logo = await TryRenderAsync(imageId, cancellationToken);
        var (transaction, site) = await db.Locks.LockSiteAsync(cancellationToken);
        await using var _ = transaction;
        if (site.LogoImageId != imageId)
        {
            // An admin has replaced or deleted the logo, or another instance has saved it.
            return Unit.Value;
        }

        if (logo is not null)
        {
            await db.ReplaceLogoAsync(site, isDark: false, logo, clock.Now(), cancellationToken);
        }

        site.ClearLogoImage();
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>Renders the logo from an image; null if the image can never be rendered.</summary>
    /// <exception cref="ProblemException">The rendering is impossible now; the next run tries again.</exception>
    private async Task<RenderedLogo?> TryRenderAsync(Guid imageId, CancellationToken cancellationToken)
    {
        try
        {
            var image = await db.Images
                .Where(image => image.Id == imageId && image.DeletedAt == null && image.IsPublished)
                .Select(StoredImage.Projection)
                .SingleOrDefaultAsync(cancellationToken)
                ?? throw ProblemException.NotFound("image");
            using var folder = staging.Create(Guid.CreateVersion7(clock.GetUtcNow()));
            var source = folder.File("source");
            await bytes.FetchAsync(image, ImageVariant.Full, source);
            return await renderer.RenderAsync(source, folder.File("logo"), RenderAccounts.Background, cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem.Kind != ProblemKind.Unavailable || problem.Problem == Problems.ObjectLost)
        {
            logger.LogWarning("The logo of version 0.9.0, image {Id}, was removed: {Reason} An admin can upload a logo on the page Site", imageId, problem.Message);
            return null;
        }
    }
}
