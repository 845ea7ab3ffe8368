using System.Security.Claims;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Links;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Api.WebDav;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ImageHub.Api.Accounts;

/// <summary>
/// Accepts access tokens from <c>Authorization: Bearer</c> (RFC 6750) or from the session's cookie, and validates algorithm, issuer, audience,
/// type and expiry as RFC 8725 recommends. The session's permissions come from the database or from memory, which is current within a second.
/// </summary>
internal static class BearerAuthentication
{
    private const string ApiPath = "/api/v1";
    private const string FromCookie = "imagehub.from-cookie";
    private const string AnyCredential = "AnyCredential";
    private const string Bearer = "Bearer ";

    /// <summary>Registers the authentication schemes: access tokens, API keys, and user names with API keys for WebDAV.</summary>
    public static IServiceCollection AddCredentials(this IServiceCollection services)
    {
        services.AddAuthentication(AnyCredential)
            .AddPolicyScheme(AnyCredential, displayName: null, options => options.ForwardDefaultSelector = context =>
                ApiKeyAuthentication.IsSent(context.Request) ? ApiKeyAuthentication.SchemeName
                : DavAuthentication.IsDav(context.Request) ? DavAuthentication.SchemeName
                : JwtBearerDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, configureOptions: null)
            .AddScheme<AuthenticationSchemeOptions, DavAuthentication>(DavAuthentication.SchemeName, configureOptions: null)
            .AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<JwtOptions>>(Configure);
        services.AddHttpContextAccessor();
        services.AddScoped<ICaller, HttpCaller>();
        services.AddSingleton<SignedOutTokens>();
        return services;
    }

    /// <summary>
    /// Rejects an invalid bearer token even on public routes (RFC 6750, section 3.1), so that a program does not mistake the visitors' view for
    /// its own. Rejects state changes that are authenticated only by a cookie and lack the custom request header (OWASP).
    /// </summary>
    public static void UseCredentialChecks(this WebApplication app) => app.Use((context, next) =>
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is not null)
        {
            ApiKeyAuthentication.Check(context, endpoint);
            DavAuthentication.Check(context, endpoint);
        }

        var isAnonymous = endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var isSigningIn = context.Request.Path.StartsWithSegments(ApiPath + "/auth", StringComparison.OrdinalIgnoreCase) && isAnonymous;
        if (endpoint is not null && !isSigningIn && HasRefusedToken(context))
        {
            throw new ProblemException(Problems.Unauthorized, IsKey(context.Request)
                ? $"Authorization contains an API key instead of an access token; send the key in the header {ApiKeyAuthentication.Header}."
                : "The access token is expired, revoked or was not issued by this server; sign in again.");
        }

        // On a public route an expired session counts as no session. The actions that refresh or end a session check the request header themselves.
        var isBySession = context.Items.ContainsKey(FromCookie) && (!isAnonymous || (context.User.Identity?.IsAuthenticated == true && !isSigningIn));
        if (endpoint is not null && isBySession && !SharedController.IsByGuest(context))
        {
            EnsureNotForged(context.Request);
        }

        return next(context);
    });

    /// <summary>Throws if a state-changing request lacks the header that a page of another origin cannot send.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.CsrfHeaderMissing"/>.</exception>
    public static void EnsureNotForged(HttpRequest request)
    {
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        if (!isSafe && request.Headers.XRequestedWith != "ImageHub")
        {
            throw new ProblemException(Problems.CsrfHeaderMissing, "A state change that a cookie authenticates must also send the header X-Requested-With: ImageHub.");
        }
    }

    /// <summary>Whether a request is for the API. Outside the API, only WebDAV and the pages in <see cref="PageEndpoints"/> depend on the caller.</summary>
    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments(ApiPath, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a request carries an access token in its header rather than in a cookie.</summary>
    public static bool HasToken(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    private static bool IsKey(HttpRequest request) => request.Headers.Authorization.ToString().AsSpan(Bearer.Length).Trim().StartsWith(ApiKey.Prefix, StringComparison.Ordinal);

    private static bool HasRefusedToken(HttpContext context) =>
        IsApi(context.Request) && context.User.Identity?.IsAuthenticated != true && HasToken(context.Request);

    private static void Configure(JwtBearerOptions bearer, IOptions<JwtOptions> jwt)
    {
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            IssuerSigningKey = new SymmetricSecurityKey(jwt.Value.KeyBytes()),
            ValidIssuer = jwt.Value.Issuer,
            ValidAudience = jwt.Value.Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidTypes = [JwtOptions.TokenType],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.Zero,
            NameClaimType = "sub",
            RoleClaimType = Access.RoleClaim,
        };
        bearer.Events = new JwtBearerEvents { OnMessageReceived = ReadCookie, OnTokenValidated = FindSessionAsync };
    }

    private static Task ReadCookie(MessageReceivedContext context)
    {
        // Health checks must not wait for a database.
        if (!IsApi(context.Request) && !PageEndpoints.IsPage(context.HttpContext))
        {
            context.NoResult();
        }
        else if (context.Request.Headers.Authorization.Count == 0
            && !context.HttpContext.RequestServices.GetRequiredService<CrossOrigin>().IsOther(context.Request)
            && context.Request.Cookies[SessionCookies.AccessToken] is { Length: > 0 } token)
        {
            context.Token = token;
            context.HttpContext.Items[FromCookie] = true;
        }

        return Task.CompletedTask;
    }

    private static async Task FindSessionAsync(TokenValidatedContext context)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        if (!Guid.TryParse(identity.FindFirst("sub")?.Value, out var userId) || !Guid.TryParse(identity.FindFirst("sid")?.Value, out var sessionId))
        {
            context.Fail("The token contains no session.");
            return;
        }

        var mediator = context.HttpContext.RequestServices.GetRequiredService<IMediator>();
        if (await mediator.Send(new FindSession(sessionId, userId), context.HttpContext.RequestAborted) is not { } session)
        {
            context.Fail("The session has ended.");
            return;
        }

        identity.AddClaim(new Claim(Access.RoleClaim, session.Role.ToString()));
        context.HttpContext.Items[HttpCaller.TierItem] = session.Tier;
        context.HttpContext.Items[HttpCaller.MemberItem] = session.IsMember;
    }
}

/// <summary>The caller, as identified by the request's credentials.</summary>
internal sealed class HttpCaller(IHttpContextAccessor accessor) : ICaller
{
    /// <summary>The name of the request item with the account's tier.</summary>
    public const string TierItem = "imagehub.tier";

    /// <summary>The name of the request item that tells whether the account is a member of groups.</summary>
    public const string MemberItem = "imagehub.member";

    /// <summary>The name of the request item with the API key's scopes.</summary>
    public const string ScopesItem = "imagehub.scopes";

    private ClaimsPrincipal? User => accessor.HttpContext?.User;

    public Guid? UserId => Claim("sub");

    public Guid? SessionId => Claim("sid");

    public Guid? KeyId => Claim(ApiKeyAuthentication.KeyClaim);

    public IReadOnlyList<KeyScope>? Scopes => accessor.HttpContext?.Items[ScopesItem] as IReadOnlyList<KeyScope>;

    public Role? Role => Enum.TryParse<Role>(User?.FindFirst(Access.RoleClaim)?.Value, out var role) ? role : null;

    public bool IsAdmin => Role == Domain.Accounts.Role.Admin && Scopes?.Contains(KeyScope.Admin) != false;

    public bool IsCurator => IsAdmin || (Role == Domain.Accounts.Role.Editor && Scopes is null);

    public Guid? MemberId => accessor.HttpContext?.Items[MemberItem] is true ? UserId : null;

    public Tier? Tier => accessor.HttpContext?.Items[TierItem] as Tier;

    public string Address => ClientAddress.Find(accessor.HttpContext?.Connection.RemoteIpAddress);

    private Guid? Claim(string type) => Guid.TryParse(User?.FindFirst(type)?.Value, out var id) ? id : null;
}
