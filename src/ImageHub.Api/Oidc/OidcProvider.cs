using System.Text.Json;
using ImageHub.Api.Web;
using ImageHub.Application.Errors;
using ImageHub.Application.Oidc;
using ImageHub.Domain.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ImageHub.Api.Oidc;

/// <summary>
/// Implements the provider with ASP.NET Core's OpenID Connect handler. The handler is not registered as an authentication scheme, because it would then
/// handle every request before routing. Instead, the two routes of a sign-in call it.
/// </summary>
internal sealed class OidcProvider(
    IHttpContextAccessor accessor,
    OpenIdConnectHandler handler,
    IOptionsMonitor<OpenIdConnectOptions> handlerOptions,
    IOptions<OidcOptions> options,
    IOptions<WebOptions> web,
    TimeProvider clock,
    ILogger<OidcProvider> logger) : IOidcProvider
{
    /// <summary>The name of the handler's options, and part of the purpose of its encrypted cookies.</summary>
    private const string Name = "oidc";

    /// <summary>
    /// The entry with the return path in a sign-in's state. The entry's name differs from the handler's, because the handler removes its own entry before
    /// <c>OnTicketReceived</c>.
    /// </summary>
    private const string ReturnItem = "returnTo";

    /// <summary>The entry in a sign-in's state that identifies an intent to join.</summary>
    private const string JoinItem = "join";

    /// <summary>The tolerated difference between the clocks of the provider and this server.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    /// <summary>The time within which a person must sign in at the provider.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The minimum time between two reads of the provider's metadata and keys. Strangers can cause a read with a token that names an unknown key.
    /// </summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    /// <summary>The age after which a logout token is refused. Younger tokens are stored, to detect their reuse.</summary>
    private static readonly TimeSpan LogoutTokenLifetime = TimeSpan.FromMinutes(10);

    /// <summary>The accepted signature algorithms use the provider's key pairs. Signatures with the client secret are refused.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private HttpContext Context => accessor.HttpContext!;

    private OpenIdConnectOptions HandlerOptions => handlerOptions.Get(Name);

    /// <inheritdoc/>
    public bool CanReturn => FindRedirectUri(Context.Request, web.Value) is not null;

    /// <inheritdoc/>
    public async Task<Uri?> BeginAsync(OidcIntent intent, CancellationToken cancellationToken)
    {
        if (!await IsReachableAsync(cancellationToken))
        {
            return null;
        }

        var properties = new AuthenticationProperties { RedirectUri = intent.ReturnTo, Items = { [ReturnItem] = intent.ReturnTo } };
        if (intent.JoinState is { } state)
        {
            properties.Items[JoinItem] = state;
        }

        await InitializeAsync();
        await handler.ChallengeAsync(properties);
        var address = new Uri(Context.Response.Headers.Location.ToString());
        Context.Response.Headers.Location = default;
        Context.Response.StatusCode = StatusCodes.Status200OK;
        return address;
    }

    /// <inheritdoc/>
    public async Task<OidcAnswer> CompleteAsync()
    {
        if (!await IsReachableAsync(Context.RequestAborted))
        {
            return new OidcAnswer(Intent: null, Person: null, OidcFailure.ProviderUnavailable);
        }

        var exchange = Exchange.Begin(Context);
        await InitializeAsync();
        await handler.HandleRequestAsync();
        if (exchange.Error is { } error)
        {
            logger.LogWarning("Signing in at {Provider} failed: {Reason}", options.Value.FindName(), Printable(error.Message));
        }

        // There is no answer if the handler ignores a path that routing accepts, such as a path with a trailing slash.
        return exchange.Answer ?? new OidcAnswer(Intent: null, Person: null, OidcFailure.SignInExpired);
    }

    /// <inheritdoc/>
    public async Task<OidcLogoutToken> ReadLogoutTokenAsync(string token, CancellationToken cancellationToken)
    {
        if (!await IsReachableAsync(cancellationToken))
        {
            throw new ProblemException(Problems.OidcUnavailable, "The provider's keys cannot be read; send the logout token again.") { RetryAfter = TimeSpan.FromSeconds(30) };
        }

        var parameters = HandlerOptions.TokenValidationParameters.Clone();
        parameters.ConfigurationManager = (BaseConfigurationManager)HandlerOptions.ConfigurationManager!;

        // Ory Hydra, and authentik before 2025.8.2, send no expiration time. The age is checked below.
        parameters.RequireExpirationTime = false;
        var validated = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, parameters);
        if (!validated.IsValid)
        {
            logger.LogWarning("A logout token was refused: {Reason}", Printable(validated.Exception.Message));
            throw Refused("it is not signed by the provider for this client, or has expired");
        }

        var payload = ReadPayload(((JsonWebToken)validated.SecurityToken).EncodedPayload);
        var (now, issuedAt) = (clock.GetUtcNow(), new DateTimeOffset(((JsonWebToken)validated.SecurityToken).IssuedAt, TimeSpan.Zero));
        if (issuedAt > now + ClockSkew || issuedAt < now - LogoutTokenLifetime)
        {
            throw Refused("iat must be a time within the last minutes");
        }

        // Without this claim an ID token could be sent as a logout token. A nonce is forbidden for the same reason.
        if (!payload.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Object
            || !events.TryGetProperty("http://schemas.openid.net/event/backchannel-logout", out var logout) || logout.ValueKind != JsonValueKind.Object
            || payload.TryGetProperty("nonce", out _))
        {
            throw Refused("it needs the event http://schemas.openid.net/event/backchannel-logout and must have no nonce");
        }

        var (subject, session) = (ReadId(payload, "sub"), ReadId(payload, "sid"));
        return (subject ?? session) is not null && ReadId(payload, "jti") is { } id
            ? new OidcLogoutToken(validated.Issuer, subject, session, id, issuedAt + LogoutTokenLifetime + ClockSkew)
            : throw Refused("it needs jti, and sub or sid, of at most 255 characters");
    }

    /// <summary>Registers the provider.</summary>
    public static void Add(IServiceCollection services)
    {
        // The first sign-in after a rotation of the provider's keys waits for the new keys. By default, IdentityModel reads them in the background.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        services.AddOptions<OidcOptions>().BindConfiguration(OidcOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<OpenIdConnectOptions>(Name).Configure<IOptions<OidcOptions>, IOptions<WebOptions>, TimeProvider, ILogger<OidcMetadataRules>>(Configure);
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddTransient<OpenIdConnectHandler>();
        services.AddScoped<IOidcProvider, OidcProvider>();
    }

    private static void Configure(OpenIdConnectOptions handler, IOptions<OidcOptions> oidc, IOptions<WebOptions> web, TimeProvider clock, ILogger<OidcMetadataRules> logger)
    {
        handler.Authority = oidc.Value.Authority;
        handler.ClientId = oidc.Value.ClientId;
        handler.ClientSecret = oidc.Value.ClientSecret.Length > 0 ? oidc.Value.ClientSecret : null;
        handler.CallbackPath = OidcOptions.CallbackPath;
        handler.RemoteSignOutPath = default;
        handler.SignedOutCallbackPath = default;
        handler.ResponseType = OpenIdConnectResponseType.Code;
        handler.ResponseMode = OpenIdConnectResponseMode.Query;
        handler.UsePkce = true;
        handler.Scope.Clear();
        foreach (var scope in oidc.Value.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            handler.Scope.Add(scope);
        }

        // A pushed request would let strangers make this server send requests to the provider.
        handler.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        handler.GetClaimsFromUserInfoEndpoint = true;
        handler.MapInboundClaims = false;
        handler.SaveTokens = false;
        handler.DisableTelemetry = true;
        handler.TimeProvider = clock;
        handler.RemoteAuthenticationTimeout = Lifetime;
        handler.ProtocolValidator.NonceLifetime = Lifetime;
        handler.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = oidc.Value.ClientId,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = ClockSkew,
        };

        // The provider sends the browser back from another site, so a strict cookie would be missing.
        foreach (var (cookie, name) in new[] { (handler.CorrelationCookie, "imagehub_oidc."), (handler.NonceCookie, "imagehub_oidc_nonce.") })
        {
            cookie.Name = name;
            cookie.HttpOnly = true;
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        handler.Backchannel = OidcBackchannel.CreateClient();
        handler.ConfigurationManager = new Microsoft.IdentityModel.Protocols.ConfigurationManager<OpenIdConnectConfiguration>(
            $"{oidc.Value.Authority.TrimEnd('/')}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new Microsoft.IdentityModel.Protocols.HttpDocumentRetriever(handler.Backchannel) { RequireHttps = false },
            new OidcMetadataRules(oidc.Value.Authority, logger))
        { RefreshInterval = RefreshInterval };
        handler.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = context =>
            {
                context.ProtocolMessage.RedirectUri = FindRedirectUri(context.Request, web.Value);
                return Task.CompletedTask;
            },
            OnAuthorizationCodeReceived = context =>
            {
                Exchange.Find(context.HttpContext).HasAskedProvider = true;
                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                CheckIdToken(context, clock);
                return Task.CompletedTask;
            },
            OnUserInformationReceived = context =>
            {
                Exchange.Find(context.HttpContext).UserInfo = context.User.RootElement.Clone();
                return Task.CompletedTask;
            },
            OnTicketReceived = context =>
            {
                Exchange.Find(context.HttpContext).Succeed(context.Properties!);
                context.HandleResponse();
                return Task.CompletedTask;
            },
            OnAccessDenied = context =>
            {
                Exchange.Find(context.HttpContext).Fail(context.Properties, OidcFailure.ProviderRefused);
                context.HandleResponse();
                return Task.CompletedTask;
            },
            OnRemoteFailure = context =>
            {
                var exchange = Exchange.Find(context.HttpContext);
                exchange.Error = context.Failure;
                exchange.Fail(context.Properties, Classify(context.Failure!, exchange.HasAskedProvider));
                context.HandleResponse();
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>
    /// Checks what the handler does not check: the presence of a signature, the time of issue, the authorized party, and the length of the subject.
    /// </summary>
    private static void CheckIdToken(TokenValidatedContext context, TimeProvider clock)
    {
        var exchange = Exchange.Find(context.HttpContext);
        exchange.IdToken = ReadPayload(context.SecurityToken.RawPayload);
        var party = context.SecurityToken.Payload.Azp;
        if (context.SecurityToken.RawSignature.Length == 0)
        {
            // The handler accepts such a token, because it comes from the provider's own address (OpenID Connect Core 1.0, section 3.1.3.7).
            context.Fail("The ID token is not signed.");
        }
        else if (context.SecurityToken.IssuedAt > (clock.GetUtcNow() + ClockSkew).UtcDateTime)
        {
            context.Fail("The ID token was issued in the future; the clock of the provider or of this server is wrong.");
        }
        else if (party is null ? context.SecurityToken.Audiences.Skip(1).Any() : party != context.Options.ClientId)
        {
            context.Fail("The ID token was issued for another client.");
        }
        else if (ReadId(exchange.IdToken, "sub") is null)
        {
            context.Fail($"The subject must have 1 to {OidcIdentity.MaxSubjectLength} characters without U+0000.");
        }
    }

    /// <summary>
    /// The address to which the provider sends the browser back; null if neither the public address nor a browser on this machine determines it.
    /// </summary>
    private static string? FindRedirectUri(HttpRequest request, WebOptions web) =>
        !string.IsNullOrEmpty(web.PublicUrl) ? new Uri(new Uri(web.PublicUrl), OidcOptions.CallbackPath).AbsoluteUri
        : Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}{OidcOptions.CallbackPath}", UriKind.Absolute, out var own) && own.IsLoopback ? own.AbsoluteUri
        : null;

    private static OidcFailure Classify(Exception error, bool hasAskedProvider)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is OperationCanceledException or IOException or HttpRequestException { StatusCode: null or System.Net.HttpStatusCode.TooManyRequests or >= System.Net.HttpStatusCode.InternalServerError }
                || cause.Data["error"] is "temporarily_unavailable" or "server_error")
            {
                return OidcFailure.ProviderUnavailable;
            }
        }

        return hasAskedProvider ? OidcFailure.AnswerInvalid
            : error is OpenIdConnectProtocolException ? OidcFailure.ProviderRefused
            : OidcFailure.SignInExpired;
    }

    private static JsonElement ReadPayload(string encoded) => JsonSerializer.Deserialize<JsonElement>(Base64UrlEncoder.DecodeBytes(encoded));

    /// <summary>An id in a token; null if it is missing, not a string, empty or too long, or contains U+0000, which PostgreSQL cannot store.</summary>
    private static string? ReadId(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= OidcIdentity.MaxSubjectLength } id && !id.Contains('\0', StringComparison.Ordinal) ? id : null;

    private static ProblemException Refused(string reason) => ProblemException.Invalid("logout_token", $"logout_token is refused: {reason}.");

    /// <summary>Limits an error text that a stranger may have worded to 300 characters, and replaces control characters with spaces.</summary>
    private static string Printable(string text) => string.Concat(text.Take(300).Select(character => char.IsControl(character) ? ' ' : character));

    private Task InitializeAsync() => handler.InitializeAsync(new AuthenticationScheme(Name, displayName: null, typeof(OpenIdConnectHandler)), Context);

    /// <summary>Whether the provider's metadata is known or can be read within the time limit of an answer.</summary>
    private async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(OidcBackchannel.AnswerTimeout);
        var manager = HandlerOptions.ConfigurationManager!;
        try
        {
            try
            {
                await manager.GetConfigurationAsync(timeout.Token);
            }
            catch (Exception) when (!timeout.IsCancellationRequested)
            {
                // After failures the manager waits up to hours before it reads again. A requested refresh limits the wait to the refresh interval.
                manager.RequestRefresh();
                await manager.GetConfigurationAsync(timeout.Token);
            }

            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The metadata of {Provider} cannot be read: {Reason}", options.Value.FindName(), Printable(exception.GetBaseException().Message));
            return false;
        }
    }

    /// <summary>The results of the handler's events for the current request.</summary>
    private sealed class Exchange
    {
        private static readonly object Key = new();

        public bool HasAskedProvider { get; set; }

        public JsonElement IdToken { get; set; }

        public JsonElement? UserInfo { get; set; }

        public Exception? Error { get; set; }

        public OidcAnswer? Answer { get; private set; }

        public static Exchange Begin(HttpContext context)
        {
            var exchange = new Exchange();
            context.Items[Key] = exchange;
            return exchange;
        }

        public static Exchange Find(HttpContext context) => (Exchange)context.Items[Key]!;

        public void Succeed(AuthenticationProperties properties)
        {
            var session = new OidcSession(IdToken.GetProperty("iss").GetString()!, ReadId(IdToken, "sub")!, ReadId(IdToken, "sid"));
            Answer = new OidcAnswer(Intent(properties), new OidcPerson(session, new OidcClaims(IdToken, UserInfo)), Failure: null);
        }

        public void Fail(AuthenticationProperties? properties, OidcFailure failure) => Answer = new OidcAnswer(Intent(properties), Person: null, failure);

        private static OidcIntent? Intent(AuthenticationProperties? properties) =>
            properties?.Items.TryGetValue(ReturnItem, out var returnTo) == true ? new OidcIntent(returnTo!, properties.Items.TryGetValue(JoinItem, out var state) ? state : null) : null;
    }
}
