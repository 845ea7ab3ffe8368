namespace ImageHub.Domain.Groups;

/// <summary>The role of a member in a group.</summary>
public enum MemberRole
{
    /// <summary>Sees the group and its images as visitors see a published group.</summary>
    Viewer,

    /// <summary>Also adds images, and edits and deletes the images that the member has added.</summary>
    Contributor,
}

/// <summary>A user's membership of a group. It also applies to all groups below that group, whether or not they are published.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="UserId">The user's account.</param>
/// <param name="Role">The member's role.</param>
public sealed record GroupMember(Guid GroupId, Guid UserId, MemberRole Role)
{
    /// <summary>The maximum number of members of a group.</summary>
    public const int MaxMembers = 200;
}
