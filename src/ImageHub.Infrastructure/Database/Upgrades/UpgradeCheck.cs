using System.Globalization;
using ImageHub.Application.Upgrades;
using ImageHub.Infrastructure.Database.Statements;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.Infrastructure.Database.Upgrades;

/// <summary>Tries the update that the next start would make.</summary>
internal sealed class UpgradeCheck(DatabaseServer server, DatabasePreparation preparation, SchemaUpgrade upgrade, IServiceScopeFactory scopes) : IUpgradeCheck
{
    /// <inheritdoc/>
    public async Task<UpgradePlan> RunAsync(CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<ImageHubDb>().Database;
        var to = database.GetMigrations().Last();
        SchemaState state;
        long bytes;
        await using (var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString))
        {
            try
            {
                await connection.OpenAsync(cancellationToken);
            }
            catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                return new UpgradePlan(server.Description, 0, From: null, to, 0, Rehearsal: null);
            }

            state = await preparation.ReadStateAsync(connection, database, cancellationToken);
            bytes = long.Parse((await connection.ReadTextsAsync("SELECT pg_database_size(current_database())::text", cancellationToken))[0], CultureInfo.InvariantCulture);
        }

        var rehearsal = state.Pending is { } pending ? await upgrade.RehearseAsync(pending, cancellationToken) : null;
        return new UpgradePlan(server.Description, bytes, state.From, to, state.Pending?.Count ?? 0, rehearsal);
    }
}
