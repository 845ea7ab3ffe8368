using System.Linq.Expressions;
using ImageHub.Domain.Accounts;

namespace ImageHub.Application.Accounts;

/// <summary>An account as admins see it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Role"><c>admin</c> or <c>user</c>.</param>
/// <param name="TierId">What a user gets; null for admins, who get everything.</param>
/// <param name="IsDisabled">Whether signing in is refused.</param>
/// <param name="UsedBytes">The files of its images as sent, in bytes, without those in the trash.</param>
public sealed record UserResponse(Guid Id, string UserName, Role Role, Guid? TierId, bool IsDisabled, long UsedBytes)
{
    /// <summary>From a row to an account, in the database.</summary>
    internal static readonly Expression<Func<User, UserResponse>> Projection = user => new UserResponse(
        user.Id, user.UserName, user.Role, user.TierId, user.IsDisabled, user.UsedBytes);

    private static readonly Func<User, UserResponse> Compiled = Projection.Compile();

    /// <summary>The account of a row that was just written.</summary>
    internal static UserResponse Of(User user) => Compiled(user);
}
