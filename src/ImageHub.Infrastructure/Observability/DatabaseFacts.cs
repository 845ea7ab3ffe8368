using ImageHub.Application.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Observability;

/// <summary>
/// Facts for metrics, read from the database by one statement. A scrape gets the last reading without waiting. If the reading is older than a minute,
/// the scrape starts another reading in the background. A failed reading has no facts.
/// </summary>
/// <param name="findDatabase">Finds the connection pool; called after the preparation of the database.</param>
/// <param name="state">The state of the database.</param>
/// <param name="clock">Measures the age of a reading.</param>
/// <param name="logger">The logger of failed readings.</param>
internal sealed partial class DatabaseFacts(Func<NpgsqlDataSource> findDatabase, DatabaseState state, TimeProvider clock, ILogger logger)
{
    private const int TimeoutSeconds = 5;

    /// <summary>The age from which facts are read again.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>The age from which facts are not reported, because no scrape has asked for a new reading.</summary>
    private static readonly TimeSpan OutdatedAfter = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Counts are limited, so that the statement stays fast with millions of rows. Manual triggers, whose random names have digits and underscores, are
    /// skipped; the trigger of a job's schedule has the name of a class. Quartz stores ticks since the year 1.
    /// </summary>
    private const string Statement = """
        SELECT 'trash.images', NULL, count(*)::float8 FROM (SELECT FROM images WHERE deleted_at IS NOT NULL LIMIT 100000) AS counted
        UNION ALL
        SELECT 'trash.bytes', NULL, coalesce(sum(bytes), 0)::float8 FROM (
            SELECT CASE WHEN has_original THEN original_bytes ELSE 0 END + full_bytes + coalesce(large_bytes, 0) + high_bytes + medium_bytes + low_bytes + alternate_bytes AS bytes
            FROM images WHERE deleted_at IS NOT NULL LIMIT 100000) AS counted
        UNION ALL
        SELECT 'backlog', 'large', count(*)::float8 FROM (
            SELECT FROM images WHERE is_large_due AND owner_id IS NULL AND deleted_at IS NULL AND guest_id IS NULL LIMIT 100000) AS counted
        UNION ALL
        SELECT 'backlog', 'alternates', count(*)::float8 FROM (
            SELECT FROM images WHERE alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL AND guest_id IS NULL LIMIT 100000) AS counted
        UNION ALL
        SELECT 'backlog', 'comparisons', count(*)::float8 FROM (SELECT FROM uncompared_images LIMIT 100000) AS counted
        UNION ALL
        SELECT 'backlog', 'webhooks', count(*)::float8 FROM (SELECT FROM webhook_events LIMIT 100000) AS counted
        UNION ALL
        SELECT 'backlog', 'uploads', count(*)::float8 FROM (SELECT FROM upload_files WHERE status = 0 LIMIT 100000) AS counted
        UNION ALL
        SELECT 'damaged', NULL, count(*)::float8 FROM (SELECT FROM damaged_objects LIMIT 100000) AS counted
        UNION ALL
        SELECT 'backup.at', NULL, extract(epoch FROM at)::float8 FROM last_backups
        UNION ALL
        SELECT 'backup.lost', NULL, lost::float8 FROM last_backups
        UNION ALL
        SELECT 'job', trigger_name, (max(prev_fire_time) - 621355968000000000) / 1e7::float8 FROM qrtz_triggers
        WHERE trigger_name ~ '^[A-Z][A-Za-z]{2,40}$' AND prev_fire_time > 621355968000000000 GROUP BY trigger_name
        """;

    private readonly Lock gate = new();
    private IReadOnlyList<Fact> facts = [];
    private long? readAt;
    private bool isReading;

    /// <summary>The values of a fact and their tags; empty if there is no recent reading.</summary>
    public IEnumerable<(string? Tag, double Value)> Find(string name)
    {
        lock (gate)
        {
            var age = readAt is { } time ? clock.GetElapsedTime(time) : TimeSpan.MaxValue;
            if (age >= ReadAgainAfter && !isReading && state.IsPrepared)
            {
                isReading = true;
                _ = Task.Run(ReadAsync);
            }

            return age < OutdatedAfter ? [.. facts.Where(fact => fact.Name == name).Select(fact => (fact.Tag, fact.Value))] : [];
        }
    }

    private async Task ReadAsync()
    {
        List<Fact> read = [];
        try
        {
            await using var command = findDatabase().CreateCommand(Statement);
            command.CommandTimeout = TimeoutSeconds;
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                read.Add(new Fact(rows.GetString(0), await rows.IsDBNullAsync(1) ? null : rows.GetString(1), rows.GetDouble(2)));
            }
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException || DatabaseOutage.IsDatabaseError(exception))
        {
            read.Clear();
            var cause = DatabaseOutage.ForLog(exception);
            LogUnread(logger, cause is null ? LogLevel.Information : LogLevel.Warning, cause, DatabaseOutage.FindReason(exception));
        }
        finally
        {
            lock (gate)
            {
                (facts, readAt, isReading) = (read, clock.GetTimestamp(), false);
            }
        }
    }

    [LoggerMessage(Message = "Metrics about the database are absent, because it cannot be read: {Reason}")]
    private static partial void LogUnread(ILogger logger, LogLevel level, Exception? exception, string reason);

    private sealed record Fact(string Name, string? Tag, double Value);
}
