using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Groups;
using MediatR;

namespace ImageHub.Application.Groups;

/// <summary>Lists the groups of which the caller was made a member directly, published or not, new groups first.</summary>
public sealed record ListMyGroups : PageQuery, IRequest<Page<GroupResponse>>
{
    /// <summary>
    /// The id of a group, to list the groups directly below it in which the caller is a member, in the order that curators have set. The membership may come from a
    /// group above.
    /// </summary>
    public Guid? ParentId { get; init; }
}

internal sealed class ListMyGroupsValidator : PageQueryValidator<ListMyGroups>;

internal sealed class ListMyGroupsHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<ListMyGroups, Page<GroupResponse>>
{
    private static readonly Keyset<Group> Newest = Keyset<Group>.By("id", group => group.CreatedAt, group => group.Id, descending: true);
    private static readonly Keyset<Group> Order = Keyset<Group>.By("position", group => group.Position, group => group.Id);

    public async Task<Page<GroupResponse>> Handle(ListMyGroups request, CancellationToken cancellationToken)
    {
        var projection = await GroupRows.ProjectAsync(db, caller, clock.Now(), cancellationToken);
        if (request.ParentId is { } parentId)
        {
            var below = caller.MemberId is { } memberId ? db.Groups.WithMember(db, memberId) : db.Groups.Where(_ => false);
            return await below.Where(group => group.ParentId == parentId).ListAsync(request, Order, projection, cancellationToken);
        }

        var given =
            from member in db.GroupMembers
            where member.UserId == caller.UserId
            join shared in db.Groups on member.GroupId equals shared.Id
            where shared.DeletedAt == null
            select shared;
        return await given.ListAsync(request, Newest, projection, cancellationToken);
    }
}
