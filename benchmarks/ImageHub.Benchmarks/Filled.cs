using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Testing;
using Npgsql;

namespace ImageHub.Benchmarks;

/// <summary>The program, running on a database with many rows.</summary>
internal sealed class Filled : IAsyncDisposable
{
    public const int GroupSize = 50;

    private const int PageSize = 12;
    private const int Places = 300;
    private const int Chunk = 100_000;

    // The number of different image titles.
    private const int Words = 5_000;

    private readonly ImageHubProcess process;
    private readonly string database;

    private Filled(ImageHubProcess process, string database, HttpClient admin, Guid largestGroup)
    {
        (this.process, this.database, Admin, LargestGroup) = (process, database, admin, largestGroup);
        Visitor = new HttpClient { BaseAddress = admin.BaseAddress };
    }

    public HttpClient Admin { get; }

    public HttpClient Visitor { get; }

    /// <summary>The group with a fifth of all images.</summary>
    public Guid LargestGroup { get; }

    public static async Task<Filled> StartAsync(string connection, int rows)
    {
        var started = new ImageHubProcess(Tools.NewFolder())
        {
            Environment = { ["ConnectionStrings__ImageHub"] = connection, ["Jwt__SigningKey"] = ImageHubServer.SigningKey, ["Logging__LogLevel__Default"] = "Warning" },
        };
        var admin = await started.StartAndSignInAsync();
        Console.WriteLine($"  making {rows:n0} images ...");
        await FillAsync(connection, rows);

        // Filling a large database takes longer than an access token is valid.
        await ImageHubProcess.SignInAsync(admin);
        return new Filled(started, connection, admin, await ReadAsync(connection, "SELECT group_id FROM images GROUP BY 1 ORDER BY count(*) DESC LIMIT 1", reader => reader.GetGuid(0)) is [var id] ? id : Guid.Empty);
    }

    /// <summary>Returns each list's name and the addresses of pages at random places in the list, to which the server does not cache answers.</summary>
    public async Task<IReadOnlyList<(string Name, string[] Pages)>> FindPagesAsync() =>
    [
        ("a page of groups", await FindPagesAsync("/api/v1/groups", "position", "FROM groups WHERE is_published AND deleted_at IS NULL")),
        ("a page of all images", await FindPagesAsync("/api/v1/images", "created_at", "FROM images WHERE is_published AND deleted_at IS NULL")),
        ("a page of a group's images", await FindPagesAsync($"/api/v1/groups/{LargestGroup}/images", "position", $"FROM images WHERE group_id = '{LargestGroup}' AND deleted_at IS NULL")),
    ];

    /// <summary>Returns the size of the database on disk, in megabytes.</summary>
    public async Task<double> MegabytesAsync() => (await ReadAsync(database, "SELECT pg_database_size(current_database())", reader => reader.GetInt64(0)))[0] / 1e6;

    /// <summary>Returns the sizes of tables and indexes on disk, in bytes, the largest first.</summary>
    public Task<List<(string Name, string Table, long Bytes)>> SizesAsync() => ReadAsync(
        database,
        """
        SELECT c.relname, coalesce(t.relname, c.relname), CASE WHEN c.relkind = 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END AS bytes
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
        WHERE c.relkind IN ('r', 'i') ORDER BY bytes DESC
        """,
        reader => (reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));

    /// <summary>Returns the ids of published groups with about 40 images each.</summary>
    public Task<List<Guid>> FindSmallGroupsAsync(int count) => ReadAsync(
        database, string.Create(CultureInfo.InvariantCulture, $"SELECT id FROM groups WHERE is_published AND image_count < 1000 ORDER BY id LIMIT {count}"), reader => reader.GetGuid(0));

    /// <summary>Requests a page that must not be empty.</summary>
    /// <returns>The duration in milliseconds.</returns>
    public static async Task<double> TimeAsync(HttpClient client, string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return body.AsSpan().IndexOf("\"id\""u8) > 0 ? milliseconds : throw new InvalidOperationException($"{path} is an empty page.");
    }

    /// <summary>Returns the 99th percentile.</summary>
    public static double Percentile(List<double> times) => times.Order().ElementAt(times.Count * 99 / 100);

    private async Task<string[]> FindPagesAsync(string list, string column, string rows)
    {
        // The server accepts an unusual spelling of an address, but does not cache the response.
        var first = $"{list}?Cursor=";
        var page = await Visitor.GetAsync(new Uri(first, UriKind.Relative)).JsonAsync();
        var cursor = JsonNode.Parse(Base64Url.DecodeFromChars(page.Text("nextCursor")))!;
        var places = await ReadAsync(database, $"SELECT to_json({column})::text, id {rows} ORDER BY random() LIMIT {Places}", reader => (Key: JsonNode.Parse(reader.GetString(0))!, Id: reader.GetGuid(1)));
        List<string> full = [];
        foreach (var place in places)
        {
            // A timestamptz is read with the session's offset; cursors are in UTC.
            cursor["Key"] = column == "created_at" ? JsonSerializer.SerializeToNode(place.Key.GetValue<DateTimeOffset>().ToUniversalTime()) : place.Key;
            cursor["Id"] = place.Id;
            var path = first + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(cursor));

            // Pages near the end of the list may be shorter and are left out.
            if ((await Visitor.GetAsync(new Uri(path, UriKind.Relative)).JsonAsync()).Items().Count == PageSize)
            {
                full.Add(path);
            }
        }

        return [.. full];
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Visitor.Dispose();
        await process.DisposeAsync();
    }

    /// <summary>
    /// Inserts rows as uploads do, but without objects: one group with a fifth of the images, and groups of about 40 images. A tenth of the groups is hidden.
    /// Recreates the indexes of <c>images</c> afterwards, which saves time.
    /// </summary>
    private static async Task FillAsync(string connectionString, int rows)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await RunAsync("SET maintenance_work_mem = '1GB'");

        // Statistics after the first groups make the trigger that assigns slugs use the index.
        await MakeGroupsAsync(1, Math.Min(rows / GroupSize, 1_000));
        await RunAsync("ANALYZE groups");
        await MakeGroupsAsync(1_001, rows / GroupSize);
        await RunAsync("CREATE TEMP TABLE numbered AS SELECT id, is_published, row_number() OVER (ORDER BY position) AS n FROM groups; CREATE UNIQUE INDEX ON numbered (n)");
        var indexes = await ReadAsync(
            connectionString,
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'images' AND indexname <> 'pk_images' ORDER BY indexname",
            reader => (Name: reader.GetString(0), Definition: reader.GetString(1)));
        await RunAsync($"DROP INDEX {string.Join(", ", indexes.Select(index => index.Name))}");
        for (var first = 1; first <= rows; first += Chunk)
        {
            await RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO images (id, revision, group_id, position, file_name, title, tags, search_text, is_published, trashed_with_group, created_at, format, sha256,
                    original_bytes, has_original, full_crc32, placeholder, blocks, perceptual_hash, camera, taken_at, taken_or_created_at, is_large_due, alternate_bytes, high_crc32, medium_crc32, low_crc32, full_bytes, full_content_type, full_height,
                    full_width, high_bytes, high_content_type, high_height, high_width, medium_bytes, medium_content_type, medium_height, medium_width, low_bytes, low_content_type, low_height, low_width)
                SELECT uuidv7(), 1, g.id, i * 4294967::bigint, 'IMG_' || i || '.jpg', word, ARRAY['tag' || (i % 500)], 'img_' || i || '.jpg ' || word, g.is_published, false,
                    taken, 0, sha256(i::text::bytea), 100, true, 0, decode(repeat(md5(i::text), 9), 'hex'), decode(repeat(md5(i::text), 6), 'hex'), hashint8extended(i, 0), 'Camera ' || (i % 20), taken::timestamp,
                    taken::timestamp, false, 0, 0, 0, 0, i % 5000000, 'image/jpeg', 4000, 6000, 100000, 'image/jpeg', 933, 1400, 40000, 'image/jpeg', 480, 720, 10000, 'image/jpeg', 230, 345
                FROM (SELECT i, now() - i * interval '20 seconds' AS taken, 'word' || (i % {Words}) AS word FROM generate_series({first}, {Math.Min(rows, first + Chunk - 1)}) i) AS new
                    JOIN numbered g ON g.n = CASE WHEN i <= {rows / 5} THEN 1 ELSE 1 + i % {rows / GroupSize} END
                """));
            Console.Error.Write($"\r  {Math.Min(rows, first + Chunk - 1):n0} rows ");
        }

        foreach (var index in indexes)
        {
            Console.Error.Write($"\r  {index.Name,-40}");
            await RunAsync(index.Definition);
        }

        Console.Error.WriteLine();
        await RunAsync("UPDATE groups SET image_count = c.n, image_bytes = c.b FROM (SELECT group_id, count(*) n, sum(original_bytes) b FROM images GROUP BY 1) c WHERE c.group_id = groups.id");
        await RunAsync("VACUUM ANALYZE");

        Task MakeGroupsAsync(int first, int last) => RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO groups (id, title, search_text, is_published, position, promised_position, image_count, image_bytes, created_at, updated_at)
            SELECT uuidv7(), 'Group ' || i, 'group ' || i, i % 10 <> 0, i * 4294967296, i * 4294967296, 0, 0, now(), now() FROM generate_series({first}, {last}) i
            """));

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3_600 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<List<T>> ReadAsync<T>(string connectionString, string query, Func<NpgsqlDataReader, T> read)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection) { CommandTimeout = 300 };
        await using var reader = await command.ExecuteReaderAsync();
        List<T> all = [];
        while (await reader.ReadAsync())
        {
            all.Add(read(reader));
        }

        return all;
    }
}
