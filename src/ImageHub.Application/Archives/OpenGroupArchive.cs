using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>Opens a ZIP of a group's images at full resolution, in the group's order, and of the images of the groups below in folders.</summary>
/// <param name="GroupId">The group's id.</param>
public sealed record OpenGroupArchive(Guid GroupId) : IRequest<GroupArchive>;

internal sealed class OpenGroupArchiveHandler(IImageHubDb db, ICaller caller, GroupArchives archives) : IRequestHandler<OpenGroupArchive, GroupArchive>
{
    public async Task<GroupArchive> Handle(OpenGroupArchive request, CancellationToken cancellationToken)
    {
        var title = await FindTitleAsync(cancellationToken);
        var folders = await FindFoldersAsync(cancellationToken);
        return await archives.OpenAsync(title, folders.Filter(db.Images.VisibleTo(caller)), ImageVariant.Full, EnsureAllowedAsync, cancellationToken, folders: folders);

        async Task EnsureAllowedAsync(CancellationToken again)
        {
            await FindTitleAsync(again);
            if (!folders.AreWithin(await FindFoldersAsync(again)))
            {
                throw ArchiveAccess.NoArchive();
            }
        }

        Task<ArchiveFolders> FindFoldersAsync(CancellationToken again) =>
            ArchiveFolders.FindAsync(db, request.GroupId, db.Groups.OpenTo(caller), rights => caller.IsCurator || ArchiveAccess.Allows(rights, ImageVariant.Full), again);

        async Task<string> FindTitleAsync(CancellationToken again)
        {
            var group = await db.Groups
                .OpenTo(caller)
                .Where(group => group.Id == request.GroupId)
                .Select(group => new { group.Title, group.Downloads, group.HasWatermark })
                .SingleOrDefaultAsync(again)
                ?? throw ProblemException.NotFound("group");
            ArchiveAccess.EnsureMayCreate(caller.IsCurator ? VisitorRights.All : new VisitorRights(group.Downloads, group.HasWatermark), ImageVariant.Full);
            return group.Title;
        }
    }
}
