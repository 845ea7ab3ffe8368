using System.Net;
using System.Net.Http.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Database.Statements;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace ImageHub.ApiTests.Database;

/// <summary>The current version on databases that released versions have filled.</summary>
public sealed class MigrationTests(PostgresServer postgres)
{
    public static TheoryData<string> Migrations => [.. FilledDatabase.Migrations];

    [Theory]
    [MemberData(nameof(Migrations))]
    public async Task Data_written_by_an_earlier_version_is_still_there(string migration)
    {
        var (database, sql) = await FillAsync(postgres, migration);
        await using var server = await ImageHubServer.StartAsync(postgres, new() { ["ConnectionStrings:ImageHub"] = database });

        var groups = (await server.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items();
        groups.Select(group => (group.Text("title"), group.Text("description"), group.Text("productId"), group.GetProperty("isPublished").GetBoolean(), group.GetProperty("imageCount").GetInt32()))
            .ShouldBe([("Harbour", "Seen from all sides.", "P-1", true, 3), ("Workshop", null, null, false, 1)]);
        groups[0].GetProperty("cover").Text("fileName").ShouldBe("two.png");
        (await server.Visitor.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(group => group.Text("title")).ShouldBe(["Harbour"]);

        var images = await FileNamesAsync(server.Visitor, $"/api/v1/groups/{groups[0].Id()}/images");
        images.ShouldBe(["three.webp", "one.jpg", "two.png"]);
        var one = await server.Visitor.GetAsync($"/api/v1/groups/{groups[0].Id()}/images/one.jpg").JsonAsync();
        (one.Text("title"), one.Text("description"), one.Text("format"), one.GetProperty("width").GetInt32(), one.GetProperty("height").GetInt32())
            .ShouldBe(("Dawn", "Fog.", "jpeg", 64, 48));
        one.Items("tags").Select(tag => tag.GetString()).ShouldBe(["sea", "Été"]);
        one.GetProperty("medium").Text("url").ShouldBe($"/api/v1/images/{one.Id()}/medium?r=1");
        (await server.Visitor.GetAsync("/api/v1/tags").JsonAsync()).Items().Select(tag => (tag.Text("tag"), tag.GetProperty("count").GetInt32())).ShouldBe([("sea", 1), ("Été", 1)]);
        (await server.Admin.GetAsync("/api/v1/images/months").JsonAsync()).Items().Sum(month => month.GetProperty("count").GetInt32()).ShouldBe(5);
        (await FileNamesAsync(server.Visitor, "/api/v1/images?tag=sea")).ShouldBe(["one.jpg"]);
        (await FileNamesAsync(server.Admin, "/api/v1/images?sort=fileName")).ShouldBe(["mine.jpg", "one.jpg", "secret.jpg", "three.webp", "two.png"]);
        (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items()
            .Select(item => (item.Text("kind"), item.TryGetProperty("fileName", out var name) ? name.GetString() ?? item.Text("title") : item.Text("title")))
            .ShouldBe([("group", "Attic"), ("image", "gone.jpg"), ("image", "dropped.jpg")], ignoreOrder: true);

        (await server.Visitor.GetAsync("/api/v1/site").JsonAsync()).Text("title").ShouldBe("By the sea");
        (await server.Admin.GetAsync("/api/v1/inventory/records?productId=P-1").JsonAsync()).Items().Select(record => record.GetProperty("quantity").GetInt64()).ShouldBe([3L]);
        await LinksWorkAsync(server, sql);
        await AccountsWorkAsync(server, sql);
    }

    [Theory]
    [MemberData(nameof(Migrations))]
    public async Task Work_started_by_an_earlier_version_continues(string migration)
    {
        var (database, _) = await FillAsync(postgres, migration);
        await using var server = new ImageHubServer(postgres) { Settings = { ["ConnectionStrings:ImageHub"] = database } };
        await server.AllowEmptyStoreAsync();
        await server.InitializeAsync();
        var harbour = (await server.Visitor.GetAsync("/api/v1/groups").JsonAsync()).Items().Single().Id();

        await server.Admin.AddImageAsync(harbour, "four.jpg", TestImages.Jpeg(seed: 40));
        await server.Admin.PutImageAsync(harbour, "one.jpg", TestImages.Jpeg(seed: 41)).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        (await FileNamesAsync(server.Visitor, $"/api/v1/groups/{harbour}/images")).ShouldBe(["three.webp", "one.jpg", "two.png", "four.jpg"]);

        await server.Admin.CreateGroupAsync("Meadow");
        var trash = (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items();
        await server.Admin.PostAsync($"/api/v1/groups/{trash.Single(item => item.Text("kind") == "group").Id()}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        var gone = trash.Single(item => item.Text("kind") == "image" && item.Text("fileName") == "gone.jpg");
        await server.Admin.PostAsync($"/api/v1/images/{gone.Id()}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await server.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items()
            .Select(group => (group.Text("title"), group.GetProperty("imageCount").GetInt32()))
            .ShouldBe([("Meadow", 0), ("Harbour", 5), ("Attic", 1), ("Workshop", 1)]);
    }

    [Fact]
    public async Task A_server_that_waits_for_its_turn_to_migrate_is_not_ready_and_answers_503()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var hub = new ImageHubProcess
        {
            Environment = { ["ConnectionStrings__ImageHub"] = database, ["Jwt__SigningKey"] = ImageHubServer.SigningKey },
        };
        HttpClient client;
        await using (var other = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString))
        {
            // Hold the lock like another instance that is migrating.
            await other.OpenAsync();
            await using var turn = new NpgsqlCommand($"SELECT pg_advisory_lock({Locks.Preparation})", other);
            await turn.ExecuteNonQueryAsync();
            client = await hub.StartAsync();

            await client.EventuallyPreparingAsync();
            await client.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
            await client.GetAsync("/api/v1/inventory/levels?productIds=P-1").ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
        }

        await client.EventuallyPreparedAsync();
        (await client.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldBeEmpty();
        client.Dispose();
    }

    /// <summary>Run this test with the option <c>-explicit only</c> and the code of each release, before the schema changes again.</summary>
    [Fact(Explicit = true)]
    public async Task The_rows_that_the_current_version_writes_are_exported_to_a_file()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await using var db = Connect(server.ConnectionString);
        await FilledDatabase.WriteAsync(server, NameOf(db.Database.GetMigrations().Last()));
    }

    /// <summary>Creates a database with the schema and the rows of an earlier version.</summary>
    internal static async Task<(string Database, string Sql)> FillAsync(PostgresServer postgres, string migration)
    {
        var sql = await FilledDatabase.ReadAsync(migration);
        var database = await postgres.TemplateAsync($"filled {migration}", async empty =>
        {
            await using var db = Connect(empty);
            await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().Single(id => NameOf(id) == migration));
            await ExecuteAsync(empty, sql);

            // The links and sessions in the file have expired since the file was written.
            await ExecuteAsync(empty, "UPDATE links SET expires_at = now() + interval '1 hour'; UPDATE sessions SET expires_at = now() + interval '1 hour'");
        });
        return (await postgres.CreateDatabaseAsync(database), sql);
    }

    private static async Task LinksWorkAsync(ImageHubServer server, string sql)
    {
        var links = (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items();
        links.Select(link => (link.Text("kind"), link.GetProperty("views").GetInt32(), link.GetProperty("hasPassword").GetBoolean()))
            .ShouldBe([("image", 0, false), ("group", 1, true)]);

        using var guest = server.NewClient(useCookies: true);
        var shared = "/api/v1" + FilledDatabase.ReadRemark(sql, FilledDatabase.WorkshopLink);
        await guest.GetAsync(shared).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        await guest.PostAsJsonAsync($"{shared}/unlock", new { password = FilledDatabase.WorkshopPassword }).StatusAsync(HttpStatusCode.NoContent);
        (await guest.GetAsync(shared).JsonAsync()).Text("title").ShouldBe("Workshop");
        (await FileNamesAsync(guest, $"{shared}/images")).ShouldBe(["secret.jpg"]);
        (await server.Admin.GetAsync($"/api/v1/links/{links[1].Id()}/favourites").JsonAsync()).Items("guests").Select(chosen => chosen.Text("name")).ShouldBe(["Grace"]);

        // The link is valid, but the image's object is missing.
        var image = FilledDatabase.ReadRemark(sql, FilledDatabase.ImageLink);
        await server.Visitor.GetAsync(image).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
    }

    private static async Task AccountsWorkAsync(ImageHubServer server, string sql)
    {
        (await server.Admin.GetAsync("/api/v1/users").JsonAsync()).Items()
            .Select(user => (user.Text("userName"), user.Text("role"), user.GetProperty("isDisabled").GetBoolean()))
            .ShouldBe([("ada", "user", false), (ImageHubServer.AdminName, "admin", false), ("bob", "user", true)]);
        using (var again = await server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword))
        {
            await again.GetAsync("/api/v1/users").StatusAsync(HttpStatusCode.OK);
        }

        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        var me = await ada.GetAsync("/api/v1/auth/me").JsonAsync();
        var tier = me.GetProperty("tier");
        (tier.Text("name"), tier.GetProperty("quotaBytes").GetInt64(), tier.GetProperty("originals").GetBoolean()).ShouldBe(("Studio", 1_000_000, true));
        me.GetProperty("usedBytes").GetInt64().ShouldBe(TestImages.Jpeg(64, 48, seed: 7).Length);
        (await FileNamesAsync(ada, "/api/v1/me/images")).ShouldBe(["mine.jpg"]);

        var refreshToken = FilledDatabase.ReadRemark(sql, FilledDatabase.RefreshToken);
        await server.Visitor.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken }).StatusAsync(HttpStatusCode.OK);
    }

    private static async Task<IEnumerable<string?>> FileNamesAsync(HttpClient client, string path) =>
        (await client.GetAsync(path).JsonAsync()).Items().Select(image => image.Text("fileName"));

    private static ImageHubDb Connect(string database) => new(
        new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema(database).Options);

    private static string NameOf(string migrationId) => migrationId.Split('_', 2)[1];

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
