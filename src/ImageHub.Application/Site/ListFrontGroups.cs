using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>Lists a page of the first level of the gallery. All callers get the groups that visitors see; the fields and covers depend on the caller.</summary>
/// <param name="Page">The page, from 1.</param>
public sealed record ListFrontGroups(int Page) : IRequest<FrontGroups>
{
    /// <summary>The number of groups on a page of the gallery. The web app's queries.ts must use the same number.</summary>
    public const int PageSize = 12;

    /// <summary>The last page; a higher number reads this page. Lists in the page form end after 100,000 rows.</summary>
    public const int MaxPage = 100_000 / PageSize;
}

/// <summary>A page of the gallery.</summary>
/// <param name="Groups">The groups with their covers.</param>
/// <param name="HasNext">Whether there is another page.</param>
public sealed record FrontGroups(IReadOnlyList<GroupResponse> Groups, bool HasNext);

internal sealed class ListFrontGroupsHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<ListFrontGroups, FrontGroups>
{
    public async Task<FrontGroups> Handle(ListFrontGroups request, CancellationToken cancellationToken)
    {
        var found = await db.GroupsForVisitors()
            .Where(group => group.ParentId == null)
            .OrderBy(group => group.Position).ThenBy(group => group.Id)
            .Skip((Math.Min(request.Page, ListFrontGroups.MaxPage) - 1) * ListFrontGroups.PageSize)
            .Take(ListFrontGroups.PageSize + 1)
            .Select(await GroupRows.ProjectAsync(db, caller, clock.Now(), cancellationToken))
            .ToListAsync(cancellationToken);
        return new FrontGroups([.. found.Take(ListFrontGroups.PageSize)], found.Count > ListFrontGroups.PageSize);
    }
}
