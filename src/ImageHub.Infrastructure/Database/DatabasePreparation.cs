using System.Collections.ObjectModel;
using System.Data.Common;
using System.Reflection;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Upgrades;
using ImageHub.Infrastructure.Database.Statements;
using ImageHub.Infrastructure.Database.Upgrades;
using ImageHub.Infrastructure.Secrets;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>Prepares the database: creates the database, creates or updates the schema, and creates the first protection key and the first admin.</summary>
internal sealed class DatabasePreparation(DatabaseServer server, DataDirectory data, SchemaUpgrade upgrade, IServiceScopeFactory scopes, ILogger<DatabasePreparation> logger)
{
    /// <summary>The folder in the data directory for backups of the database before updates.</summary>
    private const string Snapshots = "upgrades";

    /// <summary>The time between two attempts to reach the database.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Prepares the database. A server retries while the database cannot be reached.</summary>
    /// <param name="isServer">Whether to create or update the schema. For a command, an existing schema must be up to date.</param>
    /// <param name="createsGallery">Whether a command creates the schema of an empty database.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The first admin; null if no admin was created.</returns>
    /// <exception cref="UnusableDatabaseException">This program cannot use the database, the database refuses it, or the schema is not up to date.</exception>
    /// <exception cref="DbException">A command cannot reach the database.</exception>
    public async Task<FirstAdmin?> PrepareAsync(bool isServer, bool createsGallery, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (isServer || createsGallery)
                {
                    return await TryPrepareAsync(isServer, cancellationToken);
                }

                await EnsureCurrentAsync(cancellationToken);
                return null;
            }
            catch (Exception refused) when (DatabaseOutage.IsDatabaseError(refused) && !DatabaseOutage.Explains(refused))
            {
                // The following lines have the position in the statement.
                var reason = DatabaseOutage.FindReason(refused).Split('\n')[0].TrimEnd('\r');
                throw new UnusableDatabaseException($"{server.Description} refuses: {reason}.{AdviceFor(refused)}");
            }
            catch (Exception exception) when (isServer && DatabaseOutage.Explains(exception))
            {
                logger.LogWarning(
                    DatabaseOutage.ForLog(exception),
                    "{Database} cannot be reached ({Reason}); trying again",
                    server.Description,
                    DatabaseOutage.FindReason(exception));
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private string AdviceFor(Exception refused)
    {
        if (refused.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject })
        {
            return " The database contains objects of another program. Use an empty database, or restore a backup into one.";
        }

        return server.IsEmbedded ? "" : " Correct ConnectionStrings__ImageHub, or the rights of its account.";
    }

    /// <summary>Opens a connection to the database, which is created if it is missing.</summary>
    /// <exception cref="UnusableDatabaseException">The database's encoding is not UTF8.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false };
        var connection = new NpgsqlConnection(target.ConnectionString);
        try
        {
            if (!await TryOpenAsync(connection, cancellationToken))
            {
                await CreateDatabaseAsync(target, cancellationToken);
                await connection.OpenAsync(cancellationToken);
            }

            EnsureUnicode(connection);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<FirstAdmin?> TryPrepareAsync(bool isServer, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<ImageHubDb>().Database;
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        if (await MigrateAsync(database, touched: null, mediator, cancellationToken) is { } pending)
        {
            if (!isServer)
            {
                throw NewOutdated(pending);
            }

            // The connection is closed, because a database with connections cannot be copied.
            var touched = await upgrade.EnsureHarmlessAsync(pending, cancellationToken);
            await MigrateAsync(database, touched, mediator, cancellationToken);
        }
        else if (isServer)
        {
            await upgrade.DropAbandonedCopyAsync(cancellationToken);
        }

        await scope.ServiceProvider.GetRequiredService<FirstProtectionKey>().EnsureAsync(scope.ServiceProvider.GetRequiredService<IImageHubDb>(), cancellationToken);
        return await mediator.Send(new CreateFirstAdmin(), cancellationToken);
    }

    /// <summary>Ensures that the schema is up to date, without changing anything.</summary>
    private async Task EnsureCurrentAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        var state = await TryOpenAsync(connection, cancellationToken)
            ? await ReadStateAsync(connection, scope.ServiceProvider.GetRequiredService<ImageHubDb>().Database, cancellationToken)
            : new SchemaState(From: null, Pending: null);
        if (state.From is null)
        {
            throw new UnusableDatabaseException(
                $"{server.Description} contains no gallery. Run the command with the server's settings, such as ImageHub__DataDirectory or ConnectionStrings__ImageHub.");
        }

        if (state.Pending is { } pending)
        {
            throw NewOutdated(pending);
        }
    }

    private UnusableDatabaseException NewOutdated(PendingMigrations pending) => new(
        $"{server.Description} has the schema of an earlier version of ImageHub: {pending.Count} migrations are pending. Run the command of that version, or start the server of this version first.");

    /// <summary>Throws if the database's encoding cannot store every name.</summary>
    private void EnsureUnicode(NpgsqlConnection connection)
    {
        var encoding = connection.PostgresParameters["server_encoding"];
        if (encoding != "UTF8")
        {
            throw new UnusableDatabaseException(
                $"{server.Description} has the encoding {encoding}; ImageHub needs UTF8. Set ConnectionStrings__ImageHub to a database that does not exist yet, "
                + "which ImageHub then creates, or to one created with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
        }
    }

    /// <summary>Creates the schema, or updates it.</summary>
    /// <param name="database">The database.</param>
    /// <param name="touched">The tables whose rows the update may change, as far as they are known; null before the update was tried on a copy.</param>
    /// <param name="mediator">Sends the request for the backup.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The pending migrations if the update must be tried on a copy first.</returns>
    private async Task<PendingMigrations?> MigrateAsync(DatabaseFacade database, IReadOnlySet<string>? touched, IMediator mediator, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"SELECT pg_advisory_lock({Locks.Preparation})", cancellationToken);
        var state = await ReadStateAsync(connection, database, cancellationToken);
        if (state.From is null)
        {
            await CreateSchemaAsync(connection, database.GetService<IMigrationsAssembly>().Assembly, cancellationToken);
        }
        else if (state.Pending is { } pending)
        {
            if (touched is null)
            {
                return pending;
            }

            await upgrade.RunAsync(connection, pending, touched, await mediator.Send(new SnapshotDatabase(Path.Combine(data.Path, Snapshots)), cancellationToken), cancellationToken);
        }

        return null;
    }

    /// <summary>Reads which migrations were applied and which are pending.</summary>
    /// <exception cref="UnusableDatabaseException">The schema has an unknown migration, or is from a version before 0.9.0.</exception>
    public async Task<SchemaState> ReadStateAsync(NpgsqlConnection connection, DatabaseFacade database, CancellationToken cancellationToken)
    {
        var known = database.GetMigrations().ToArray();
        var applied = await ReadHistoryAsync(connection, cancellationToken);
        var foreign = applied.Except(known, StringComparer.Ordinal).FirstOrDefault();
        if (foreign is not null)
        {
            throw new UnusableDatabaseException(
                $"{server.Description} was set up by another version of ImageHub: this one does not know its migration '{foreign}'. "
                + "Start that version again, or name an empty database (ConnectionStrings__ImageHub) or data directory (ImageHub__DataDirectory).");
        }

        // The last name is the latest migration's, because names begin with times. The script is built only if migrations are pending, because EF Core builds
        // the migrations' models for it.
        return (applied.Max(StringComparer.Ordinal), known.Length - applied.Count) switch
        {
            (null, _) => new SchemaState(From: null, Pending: null),
            ({ } from, 0) => new SchemaState(from, Pending: null),
            ({ } from, var count) => new SchemaState(
                from, new PendingMigrations(known[^1], count, database.GetService<IMigrator>().GenerateScript(from, options: MigrationsSqlGenerationOptions.NoTransactions))),
        };
    }

    /// <summary>Reads the applied migrations; an empty database has none. Uses plain SQL, because EF Core would first build a model for the table.</summary>
    /// <exception cref="UnusableDatabaseException">A version before 0.9.0 has created the schema.</exception>
    private async Task<List<string>> ReadHistoryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        try
        {
            await using var query = new NpgsqlCommand("SELECT migration_id FROM \"__EFMigrationsHistory\"", connection);
            await using var reader = await query.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                applied.Add(reader.GetString(0));
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The database is new.
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedColumn)
        {
            throw new UnusableDatabaseException(
                $"{server.Description} was set up by a version of ImageHub before 0.9.0, whose data no later version reads. "
                + "Start that version again, or name an empty database (ConnectionStrings__ImageHub) or data directory (ImageHub__DataDirectory).");
        }

        return applied;
    }

    /// <summary>
    /// Runs the statements of all migrations as one atomic script. EF Core would first build the model of each migration, which takes longer than the
    /// statements.
    /// </summary>
    private static async Task CreateSchemaAsync(NpgsqlConnection connection, Assembly migrations, CancellationToken cancellationToken)
    {
        using var script = new StreamReader(migrations.GetManifestResourceStream(ImageHubDb.SchemaScript)!);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var creation = new NpgsqlCommand(await script.ReadToEndAsync(cancellationToken), connection, transaction);
        await creation.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task CreateDatabaseAsync(NpgsqlConnectionStringBuilder target, CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = "postgres" };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var turn = new NpgsqlCommand($"SELECT pg_advisory_lock({Locks.DatabaseCreation})", connection);
        await turn.ExecuteNonQueryAsync(cancellationToken);
        await using var attempt = new NpgsqlConnection(target.ConnectionString);
        if (!await TryOpenAsync(attempt, cancellationToken))
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE \"{target.Database!.Replace("\"", "\"\"", StringComparison.Ordinal)}\" ENCODING 'UTF8' TEMPLATE template0", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Opens a connection; returns false if the database does not exist.</summary>
    private static async Task<bool> TryOpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException exception) when (Attempts(exception).OfType<PostgresException>().Any(attempt => attempt.SqlState == PostgresErrorCodes.InvalidCatalogName))
        {
            return false;
        }
    }

    /// <summary>The errors of all hosts in the connection string.</summary>
    private static ReadOnlyCollection<Exception> Attempts(Exception exception) => exception switch
    {
        { InnerException: AggregateException several } => several.InnerExceptions,
        _ => new([exception]),
    };
}

/// <summary>Thrown if this program cannot use the database; the message explains the reason and the fix.</summary>
internal class UnusableDatabaseException(string message) : InvalidOperationException(message);
