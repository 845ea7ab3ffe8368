using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>Opens a ZIP of a group's images at full resolution, in the group's order. It also contains the images of the groups below, in folders.</summary>
/// <param name="GroupId">The group's id.</param>
public sealed record OpenGroupArchive(Guid GroupId) : IRequest<GroupArchive>;

internal sealed class OpenGroupArchiveHandler(IImageHubDb db, ICaller caller, GroupArchives archives, TimeProvider clock) : IRequestHandler<OpenGroupArchive, GroupArchive>
{
    public async Task<GroupArchive> Handle(OpenGroupArchive request, CancellationToken cancellationToken)
    {
        var (title, role) = await FindGroupAsync(cancellationToken);
        var folders = await FindFoldersAsync(role, cancellationToken);
        return await archives.OpenAsync(title, folders.Filter(db.Images), ImageVariant.Full, EnsureAllowedAsync, cancellationToken, folders: folders);

        async Task EnsureAllowedAsync(CancellationToken again)
        {
            var (_, roleNow) = await FindGroupAsync(again);
            if (caller.UserId is { } id && !await db.Users.AnyAsync(user => user.Id == id && user.Role == caller.Role && !user.IsDisabled, again))
            {
                throw ArchiveAccess.NoArchive();
            }

            var now = clock.Now();
            if ((caller.KeyId is { } keyId && !await db.ApiKeys.AnyAsync(key => key.Id == keyId && (key.ExpiresAt == null || key.ExpiresAt > now), again))
                || (caller.SessionId is { } sessionId && !await db.Sessions.AnyAsync(session => session.Id == sessionId && session.EndedAt == null, again)))
            {
                throw ArchiveAccess.NoArchive();
            }

            if (!folders.AreWithin(await FindFoldersAsync(roleNow, again)))
            {
                throw ArchiveAccess.NoArchive();
            }
        }

        // Members of the group are also members of the groups below it. If the caller is a member only of a group below, that group is left out while it is
        // hidden.
        Task<ArchiveFolders> FindFoldersAsync(MemberRole? member, CancellationToken again) => ArchiveFolders.FindAsync(
            db,
            request.GroupId,
            db.Groups.Live(withHidden: caller.SeesHiddenImages() || member is not null),
            rights => HasAllRights(member) || ArchiveAccess.Allows(rights, ImageVariant.Full),
            again);

        bool HasAllRights(MemberRole? member) => caller.IsCurator || member == MemberRole.Contributor;

        async Task<(string Title, MemberRole? Role)> FindGroupAsync(CancellationToken again)
        {
            var group = await db.GroupsOpenTo(caller)
                .Where(group => group.Id == request.GroupId)
                .Select(group => new { group.Title, group.Downloads, group.HasWatermark })
                .SingleOrDefaultAsync(again)
                ?? throw ProblemException.NotFound("group");
            var member = await db.FindRoleAsync(request.GroupId, caller, again);
            ArchiveAccess.EnsureMayCreate(HasAllRights(member) ? VisitorRights.All : new VisitorRights(group.Downloads, group.HasWatermark), ImageVariant.Full);
            return (group.Title, member);
        }
    }
}
