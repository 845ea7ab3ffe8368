using System.Linq.Expressions;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Accounts;

namespace ImageHub.Application.Accounts;

/// <summary>An account as admins and its owner see it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="UserName">The user name.</param>
/// <param name="Role"><c>admin</c>, <c>editor</c> or <c>user</c>.</param>
/// <param name="TierId">The user's tier; null for admins and editors, who have no limits.</param>
/// <param name="IsDisabled">Whether the account is barred from signing in.</param>
/// <param name="UsedBytes">
/// The total size in bytes of the original files of the account's own images and, for users, of the images that the account has added to groups, without images
/// in the trash.
/// </param>
public sealed record UserResponse(Guid Id, string UserName, Role Role, Guid? TierId, bool IsDisabled, long UsedBytes)
{
    /// <summary>The projection of a row, which the database evaluates.</summary>
    internal static Expression<Func<User, UserResponse>> Projection(IImageHubDb db)
    {
        var groups = db.OwnGroups();
        var images = db.Images.Where(image => image.OwnerId == null && image.DeletedAt == null);
        return user => new UserResponse(
            user.Id,
            user.UserName,
            user.Role,
            user.TierId,
            user.IsDisabled,
            groups.Where(group => group.OwnerId == user.Id).Select(group => group.ImageBytes).FirstOrDefault()
                + (user.Role == Role.User ? images.Where(image => image.AddedBy == user.Id).Sum(image => image.OriginalBytes) : 0));
    }
}
