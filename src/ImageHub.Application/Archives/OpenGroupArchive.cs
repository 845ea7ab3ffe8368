using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>Opens a ZIP of a group's images at full resolution, in the group's order.</summary>
/// <param name="GroupId">The group's id.</param>
public sealed record OpenGroupArchive(Guid GroupId) : IRequest<GroupArchive>;

internal sealed class OpenGroupArchiveHandler(IImageHubDb db, ICaller caller, GroupArchives archives) : IRequestHandler<OpenGroupArchive, GroupArchive>
{
    public async Task<GroupArchive> Handle(OpenGroupArchive request, CancellationToken cancellationToken)
    {
        var title = await FindTitleAsync(cancellationToken);
        return await archives.OpenAsync(title, db.Images.InGroup(request.GroupId).VisibleTo(caller), ImageVariant.Full, FindTitleAsync, cancellationToken);

        async Task<string> FindTitleAsync(CancellationToken again)
        {
            var group = await db.Groups
                .OpenTo(caller)
                .Where(group => group.Id == request.GroupId)
                .Select(group => new { group.Title, group.Downloads, group.HasWatermark })
                .SingleOrDefaultAsync(again)
                ?? throw ProblemException.NotFound("group");
            ArchiveAccess.EnsureMayCreate(caller.IsAdmin ? VisitorRights.All : new VisitorRights(group.Downloads, group.HasWatermark), ImageVariant.Full);
            return group.Title;
        }
    }
}
