using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>The published groups with images that were made last, the newest first.</summary>
public sealed record ListNewGroups : IRequest<IReadOnlyList<GroupResponse>>
{
    /// <summary>The most groups.</summary>
    public const int Max = 50;
}

internal sealed class ListNewGroupsHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<ListNewGroups, IReadOnlyList<GroupResponse>>
{
    /// <summary>By id, which begins with the time.</summary>
    public async Task<IReadOnlyList<GroupResponse>> Handle(ListNewGroups request, CancellationToken cancellationToken) => await db.Groups
        .Listed()
        .OrderByDescending(group => group.Id)
        .Take(ListNewGroups.Max)
        .Select(GroupRows.Projection(db, caller, clock.Now()))
        .ToListAsync(cancellationToken);
}
