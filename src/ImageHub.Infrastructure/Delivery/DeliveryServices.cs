using System.Reflection;
using ImageHub.Application.Accounts;
using ImageHub.Application.Delivery;
using ImageHub.Application.Thumbnails;
using ImageHub.Infrastructure.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>Registers the response cache.</summary>
public static class DeliveryServices
{
    /// <summary>Adds the cache, the change feed and their settings.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddOptions<DeliveryOptions>().BindConfiguration(DeliveryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new ChangeFeed(
            provider.GetRequiredService<DatabaseServer>(), provider.GetRequiredService<NpgsqlDataSource>, provider.GetRequiredService<ILogger<ChangeFeed>>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<KeptAnswers>(provider, Source(provider.GetRequiredService<DatabaseServer>())));
        services.AddSingleton<IKeptAnswers>(provider => provider.GetRequiredService<KeptAnswers>());
        services.AddSingleton<IKeptRows<FindSession, LiveSession>>(provider => provider.GetRequiredService<KeptAnswers>().Sessions);
        services.AddSingleton<IKeptRows<OpenThumbnail, StoredThumbnail>>(provider => provider.GetRequiredService<KeptAnswers>().Thumbnails);
        return services;
    }

    /// <summary>Identifies the database and the build, because another build may produce different responses.</summary>
    private static string Source(DatabaseServer server)
    {
        var program = new[] { Assembly.GetEntryAssembly()!, typeof(IKeptAnswers).Assembly, typeof(DeliveryServices).Assembly };
        return string.Join(' ', program.Select(assembly => assembly.ManifestModule.ModuleVersionId)) + " " + server.Identity;
    }
}
