using ImageHub.Application.Database;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Accounts;
using ImageHub.Infrastructure.Backups;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Delivery;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Jobs;
using ImageHub.Infrastructure.OneDrive;
using ImageHub.Infrastructure.RateLimits;
using ImageHub.Infrastructure.Secrets;
using ImageHub.Infrastructure.Storage;
using ImageHub.Infrastructure.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;

namespace ImageHub.Infrastructure;

/// <summary>Registers the infrastructure services.</summary>
public static class InfrastructureServices
{
    /// <summary>Adds all services and their startup.</summary>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services)
    {
        services.AddOptions<ImageHubOptions>().BindConfiguration(ImageHubOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ShutdownOptions>().BindConfiguration(ShutdownOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) => host.ShutdownTimeout = TimeSpan.FromSeconds(shutdown.Value.DeadlineSeconds));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DataDirectory>();
        services.AddDatabase();
        services.AddStorage();
        services.AddDelivery();
        services.AddImaging();
        services.AddAccounts();
        services.AddRateLimits();
        services.AddSecrets();
        services.AddOneDrive();
        services.AddBackups();
        services.AddJobs();
        services.AddSingleton(provider => new StartUp(
            provider.GetRequiredService<DatabaseServer>(),
            provider.GetRequiredService<DatabasePreparation>(),
            provider.GetRequiredService<DatabaseState>(),
            provider.GetRequiredService<KeptAnswers>(),
            provider.GetRequiredService<IImageRenderer>(),
            provider.GetRequiredService<IObjectStore>(),
            provider.GetRequiredService<DataDirectory>(),
            () => provider.GetRequiredService<ISchedulerFactory>(),
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<StoredSchedule>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<StartUp>>()));
        services.AddHostedService(provider => provider.GetRequiredService<StartUp>());
        services.AddWebhooks();
        return services;
    }
}
