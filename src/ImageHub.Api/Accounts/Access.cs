using ImageHub.Domain.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace ImageHub.Api.Accounts;

/// <summary>
/// Who may call which route. Every endpoint is for admins unless it stands on one of the lists below; what a caller may see of
/// it is decided by the query (<c>VisibleTo</c>).
/// </summary>
public static class Access
{
    /// <summary>The policy of what is for anyone who has signed in.</summary>
    public const string SignedIn = "SignedIn";

    /// <summary>The policy of what is for users and not for admins.</summary>
    public const string Owner = "Owner";

    /// <summary>The policy of everything that stands on no list.</summary>
    public const string Admin = "Admin";

    /// <summary>The claim that holds the role.</summary>
    internal const string RoleClaim = "role";

    /// <summary>Routes that need no credentials: method and route pattern.</summary>
    public static IReadOnlySet<string> Anyone { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "GET /api",
        "GET /health/live",
        "GET /health/ready",
        "GET /openapi/{documentName}.json",
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/refresh",
        "GET /api/v1/groups",
        "GET /api/v1/groups/{id:guid}",
        "GET /api/v1/groups/{id:guid}/images",
        "GET /api/v1/groups/{id:guid}/images/{fileName}",
        "GET /api/v1/groups/{id:guid}/archive",
        "GET /api/v1/images",
        "GET /api/v1/images/{id:guid}",
        "GET /api/v1/images/{id:guid}/low",
        "GET /api/v1/images/{id:guid}/high",
        "GET /api/v1/images/{id:guid}/full",
        "GET /s/{token}",
        "GET /api/v1/shared/{token}",
        "POST /api/v1/shared/{token}/unlock",
        "GET /api/v1/shared/{token}/images",
        "GET /api/v1/shared/{token}/images/{id:guid}/low",
        "GET /api/v1/shared/{token}/images/{id:guid}/high",
        "GET /api/v1/shared/{token}/images/{id:guid}/full",
        "GET /api/v1/shared/{token}/archive",
    };

    /// <summary>Routes for anyone who has signed in.</summary>
    public static IReadOnlySet<string> AnySignedIn { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "GET /api/v1/auth/me",
        "POST /api/v1/auth/logout",
        "GET /api/v1/users/{id:guid}",
        "GET /api/v1/images/{id:guid}/thumbnails/{height:int}",
        "POST /api/v1/images/{id:guid}/links",
        "GET /api/v1/links",
        "DELETE /api/v1/links/{id:guid}",
        "PUT /api/v1/me/password",
        "GET /api/v1/images/{id:guid}/original",
    };

    /// <summary>Routes for users, who own images; admins put theirs into groups.</summary>
    public static IReadOnlySet<string> Owners { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "GET /api/v1/me/images",
        "POST /api/v1/me/images",
        "PUT /api/v1/me/images/{image}",
        "DELETE /api/v1/me/images/{image}",
    };

    /// <summary>Registers the policies.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services) => services.AddAuthorization(options =>
    {
        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(Owner, policy => policy.RequireAuthenticatedUser().RequireClaim(RoleClaim, nameof(Role.User)));
        options.AddPolicy(Admin, policy => policy.RequireAuthenticatedUser().RequireClaim(RoleClaim, nameof(Role.Admin)));
    });

    /// <summary>Gives every endpoint of a group its policy.</summary>
    public static void DenyByDefault(this IEndpointConventionBuilder endpoints) => endpoints.Finally(builder =>
    {
        var route = ((RouteEndpointBuilder)builder).RoutePattern.RawText ?? "";
        var methods = builder.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];

        var names = methods.Select(method => NameOf(method, route)).ToArray();
        builder.Metadata.Add(names switch
        {
            [_, ..] when names.All(Anyone.Contains) => new AllowAnonymousAttribute(),
            [_, ..] when names.All(AnySignedIn.Contains) => new AuthorizeAttribute(SignedIn),
            [_, ..] when names.All(Owners.Contains) => new AuthorizeAttribute(Owner),
            _ => new AuthorizeAttribute(Admin),
        });
    });

    /// <summary>An endpoint as it stands on the lists, such as <c>GET /api/v1/groups</c>; HEAD is as GET.</summary>
    public static string NameOf(string method, string route) => $"{(HttpMethods.IsHead(method) ? HttpMethods.Get : method)} /{route.TrimStart('/')}";
}
