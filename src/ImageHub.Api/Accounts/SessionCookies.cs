using ImageHub.Api.Web;
using ImageHub.Application.Accounts;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Accounts;

/// <summary>A session's tokens as cookies that scripts cannot read and other sites cannot send.</summary>
internal sealed class SessionCookies(IOptions<JwtOptions> options)
{
    /// <summary>The access token's cookie.</summary>
    public const string AccessToken = "imagehub_access";

    /// <summary>The refresh token's cookie; browsers send it only to the routes below <c>/api/v1/auth</c>.</summary>
    public const string RefreshToken = "imagehub_refresh";

    private const string RefreshPath = "/api/v1/auth";

    public void Set(HttpContext context, TokenPair pair)
    {
        context.Response.Cookies.Append(AccessToken, pair.AccessToken, Options(context, "/", TimeSpan.FromSeconds(pair.ExpiresIn)));
        context.Response.Cookies.Append(RefreshToken, pair.RefreshToken, Options(context, RefreshPath, TimeSpan.FromDays(options.Value.SessionDays)));
        context.Response.Headers.CacheControl = "no-store";
    }

    public static void Delete(HttpContext context)
    {
        context.Response.Cookies.Delete(AccessToken, Options(context, "/", null));
        context.Response.Cookies.Delete(RefreshToken, Options(context, RefreshPath, null));
    }

    private static CookieOptions Options(HttpContext context, string path, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.RequestServices.GetRequiredService<PublicAddress>().IsSecure(context.Request),
        Path = path,
        MaxAge = lifetime,
    };
}
