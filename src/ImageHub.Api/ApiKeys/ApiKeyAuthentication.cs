using System.Security.Claims;
using System.Text.Encodings.Web;
using ImageHub.Api.Accounts;
using ImageHub.Application.Accounts;
using ImageHub.Application.ApiKeys;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.ApiKeys;

/// <summary>
/// Authenticates API keys from <c>X-API-Key</c>. A key acts for its account within its scopes, which the route's <see
/// cref="AllowKeysAttribute"/> and the queries (<c>Visibility</c>) enforce.
/// </summary>
internal sealed class ApiKeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IMediator mediator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "ApiKey";

    /// <summary>The claim that holds the key's id.</summary>
    public const string KeyClaim = "key";

    /// <summary>The header.</summary>
    public const string Header = "X-API-Key";

    /// <summary>
    /// Whether a request is authenticated by a key. A key takes precedence over the session's cookie, which browsers send automatically.
    /// </summary>
    public static bool IsSent(HttpRequest request) => BearerAuthentication.IsApi(request) && request.Headers.ContainsKey(Header);

    /// <summary>Rejects an invalid key even on public routes, and a key without a scope that the route accepts.</summary>
    /// <exception cref="ProblemException">401; 403 <see cref="Problems.InsufficientScope"/>; 400 if the request also has an access token.</exception>
    public static void Check(HttpContext context, Endpoint endpoint)
    {
        if (!IsSent(context.Request))
        {
            return;
        }

        if (BearerAuthentication.HasToken(context.Request))
        {
            throw ProblemException.Invalid(Header, $"The request sends both {Header} and Authorization: Bearer; send only one of them.");
        }

        if (context.User.Identity?.IsAuthenticated != true)
        {
            throw new ProblemException(Problems.Unauthorized, "The API key is expired, revoked or was not issued by this server; create another one.");
        }

        if (context.User.HasClaim(Access.RoleClaim, nameof(Role.User)))
        {
            throw new ProblemException(Problems.InsufficientScope, "The key of a user opens WebDAV only (/dav/me/); sign in.");
        }

        EnsureScope(context, endpoint);
    }

    /// <summary>Rejects a key without a scope that the route accepts.</summary>
    /// <exception cref="ProblemException">403 <see cref="Problems.InsufficientScope"/>.</exception>
    public static void EnsureScope(HttpContext context, Endpoint endpoint)
    {
        var scopes = context.RequestServices.GetRequiredService<ICaller>().Scopes ?? [];
        var allowed = endpoint.Metadata.GetMetadata<AllowKeysAttribute>()
            ?? throw new ProblemException(Problems.InsufficientScope, "This route accepts no API keys; sign in.");
        if (allowed.Scopes.Count > 0 && !allowed.Scopes.Intersect(scopes).Any())
        {
            throw new ProblemException(
                Problems.InsufficientScope, $"This needs a key with the scope {string.Join(" or ", allowed.Scopes.Select(scope => $"'{scope.Name()}'"))}.");
        }
    }

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (await mediator.Send(new UseApiKey(Request.Headers[Header].ToString()), Context.RequestAborted) is not { } key)
        {
            return AuthenticateResult.Fail("The API key is invalid.");
        }

        return Accept(Context, key, SchemeName);
    }

    /// <summary>Makes the account of a key the caller.</summary>
    public static AuthenticateResult Accept(HttpContext context, LiveApiKey key, string scheme)
    {
        context.Items[HttpCaller.ScopesItem] = key.Scopes;
        context.Items[HttpCaller.TierItem] = key.Tier;
        var identity = new ClaimsIdentity(
            [new Claim("sub", key.UserId.ToString()), new Claim(Access.RoleClaim, key.Role.ToString()), new Claim(KeyClaim, key.Id.ToString("N"))], scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), scheme));
    }
}
