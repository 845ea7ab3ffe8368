using ImageHub.Domain.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace ImageHub.Api.Accounts;

/// <summary>
/// Who may call a route stands on it: <c>[AllowAnonymous]</c>, <c>[Authorize(Access.SignedIn)]</c> or <c>[Authorize(Access.User)]</c>. A
/// route without any of these is for admins. What a caller may see of it is decided by the query (<c>VisibleTo</c>).
/// </summary>
public static class Access
{
    /// <summary>The policy of what is for every account.</summary>
    public const string SignedIn = "SignedIn";

    /// <summary>The policy of what is for users, who own images; admins put theirs into groups.</summary>
    public const string User = "User";

    /// <summary>The policy of every route that names no other.</summary>
    public const string Admin = "Admin";

    /// <summary>The claim that holds the role.</summary>
    internal const string RoleClaim = "role";

    /// <summary>Registers the policies.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services) => services.AddAuthorization(options =>
    {
        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(User, policy => policy.RequireAuthenticatedUser().RequireClaim(RoleClaim, nameof(Role.User)));
        options.AddPolicy(Admin, policy => policy.RequireAuthenticatedUser().RequireClaim(RoleClaim, nameof(Role.Admin)));
    });

    /// <summary>Makes every endpoint that does not say who may call it one for admins.</summary>
    public static void DenyByDefault(this IEndpointConventionBuilder endpoints) => endpoints.Finally(builder =>
    {
        if (!builder.Metadata.Any(item => item is IAllowAnonymous or IAuthorizeData))
        {
            builder.Metadata.Add(new AuthorizeAttribute(Admin));
        }
    });
}
