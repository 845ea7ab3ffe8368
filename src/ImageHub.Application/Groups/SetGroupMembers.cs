using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Replaces the members of a group. Members who are not in the list lose their access at their next request.</summary>
/// <param name="Items">All members: 0–200, each account once.</param>
public sealed record SetGroupMembers(IReadOnlyList<GroupMemberInput> Items) : IRequest<GroupMembers>
{
    internal Guid GroupId { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public SetGroupMembers WithGroupId(Guid groupId) => this with { GroupId = groupId };
}

/// <summary>A member in a request.</summary>
/// <param name="UserId">The account's id.</param>
/// <param name="Role"><c>viewer</c> or <c>contributor</c>.</param>
public sealed record GroupMemberInput(Guid UserId, MemberRole Role);

internal sealed class SetGroupMembersValidator : AbstractValidator<SetGroupMembers>
{
    public SetGroupMembersValidator() => RuleFor(request => request.Items)
        .NotNull()
        .WithMessage("items is null; send the list of all members.")
        .SetValidator(new ListSizeRule<SetGroupMembers, GroupMemberInput>(0, GroupMember.MaxMembers))
        .WithMessage((_, items) => $"items has {items.Count} entries; at most {GroupMember.MaxMembers} are allowed.")
        .Custom((items, context) =>
        {
            var seen = new HashSet<Guid>();
            for (var i = 0; items is { Count: <= GroupMember.MaxMembers } && i < items.Count; i++)
            {
                if (items[i] is not { } item)
                {
                    context.AddFailure($"items[{i}]", $"items[{i}] is null; each entry is an object with userId and role.");
                }
                else if (!seen.Add(item.UserId))
                {
                    context.AddFailure($"items[{i}].userId", $"items[{i}].userId is {item.UserId}, which the list names twice; each account may appear once.");
                }
            }
        });
}

internal sealed class SetGroupMembersHandler(IImageHubDb db) : IRequestHandler<SetGroupMembers, GroupMembers>
{
    public async Task<GroupMembers> Handle(SetGroupMembers request, CancellationToken cancellationToken)
    {
        // With this lock, the accounts that exist now are not deleted before the commit.
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        if ((await db.Locks.LockGroupsAsync([request.GroupId], cancellationToken)).GetValueOrDefault(request.GroupId) is not { IsCurated: true, DeletedAt: null })
        {
            throw ProblemException.NotFound("group");
        }

        await EnsureAccountsExistAsync(request.Items, cancellationToken);
        var members = await db.GroupMembers.Where(member => member.GroupId == request.GroupId).ToListAsync(cancellationToken);
        var given = request.Items.Select(item => new GroupMember(request.GroupId, item.UserId, item.Role)).ToList();
        db.GroupMembers.RemoveRange(members.ExceptBy(given.Select(member => member.UserId), member => member.UserId));
        db.GroupMembers.AddRange(given.ExceptBy(members.Select(member => member.UserId), member => member.UserId));
        db.GroupMembers.UpdateRange(given.Except(members).IntersectBy(members.Select(member => member.UserId), member => member.UserId));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await db.FindMembersAsync(request.GroupId, cancellationToken);
    }

    private async Task EnsureAccountsExistAsync(IReadOnlyList<GroupMemberInput> items, CancellationToken cancellationToken)
    {
        var ids = items.Select(item => item.UserId).ToArray();
        var existing = await db.Users.Where(user => ids.Contains(user.Id)).Select(user => user.Id).ToListAsync(cancellationToken);
        if (Array.FindIndex(ids, id => !existing.Contains(id)) is var unknown and >= 0)
        {
            throw ProblemException.Invalid($"items[{unknown}].userId", $"items[{unknown}].userId is {ids[unknown]}; no account has this id.");
        }
    }
}
