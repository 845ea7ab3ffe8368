using System.Data;
using System.Globalization;
using System.Runtime.ExceptionServices;
using ImageHub.Application.Backups;
using ImageHub.Application.Database;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Database.Statements;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.Infrastructure.Backups;

/// <summary>
/// Dumps and restores tables in PostgreSQL's binary COPY format, because the embedded PostgreSQL comes without pg_dump. A restore creates the schema with
/// ImageHub's migrations.
/// </summary>
internal sealed class DatabaseDump(DatabaseServer server, DatabasePreparation preparation, IServiceScopeFactory scopes) : IDatabaseDump
{
    private const string History = "\"__EFMigrationsHistory\"";

    /// <summary>
    /// All tables except: the history of migrations; thumbnails and archives, which are made again on request; the latest backup, which a restored gallery does
    /// not have; the scheduler's tables, which each start fills; and the tables of extensions.
    /// </summary>
    private const string Tables =
        """
        SELECT c.relname FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
          AND c.relname NOT IN ('__EFMigrationsHistory', 'thumbnails', 'archives', 'last_backups') AND c.relname NOT LIKE 'qrtz\_%'
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY c.relname
        """;

    private const string Columns =
        """
        SELECT attname FROM pg_attribute
        WHERE attrelid = quote_ident($1)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        ORDER BY attnum
        """;

    public async Task<(string Migration, IReadOnlyList<BackupTable> Tables)> WriteAsync(Func<string, Stream, Task<BackupFile>> write, Func<IImageHubDb, Task> read, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = (ImageHubDb)scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        db.Database.SetCommandTimeout(0);
        await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await connection.ExecuteAsync("SET TRANSACTION READ ONLY", cancellationToken);
        var tables = new List<BackupTable>();
        foreach (var name in await connection.ReadTextsAsync(Tables, cancellationToken))
        {
            var columns = await connection.ReadTextsAsync(Columns, cancellationToken, name);
            var rows = await CountAsync(connection, name, cancellationToken);
            await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {PlainSql.Quote(name)} ({PlainSql.Quote(columns)}) TO STDOUT (FORMAT BINARY)", cancellationToken);
            tables.Add(new BackupTable(name, columns, rows, await write(name, copy)));
        }

        var migration = (await connection.ReadTextsAsync($"SELECT max(migration_id) FROM {History}", cancellationToken))[0];
        await read(db);
        return (migration, tables);
    }

    public async Task PrepareEmptyAsync(string migration, CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        await using var connection = await preparation.OpenAsync(cancellationToken);
        if (await connection.ReadTextsAsync("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace LIMIT 1", cancellationToken) is [var table, ..])
        {
            throw new BackupException($"The database is not empty: it has the table '{table}' ({server.Description}). Restore into an empty one.");
        }

        await using var scope = scopes.CreateAsyncScope();
        if (!scope.ServiceProvider.GetRequiredService<ImageHubDb>().Database.GetMigrations().Contains(migration, StringComparer.Ordinal))
        {
            throw new BackupException($"A newer version of ImageHub made the backup: this one does not know its migration '{migration}'. Restore with that version.");
        }
    }

    public async Task RestoreAsync(BackupManifest manifest, Func<BackupTable, Task<Stream>> open, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ImageHubDb>();
        db.Database.SetCommandTimeout(0);

        // One transaction, so that nothing is visible before the commit. Otherwise a server that starts meanwhile would find a schema without rows.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await connection.ExecuteAsync(CreateSchema(db, manifest.Migration), cancellationToken);
        var names = await connection.ReadTextsAsync(Tables, cancellationToken);
        var links = await connection.ReadTextsAsync(
            "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
            cancellationToken);

        // Drops foreign keys, because they form cycles. Disables triggers, and deletes the rows that the migrations have inserted.
        var drops = await connection.ReadTextsAsync(
            "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace", cancellationToken);
        await connection.ExecuteAsync(string.Join(";\n", drops), cancellationToken);
        foreach (var name in names)
        {
            await connection.ExecuteAsync($"ALTER TABLE {PlainSql.Quote(name)} DISABLE TRIGGER USER; DELETE FROM {PlainSql.Quote(name)}", cancellationToken);
        }

        foreach (var table in manifest.Tables)
        {
            await FillAsync(connection, table, open, cancellationToken);
            var rows = await CountAsync(connection, table.Name, cancellationToken);
            if (rows != table.Rows)
            {
                throw new DamagedBackupException(string.Create(CultureInfo.InvariantCulture, $"The table '{table.Name}' has {rows} rows instead of {table.Rows}."));
            }
        }

        await connection.ExecuteAsync(string.Join(";\n", links), cancellationToken);
        foreach (var name in names)
        {
            await connection.ExecuteAsync($"ALTER TABLE {PlainSql.Quote(name)} ENABLE TRIGGER USER", cancellationToken);
        }

        // A sign-in that was ended after the backup, for example because its token was stolen, must not be valid again.
        await connection.ExecuteAsync("UPDATE sessions SET ended_at = now() WHERE ended_at IS NULL", cancellationToken);
        var counters = await connection.ReadTextsAsync(
            "SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 1), max(%I) IS NOT NULL) FROM %s', attrelid::regclass::text, attname, attname, attname, attrelid::regclass) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE attidentity <> '' AND c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'",
            cancellationToken);
        await connection.ExecuteAsync(string.Join(";\n", counters), cancellationToken);
        await connection.ExecuteAsync("ANALYZE", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task FillAsync(NpgsqlConnection connection, BackupTable table, Func<BackupTable, Task<Stream>> open, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        try
        {
            await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {PlainSql.Quote(table.Name)} ({PlainSql.Quote(table.Columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
            try
            {
                await using var file = await open(table);
                await file.CopyToAsync(copy, cancellationToken);
            }
            catch (Exception exception)
            {
                cause = exception;
                await copy.CancelAsync();
            }
        }
        catch (Exception) when (cause is not null)
        {
            // PostgreSQL refuses damaged or incomplete content, or the connection is broken. The first exception names the cause.
        }

        if (cause is not null)
        {
            // Npgsql wraps the cancellation of a write.
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    /// <summary>
    /// Returns the statements of all migrations up to the backup's last one. The backup may be older than this program, whose next start applies the remaining
    /// migrations.
    /// </summary>
    private static string CreateSchema(ImageHubDb db, string migration) =>
        db.Database.GetService<IMigrator>().GenerateScript(fromMigration: null, toMigration: migration, MigrationsSqlGenerationOptions.NoTransactions);

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var count = new NpgsqlCommand($"SELECT count(*) FROM {PlainSql.Quote(table)}", connection) { CommandTimeout = 0 };
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }
}
