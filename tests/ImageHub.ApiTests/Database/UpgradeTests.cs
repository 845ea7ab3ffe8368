using System.Net;
using ImageHub.Api.Console;
using ImageHub.ApiTests.Backups;
using ImageHub.Application.Upgrades;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Database.Statements;
using ImageHub.Infrastructure.Database.Upgrades;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.Database;

/// <summary>Schema updates of a database that an earlier version has filled: checked in advance, undone after a mistake, repeated after a kill.</summary>
public sealed class UpgradeTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Earliest = "Baseline";

    private const string NotCompared =
        """
        api_keys: last_used_at
        archives: expires_at file_name group_id id is_for_admin is_of_hidden link_id list_bytes list_key mark member_id note_bytes token_hash variant
        damaged_objects: id image_id since variant
        dav_locks: account_id expires_at group_id href id is_deep is_shared name owner timeout_seconds
        dav_properties: bytes
        facet_changes: curated_count id kind live_count public_count value
        facet_counts: curated_count kind live_count public_count value
        groups: is_hidden_by_parent path promised_position search_text trashed_with_id updated_at
        images: alternate_bytes alternates blocks full_content_type full_height full_width high_content_type high_height high_width is_from_guest is_large_due large_content_type large_height large_width low_content_type low_height low_width medium_content_type medium_height medium_width perceptual_hash placeholder search_text taken_or_created_at trashed_with_group
        import_files: attempts code error folder_id id image_id import_id item_id name place result sidecar_item_id sidecar_name
        import_folders: group_id id import_id is_to_list item_id path place title
        imports: created_at ended_at error group_id id is_listed is_nested item_ids looked_up state
        inventory_rollups: count last last_at max min product_id starts_at width
        junk_files: account_id bytes path_hash written_at
        known_addresses: address_hash signed_in_at user_id
        last_backups: at bytes id lost objects target
        link_guests: changed_at
        oidc_identities: joined_at
        oidc_join_intents: cookie_hash expires_at session_id state_hash user_id
        oidc_logouts: expires_at issuer received_at session_id subject token_hash
        one_drive_connections: access_token access_token_expires_at lost_at
        one_drive_sign_ins: cookie_hash expires_at state_hash user_id verifier
        orphaned_objects: bytes due_at key
        passkeys: created_at is_backed_up is_backup_eligible last_challenge_at last_used_at sign_count transports
        placeholders: account_id bytes content_id created_at group_id id name written_at
        rendition_passes: boxes id last_image_id
        replaced_tokens: replaced_at session_id token_hash
        replacing_uploads: account_id id place_hash protected_until
        scrubs: checked_at id last_image_id started_at
        sessions: oidc_issuer oidc_session_id oidc_subject rotated_at
        similar_images: distance is_kept newer_id older_id
        site_profiles: id logo_image_id
        thumbnails: blocks bytes content_type crc32 created_at height image_id last_read_at width
        tiers: normalized_name
        transform_keys: created_at
        uncompared_images: image_id
        upload_batches: account_id created_at duplicate failed group_id guest_id id is_own total uploaded
        upload_files: account_id batch_id bytes code created_at error file_name finished_at group_id guest_id id image_id index is_renamed_on_clash metadata offset part_count position sha256 status touched_at
        upload_guests: announced_at
        upload_parts: bytes file_id id offset placeholder_id sha256
        users: follows_claims has_recovery_password
        webhook_events: at attempts body due_at id kind
        """;

    private string database = "";

    public async ValueTask InitializeAsync() => (database, _) = await MigrationTests.FillAsync(postgres, Earliest);

    public async ValueTask DisposeAsync() => await postgres.DropDatabaseAsync(database);

    [Fact]
    public async Task The_check_says_what_the_next_start_would_do_and_changes_nothing()
    {
        var migrations = await QueryAsync("SELECT string_agg(migration_id, ' ') FROM \"__EFMigrationsHistory\"");

        var (exitCode, output, error) = await CheckAsync();

        (exitCode, error).ShouldBe((0, ""));
        output.ShouldContain(", schema 20261124000000_Baseline\n");
        output.ShouldMatch("The next start updates the schema to [0-9]+_[A-Za-z]+: [0-9]+ migrations in one transaction\\.\nOn a copy it took [0-9]+\\.[0-9] s and did not change the compared data\\.\n$");
        (await QueryAsync("SELECT string_agg(migration_id, ' ') FROM \"__EFMigrationsHistory\"")).ShouldBe(migrations);
        (await QueryAsync($"SELECT count(*) FROM pg_database WHERE datname = '{SchemaUpgrade.NameCopy(new NpgsqlConnectionStringBuilder(database).Database!)}'")).ShouldBe(0L);

        await using (await ImageHubServer.StartAsync(postgres, new() { ["ConnectionStrings:ImageHub"] = database }))
        {
        }

        (await CheckAsync()).Output.ShouldEndWith("The schema is up to date; the next start changes nothing.\n");
    }

    [Fact]
    public async Task A_start_drops_the_copy_that_a_killed_check_has_left_unless_a_check_is_running()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var copy = SchemaUpgrade.NameCopy(new NpgsqlConnectionStringBuilder(server.ConnectionString).Database!);
        await using var checking = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await checking.OpenAsync();
        await ExecuteAsync(checking, $"CREATE DATABASE {copy}");
        await ExecuteAsync(checking, $"SELECT pg_advisory_lock({Locks.DatabaseCreation})");

        await server.RestartAsync();
        (await CountCopiesAsync()).ShouldBe(1L);

        await checking.CloseAsync();
        await server.RestartAsync();
        (await CountCopiesAsync()).ShouldBe(0L);

        Task<object?> CountCopiesAsync() => server.SqlAsync($"SELECT count(*) FROM pg_database WHERE datname = '{copy}'");
    }

    [Fact]
    public async Task The_command_add_of_a_newer_program_does_not_update_the_schema()
    {
        var folder = TemporaryFolders.Create();
        await using var output = new StringWriter();

        var exitCode = await CommandLine.RunAsync(
            ["add", folder, $"--ImageHub:DataDirectory={folder}/data", $"--ConnectionStrings:ImageHub={database}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}"], new Terminal(output, output, _ => null));

        exitCode.ShouldBe(2);
        output.ToString().ShouldMatch("has the schema of an earlier version of ImageHub: [0-9]+ migrations are pending\\. Run the command of that version, or start the server of this version first\\.");
        (await QueryAsync("SELECT count(*) FROM \"__EFMigrationsHistory\"")).ShouldBe(1L);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_check_names_what_prevents_a_copy()
    {
        await using var other = await OpenAsync();
        var (exitCode, output, _) = await CheckAsync();
        exitCode.ShouldBe(2);
        output.ShouldEndWith("It cannot be tried on a copy now: other programs are connected to the database. Stop the servers and run this again, or allow the account to create databases.\n");
    }

    [Fact]
    public async Task A_backup_by_a_newer_program_does_not_update_the_schema()
    {
        var (backups, data) = (TemporaryFolders.Create(), TemporaryFolders.Create());

        var (exitCode, _, error) = await BackupConsole.RunAsync("backup", backups, data, null, $"--ConnectionStrings:ImageHub={database}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}");

        exitCode.ShouldBe(2);
        error.ShouldMatch("has the schema of an earlier version of ImageHub: [0-9]+ migrations are pending\\. Run the command of that version, or start the server of this version first\\.");
        (await QueryAsync("SELECT count(*) FROM \"__EFMigrationsHistory\"")).ShouldBe(1L);
        Directory.GetFileSystemEntries(backups).ShouldBeEmpty();
        Directory.Delete(backups, recursive: true);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task The_check_refuses_a_database_of_a_newer_version()
    {
        await QueryAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '10.0.0')");
        var (exitCode, _, error) = await CheckAsync();
        exitCode.ShouldBe(2);
        error.ShouldContain("this one does not know its migration '29991231000000_Later'");
    }

    [Theory]
    [InlineData("UPDATE images SET file_name = 'x' || file_name WHERE file_name = 'one.jpg'", "the table 'images' has other values in id, group_id, ")]
    [InlineData("DELETE FROM favourites", "the table 'favourites' has 0 rows instead of 1")]
    [InlineData("ALTER TABLE users DROP COLUMN password_hash", "the table 'users' lacks columns of id, user_name, ")]
    [InlineData("DROP TABLE api_keys", "the table 'api_keys' with 1 rows is gone")]
    public async Task An_update_that_changes_data_is_undone(string mistake, string difference)
    {
        await using var connection = await OpenAsync();
        const string state = "SELECT concat((SELECT count(*) FROM favourites), ' ', (SELECT count(*) FROM api_keys), ' ', (SELECT string_agg(file_name, ',' ORDER BY file_name) FROM images), ' ', (SELECT count(password_hash) FROM users))";
        var before = await QueryAsync(state);

        var update = () => SchemaUpgrade.ApplyAsync(connection, new PendingMigrations("Later", 1, $"ALTER TABLE groups ADD later integer; {mistake}"), [], TestContext.Current.CancellationToken);

        (await update.ShouldThrowAsync<ChangedDataException>()).Message.ShouldContain(difference);
        (await QueryAsync(state)).ShouldBe(before);
        (await QueryAsync("SELECT count(*) FROM pg_attribute WHERE attrelid = 'groups'::regclass AND attname = 'later'")).ShouldBe(0L);
    }

    [Theory]
    [InlineData("ALTER TABLE images ADD later integer NOT NULL DEFAULT 1", "")]
    [InlineData("CREATE INDEX later ON images (title)", "")]
    [InlineData("CREATE TABLE later (id integer); INSERT INTO later VALUES (1)", "")]
    [InlineData("ALTER TABLE images ADD later uuid NOT NULL DEFAULT gen_random_uuid()", "images")]
    [InlineData("UPDATE images SET search_text = search_text", "images")]
    [InlineData("ALTER TABLE groups ALTER title TYPE varchar(400)", "groups")]
    [InlineData("UPDATE images SET placeholder = placeholder; UPDATE links SET views = views", "images links")]
    public async Task Only_tables_whose_rows_an_update_may_change_are_compared(string script, string touched)
    {
        await using var connection = await OpenAsync();

        var found = await SchemaUpgrade.ApplyAsync(connection, new PendingMigrations("Later", 1, script), [], TestContext.Current.CancellationToken);

        string.Join(' ', found.Order(StringComparer.Ordinal)).ShouldBe(touched);
    }

    [Fact]
    public async Task An_attempt_that_gives_way_knows_the_touched_tables_in_the_next_attempt()
    {
        await using var writer = await OpenAsync();
        await using var writing = await writer.BeginTransactionAsync();
        await ExecuteAsync(writer, "LOCK TABLE images IN ROW EXCLUSIVE MODE");
        await using var connection = await OpenAsync();
        HashSet<string> compared = [];

        var refused = await Should.ThrowAsync<PostgresException>(
            () => SchemaUpgrade.ApplyAsync(connection, new PendingMigrations("Later", 1, "UPDATE images SET placeholder = placeholder"), compared, TestContext.Current.CancellationToken));

        refused.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
        compared.ShouldBe(["images"]);
    }

    [Fact]
    public async Task All_tables_are_compared_if_PostgreSQL_does_not_count_written_rows()
    {
        await using var connection = await OpenAsync();
        await ExecuteAsync(connection, "SET track_counts = off");

        var found = await SchemaUpgrade.ApplyAsync(connection, new PendingMigrations("Later", 1, "CREATE INDEX later ON images (title)"), [], TestContext.Current.CancellationToken);

        found.ShouldContain("images");
        found.ShouldContain("users");
    }

    [Fact]
    public async Task Each_column_is_compared_by_updates_or_known_as_one_that_need_not_be()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await using var connection = new NpgsqlConnection(server.Services.GetRequiredService<DatabaseServer>().ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT relname, attname FROM ({DataFingerprint.ExistingTables}) tables JOIN pg_attribute ON attrelid = relname::regclass WHERE attnum > 0 AND NOT attisdropped", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var remaining = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            var (table, column) = (reader.GetString(0), reader.GetString(1));
            if (!DataFingerprint.Kept.Any(kept => kept.Table == table && kept.Columns.Contains(column, StringComparer.Ordinal)))
            {
                (remaining.TryGetValue(table, out var columns) ? columns : remaining[table] = []).Add(column);
            }
        }

        // Columns that the server computes, that an update may fill in, or that end by themselves, and tables that nobody would miss.
        string.Join('\n', remaining.Select(table => $"{table.Key}: {string.Join(' ', table.Value.Order(StringComparer.Ordinal))}")).ShouldBe(NotCompared);
    }

    [Fact]
    public async Task A_start_whose_update_would_change_data_stops_with_one_line_and_leaves_the_database_as_it_was()
    {
        // Stands for a wrong migration: each statement that alters a table also changes the names of files.
        await QueryAsync(
            """
            CREATE FUNCTION spoil() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE images SET file_name = 'x' || file_name; END $$;
            CREATE EVENT TRIGGER spoil ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION spoil();
            """);
        const string state = "SELECT concat((SELECT string_agg(migration_id, ',') FROM \"__EFMigrationsHistory\"), ' ', (SELECT string_agg(file_name, ',' ORDER BY file_name) FROM images))";
        var before = await QueryAsync(state);
        await using var hub = NewProcess();

        await hub.RunAsync();

        hub.ExitCode.ShouldBe(1);
        hub.Output.Split('\n').Where(line => line.Contains("was undone, because", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("the table 'images' has other values in id, group_id, ");
        (await QueryAsync(state)).ShouldBe(before);

        // Without the mistake, the same program updates the database.
        await QueryAsync("DROP EVENT TRIGGER spoil; DROP FUNCTION spoil");
        await EnsureCompleteAsync(hub);
    }

    [Fact]
    public async Task The_database_as_it_was_before_an_update_can_be_restored()
    {
        await using var hub = NewProcess();
        using (var client = await hub.StartAsync())
        {
            await client.EventuallyPreparedAsync();
            await hub.StopAsync();
        }

        var (before, data) = (await postgres.CreateDatabaseAsync(), TemporaryFolders.Create());
        var upgrades = Path.Combine(hub.DataDirectory, "upgrades");
        (await BackupConsole.RunAsync("verify", upgrades)).Output.ShouldEndWith(", 0 objects, 0 bytes\ncomplete\n");
        (await BackupConsole.RunAsync("restore", upgrades, data, null, $"--ConnectionStrings:ImageHub={before}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}")).ExitCode.ShouldBe(0);

        await postgres.DropDatabaseAsync(database);
        database = before;
        (await QueryAsync("SELECT string_agg(migration_id, ' ') FROM \"__EFMigrationsHistory\"")).ShouldBe("20261124000000_Baseline");
        await using var restored = NewProcess();
        await EnsureCompleteAsync(restored);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task The_newest_three_backups_before_updates_are_kept()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await using var scope = server.Services.CreateAsyncScope();
        var folder = TemporaryFolders.Create();
        var made = new List<string>();
        for (var update = 0; update < 5; update++)
        {
            made.Add(await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SnapshotDatabase(folder)));
        }

        Directory.GetDirectories(Path.Combine(folder, "backups")).Order(StringComparer.Ordinal).ShouldBe(made[2..]);

        // Renamed backups and one from the future are kept, and so is the one that is made now.
        string[] kept = [.. ((string[])["20990101T000000Z", "before-update", "since-monday"]).Select(name => Path.Combine(folder, "backups", name))];
        foreach (var (from, to) in made[2..].Zip(kept))
        {
            Directory.Move(from, to);
        }

        var last = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SnapshotDatabase(folder));
        Directory.GetDirectories(Path.Combine(folder, "backups")).Order(StringComparer.Ordinal).ShouldBe([last, .. kept]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_update_waits_for_a_program_that_uses_the_tables_and_is_repeated_after_a_kill()
    {
        await using var hub = NewProcess();
        await using (var reader = await OpenAsync())
        {
            await using var reading = await reader.BeginTransactionAsync();
            await ExecuteAsync(reader, "SELECT count(*) FROM images");
            using (var client = await hub.StartAsync())
            {
                (await hub.LineAsync("is not tried on a copy")).ShouldContain("other programs are connected to the database");
                await hub.LineAsync("Updating the schema of");
                await client.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
                await hub.KillAsync();
            }

            // The open transaction can still read the table.
            await using var counting = new NpgsqlCommand("SELECT count(*) FROM images", reader);
            (await counting.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(8L);
        }

        (await QueryAsync("SELECT count(*) FROM \"__EFMigrationsHistory\"")).ShouldBe(1L);
        await EnsureCompleteAsync(hub);
    }

    [Fact]
    public async Task An_update_gives_way_to_a_program_that_writes_to_the_table_and_blocks_no_other_table()
    {
        await using var writer = await OpenAsync();
        await using var connection = await OpenAsync();
        var pending = new PendingMigrations("Later", 1, "ALTER TABLE groups ADD later integer");
        await using (var writing = await writer.BeginTransactionAsync())
        {
            await ExecuteAsync(writer, "UPDATE groups SET title = title");
            var refused = await Should.ThrowAsync<PostgresException>(() => SchemaUpgrade.ApplyAsync(connection, pending, [], TestContext.Current.CancellationToken));
            refused.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
            await writing.CommitAsync();
        }

        await using var other = await writer.BeginTransactionAsync();
        await ExecuteAsync(writer, "INSERT INTO orphaned_objects VALUES ('another', 1, now())");
        await SchemaUpgrade.ApplyAsync(connection, pending, [], TestContext.Current.CancellationToken);
        (await QueryAsync("SELECT count(*) FROM pg_attribute WHERE attrelid = 'groups'::regclass AND attname = 'later'")).ShouldBe(1L);
    }

    [Theory]
    [InlineData("The update of the schema took")]
    [InlineData("Updating the schema of")]
    [InlineData("The schema is up to date")]
    public async Task An_update_that_is_killed_is_repeated(string line)
    {
        await using var hub = NewProcess();
        var running = hub.RunAsync();
        await hub.LineAsync(line);
        await hub.KillAsync();
        await running;

        await EnsureCompleteAsync(hub);
    }

    private ImageHubProcess NewProcess() => new()
    {
        Environment = { ["ConnectionStrings__ImageHub"] = database, ["Jwt__SigningKey"] = ImageHubServer.SigningKey },
    };

    private async Task EnsureCompleteAsync(ImageHubProcess hub)
    {
        using var client = await hub.StartAsync();
        await client.EventuallyPreparedAsync();

        // A repeated update gives the gallery the same id.
        (await QueryAsync("SELECT gallery_id = (SELECT id FROM users ORDER BY created_at, id LIMIT 1) FROM site_profiles")).ShouldBe(true);
        (await client.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(group => (group.Text("title"), group.GetProperty("imageCount").GetInt32())).ShouldBe([("Harbour", 3)]);
        (await QueryAsync("SELECT concat((SELECT count(*) FROM images), ' ', (SELECT count(*) FROM users), ' ', (SELECT count(*) FROM links), ' ', (SELECT count(*) FROM groups))")).ShouldBe("8 3 2 5");
        (await QueryAsync($"SELECT count(*) FROM pg_database WHERE datname = '{SchemaUpgrade.NameCopy(new NpgsqlConnectionStringBuilder(database).Database!)}'")).ShouldBe(0L);
    }

    private async Task<(int ExitCode, string Output, string Error)> CheckAsync()
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            ["--check-upgrade", $"--ConnectionStrings:ImageHub={database}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}"], new Terminal(output, error, _ => null));
        return (exitCode, output.ToString(), error.ToString());
    }

    private async Task<object?> QueryAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteScalarAsync();
    }
}
