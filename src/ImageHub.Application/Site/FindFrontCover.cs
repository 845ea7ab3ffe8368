using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>Finds the cover of the gallery for all callers: that of the first published group with a cover; null if there is none.</summary>
public sealed record FindFrontCover : IRequest<ImageSummary?>;

internal sealed class FindFrontCoverHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<FindFrontCover, ImageSummary?>
{
    public async Task<ImageSummary?> Handle(FindFrontCover request, CancellationToken cancellationToken)
    {
        var first = await db.Groups
            .Listed()
            .OrderBy(group => group.Position).ThenBy(group => group.Id)
            .Select(GroupRows.Projection(db, caller, clock.Now()))
            .FirstOrDefaultAsync(cancellationToken);
        return first?.Cover;
    }
}
