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

    // On each connection, those used last: a statement that is prepared is parsed once and soon planned once.
    private const int PreparedStatements = 200;

    /// <summary>Adds the server (embedded, or elsewhere), the schema and what prepares both at start.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseServer>();
        services.AddSingleton(provider => CreateDataSource(provider.GetRequiredService<DatabaseServer>().ConnectionString));
        services.AddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.AddDbContextPool<ImageHubDb>((provider, options) => options
            .UseImageHubSchema(provider.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(new StatementTimeoutInterceptor(), new ChangedSchemaInterceptor(provider.GetRequiredService<NpgsqlDataSource>()), provider.GetRequiredService<ConnectionShares>())
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
        services.AddSingleton<ConnectionShares>();
        services.AddScoped<ConnectionShare>();
        services.AddScoped<StatementTimeout>();
        services.AddScoped<IImageHubDb>(provider =>
        {
            var db = provider.GetRequiredService<ImageHubDb>();
            (db.StatementTimeout, db.Share) = (provider.GetRequiredService<StatementTimeout>(), provider.GetRequiredService<ConnectionShare>());
            db.Database.SetCommandTimeout(db.StatementTimeout.Value);
            return db;
        });
        services.AddSingleton<DatabasePreparation>();
        services.AddSingleton<DatabaseState>();
        return services;
    }

    /// <summary>The pool of connections.</summary>
    internal static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(WithDefaults(connectionString));
        if (builder.ConnectionStringBuilder.MaxAutoPrepare > 0)
        {
            builder.UsePhysicalConnectionInitializer(StatementTimeoutInterceptor.Prepare, StatementTimeoutInterceptor.PrepareAsync);
        }

        return builder.Build();
    }

    /// <summary>
    /// A server that does not answer is noticed soon, also while connecting and while cancelling, and statements that come again are
    /// prepared, unless the owner's connection string says otherwise.
    /// </summary>
    internal static string WithDefaults(string connectionString)
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

        if (!given.Contains("MaxAutoPrepare"))
        {
            builder.MaxAutoPrepare = PreparedStatements;
        }

        if (!given.Contains("NoResetOnClose"))
        {
            // Nothing here leaves a setting or a lock on a connection that it gives back, and resetting takes as long as a small statement.
            builder.NoResetOnClose = true;
        }

        return builder.ConnectionString;
    }
}
