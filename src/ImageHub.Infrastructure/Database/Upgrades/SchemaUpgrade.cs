using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Upgrades;
using ImageHub.Infrastructure.Database.Statements;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Database.Upgrades;

/// <summary>
/// Updates the schema of a database with data, in one transaction. If the update changes data that no update may change, the transaction is rolled back, and
/// the previous program still starts.
/// </summary>
internal sealed class SchemaUpgrade(DatabaseServer server, ILogger<SchemaUpgrade> logger)
{
    /// <summary>
    /// The time that a statement waits for a lock before the update is tried again, because requests queue behind the statement. It is shorter than
    /// <c>deadlock_timeout</c> (1 s), after which PostgreSQL could cancel a request.
    /// </summary>
    private const string LockTimeout = "900ms";

    /// <summary>The first pause before another attempt. Each further pause is twice as long, because compared tables cannot be written to during an attempt.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    /// <summary>Tries the update on a copy if one can be made.</summary>
    /// <returns>The tables whose rows the update may change; empty if no copy can be made.</returns>
    /// <exception cref="ChangedDataException">The update would change the compared data, or a statement would fail.</exception>
    public async Task<IReadOnlySet<string>> EnsureHarmlessAsync(PendingMigrations pending, CancellationToken cancellationToken)
    {
        var (rehearsal, touched) = await TryOnCopyAsync(pending, cancellationToken);
        if (rehearsal.Differences.Count > 0)
        {
            throw new ChangedDataException(rehearsal.Differences);
        }

        if (rehearsal.Duration is { } duration)
        {
            logger.LogInformation("The update of the schema took {Seconds} s on a copy of the database and did not change the compared data", Math.Round(duration.TotalSeconds, 1));
        }
        else
        {
            logger.LogInformation("The update of the schema is not tried on a copy of the database: {Obstacle}", rehearsal.Obstacle);
        }

        return touched;
    }

    /// <summary>Updates the schema.</summary>
    /// <param name="connection">A connection to the database that holds <see cref="Locks.Preparation"/>.</param>
    /// <param name="pending">The pending migrations.</param>
    /// <param name="touched">The tables whose rows the update may change, as far as they are known.</param>
    /// <param name="snapshot">The path of the backup of the database.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ChangedDataException">The update would change the compared data, or a statement failed; nothing was changed.</exception>
    public async Task RunAsync(NpgsqlConnection connection, PendingMigrations pending, IReadOnlySet<string> touched, string snapshot, CancellationToken cancellationToken)
    {
        logger.LogInformation(
            "Updating the schema of {Database} by {Count} migrations to {Migration}; a backup of the database without objects is in {Snapshot}", server.Description, pending.Count, pending.To, snapshot);
        var begun = Stopwatch.GetTimestamp();
        var compared = touched.ToHashSet(StringComparer.Ordinal);
        for (var pause = Pause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            try
            {
                await ApplyAsync(connection, pending, compared, cancellationToken);
                break;
            }
            catch (PostgresException failed) when (IsFinal(failed))
            {
                throw new ChangedDataException([Describe(failed)]);
            }
            catch (PostgresException waiting) when (waiting.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                logger.LogInformation("Other programs are using the tables; trying again in {Seconds} s", pause.TotalSeconds);
                await Task.Delay(pause, cancellationToken);
            }
        }

        logger.LogInformation("The schema is up to date, and the compared data are unchanged, after {Seconds} s", Math.Round(Stopwatch.GetElapsedTime(begun).TotalSeconds, 1));
    }

    /// <summary>Tries the update on a copy of the database and drops the copy.</summary>
    public async Task<UpgradeRehearsal> RehearseAsync(PendingMigrations pending, CancellationToken cancellationToken) =>
        (await TryOnCopyAsync(pending, cancellationToken)).Rehearsal;

    /// <summary>Drops the copy of the database that a killed rehearsal has left. Keeps the copy of a rehearsal that is running.</summary>
    public async Task DropAbandonedCopyAsync(CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false };
        var copy = NameCopy(target.Database!);
        const string find = "SELECT datname FROM pg_database WHERE datname = $1";
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        if (await connection.ReadTextsAsync(find, cancellationToken, copy) is [])
        {
            return;
        }

        try
        {
            await using var maintenance = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = "postgres" }.ConnectionString);
            await maintenance.OpenAsync(cancellationToken);
            if (await maintenance.ReadTextsAsync($"SELECT 'locked' WHERE pg_try_advisory_lock({Locks.DatabaseCreation})", cancellationToken) is not [])
            {
                await maintenance.ExecuteAsync($"DROP DATABASE IF EXISTS {PlainSql.Quote(copy)}", cancellationToken);
                logger.LogInformation("Dropped {Copy}, a copy of the database that an interrupted check of an update had left", copy);
            }
        }
        catch (PostgresException refused)
        {
            logger.LogWarning("{Copy}, a copy of the database that an interrupted check of an update has left, cannot be dropped: {Reason}", copy, refused.MessageText);
        }
    }

    private async Task<(UpgradeRehearsal Rehearsal, IReadOnlySet<string> Touched)> TryOnCopyAsync(PendingMigrations pending, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> none = FrozenSet<string>.Empty;
        var target = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false };
        var copied = new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = NameCopy(target.Database!) };
        await using var maintenance = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = "postgres" }.ConnectionString);
        try
        {
            await maintenance.OpenAsync(cancellationToken);
            await maintenance.ExecuteAsync($"SELECT pg_advisory_lock({Locks.DatabaseCreation})", cancellationToken);

            // A rehearsal that was killed may have left a copy.
            await maintenance.ExecuteAsync($"DROP DATABASE IF EXISTS {PlainSql.Quote(copied.Database!)}", cancellationToken);
            await maintenance.ExecuteAsync($"CREATE DATABASE {PlainSql.Quote(copied.Database!)} TEMPLATE {PlainSql.Quote(target.Database!)} STRATEGY file_copy", cancellationToken);
        }
        catch (PostgresException refused)
        {
            return (new UpgradeRehearsal(Duration: null, refused.SqlState == PostgresErrorCodes.ObjectInUse ? "other programs are connected to the database" : refused.MessageText, []), none);
        }

        try
        {
            await using var copy = new NpgsqlConnection(copied.ConnectionString);
            await copy.OpenAsync(cancellationToken);
            var begun = Stopwatch.GetTimestamp();
            var touched = await ApplyAsync(copy, pending, compared: null, cancellationToken);
            return (new UpgradeRehearsal(Stopwatch.GetElapsedTime(begun), Obstacle: null, []), touched);
        }
        catch (ChangedDataException changed)
        {
            return (new UpgradeRehearsal(Duration: null, Obstacle: null, changed.Differences), none);
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.DiskFull)
        {
            return (new UpgradeRehearsal(Duration: null, full.MessageText, []), none);
        }
        catch (PostgresException failed) when (IsFinal(failed))
        {
            return (new UpgradeRehearsal(Duration: null, Obstacle: null, [Describe(failed)]), none);
        }
        finally
        {
            await maintenance.ExecuteAsync($"DROP DATABASE {PlainSql.Quote(copied.Database!)} WITH (FORCE)", CancellationToken.None);
        }
    }

    /// <summary>
    /// The name of the copy of a database. It is derived from the database's name, so that the next rehearsal finds a copy that a killed rehearsal has left,
    /// and no other database has this name.
    /// </summary>
    internal static string NameCopy(string database) => $"imagehub_copy_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)))[..32]}";

    /// <summary>Whether repeating the statement soon would fail again.</summary>
    private static bool IsFinal(PostgresException failed) => !failed.IsTransient || failed.SqlState == PostgresErrorCodes.DiskFull;

    private static string Describe(PostgresException failed) => $"a statement fails: {failed.MessageText}";

    /// <summary>
    /// Runs the migrations in one transaction that compares the data before and after. If the migrations touch tables that are not compared, the transaction is
    /// rolled back, and another one compares these tables, too. So migrations that only add to the schema read no rows and hold their locks for a moment.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="pending">The migrations.</param>
    /// <param name="compared">The tables to compare, to which the touched tables are added; null for all.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The tables whose rows the migrations may have changed.</returns>
    /// <exception cref="ChangedDataException">Data have changed; the transaction was rolled back.</exception>
    internal static async Task<IReadOnlySet<string>> ApplyAsync(NpgsqlConnection connection, PendingMigrations pending, HashSet<string>? compared, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (touched, isCommitted) = await TryApplyAsync(connection, pending, compared, cancellationToken);
            if (isCommitted)
            {
                return touched;
            }

            compared?.UnionWith(touched);
        }
    }

    private static async Task<(IReadOnlySet<string> Touched, bool IsCommitted)> TryApplyAsync(
        NpgsqlConnection connection, PendingMigrations pending, HashSet<string>? compared, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"SET LOCAL lock_timeout = '{LockTimeout}'", cancellationToken);
        var existing = await connection.ReadTextsAsync(DataFingerprint.ExistingTables, cancellationToken);
        var tables = existing.Where(table => compared?.Contains(table) != false).ToHashSet(StringComparer.Ordinal);
        if (tables.Count > 0)
        {
            await connection.ExecuteAsync(DataFingerprint.LockStatement(tables), cancellationToken);
        }

        var before = await DataFingerprint.ReadAsync(connection, tables, earlier: null, cancellationToken);
        var states = await TableStates.ReadAsync(connection, cancellationToken);
        await connection.ExecuteAsync(pending.Script, cancellationToken);
        var touched = states.FindTouched(await TableStates.ReadAsync(connection, cancellationToken));
        if (!touched.IsSubsetOf(tables))
        {
            return (touched, IsCommitted: false);
        }

        if (before.FindDifferences(await DataFingerprint.ReadAsync(connection, tables, before, cancellationToken)) is { Count: > 0 } differences)
        {
            throw new ChangedDataException(differences);
        }

        await transaction.CommitAsync(cancellationToken);
        return (touched, IsCommitted: true);
    }
}

/// <summary>The state of a database's schema.</summary>
/// <param name="From">The last applied migration; null for an empty database.</param>
/// <param name="Pending">The migrations that the database lacks; null if there are none, and for an empty database.</param>
internal sealed record SchemaState(string? From, PendingMigrations? Pending);

/// <summary>The migrations that a database lacks.</summary>
/// <param name="To">The last migration of this program.</param>
/// <param name="Count">The number of pending migrations.</param>
/// <param name="Script">The statements of these migrations.</param>
internal sealed record PendingMigrations(string To, int Count, string Script);

/// <summary>Thrown if an update has changed data that no update may change, or if a statement failed; the update was rolled back.</summary>
internal sealed class ChangedDataException(IReadOnlyList<string> differences) : UnusableDatabaseException(string.Create(
    CultureInfo.InvariantCulture,
    $"The update of the database's schema was undone, because {string.Join(", and ", differences)}. Nothing has changed, and the previous version of ImageHub still starts. Please report this."))
{
    /// <summary>The changed data, or the failure, as sentences without a period.</summary>
    public IReadOnlyList<string> Differences => differences;
}
