using ImageHub.Api.Accounts;
using ImageHub.Api.Console;
using ImageHub.Api.Delivery;
using ImageHub.Api.Errors;
using ImageHub.Api.Health;
using ImageHub.Api.Images;
using ImageHub.Api.Observability;
using ImageHub.Api.Oidc;
using ImageHub.Api.OpenApi;
using ImageHub.Api.Passkeys;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Api.Site;
using ImageHub.Api.Uploads;
using ImageHub.Api.Web;
using ImageHub.Application;
using ImageHub.Application.Delivery;
using ImageHub.Application.Inventory;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Observability;
using ImageHub.Infrastructure.Secrets;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Options;

namespace ImageHub.Api;

/// <summary>Builds the application.</summary>
internal static class ImageHubApp
{
    /// <summary>The address the server listens on by default.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>The body size limit of JSON routes, in bytes.</summary>
    private const long MaxJsonBytes = 4 * 1024 * 1024;

    /// <summary>Leaves background jobs and updates of the database's schema to the server. Called before the start.</summary>
    /// <param name="app">The application.</param>
    /// <param name="createsGallery">Whether to create the schema of an empty database.</param>
    public static void RunAsCommand(this WebApplication app, bool createsGallery = false)
    {
        var start = app.Services.GetRequiredService<StartUp>();
        (start.IsServer, start.CreatesGallery) = (false, createsGallery);
    }

    /// <summary>Builds the application.</summary>
    /// <param name="args">Settings from the command line.</param>
    /// <param name="configure">Changes to the builder, for commands and tests.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // Settings are next to the program; data paths are relative to the working directory.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(ImageHubApp).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = WebApp.Folder,
        });
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxJsonBytes;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => kestrel.ApplicationServices.GetRequiredService<OpenConnections>().Limit(next)));
        });
        AddServices(builder.Services, builder.Configuration);
        configure?.Invoke(builder);

        // The framework's switch (ASPNETCORE_FORWARDEDHEADERS_ENABLED) would believe the address that any client sends; ForwardedHeaders__KnownProxies lists the proxies.
        builder.Configuration["ForwardedHeaders_Enabled"] = "false";
        if (builder.Services.AddObservability(builder.Configuration))
        {
            builder.Services.AddStateMetrics();
        }

        if (UnknownSettings.Find(builder.Services, builder.Configuration) is var (key, text))
        {
            throw new SettingException(key, text);
        }

        var app = builder.Build();
        Map(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, ConfigurationManager configuration)
    {
        services.AddApplication();
        services.AddInfrastructure();
        services.AddCredentials();
        services.AddAccess();
        PasskeyCeremonies.Add(services);
        OidcProvider.Add(services);
        services.AddOptions<WebOptions>().BindConfiguration(WebOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<OpenConnections>();
        CrossOrigin.AddTo(services);
        services.AddSingleton<SiteAddresses>();
        services.AddOptions<InventoryOptions>().BindConfiguration(InventoryOptions.Section);
        services.AddSingleton<SiteSettings>();
        services.AddSingleton(provider => new WebFiles(provider.GetRequiredService<IWebHostEnvironment>().WebRootPath));
        services.AddSingleton<WebHeaders>();
        services.AddSingleton<FirstPage>();
        services.AddSingleton<RecordingMemory>();
        services.AddSingleton<PageEndpoints>();
        services.AddSingleton<SessionCookies>();

        // Compression halves the size of lists. The web app's files are compressed at build time, and image formats are already compressed.
        services.AddResponseCompression(compression =>
        {
            compression.MimeTypes = ["application/json", "application/xml", "application/atom+xml"];
            compression.EnableForHttps = true;
        });
        services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<IdSegment>(IdSegment.Name));
        services.AddSingleton<IActionResultExecutor<FileStreamResult>, BlockStreamExecutor>();
        services.AddControllers(mvc =>
        {
            mvc.Filters.Add<KnownParameters>();
            mvc.Filters.Add<OptionalBodies>();
            mvc.Conventions.Add(new RenditionRoutes());
            mvc.ModelBinderProviders.Insert(0, new QueryValues());
            mvc.ModelBinderProviders.Insert(0, new PathTexts());

            // Uploads read their bodies section by section; a form value provider would consume them first.
            mvc.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
            mvc.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
            mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();

            // The problem document names the field as in JSON; the default messages would name it as in the C# code.
            mvc.ModelBindingMessageProvider.SetAttemptedValueIsInvalidAccessor((value, _) => $"'{value}' is not valid here.");
            mvc.ModelBindingMessageProvider.SetNonPropertyAttemptedValueIsInvalidAccessor(value => $"'{value}' is not valid here.");
            mvc.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
        }).AddJsonOptions(json =>
        {
            ApiJson.Configure(json.JsonSerializerOptions);
            json.JsonSerializerOptions.Converters.Insert(0, new EnumNames());

            // Keeps the exceptions in the model state. ProblemMapping describes them without type names.
            json.AllowInputFormatterExceptionMessages = false;
        });
        services.AddSingleton<HealthChecks>();
        services.AddSingleton<KnownParameters>();
        services.AddSingleton<OptionalBodies>();
        services.AddOptions<MvcOptions>().Configure<OptionalBodies>((mvc, bodies) => mvc.Conventions.Add(bodies));
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<ApiBehaviorOptions>(api =>
        {
            api.InvalidModelStateResponseFactory = ProblemMapping.InvalidModel;

            // ProblemMapping writes bodies for statuses without one.
            api.SuppressMapClientErrors = true;
        });
        services.AddImageHubOpenApi();
        services.Configure<ForwardedHeadersOptions>(headers =>
        {
            headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;

            // Accepts any number of known proxies in a chain.
            headers.ForwardLimit = null;
            headers.KnownProxies.Clear();
            headers.KnownIPNetworks.Clear();
            foreach (var proxies in KnownProxies(configuration))
            {
                headers.KnownIPNetworks.Add(proxies);
            }
        });
        services.ReadSecretsWhenNeeded();
    }

    private static void Map(WebApplication app)
    {
        var proxies = KnownProxies(app.Configuration);
        app.WarnOfUnknownProxies(proxies);
        if (FindAccelRedirect(app.Services, proxies) is { } location)
        {
            app.UseAccelRedirect(location, proxies);
        }

        if (proxies.Length > 0)
        {
            KnownProxy.Mark(app, proxies);
            app.UseForwardedHeaders();
        }

        app.UseUnreadBodies();
        app.UseCommonHeaders();
        app.UseMiddleware<RequestLog>();
        app.Use(app.Services.GetRequiredService<PublicAddress>().HandleAsync);
        app.UseProblems();
        app.UseRanges();
        app.UseTus();
        app.UseRouting();
        CrossOrigin.Use(app);
        app.UseMiddleware<WebApp>();
        app.UseMiddleware<KeptAnswering>();
        app.UseReadTimeout();
        app.UseConnectionShares();

        // Compression runs inside the response cache, so that a cached response is compressed once.
        app.UseResponseCompression();
        app.UseAuthentication();
        app.UseCredentialChecks();
        app.UseAuthorization();
        app.UseThrottleHeaders();
        app.UseRouteLimits();
        app.UseMiddleware<VisitorLimits>();

        var endpoints = app.MapGroup("");
        endpoints.AnswerHead();
        endpoints.DenyByDefault();
        app.LimitRoutes(endpoints);
        endpoints.MapControllers();
        endpoints.MapWelcome();
        endpoints.MapHealth();
        endpoints.MapImageHubOpenApi();
        app.UseDocsPage();
        if (RouteLimits.FindUnknownRoute(app) is { } name)
        {
            // The limit of an unknown route would have no effect.
            throw new SettingException(
                $"{RateLimitOptions.Section}:{nameof(RateLimitOptions.Routes)}:{name}", "there is no such route; the names are the operation ids in /openapi/v1.json without the hyphen, such as GroupsList");
        }
    }

    /// <summary>The location of an nginx proxy that sends objects itself, or null.</summary>
    /// <exception cref="SettingException">The setting contradicts another setting.</exception>
    private static string? FindAccelRedirect(IServiceProvider services, System.Net.IPNetwork[] proxies)
    {
        const string key = $"{DeliveryOptions.Section}:{nameof(DeliveryOptions.AccelRedirect)}";
        var location = services.GetRequiredService<IOptions<DeliveryOptions>>().Value.AccelRedirect;
        if (string.IsNullOrEmpty(location))
        {
            return null;
        }

        if (services.GetRequiredService<IOptions<StorageOptions>>().Value.Provider != StorageProvider.FileSystem)
        {
            throw new SettingException(key, "nginx sends files, but Storage:Provider S3 stores none; remove one of the two settings");
        }

        return proxies.Length > 0
            ? location
            : throw new SettingException(key, "it needs ForwardedHeaders:KnownProxies, the address of the nginx that sends the files");
    }

    /// <summary>The reverse proxies whose <c>X-Forwarded-*</c> headers are trusted: addresses and networks, as a list or comma-separated.</summary>
    private static System.Net.IPNetwork[] KnownProxies(IConfiguration configuration)
    {
        const string key = $"{ProxyOptions.Section}:{nameof(ProxyOptions.KnownProxies)}";
        var section = configuration.GetSection(key);
        var values = section.Value is { } list ? list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : section.Get<string[]>() ?? [];
        return [.. values.Select(value => (System.Net.IPNetwork.TryParse(value, out var network), System.Net.IPAddress.TryParse(value, out var address)) switch
        {
            (true, _) => network,
            (_, true) => new System.Net.IPNetwork(address!, address!.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 128 : 32),
            _ => throw new SettingException(key, $"'{value}' is neither an IP address nor a network; list your proxies as 192.0.2.7 or 10.0.0.0/8, with commas between"),
        })];
    }
}
