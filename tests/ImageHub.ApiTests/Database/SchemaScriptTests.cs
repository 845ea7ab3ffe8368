using System.Reflection;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace ImageHub.ApiTests.Database;

/// <summary>The script that creates the schema in an empty database.</summary>
public sealed class SchemaScriptTests(PostgresServer postgres)
{
    /// <summary>
    /// Lists every object of the schema with its definition, and every row that a migration inserts. The scheduler's tables are left out, because the
    /// scheduler creates them itself, and so is the random id of the gallery.
    /// </summary>
    private const string Schema =
        """
        SELECT line FROM (
            SELECT concat_ws(' ', 'column', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) AS line
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (c.oid, a.attnum)
            WHERE c.relnamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid)) FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
            UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', 'trigger', tgenabled, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT concat_ws(' ', 'function', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
            UNION ALL SELECT concat_ws(' ', 'extension', extname, extversion) FROM pg_extension
            UNION ALL SELECT concat_ws(' ', 'migration', history) FROM "__EFMigrationsHistory" AS history
            UNION ALL SELECT concat_ws(' ', 'tier', tiers) FROM tiers
            UNION ALL SELECT concat_ws(' ', 'site', to_jsonb(site_profiles) - 'gallery_id') FROM site_profiles) AS lines
        WHERE line NOT LIKE '%qrtz%' ORDER BY line COLLATE "C"
        """;

    [Fact]
    public async Task The_schema_script_matches_the_migrations()
    {
        using var db = Connect("Host=nowhere");
        var migrated = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.NoTransactions);
        using var resource = new StreamReader(Assembly.Load(ImageHubDb.MigrationsAssembly).GetManifestResourceStream(ImageHubDb.SchemaScript)!);
        var script = await resource.ReadToEndAsync();

        Lines(script).SequenceEqual(Lines(migrated), StringComparer.Ordinal).ShouldBeTrue(
            """
            migrations/Schema.sql is not what the migrations say. Write it anew with migrations/generate.sh.
            """);
    }

    [Fact]
    public async Task An_empty_database_gets_the_same_schema_as_one_migrated_step_by_step()
    {
        var migrated = await postgres.CreateDatabaseAsync();
        await using (var db = Connect(migrated))
        {
            await db.Database.MigrateAsync();
        }

        await using var server = await ImageHubServer.StartAsync(postgres);

        var (schema, expected) = (await ReadSchemaAsync(server.ConnectionString), await ReadSchemaAsync(migrated));
        schema.Except(expected).ShouldBeEmpty();
        expected.Except(schema).ShouldBeEmpty();
        expected.Length.ShouldBeGreaterThan(300);
        await postgres.DropDatabaseAsync(migrated);
    }

    [Fact]
    public async Task A_schema_creation_that_fails_halfway_leaves_nothing_behind()
    {
        var database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(database, "CREATE TABLE scrubs (id integer)");

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => ImageHubServer.StartAsync(postgres, new() { ["ConnectionStrings:ImageHub"] = database }));

        refusal.Message.ShouldEndWith(
            "refuses: 42P07: relation \"scrubs\" already exists. The database contains objects of another program. Use an empty database, or restore a backup into one.");
        (await ReadAsync(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).ShouldBe(["scrubs"]);
        await postgres.DropDatabaseAsync(database);
    }

    private static string[] Lines(string script) => script.Trim().ReplaceLineEndings("\n").Split('\n');

    private static ImageHubDb Connect(string database) => new(
        new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema(database).Options);

    private static Task<string[]> ReadSchemaAsync(string database) => ReadAsync(database, Schema);

    private static async Task<string[]> ReadAsync(string database, string query)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT array(SELECT text::text FROM ({query}) AS texts(text))", connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
