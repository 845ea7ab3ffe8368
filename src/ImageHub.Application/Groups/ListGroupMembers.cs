using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Lists the members of a group by name, without the members of the groups above it.</summary>
/// <param name="GroupId">The group's id.</param>
public sealed record ListGroupMembers(Guid GroupId) : IRequest<GroupMembers>;

/// <summary>The members of a group.</summary>
/// <param name="Items">At most 200 members, by name.</param>
public sealed record GroupMembers(IReadOnlyList<GroupMemberResponse> Items);

/// <summary>A member of a group.</summary>
/// <param name="UserId">The account's id.</param>
/// <param name="UserName">The user name.</param>
/// <param name="Role"><c>viewer</c> or <c>contributor</c>.</param>
public sealed record GroupMemberResponse(Guid UserId, string UserName, MemberRole Role);

internal sealed class ListGroupMembersHandler(IImageHubDb db) : IRequestHandler<ListGroupMembers, GroupMembers>
{
    public async Task<GroupMembers> Handle(ListGroupMembers request, CancellationToken cancellationToken) =>
        await db.Groups.AnyAsync(group => group.Id == request.GroupId && group.DeletedAt == null, cancellationToken)
            ? await db.FindMembersAsync(request.GroupId, cancellationToken)
            : throw ProblemException.NotFound("group");
}

internal static class GroupMemberRows
{
    /// <summary>Reads the members of a group.</summary>
    public static async Task<GroupMembers> FindMembersAsync(this IImageHubDb db, Guid groupId, CancellationToken cancellationToken) => new(await (
        from member in db.GroupMembers
        where member.GroupId == groupId
        join user in db.Users on member.UserId equals user.Id
        orderby user.NormalizedUserName
        select new GroupMemberResponse(user.Id, user.UserName, member.Role)).ToListAsync(cancellationToken));
}
