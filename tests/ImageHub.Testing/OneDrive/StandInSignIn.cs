using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageHub.Testing.OneDrive;

/// <summary>A stand-in for Microsoft's sign-in: a consent page, codes, and tokens that are rotated and revoked.</summary>
public sealed class StandInSignIn
{
    public const string ClientId = "11111111-2222-3333-4444-555555555555";
    public const string ClientSecret = "the application's secret";

    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Challenge, string RedirectUri)> codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> accessTokens = new(StringComparer.Ordinal);
    private string? refreshToken;
    private int made;

    /// <summary>The lifetime of access tokens.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The number of token refreshes.</summary>
    public int Refreshes { get; private set; }

    /// <summary>The number of refused refreshes: the refresh token is outdated or revoked.</summary>
    public int StaleRefreshes { get; private set; }

    /// <summary>All issued codes and tokens.</summary>
    public HashSet<string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the service answers every request with 503.</summary>
    public bool IsAway { get; set; }

    /// <summary>The number of requests for tokens.</summary>
    public int TokenRequests { get; private set; }

    /// <summary>Called before a request for tokens is answered.</summary>
    public Func<Task>? OnToken { get; set; }

    /// <summary>The number of requests to Graph with an invalid access token.</summary>
    public int Refusals { get; private set; }

    /// <summary>Expires all access tokens immediately.</summary>
    public void ExpireAccessTokens()
    {
        lock (gate)
        {
            accessTokens.Clear();
        }
    }

    /// <summary>Revokes consent: all issued tokens stop working.</summary>
    public void RevokeConsent()
    {
        lock (gate)
        {
            accessTokens.Clear();
            refreshToken = null;
        }
    }

    public bool IsValid(string authorization)
    {
        lock (gate)
        {
            var isValid = authorization.StartsWith("Bearer ", StringComparison.Ordinal) && accessTokens.TryGetValue(authorization[7..], out var end) && end > DateTimeOffset.UtcNow;
            Refusals += isValid ? 0 : 1;
            return isValid;
        }
    }

    /// <summary>Answers requests below <c>/common/oauth2/v2.0/</c>.</summary>
    public Task AnswerAsync(HttpContext context, string endpoint) => (context.Request.Method, endpoint) switch
    {
        _ when IsAway => Refuse(context, 503, "temporarily_unavailable"),
        ("GET", "authorize") => AskAsync(context),
        ("GET", "consent") => Consent(context),
        ("POST", "token") => GiveTokensAsync(context),
        _ => Refuse(context, 404, "not_found"),
    };

    /// <summary>Sends the consent page.</summary>
    private static Task AskAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var isComplete = query["client_id"] == ClientId
            && query["response_type"] == "code"
            && query["code_challenge_method"] == "S256"
            && query["code_challenge"].ToString().Length == 43
            && query["scope"].ToString().Split(' ').Contains("offline_access")
            && query["state"].ToString().Length > 20
            && query["redirect_uri"].Count == 1;
        if (!isComplete)
        {
            return Refuse(context, 400, "invalid_request");
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        var consent = "consent" + context.Request.QueryString.Value!.Replace("&", "&amp;", StringComparison.Ordinal);
        return context.Response.WriteAsync(
            $"""<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,"><h1>ImageHub wants to use your files</h1><p><a href="{consent}&amp;accept=yes">Accept</a> <a href="{consent}&amp;accept=no">Cancel</a></p></html>""");
    }

    private Task Consent(HttpContext context)
    {
        var query = context.Request.Query;
        var redirectUri = query["redirect_uri"].ToString();
        var answer = new Dictionary<string, string?>(StringComparer.Ordinal) { ["state"] = query["state"] };
        if (query["accept"] == "yes")
        {
            lock (gate)
            {
                var code = Make("code");
                codes[code] = (query["code_challenge"].ToString(), redirectUri);
                answer["code"] = code;
            }
        }
        else
        {
            answer["error"] = "access_denied";
            answer["error_description"] = "The user has denied access.";
        }

        context.Response.Redirect(QueryHelpers.AddQueryString(redirectUri, answer));
        return Task.CompletedTask;
    }

    private async Task GiveTokensAsync(HttpContext context)
    {
        lock (gate)
        {
            TokenRequests++;
        }

        if (OnToken is { } onToken)
        {
            await onToken();
        }

        if (IsAway)
        {
            await Refuse(context, 503, "temporarily_unavailable");
            return;
        }

        var form = await context.Request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            await Refuse(context, 401, "invalid_client");
            return;
        }

        string? access = null;
        string? refresh = null;
        lock (gate)
        {
            if (form["grant_type"] == "authorization_code" ? IsRightCode(form) : IsRightRefreshToken(form))
            {
                (access, refresh) = (Make("access"), Make("refresh"));
                accessTokens[access] = DateTimeOffset.UtcNow + AccessTokenLifetime;
                refreshToken = refresh;
            }
        }

        await (access is null
            ? Refuse(context, 400, "invalid_grant")
            : context.Response.WriteAsJsonAsync(new { token_type = "Bearer", scope = "Files.ReadWrite", expires_in = (int)AccessTokenLifetime.TotalSeconds, access_token = access, refresh_token = refresh }));
    }

    private bool IsRightCode(IFormCollection form) =>
        codes.Remove(form["code"].ToString(), out var given)
        && given.RedirectUri == form["redirect_uri"]
        && given.Challenge == Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));

    private bool IsRightRefreshToken(IFormCollection form)
    {
        if (form["grant_type"] != "refresh_token" || form["refresh_token"] != refreshToken)
        {
            StaleRefreshes++;
            return false;
        }

        Refreshes++;
        return true;
    }

    private string Make(string kind)
    {
        var secret = $"{kind}-{++made}-{Guid.NewGuid():N}";
        Secrets.Add(secret);
        return secret;
    }

    private static Task Refuse(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error, error_description = $"AADSTS0: {error}" });
    }
}
