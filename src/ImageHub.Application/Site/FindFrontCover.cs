using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>
/// Finds the cover of the gallery, which is the cover of the first published group with images; null if there is none. All callers get the same result.
/// </summary>
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
