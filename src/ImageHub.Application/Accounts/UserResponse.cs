using System.Linq.Expressions;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Accounts;

namespace ImageHub.Application.Accounts;

/// <summary>An account as admins and its owner see it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Role"><c>admin</c> or <c>user</c>.</param>
/// <param name="TierId">What a user gets; null for admins, who get everything.</param>
/// <param name="IsDisabled">Whether signing in is refused.</param>
/// <param name="UsedBytes">The files of its images as sent, in bytes, without those in the trash.</param>
public sealed record UserResponse(Guid Id, string UserName, Role Role, Guid? TierId, bool IsDisabled, long UsedBytes)
{
    /// <summary>From a row to an account, in the database.</summary>
    internal static Expression<Func<User, UserResponse>> Projection(IImageHubDb db)
    {
        var groups = db.OwnGroups();
        return user => new UserResponse(
            user.Id,
            user.UserName,
            user.Role,
            user.TierId,
            user.IsDisabled,
            groups.Where(group => group.OwnerId == user.Id).Select(group => group.ImageBytes).FirstOrDefault());
    }
}
