using ImageHub.Domain.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace ImageHub.Api.Accounts;

/// <summary>
/// Authorization policies. A route states its callers with <c>[AllowAnonymous]</c>, <c>[Authorize(Access.SignedIn)]</c>,
/// <c>[Authorize(Access.User)]</c> or <c>[Authorize(Access.Curator)]</c>; a route without any of these is for admins. The query (<c>Visibility</c>) decides
/// which rows a caller sees.
/// </summary>
public static class Access
{
    /// <summary>The policy of routes that are open to every account.</summary>
    public const string SignedIn = "SignedIn";

    /// <summary>The policy of routes for users, who own images. Admins and editors upload to groups instead.</summary>
    public const string User = "User";

    /// <summary>The policy of routes for groups and images, which admins and editors curate.</summary>
    public const string Curator = "Curator";

    /// <summary>The policy of all routes that name no other policy.</summary>
    public const string Admin = "Admin";

    /// <summary>The claim that holds the role.</summary>
    internal const string RoleClaim = "role";

    /// <summary>Registers the policies.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services) => services.AddAuthorization(options =>
    {
        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(User, policy => policy.RequireAuthenticatedUser().RequireClaim(RoleClaim, nameof(Role.User)));
        options.AddPolicy(Curator, policy => policy.RequireAuthenticatedUser().RequireClaim(RoleClaim, nameof(Role.Admin), nameof(Role.Editor)));
        options.AddPolicy(Admin, policy => policy.RequireAuthenticatedUser().RequireClaim(RoleClaim, nameof(Role.Admin)));
    });

    /// <summary>Restricts every endpoint without an access attribute to admins.</summary>
    public static void DenyByDefault(this IEndpointConventionBuilder endpoints) => endpoints.Finally(builder =>
    {
        if (!builder.Metadata.Any(item => item is IAllowAnonymous or IAuthorizeData))
        {
            builder.Metadata.Add(new AuthorizeAttribute(Admin));
        }
    });
}
