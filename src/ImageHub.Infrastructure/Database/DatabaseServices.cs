using System.Data.Common;
using System.Diagnostics;
using ImageHub.Application.Backups;
using ImageHub.Application.Database;
using ImageHub.Application.Upgrades;
using ImageHub.Infrastructure.Backups;
using ImageHub.Infrastructure.Database.Upgrades;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>Registers the database.</summary>
public static class DatabaseServices
{
    // A statement that times out is cancelled over a second connection, and opening this connection can take the connect timeout again.
    private const int ConnectSeconds = 2;
    private const int CancellationMilliseconds = 500;

    // The maximum number of prepared statements per connection; a new statement replaces the least recently used one. A prepared statement is parsed once and
    // planned only a few times.
    private const int PreparedStatements = 200;

    /// <summary>Adds the server (embedded or external), the schema, and their preparation at the start.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseServer>();
        services.AddSingleton(provider => CreateDataSource(provider.GetRequiredService<DatabaseServer>().ConnectionString));
        services.AddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.AddDbContextPool<ImageHubDb>((provider, options) => options
            .UseImageHubSchema(provider.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(
                new StatementTimeoutInterceptor(),
                new FailedStatementInterceptor(),
                new ChangedSchemaInterceptor(provider.GetRequiredService<NpgsqlDataSource>()),
                provider.GetRequiredService<ConnectionShares>(),
                provider.GetRequiredService<StatementCount>())
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
        services.AddSingleton<ConnectionShares>();
        services.AddSingleton<StatementCount>();
        services.AddSingleton<Turns>();
        services.AddScoped<ConnectionShare>();
        services.AddScoped<StatementTimeout>();
        services.AddScoped<IImageHubDb>(provider =>
        {
            var db = provider.GetRequiredService<ImageHubDb>();
            (db.StatementTimeout, db.Share, db.Turns) = (provider.GetRequiredService<StatementTimeout>(), provider.GetRequiredService<ConnectionShare>(), provider.GetRequiredService<Turns>());
            db.Database.SetCommandTimeout(db.StatementTimeout.Value);
            return db;
        });
        services.AddSingleton<SchemaUpgrade>();
        services.AddSingleton<DatabasePreparation>();
        services.AddSingleton<IUpgradeCheck, UpgradeCheck>();
        services.AddSingleton<IDatabaseDump, DatabaseDump>();
        services.AddSingleton<DatabaseState>();
        return services;
    }

    /// <summary>Creates the connection pool.</summary>
    internal static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(WithDefaults(connectionString));
        if (builder.ConnectionStringBuilder.MaxAutoPrepare > 0)
        {
            builder.UsePhysicalConnectionInitializer(StatementTimeoutInterceptor.Prepare, StatementTimeoutInterceptor.PrepareAsync);
        }

        // Traces the statements of traced requests only, not the polling of background work.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => IsTraced())
            .ConfigureBatchFilter(_ => IsTraced())
            .ConfigureCopyOperationFilter(_ => IsTraced())
            .EnablePhysicalOpenTracing(enable: false));
        return builder.Build();
    }

    private static bool IsTraced() => Activity.Current is { IsAllDataRequested: true };

    /// <summary>
    /// Adds defaults for settings that the connection string omits. Short timeouts for connecting and cancelling detect an unresponsive server soon. Repeated
    /// statements are prepared automatically.
    /// </summary>
    internal static string WithDefaults(string connectionString)
    {
        // Npgsql accepts both "Gss Encryption Mode" and "GssEncryptionMode".
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
            // Trying GSS encryption first would double the time to detect an unresponsive server.
            builder.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        if (!given.Contains("CancellationTimeout"))
        {
            builder.CancellationTimeout = CancellationMilliseconds;
        }

        if (!given.Contains("MaxAutoPrepare"))
        {
            builder.MaxAutoPrepare = PreparedStatements;
        }

        if (!given.Contains("NoResetOnClose"))
        {
            // A reset takes as long as a small statement. It is unnecessary, because no connection returns to the pool with a setting or a lock.
            builder.NoResetOnClose = true;
        }

        return builder.ConnectionString;
    }
}
