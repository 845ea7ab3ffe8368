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
    /// such as search texts, are not listed; a test lists them, and fails for a column in neither list.
    /// </summary>
    internal static readonly (string Table, string[] Columns)[] Kept =
    [
        ("users", ["id", "user_name", "normalized_user_name", "password_hash", "role", "tier_id", "is_disabled", "created_at"]),
        ("tiers", ["id", "name", "thumbnail_heights", "originals", "expiring_links", "quota_bytes", "max_file_bytes"]),
        ("sessions", ["id", "user_id", "current_token_hash", "created_at", "expires_at", "ended_at"]),
        ("api_keys", ["id", "name", "key_hash", "scopes", "created_by", "created_at", "expires_at"]),
        (
            "groups",
            [
                "id", "owner_id", "parent_id", "title", "description", "slug", "has_own_slug", "is_published", "downloads", "has_watermark", "product_id", "cover_image_id", "position", "image_count",
                "image_bytes", "created_at", "deleted_at", "inbox_of", "guest_id", "folder_name",
            ]
        ),
        ("former_slugs", ["slug", "group_id", "retired_at"]),
        (
            "images",
            [
                "id", "group_id", "owner_id", "position", "file_name", "title", "description", "tags", "rating", "creator", "copyright", "focus_x", "focus_y", "is_published", "downloads",
                "has_watermark", "created_at", "deleted_at", "revision", "rotation", "format", "sha256", "original_bytes", "has_original", "full_bytes", "full_crc32", "large_bytes", "large_crc32",
                "high_bytes", "high_crc32", "medium_bytes", "medium_crc32", "low_bytes", "low_crc32", "taken_at", "taken_at_offset", "latitude", "longitude", "camera", "lens", "focal_length_mm",
                "f_number", "exposure_seconds", "iso", "added_by", "inbox_of", "guest_id",
            ]
        ),
        (
            "links",
            [
                "id", "token_hash", "protected_token", "kind", "image_id", "group_id", "variant", "created_by", "created_at", "expires_at", "max_views", "views", "password_hash", "name", "downloads",
                "has_watermark", "shows_preview", "allows_favourites", "max_favourites", "allows_uploads", "max_bytes", "max_files", "max_files_per_guest", "sent_bytes", "sent_files",
            ]
        ),
        ("link_guests", ["id", "link_id", "token_hash", "name", "created_at", "submitted_at"]),
        ("favourites", ["guest_id", "image_id", "note", "file_name", "chosen_at"]),
        ("upload_guests", ["id", "link_id", "token_hash", "sent_files"]),
        ("inventory_records", ["id", "product_id", "quantity", "observed_at"]),
        ("group_members", ["group_id", "user_id", "role"]),
        ("passkeys", ["id", "user_id", "name", "credential_id", "public_key"]),
        ("oidc_identities", ["user_id", "issuer", "subject"]),
        ("oidc_departures", ["issuer", "subject", "user_id"]),
        ("transform_keys", ["id", "name", "protected_key"]),
        ("protection_keys", ["id", "encrypted_with", "xml"]),
        ("one_drive_connections", ["id", "account", "refresh_token", "connected_by", "connected_at"]),
        ("dav_properties", ["id", "account_id", "group_id", "image_id", "placeholder_id", "namespace", "name", "value"]),
        (
            "site_profiles",
            [
                "gallery_id", "title", "introduction", "photographer", "about", "email", "accent", "footer_labels", "footer_urls", "layout", "typeface", "watermark_image_id", "watermark_number",
                "watermark_opacity", "watermark_position", "watermark_width_percent",
            ]
        ),
        ("site_logos", ["is_dark", "revision", "width", "height", "content_type", "bytes"]),
    ];

    private readonly Dictionary<string, long> rows = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Table, string Columns), string> checksums = [];

    /// <summary>A statement that keeps other programs from changing the counted rows until the end of the transaction. Reads continue.</summary>
    public static string LockStatement(IEnumerable<string> tables) =>
        $"LOCK TABLE {PlainSql.Quote(tables)} IN SHARE ROW EXCLUSIVE MODE";

    /// <summary>Reads the fingerprint.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="compared">The tables.</param>
    /// <param name="earlier">The fingerprint before the update, whose columns are read again; null to choose the columns.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<DataFingerprint> ReadAsync(NpgsqlConnection connection, IReadOnlySet<string> compared, DataFingerprint? earlier, CancellationToken cancellationToken)
    {
        var fingerprint = new DataFingerprint();
        var tables = (await connection.ReadTextsAsync(ExistingTables, cancellationToken)).Where(compared.Contains).ToArray();
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
