using System.Data.Common;
using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>Registers the database.</summary>
public static class DatabaseServices
{
    /// <summary>Adds the server (embedded, or elsewhere), the schema and what prepares both at start.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseServer>();
        services.AddSingleton(provider => NpgsqlDataSource.Create(provider.GetRequiredService<DatabaseServer>().ConnectionString));
        services.AddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.AddDbContextPool<ImageHubDb>((provider, options) => options
            .UseNpgsql(
                provider.GetRequiredService<NpgsqlDataSource>(),
                npgsql => npgsql.MigrationsAssembly(ImageHubDb.MigrationsAssembly))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
        services.AddScoped<IImageHubDb>(provider => provider.GetRequiredService<ImageHubDb>());
        services.AddSingleton<DatabasePreparation>();
        return services;
    }
}
