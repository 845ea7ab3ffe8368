using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ImageHub.Infrastructure.Database;

/// <summary>Configures <see cref="ImageHubDb"/> for PostgreSQL, with names in snake case and the migrations project's history.</summary>
public static class ImageHubDbOptions
{
    /// <summary>Uses a pool's connections.</summary>
    public static DbContextOptionsBuilder UseImageHubSchema(this DbContextOptionsBuilder options, DbDataSource source) =>
        options.UseNpgsql(source, npgsql => npgsql.MigrationsAssembly(ImageHubDb.MigrationsAssembly)).UseSnakeCaseNamingConvention().UseQueryFunctions();

    /// <summary>Uses a connection string. A program that only reads the schema may name a server that does not exist.</summary>
    public static DbContextOptionsBuilder<ImageHubDb> UseImageHubSchema(this DbContextOptionsBuilder<ImageHubDb> options, string connectionString) =>
        options.UseNpgsql(connectionString, npgsql => npgsql.MigrationsAssembly(ImageHubDb.MigrationsAssembly)).UseSnakeCaseNamingConvention().UseQueryFunctions();

    private static TOptions UseQueryFunctions<TOptions>(this TOptions options)
        where TOptions : DbContextOptionsBuilder
    {
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(new QueryFunctionTranslation());
        return options;
    }
}
