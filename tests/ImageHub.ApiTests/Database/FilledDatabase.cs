using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Npgsql;

namespace ImageHub.ApiTests.Database;

/// <summary>
/// The rows that the database of a release contains after some use, as a file of INSERT statements. The file is named after the release's last migration.
/// Tests migrate the rows to the current version.
/// </summary>
internal static class FilledDatabase
{
    public const string WorkshopPassword = ImageHubServer.LinkPassword;

    /// <summary>The name of the remark with the address of the hidden group's link. The rows contain only the hash of the address.</summary>
    public const string WorkshopLink = "link to the workshop";

    /// <summary>The name of the remark with the address of an image's link.</summary>
    public const string ImageLink = "link to an image";

    /// <summary>The name of the remark with a user's valid refresh token.</summary>
    public const string RefreshToken = "refresh token";

    /// <summary>The table of the site's profile. A migration inserts the first row, and the file replaces that row.</summary>
    private const string SiteProfiles = "site_profiles";

    /// <summary>The tables to export. Each table comes after the tables that its rows reference.</summary>
    private static readonly string[] Tables =
    [
        SiteProfiles, "tiers", "users", "groups", "images", "damaged_objects", "similar_images", "uncompared_images", "thumbnails", "links", "link_guests", "favourites", "upload_guests",
        "archives", "sessions", "replaced_tokens", "known_addresses", "api_keys", "upload_batches", "upload_files", "placeholders", "upload_parts", "orphaned_objects", "scrubs",
        "inventory_records", "inventory_rollups", "webhook_events", "one_drive_connections", "one_drive_sign_ins", "imports", "import_folders", "import_files", "protection_keys",
        "rendition_passes", "former_slugs", "site_logos", "transform_keys", "dav_locks", "dav_properties", "group_members", "passkeys", "oidc_identities", "oidc_departures", "oidc_join_intents",
        "oidc_logouts", "last_backups", "junk_files", "replacing_uploads",
    ];

    private static readonly string Folder = typeof(FilledDatabase).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "FilledDatabases").Value!;

    /// <summary>The names of the migrations that have a file.</summary>
    public static IEnumerable<string> Migrations => Directory.EnumerateFiles(Folder, "*.sql").Select(path => Path.GetFileNameWithoutExtension(path)!);

    /// <summary>Reads the statements of a file.</summary>
    public static Task<string> ReadAsync(string migration) => File.ReadAllTextAsync(PathTo(migration));

    /// <summary>Reads a remark in a file.</summary>
    public static string ReadRemark(string sql, string name) =>
        sql.Split('\n').Single(line => line.StartsWith($"-- {name}: ", StringComparison.Ordinal)).Split(": ")[1];

    /// <summary>Uses a server and writes the resulting rows to a file.</summary>
    public static async Task WriteAsync(ImageHubServer server, string migration)
    {
        var remarks = await UseAsync(server);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        (await ListTablesAsync(connection)).ShouldBe(Tables, ignoreOrder: true);

        var sql = new StringBuilder().Append(CultureInfo.InvariantCulture, $"-- The rows of a database whose last migration is '{migration}', after some use.\n");
        foreach (var (name, value) in remarks)
        {
            sql.Append(CultureInfo.InvariantCulture, $"-- {name}: {value}\n");
        }

        foreach (var table in Tables)
        {
            await AppendRowsAsync(sql, connection, table);
        }

        await File.WriteAllTextAsync(PathTo(migration), sql.ToString());
    }

    /// <summary>Creates rows by using features that need no other server.</summary>
    /// <returns>The remarks for the file.</returns>
    private static async Task<IEnumerable<(string Name, string Value)>> UseAsync(ImageHubServer server)
    {
        var admin = server.Admin;
        var studio = await admin.CreateTierAsync("Studio", [120], originals: true, expiringLinks: true, quotaBytes: 1_000_000);
        await admin.CreateUserAsync("ada", studio);
        var bob = await admin.CreateUserAsync("bob");
        await admin.PatchAsJsonAsync($"/api/v1/users/{bob}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK);

        var harbour = (await admin.PostAsJsonAsync("/api/v1/groups", new { title = "Harbour", description = "Seen from all sides.", productId = "P-1" })
            .JsonAsync(HttpStatusCode.Created)).Id();
        var workshop = await admin.CreateGroupAsync("Workshop", isPublished: false);
        var attic = await admin.CreateGroupAsync("Attic");
        await admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = new[] { harbour } }).StatusAsync(HttpStatusCode.NoContent);
        var one = await admin.AddImageAsync(harbour, "one.jpg", TestImages.Jpeg(64, 48, seed: 1));
        var two = await admin.AddImageAsync(harbour, "two.png", TestImages.Png(32, 24, seed: 2));
        var three = await admin.AddImageAsync(harbour, "three.webp", TestImages.WebP(64, 48, seed: 3));
        var gone = await admin.AddImageAsync(harbour, "gone.jpg", TestImages.Jpeg(64, 48, seed: 4));
        var secret = await admin.AddImageAsync(workshop, "secret.jpg", TestImages.Jpeg(48, 64, seed: 5));
        await admin.AddImageAsync(attic, "old.jpg", TestImages.Jpeg(64, 48, seed: 6));
        await admin.PatchAsJsonAsync($"/api/v1/images/{one}", new { title = "Dawn", description = "Fog.", tags = new[] { "sea", "Été" } }).StatusAsync(HttpStatusCode.OK);
        await admin.PutAsJsonAsync($"/api/v1/groups/{harbour}/order", new { ids = new[] { three, one } }).StatusAsync(HttpStatusCode.NoContent);
        await admin.PatchAsJsonAsync($"/api/v1/groups/{harbour}", new { coverImageId = two }).StatusAsync(HttpStatusCode.OK);
        await admin.DeleteAsync($"/api/v1/images/{gone}").StatusAsync(HttpStatusCode.NoContent);
        await admin.DeleteAsync($"/api/v1/groups/{attic}").StatusAsync(HttpStatusCode.NoContent);

        await admin.CreateKeyAsync("read", "upload");
        await admin.PostAsJsonAsync("/api/v1/uploads", new { groupId = workshop, files = new[] { new { fileName = "awaited.jpg", bytes = 10 } } }).StatusAsync(HttpStatusCode.Created);
        using var ada = server.NewClient();
        var signIn = await ada.PostAsJsonAsync("/api/v1/auth/login", new { userName = "ada", password = ImageHubServer.UserPassword }).JsonAsync();
        var pair = await ada.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = signIn.Text("refreshToken") }).JsonAsync();
        ada.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.Text("accessToken"));
        var mine = (await ada.PutAsync("/api/v1/me/images/mine.jpg", new ByteArrayContent(TestImages.Jpeg(64, 48, seed: 7))).JsonAsync(HttpStatusCode.Created)).Id();
        var dropped = (await ada.PutAsync("/api/v1/me/images/dropped.jpg", new ByteArrayContent(TestImages.Jpeg(64, 48, seed: 8))).JsonAsync(HttpStatusCode.Created)).Id();
        await ada.DeleteAsync($"/api/v1/me/images/{dropped}").StatusAsync(HttpStatusCode.NoContent);
        await ada.GetAsync($"/api/v1/images/{mine}/thumbnails/120").StatusAsync(HttpStatusCode.OK);

        var share = await admin.PostAsJsonAsync($"/api/v1/groups/{workshop}/links", new { password = WorkshopPassword, maxViews = 5, favourites = true }).JsonAsync(HttpStatusCode.Created);
        using var guest = server.NewClient(useCookies: true);
        await guest.PostAsJsonAsync($"/api/v1{share.Text("url")}/unlock", new { password = WorkshopPassword }).StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync($"/api/v1{share.Text("url")}").StatusAsync(HttpStatusCode.OK);
        var link = await ada.PostAsJsonAsync($"/api/v1/images/{mine}/links", new { variant = "120", expiresInSeconds = 30_000 }).JsonAsync(HttpStatusCode.Created);

        await guest.PutAsJsonAsync($"/api/v1{share.Text("url")}/favourites/{secret}", new { note = "Large" }).StatusAsync(HttpStatusCode.NoContent);
        await guest.PostAsJsonAsync($"/api/v1{share.Text("url")}/favourites/submit", new { name = "Grace" }).StatusAsync(HttpStatusCode.OK);
        await admin.PostAsJsonAsync($"/api/v1/groups/{harbour}/archives", new { }).StatusAsync(HttpStatusCode.Created);
        await admin.PatchAsJsonAsync("/api/v1/site", new { title = "By the sea", photographer = "Ada" }).StatusAsync(HttpStatusCode.OK);
        await admin.PostAsJsonAsync("/api/v1/inventory/records", new { items = new[] { new { productId = "P-1", quantity = 3, timestamp = "2026-05-01T12:00:00Z" } } })
            .StatusAsync(HttpStatusCode.Created);
        return [(WorkshopLink, share.Text("url")!), (ImageLink, link.Text("url")!), (RefreshToken, pair.Text("refreshToken")!)];
    }

    /// <summary>
    /// Lists the program's own tables, without the tables of the scheduler and of EF Core, and without the counts of tags and months, which triggers fill.
    /// </summary>
    private static async Task<List<string>> ListTablesAsync(NpgsqlConnection connection) => await ReadTextsAsync(
        connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'qrtz%' AND tablename NOT IN ('__EFMigrationsHistory', 'facet_counts', 'facet_changes')");

    private static async Task AppendRowsAsync(StringBuilder sql, NpgsqlConnection connection, string table)
    {
        var columns = await ReadTextsAsync(
            connection, $"SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position");
        var values = string.Join(" || ', ' || ", columns.Select(column => $"quote_nullable({column}::text)"));
        var rows = await ReadTextsAsync(connection, $"SELECT '(' || {values} || ')' FROM {table} ORDER BY 1");
        if (rows.Count > 0)
        {
            if (table == SiteProfiles)
            {
                sql.Append("\nDELETE FROM site_profiles;");
            }

            // Some rows may exist: a migration inserts the built-in tiers.
            sql.Append(CultureInfo.InvariantCulture, $"\nINSERT INTO {table} ({string.Join(", ", columns)}) VALUES\n{string.Join(",\n", rows)}\nON CONFLICT DO NOTHING;\n");
        }
    }

    private static async Task<List<string>> ReadTextsAsync(NpgsqlConnection connection, string query)
    {
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static string PathTo(string migration) => Path.Combine(Folder, $"{migration}.sql");
}
