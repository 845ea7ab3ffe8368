using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>Deletes a logo of the site, if there is one.</summary>
/// <param name="IsDark">Whether the logo is for dark pages.</param>
public sealed record DeleteLogo(bool IsDark) : IRequest;

internal sealed class DeleteLogoHandler(IImageHubDb db) : IRequestHandler<DeleteLogo>
{
    public async Task<Unit> Handle(DeleteLogo request, CancellationToken cancellationToken)
    {
        var (transaction, site) = await db.Locks.LockSiteAsync(cancellationToken);
        await using var _ = transaction;
        var logo = await db.SiteLogos.AsTracking().SingleOrDefaultAsync(logo => logo.IsDark == request.IsDark, cancellationToken);
        logo?.Delete();
        if (!request.IsDark)
        {
            site.ClearLogoImage();
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
