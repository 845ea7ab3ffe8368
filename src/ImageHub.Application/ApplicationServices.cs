using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Archives;
using ImageHub.Application.Choices;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Images;
using ImageHub.Application.Imports;
using ImageHub.Application.Links;
using ImageHub.Application.Observability;
using ImageHub.Application.Oidc;
using ImageHub.Application.OneDrive;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Passkeys;
using ImageHub.Application.Requests;
using ImageHub.Application.Site;
using ImageHub.Application.Storage;
using ImageHub.Application.Thumbnails;
using ImageHub.Application.Uploads;
using ImageHub.Application.Variants;
using ImageHub.Application.WebDav;
using ImageHub.Application.Webhooks;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application;

/// <summary>Registers the application layer's services.</summary>
public static class ApplicationServices
{
    /// <summary>Adds the mediator, all handlers and validators, and the other services of this layer.</summary>
    public static IServiceCollection AddApplication(this IServiceCollection services)
    {
        ValidatorOptions.Global.DisplayNameResolver = (_, _, expression) => FieldNames.From(expression?.ToString().Split('.', 2)[^1] ?? "");
        services.AddTransient<ServiceFactory>(provider => provider.GetService);
        services.AddTransient<IMediator, Mediator>();
        services.AddScoped<RequestTokens>();
        services.AddScoped<AccountThrottle>();
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(ThrottleBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        foreach (var type in typeof(ApplicationServices).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            foreach (var handled in type.GetInterfaces().Where(IsRequestHandler))
            {
                services.AddTransient(handled, type);
            }
        }

        services.AddValidatorsFromAssembly(typeof(ApplicationServices).Assembly, ServiceLifetime.Singleton, includeInternalTypes: true);
        services.AddSingleton<FileSpool>();
        services.AddSingleton<UploadPipeline>();
        services.AddSingleton<LostFiles>();
        services.AddScoped<Announcement>();
        services.AddSingleton<ImageRecorder>();
        services.AddSingleton<UploadCompletion>();
        services.AddSingleton<ObjectWatch>();
        services.AddSingleton<UnreferencedObjects>();
        services.AddSingleton<ImageCheckRunner>();
        services.AddScoped<ImageCheck>();
        services.AddSingleton<ImageRotation>();
        services.AddSingleton<ImageBytes>();
        services.AddSingleton(typeof(RenderBackoff<>));
        services.AddSingleton<ThumbnailMaker>();
        services.AddSingleton<FullJpegs>();
        services.AddScoped<ImageDelivery>();
        services.AddSingleton<LogoRenderer>();
        services.AddSingleton<GroupArchives>();
        services.AddSingleton<WrittenArchives>();
        services.AddScoped<ArchiveAccess>();
        services.AddScoped<MarkedPictures>();
        services.AddSingleton<ShareTickets>();
        services.AddSingleton<GuestTokens>();
        services.AddSingleton<LinkViews>();
        services.AddScoped<SharedGroups>();
        services.AddScoped<LinkAddresses>();
        services.AddScoped<Favourites>();
        services.AddScoped<GuestInboxes>();
        services.AddScoped<Uploaders>();
        services.AddSingleton<SendingPlaces>();
        services.AddScoped<LoginLimits>();
        services.AddScoped<SessionStart>();
        services.AddScoped<RecentSignIn>();
        services.AddScoped<SignInMethodRules>();
        services.AddScoped<OidcAccounts>();
        services.AddScoped<PasskeyRules>();
        services.AddScoped<CeremonyStates>();
        services.AddSingleton<DriveTokens>();
        services.AddSingleton<IDriveTokens>(provider => provider.GetRequiredService<DriveTokens>());
        services.AddSingleton<DriveRoot>();
        services.AddScoped<ImportListing>();
        services.AddScoped<ImportSidecars>();
        services.AddScoped<ImportRun>();
        services.AddSingleton<WebhookOutbox>();
        services.AddScoped<DavTree>();
        services.AddScoped<DavLocks>();
        services.AddScoped<DavJunk>();
        services.AddScoped<DavProtection>();
        services.AddScoped<DavFiles>();
        services.AddScoped<DavRemoval>();
        services.AddScoped<DavDestinations>();
        return services;
    }

    /// <summary>Adds a span for each use case of a traced request.</summary>
    public static IServiceCollection AddUseCaseSpans(this IServiceCollection services) => services.AddTransient(typeof(IPipelineBehavior<,>), typeof(SpanBehavior<,>));

    private static bool IsRequestHandler(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IRequestHandler<,>);
}
