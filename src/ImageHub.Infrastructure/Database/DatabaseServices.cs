using System.Data.Common;
using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>Registers the database.</summary>
public static class DatabaseServices
{
    // A statement that takes too long is cancelled over a connection of its own, which may take as long again.
    private const int ConnectSeconds = 2;
    private const int CancellationMilliseconds = 500;

    /// <summary>Adds the server (embedded, or elsewhere), the schema and what prepares both at start.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseServer>();
        services.AddSingleton(provider => NpgsqlDataSource.Create(WithTimeouts(provider.GetRequiredService<DatabaseServer>().ConnectionString)));
        services.AddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.AddDbContextPool<ImageHubDb>((provider, options) => options
            .UseNpgsql(
                provider.GetRequiredService<NpgsqlDataSource>(),
                npgsql => npgsql.MigrationsAssembly(ImageHubDb.MigrationsAssembly))
            .AddInterceptors(new StatementTimeoutInterceptor())
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
        services.AddScoped<StatementTimeout>();
        services.AddScoped<IImageHubDb>(provider =>
        {
            var db = provider.GetRequiredService<ImageHubDb>();
            db.StatementTimeout = provider.GetRequiredService<StatementTimeout>();
            db.Database.SetCommandTimeout(db.StatementTimeout.Value);
            return db;
        });
        services.AddSingleton<DatabasePreparation>();
        return services;
    }

    /// <summary>A server that does not answer is noticed soon, also while connecting and while cancelling, unless the owner's connection string says otherwise.</summary>
    internal static string WithTimeouts(string connectionString)
    {
        // Npgsql takes "Gss Encryption Mode" and "GssEncryptionMode" for the same.
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys!.Cast<string>()
            .Select(key => key.Replace(" ", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!given.Contains("Timeout"))
        {
            builder.Timeout = ConnectSeconds;
        }

        if (!given.Contains("GssEncryptionMode"))
        {
            // Trying it first would double the time that a server which does not answer takes.
            builder.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        if (!given.Contains("CancellationTimeout"))
        {
            builder.CancellationTimeout = CancellationMilliseconds;
        }

        return builder.ConnectionString;
    }
}
