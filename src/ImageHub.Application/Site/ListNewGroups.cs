using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>Lists the latest published groups with images, newest first.</summary>
public sealed record ListNewGroups : IRequest<IReadOnlyList<GroupResponse>>
{
    /// <summary>The maximum number of groups.</summary>
    public const int Max = 50;
}

internal sealed class ListNewGroupsHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<ListNewGroups, IReadOnlyList<GroupResponse>>
{
    /// <summary>Sorts the groups by id, which begins with the creation time.</summary>
    public async Task<IReadOnlyList<GroupResponse>> Handle(ListNewGroups request, CancellationToken cancellationToken) => await db.GroupsForVisitors()
        .OrderByDescending(group => group.Id)
        .Take(ListNewGroups.Max)
        .Select(await GroupRows.ProjectAsync(db, caller, clock.Now(), cancellationToken))
        .ToListAsync(cancellationToken);
}
