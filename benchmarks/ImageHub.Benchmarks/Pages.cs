using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Testing;
using Npgsql;

namespace ImageHub.Benchmarks;

/// <summary>What a page by cursor costs at the start of a long list, and deep in it.</summary>
internal static class Pages
{
    private const int Repeats = 15;

    private static readonly (string Sort, string Column)[] Orders =
    [
        ("createdAt", "created_at"), ("takenAt", "taken_or_created_at"), ("fileName", "file_name"), ("bytes", "full_bytes"), ("position", "position"),
    ];

    /// <summary>Rows as uploads make them, without objects: in groups of fifty and one huge one, a tenth of them hidden.</summary>
    public static async Task FillAsync(string connectionString, int rows)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO groups (id, title, search_text, is_published, position, image_count, image_bytes, created_at, updated_at)
            SELECT gen_random_uuid(), 'Group ' || i, 'group ' || i, i % 10 <> 0, i * 4294967296, 0, 0, now(), now() FROM generate_series(1, {rows / 50}) i;
            CREATE TEMP TABLE numbered AS SELECT id, is_published, row_number() OVER (ORDER BY position) AS n FROM groups;
            INSERT INTO images (id, revision, group_id, position, file_name, tags, search_text, is_published, trashed_with_group, created_at, format, sha256,
                original_bytes, has_original, full_crc32, placeholder, taken_or_created_at, full_bytes, full_content_type, full_height, full_width, high_bytes,
                high_content_type, high_height, high_width, low_bytes, low_content_type, low_height, low_width)
            SELECT gen_random_uuid(), 1, g.id, i * 4294967::bigint, 'IMG_' || i || '.jpg', ARRAY['tag' || (i % 500)], 'img_' || i || '.jpg', g.is_published, false,
                now() - i * interval '1 second', 0, sha256(i::text::bytea), 100, false, 0, '', (now() - i * interval '1 second')::timestamp, i % 5000000,
                'image/jpeg', 4000, 6000, 100000, 'image/jpeg', 933, 1400, 10000, 'image/jpeg', 230, 345
            FROM generate_series(1, {rows}) i JOIN numbered g ON g.n = CASE WHEN i <= {rows / 5} THEN 1 ELSE 1 + i % {rows / 50} END;
            UPDATE groups SET image_count = c.n, image_bytes = c.b FROM (SELECT group_id, count(*) n, sum(original_bytes) b FROM images GROUP BY 1) c WHERE c.group_id = groups.id;
            """,
            connection)
        { CommandTimeout = 1_800 };
        await command.ExecuteNonQueryAsync();
        await using var analyze = new NpgsqlCommand("VACUUM ANALYZE", connection) { CommandTimeout = 1_800 };
        await analyze.ExecuteNonQueryAsync();
    }

    /// <summary>Prints a row an order: the median of the first page, of one nine tenths deep, and their ratio.</summary>
    public static async Task MeasureAsync(ImageHubServer server, int rows)
    {
        Console.WriteLine($"{"order",-12} {"caller",-8} {"first ms",9} {"deep ms",9} {"ratio",6}");
        foreach (var (caller, client) in new[] { ("visitor", server.Visitor), ("admin", server.Admin) })
        {
            foreach (var (sort, column) in Orders)
            {
                foreach (var sign in new[] { "", "-" })
                {
                    var first = $"/api/v1/images?sort={sign}{sort}&cursor=";
                    var deep = first + await DeepCursorAsync(server, client, first, column, sign, rows);
                    var (start, depth) = await MediansAsync(client, first, deep);
                    Console.WriteLine($"{sign + sort,-12} {caller,-8} {start,9:f2} {depth,9:f2} {depth / start,6:f2}");
                }
            }
        }
    }

    private static async Task<string> DeepCursorAsync(ImageHubServer server, HttpClient client, string first, string column, string sign, int rows)
    {
        var page = await client.GetAsync(first).JsonAsync();
        var cursor = JsonNode.Parse(Base64Url.DecodeFromChars(page.Text("nextCursor")))!;
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            string.Create(CultureInfo.InvariantCulture, $"SELECT to_json({column})::text FROM images ORDER BY {column} {(sign == "" ? "ASC" : "DESC")} OFFSET {rows / 10 * 9} LIMIT 1"),
            connection);
        var key = JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)!;

        // A timestamptz reads back with the session's offset; cursors are in UTC.
        cursor["Key"] = column == "created_at" ? JsonSerializer.SerializeToNode(key.GetValue<DateTimeOffset>().ToUniversalTime()) : key;
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(cursor));
    }

    private static async Task<(double First, double Deep)> MediansAsync(HttpClient client, string first, string deep)
    {
        var (firsts, deeps) = (new List<double>(), new List<double>());
        for (var i = 0; i < Repeats; i++)
        {
            firsts.Add(await TimeAsync(client, first));
            deeps.Add(await TimeAsync(client, deep));
        }

        return (firsts.Order().ElementAt(Repeats / 2), deeps.Order().ElementAt(Repeats / 2));
    }

    private static async Task<double> TimeAsync(HttpClient client, string url)
    {
        var start = Stopwatch.GetTimestamp();
        var page = await client.GetAsync(url).JsonAsync();
        return page.Items().Count == 12 ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new InvalidOperationException($"{url} is no full page.");
    }
}
