using System.Globalization;
using ImageHub.Infrastructure.Database.Statements;
using Npgsql;

namespace ImageHub.Infrastructure.Database.Upgrades;

/// <summary>
/// The number of rows of each table, and a checksum of the columns that no update of the schema may change. The checksum is the sum of the rows' hashes, so it
/// does not depend on their order.
/// </summary>
internal sealed class DataFingerprint
{
    /// <summary>
    /// The data that people have entered or sent and that nothing else can restore, with some figures about these data. Columns that an update may fill in,
    /// such as search texts, are not listed.
    /// </summary>
    private static readonly (string Table, string[] Columns)[] Kept =
    [
        ("users", ["id", "user_name", "normalized_user_name", "password_hash", "role", "tier_id", "is_disabled", "created_at"]),
        ("tiers", ["id", "name"]),
        ("sessions", ["id", "user_id", "current_token_hash", "created_at", "expires_at", "ended_at"]),
        ("api_keys", ["id", "name", "key_hash", "created_by", "created_at", "expires_at"]),
        ("groups", ["id", "owner_id", "title", "description", "is_published", "product_id", "cover_image_id", "position", "image_count", "image_bytes", "created_at", "deleted_at"]),
        (
            "images",
            [
                "id", "group_id", "owner_id", "position", "file_name", "title", "description", "tags", "is_published", "created_at", "deleted_at", "revision", "format", "sha256", "original_bytes",
                "has_original", "full_bytes", "full_crc32", "high_bytes", "high_crc32", "medium_bytes", "medium_crc32", "low_bytes", "low_crc32", "taken_at", "latitude", "longitude",
            ]
        ),
        ("links", ["id", "token_hash", "kind", "image_id", "group_id", "variant", "created_by", "created_at", "expires_at", "max_views", "views", "password_hash", "name"]),
        ("link_guests", ["id", "link_id", "name"]),
        ("favourites", ["guest_id", "image_id", "note"]),
        ("inventory_records", ["id", "product_id", "quantity", "observed_at"]),
        ("group_members", ["group_id", "user_id", "role"]),
        ("passkeys", ["id", "user_id", "name", "credential_id", "public_key"]),
        ("oidc_identities", ["user_id", "issuer", "subject"]),
        ("transform_keys", ["id", "name", "protected_key"]),
        ("protection_keys", ["id", "encrypted_with", "xml"]),
        ("site_profiles", ["title", "introduction", "photographer", "accent", "footer_labels", "footer_urls"]),
    ];

    private readonly Dictionary<string, long> rows = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Table, string Columns), string> checksums = [];

    /// <summary>A statement that keeps other programs from changing the counted rows until the end of the transaction. Reads continue.</summary>
    public static string LockStatement(IEnumerable<string> tables) =>
        $"LOCK TABLE {PlainSql.Quote(tables)} IN SHARE ROW EXCLUSIVE MODE";

    /// <summary>Reads the fingerprint.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="earlier">The fingerprint before the update, whose columns are read again; null to choose the columns.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<DataFingerprint> ReadAsync(NpgsqlConnection connection, DataFingerprint? earlier, CancellationToken cancellationToken)
    {
        var fingerprint = new DataFingerprint();
        var tables = await connection.ReadTextsAsync(ExistingTables, cancellationToken);
        foreach (var table in tables)
        {
            fingerprint.rows[table] = long.Parse((await connection.ReadTextsAsync($"SELECT count(*)::text FROM {PlainSql.Quote(table)}", cancellationToken))[0], CultureInfo.InvariantCulture);
        }

        foreach (var (table, columns) in Kept.Where(kept => tables.Contains(kept.Table, StringComparer.Ordinal)))
        {
            var existing = await connection.ReadTextsAsync($"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped", cancellationToken);
            var wanted = earlier is null ? string.Join(", ", columns.Intersect(existing, StringComparer.Ordinal)) : earlier.checksums.Keys.SingleOrDefault(key => key.Table == table).Columns;
            if (wanted is { Length: > 0 } && wanted.Split(", ").All(existing.Contains))
            {
                fingerprint.checksums[(table, wanted)] = (await connection.ReadTextsAsync($"SELECT coalesce(sum(hashtextextended(ROW({wanted})::text, 0)), 0)::text FROM {table}", cancellationToken))[0];
            }
        }

        return fingerprint;
    }

    /// <summary>The tables that contain data: all except the history of migrations and the scheduler's tables.</summary>
    public const string ExistingTables =
        """
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> '__EFMigrationsHistory' AND relname NOT LIKE 'qrtz\_%'
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
        ORDER BY relname
        """;

    /// <summary>Returns the differences between this and a later fingerprint, as sentences without a period.</summary>
    public List<string> FindDifferences(DataFingerprint later)
    {
        var differences = new List<string>();
        foreach (var (table, count) in rows)
        {
            if (!later.rows.TryGetValue(table, out var remaining))
            {
                if (count > 0)
                {
                    differences.Add(string.Create(CultureInfo.InvariantCulture, $"the table '{table}' with {count} rows is gone"));
                }
            }
            else if (remaining != count)
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"the table '{table}' has {remaining} rows instead of {count}"));
            }
        }

        foreach (var ((table, columns), checksum) in checksums)
        {
            if (!later.checksums.TryGetValue((table, columns), out var changed))
            {
                differences.Add($"the table '{table}' lacks columns of {columns}");
            }
            else if (changed != checksum && later.rows[table] == rows[table])
            {
                differences.Add($"the table '{table}' has other values in {columns}");
            }
        }

        return differences;
    }
}
