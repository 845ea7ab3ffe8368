using Npgsql;

namespace ImageHub.Infrastructure.Database.Upgrades;

/// <summary>
/// The state of each table's file, columns and counters of written rows within a transaction. Two states show which tables' existing rows the transaction cannot
/// have changed, without reading the rows.
/// </summary>
/// <remarks>
/// Source: PostgreSQL 18, "ALTER TABLE" (a table that is rewritten gets a new file) and "The Cumulative Statistics System" (the functions
/// <c>pg_stat_get_xact_…</c> count the rows that the current transaction has inserted, updated and deleted).
/// </remarks>
internal sealed class TableStates
{
    private const string States =
        $"""
        SELECT relname,
          concat_ws(' ', oid, relfilenode, pg_stat_get_xact_tuples_inserted(oid), pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_deleted(oid)),
          ARRAY(SELECT concat_ws(' ', attname, attnum, atttypid, atttypmod) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped)
        FROM ({DataFingerprint.ExistingTables}) existing JOIN pg_class USING (relname)
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
        """;

    private readonly Dictionary<string, (string Rows, string[] Columns)> states = new(StringComparer.Ordinal);
    private bool isCounted;

    /// <summary>Reads the states in the connection's transaction.</summary>
    public static async Task<TableStates> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var result = new TableStates();
        await using var query = new NpgsqlCommand($"SELECT current_setting('track_counts') = 'on'; {States}", connection) { CommandTimeout = 0 };
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        result.isCounted = await reader.ReadAsync(cancellationToken) && reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            result.states[reader.GetString(0)] = (reader.GetString(1), reader.GetFieldValue<string[]>(2));
        }

        return result;
    }

    /// <summary>
    /// Finds the tables whose rows may have changed until a later state: they were dropped or rewritten, rows were written, or a column was removed, renamed or
    /// got another type. These are all tables if PostgreSQL does not count rows (<c>track_counts</c>).
    /// </summary>
    public IReadOnlySet<string> FindTouched(TableStates later) =>
        states
            .Where(table => !isCounted || !later.states.TryGetValue(table.Key, out var now) || now.Rows != table.Value.Rows || table.Value.Columns.Except(now.Columns, StringComparer.Ordinal).Any())
            .Select(table => table.Key)
            .ToHashSet(StringComparer.Ordinal);
}
