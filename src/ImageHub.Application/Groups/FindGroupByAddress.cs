using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Requests;
using MediatR;

namespace ImageHub.Application.Groups;

/// <summary>
/// Finds a group by the name in its page's address. Only groups that the caller may see are found, and a group that has the slug precedes a group that had it
/// formerly.
/// </summary>
/// <param name="Name">The group's id, slug or a former slug; case-insensitive.</param>
public sealed record FindGroupByAddress(string Name) : IRequest<GroupResponse>;

internal sealed class FindGroupByAddressHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<FindGroupByAddress, GroupResponse>
{
    public async Task<GroupResponse> Handle(FindGroupByAddress request, CancellationToken cancellationToken)
    {
        var groups = db.GroupsVisibleTo(caller);
        if (IdText.TryParse(request.Name, out var id))
        {
            return await db.SingleAsync(groups.Where(group => group.Id == id), caller, clock.Now(), cancellationToken) ?? throw ProblemException.NotFound("group");
        }

        var slug = request.Name.ToLowerInvariant();
        return await db.SingleAsync(groups.Where(group => group.Slug == slug), caller, clock.Now(), cancellationToken)
            ?? await db.SingleAsync(groups.Where(group => db.FormerSlugs.Any(former => former.Slug == slug && former.GroupId == group.Id)), caller, clock.Now(), cancellationToken)
            ?? throw ProblemException.NotFound("group");
    }
}
