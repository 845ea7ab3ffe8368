using System.Net;
using System.Text.Json.Nodes;
using ImageHub.Api;
using ImageHub.Application.Backups;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using static ImageHub.ApiTests.Backups.BackupConsole;

namespace ImageHub.ApiTests.Backups;

/// <summary>The commands <c>restore</c> and <c>verify</c>.</summary>
[Collection(typeof(BackedUpGallery))]
public sealed class RestoreTests(BackedUpServer original, PostgresServer postgres, S3Server s3)
{
    [Fact]
    public async Task A_restored_backup_has_every_file_and_row_and_reads_its_secrets()
    {
        await using var copy = new ImageHubProcess { IsFirstStart = true };

        var restore = await RunAsync("restore", original.Backups, copy.DataDirectory);

        restore.Error.ShouldBe("");
        restore.ExitCode.ShouldBe(0);
        restore.Output.TrimEnd().ShouldEndWith("restored; start the server");
        (await File.ReadAllTextAsync(Path.Combine(copy.DataDirectory, "objects", "gallery"))).ShouldBe(await File.ReadAllTextAsync(Path.Combine(original.DataDirectory, "objects", "gallery")));
        using var client = await copy.StartAndSignInAsync();

        // A restore ends all sessions, because the backup does not know which sessions have been ended since.
        using var earlier = new HttpRequestMessage(HttpMethod.Get, "/api/v1/users") { Headers = { Authorization = original.Session } };
        await client.SendAsync(earlier).StatusAsync(HttpStatusCode.Unauthorized);
        foreach (var path in original.Answers.Keys)
        {
            (await client.GetStringAsync(path)).ShouldBe(original.Answers[path], path);
        }

        foreach (var (image, photo) in original.Photos)
        {
            (await client.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(photo);
            foreach (var size in (string[])["low", "medium", "high"])
            {
                (await client.GetByteArrayAsync($"/api/v1/images/{image}/{size}")).ShouldBe(original.Sizes[(image, size)]);
            }
        }

        await client.GetAsync(original.SignedAddress).StatusAsync(HttpStatusCode.OK);

        // An interrupted upload can continue, and new rows get unused numbers.
        (await client.TusOffsetAsync(original.UnfinishedUpload)).ShouldBe(1_000);
        await client.TusPatchAsync(original.UnfinishedUpload, 1_000, original.Unfinished[1_000..]).StatusAsync(HttpStatusCode.NoContent);
        await client.AddImageAsync(original.Group, "later.jpg", TestImages.Jpeg(320, 240, 99));
    }

    [Fact]
    public async Task A_backup_of_a_folder_can_be_restored_into_S3_and_PostgreSQL_and_back()
    {
        await using var place = new CopiedBackups(original.Backups);
        var again = TemporaryFolders.Create();
        var connection = await postgres.CreateDatabaseAsync();
        string[] settings =
        [
            $"--ConnectionStrings:ImageHub={connection}",
            $"--Jwt:SigningKey={(await File.ReadAllTextAsync(Path.Combine(original.DataDirectory, "signing.key"))).Trim()}",
            .. s3.Settings.Select(setting => $"--{setting.Key}={setting.Value}"),
        ];
        try
        {
            var into = await RunAsync("restore", original.Backups, place.Empty, null, settings);
            (into.ExitCode, into.Error).ShouldBe((0, ""));
            into.Output.ShouldContain($"key: set Jwt__SigningKey to the content of '{Path.Combine(Newest(original.Backups), "signing.key")}'");
            var full = await RunAsync("restore", original.Backups, place.Empty, null, settings);
            full.ExitCode.ShouldBe(2);
            full.Error.ShouldStartWith("The store is not empty: it contains '");
            (await RunAsync("backup", again, place.Empty, null, settings)).ExitCode.ShouldBe(0);

            var (first, second) = (Newest(original.Backups), Newest(again));
            (await File.ReadAllLinesAsync(Path.Combine(second, "objects.txt"))).ShouldBe(await File.ReadAllLinesAsync(Path.Combine(first, "objects.txt")));
            foreach (var table in (string[])["groups", "images", "users", "links", "transform_keys", "protection_keys"])
            {
                (await File.ReadAllBytesAsync(Path.Combine(second, "database", table + ".copy"))).Length.ShouldBe((await File.ReadAllBytesAsync(Path.Combine(first, "database", table + ".copy"))).Length, table);
            }

            File.Exists(Path.Combine(second, "signing.key")).ShouldBeFalse("the key is a setting");
            await using var back = new ImageHubProcess { IsFirstStart = true };
            var home = await RunAsync("restore", again, back.DataDirectory);
            home.ExitCode.ShouldBe(0);
            home.Output.ShouldContain("key: set Jwt__SigningKey as for the server that made the backup");
        }
        finally
        {
            await postgres.DropDatabaseAsync(connection);
            Directory.Delete(again, recursive: true);
        }
    }

    [Fact]
    public async Task A_damaged_or_missing_file_is_found()
    {
        await using var place = new CopiedBackups(original.Backups);
        var damaged = place.Files("objects").First(file => file.Contains("/high.", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(damaged);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);

        var marker = Directory.CreateDirectory($"{damaged}.damaged");
        var unmarked = await RunAsync("verify", place.Backups);
        unmarked.ExitCode.ShouldBe(1);
        unmarked.Error.ShouldStartWith(
            $"'{damaged}' is damaged: it does not match the manifest. It cannot be marked as damaged (");
        marker.Delete();

        var verified = await RunAsync("verify", place.Backups);
        (verified.ExitCode, verified.Error).ShouldBe((1, $"'{damaged}' is damaged: it does not match the manifest.\n"));
        verified.Output.ShouldEndWith("\n1 files are missing or damaged; the others can be restored; the next 'backup' copies again what the gallery still has\n");
        var sizes = await RunAsync("verify", place.Backups, option: "--dry-run");
        (sizes.ExitCode, sizes.Error).ShouldBe((0, ""));
        sizes.Output.ShouldEndWith("\nall objects have the right size; their checksums were not compared\n");

        File.Delete(damaged);
        var missing = await RunAsync("verify", place.Backups, option: "--dry-run");
        (missing.ExitCode, missing.Error).ShouldBe((1, $"'{damaged}' is missing.\n"));
        missing.Output.ShouldEndWith("\n1 files are missing or damaged; the others have the right size\n");

        var table = place.Files("backups").First(file => file.EndsWith("groups.copy", StringComparison.Ordinal));
        await File.AppendAllTextAsync(table, "x");
        foreach (var (command, result) in new[] { ("verify", "this backup cannot be restored; make a new one, or restore an earlier one"), ("restore", "nothing was restored; use an earlier backup") })
        {
            var unusable = await RunAsync(command, place.Backups, place.Empty);
            (unusable.ExitCode, unusable.Error).ShouldBe((1, $"'{table}' is damaged: it does not match the manifest.\n'{damaged}' is missing.\n"));
            unusable.Output.ShouldEndWith($"\n2 files are missing or damaged; {result}\n");
        }
    }

    [Fact]
    public async Task A_damaged_or_missing_object_does_not_keep_the_others_back_and_the_next_backup_repairs_it()
    {
        await using var place = new CopiedBackups(original.Backups);
        var image = original.Photos.Keys.First();
        var objects = place.Files("objects").Where(file => file.Contains($"/{image}/", StringComparison.Ordinal)).ToArray();
        var (damaged, missing) = (objects.Single(file => file.Contains("/high.", StringComparison.Ordinal)), objects.Single(file => file.Contains("/medium.", StringComparison.Ordinal)));
        var bytes = await File.ReadAllBytesAsync(damaged);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);
        File.Delete(missing);
        await using (var copy = new ImageHubProcess { IsFirstStart = true })
        {
            var (exitCode, output, error) = await RunAsync("restore", place.Backups, copy.DataDirectory);

            (exitCode, error).ShouldBe((1, $"'{damaged}' is damaged: it does not match the manifest.\n'{missing}' is missing.\n"));
            output.ShouldEndWith("2 files are missing or damaged; all others are restored; start the server\n");
            using var client = await copy.StartAndSignInAsync();
            foreach (var (photo, content) in original.Photos)
            {
                (await client.GetByteArrayAsync($"/api/v1/images/{photo}/original")).ShouldBe(content);
            }

            // The server renders the lost objects again.
            foreach (var size in (string[])["low", "medium", "high"])
            {
                (await client.GetByteArrayAsync($"/api/v1/images/{image}/{size}")).ShouldBe(original.Sizes[(image, size)]);
            }
        }

        var repair = await RunAsync("backup", place.Backups, original.DataDirectory);
        (repair.ExitCode, repair.Error).ShouldBe((0, ""));
        (await File.ReadAllBytesAsync(damaged)).ShouldBe(original.Sizes[(image, "high")]);
        (await File.ReadAllBytesAsync(missing)).ShouldBe(original.Sizes[(image, "medium")]);
        foreach (var backup in Directory.GetDirectories(Path.Combine(place.Backups, "backups")))
        {
            (await RunAsync("verify", backup)).ExitCode.ShouldBe(0);
        }
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_does_not_keep_the_others_back_and_the_next_backup_repairs_it()
    {
        await using var place = new CopiedBackups(original.Backups);
        var image = original.Photos.Keys.First();
        var unreadable = place.Files("objects").Single(file => file.Contains($"/{image}/1/high.", StringComparison.Ordinal));
        File.Delete(unreadable);

        // The system refuses to read the memory at address 0: EIO, as from a broken sector.
        File.CreateSymbolicLink(unreadable, "/proc/self/mem");
        await using (var copy = new ImageHubProcess { IsFirstStart = true })
        {
            var verified = await RunAsync("verify", place.Backups);
            (verified.ExitCode, verified.Error.Split('\n').Length).ShouldBe((1, 2));
            verified.Error.ShouldStartWith($"'{unreadable}' cannot be read: ");

            var (exitCode, output, error) = await RunAsync("restore", place.Backups, copy.DataDirectory);

            exitCode.ShouldBe(1);
            error.ShouldStartWith($"'{unreadable}' cannot be read: ");
            output.ShouldEndWith("1 files are missing or damaged; all others are restored; start the server\n");
            using var client = await copy.StartAndSignInAsync();
            foreach (var (photo, content) in original.Photos)
            {
                (await client.GetByteArrayAsync($"/api/v1/images/{photo}/original")).ShouldBe(content);
            }
        }

        (await RunAsync("backup", place.Backups, original.DataDirectory)).ExitCode.ShouldBe(0);
        (await File.ReadAllBytesAsync(unreadable)).ShouldBe(original.Sizes[(image, "high")]);
        (await RunAsync("verify", place.Backups)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_manifest_that_was_changed_or_is_of_a_newer_program_is_refused()
    {
        await using var place = new CopiedBackups(original.Backups);
        var manifest = place.Files("backups").First(file => file.EndsWith("manifest.json", StringComparison.Ordinal));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;

        json["program"] = "0.1.0";
        await File.WriteAllTextAsync(manifest, json.ToJsonString());
        (await RunAsync("verify", place.Backups)).ShouldBe((1, "", $"'{manifest}' does not have the checksum in manifest.json.sha256; this backup cannot be used.\n"));
        (await RunAsync("restore", place.Backups, place.Empty)).ExitCode.ShouldBe(1);

        json["format"] = 2;
        await WriteManifestAsync(manifest, json);
        (await RunAsync("restore", place.Backups, place.Empty))
            .ShouldBe((2, "", $"'{manifest}' has the format 2, and this program reads only format 1; use the program that made the backup, or a later one.\n"));

        await WriteManifestAsync(manifest, new JsonObject { ["format"] = 1 });
        var incomplete = await RunAsync("verify", place.Backups);
        (incomplete.ExitCode, incomplete.Output).ShouldBe((1, ""));
        incomplete.Error.ShouldStartWith($"'{manifest}' is not a manifest: ");

        (json["format"], json["migration"]) = (1, "20990101000000_Later");
        await WriteManifestAsync(manifest, json);
        (await RunAsync("restore", place.Backups, place.Empty))
            .ShouldBe((2, "", "A newer version of ImageHub made the backup: this one does not know its migration '20990101000000_Later'. Restore with that version.\n"));
    }

    [Fact]
    public async Task A_place_that_is_not_empty_is_refused()
    {
        var used = await RunAsync("restore", original.Backups, original.DataDirectory);
        (used.ExitCode, used.Error).ShouldBe((2, $"'{Path.Combine(original.DataDirectory, "signing.key")}' exists: a server has used this data directory. Restore into an empty one.\n"));

        await using var place = new CopiedBackups(original.Backups);
        Directory.CreateDirectory(Path.Combine(place.Empty, "objects", "images", "ab", "0198"));
        await File.WriteAllTextAsync(Path.Combine(place.Empty, "objects", "images", "ab", "0198", "full"), "x");
        var stored = await RunAsync("restore", original.Backups, place.Empty);
        stored.ExitCode.ShouldBe(2);
        stored.Error.ShouldStartWith("The store is not empty: it contains 'images/0198/full'");

        await using var foreign = new CopiedBackups(original.Backups);
        var objects = Directory.CreateDirectory(Path.Combine(foreign.Empty, "objects")).FullName;
        await File.WriteAllTextAsync(Path.Combine(objects, "gallery"), "01980f3a-7c1e-7a52-9d35-2f4b8c6d7eab");
        var owned = await RunAsync("restore", original.Backups, foreign.Empty);
        (owned.ExitCode, owned.Error).ShouldBe((2, $"The store belongs to the gallery 01980f3a-7c1e-7a52-9d35-2f4b8c6d7eab (objects in {objects}). Restore into an empty one.\n"));

        await File.WriteAllTextAsync(Path.Combine(place.Empty, "notes.txt"), "x");
        (await RunAsync("backup", place.Empty, original.DataDirectory)).ShouldBe((2, "", $"'{place.Empty}' is neither empty nor a folder with backups; name another folder.\n"));
        (await RunAsync("backup", "s3://bucket/prefix", original.DataDirectory)).ShouldBe(
            (2, "", "'s3://bucket/prefix' needs the server's settings: Backup__S3__ServiceUrl, an absolute http or https address, with Backup__S3__AccessKey and Backup__S3__SecretKey, or else Storage__S3__…, with Storage__Provider S3.\n"));
        (await RunAsync("backup", "https://bucket/prefix", original.DataDirectory)).ShouldBe(
            (2, "", "'https://bucket/prefix' is neither a folder nor a bucket; a bucket is s3://bucket or s3://bucket/prefix, with letters, digits, '.', '_' and '-' between the slashes.\n"));
    }

    [Fact]
    public async Task A_dry_run_restores_nothing_and_a_backup_by_name_can_be_restored()
    {
        await using var place = new CopiedBackups(original.Backups);
        var backup = Directory.GetDirectories(Path.Combine(place.Backups, "backups")).Single();

        var dry = await RunAsync("restore", backup, place.Empty, "--dry-run");

        (dry.ExitCode, dry.Error).ShouldBe((0, ""));
        dry.Output.TrimEnd().ShouldEndWith("can be restored");
        Directory.GetFiles(Path.Combine(place.Empty, "objects"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await RunAsync("restore", backup, place.Empty)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("database/users.copy", "other")]
    [InlineData("database/users.copy", "shorter")]
    [InlineData("database/users.copy", "longer")]
    [InlineData("database/images.copy", "first")]
    [InlineData("signing.key.encrypted", "other")]
    public async Task A_file_that_changes_after_it_was_verified_is_not_restored(string file, string change)
    {
        await using var place = new CopiedBackups(original.Backups);
        const string passphrase = "--Backup:Passphrase=correct horse battery";
        (await RunAsync("backup", place.Backups, original.DataDirectory, null, passphrase)).ExitCode.ShouldBe(0);

        // More than the connection's buffer, so that PostgreSQL gets the first byte before the end is read.
        new FileInfo(Path.Combine(Newest(place.Backups), "database", "images.copy")).Length.ShouldBeGreaterThan(4_096);
        var connection = await postgres.CreateDatabaseAsync();
        try
        {
            await using var app = BuildChanging(connection, place.Empty, file, change, stop: null, passphrase);
            await using var scope = app.Services.CreateAsyncScope();
            var restore = () => scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RestoreBackup(place.Backups, PublicKey: null, IsDryRun: false, _ => { }));

            (await restore.ShouldThrowAsync<DamagedBackupException>()).Message.ShouldEndWith($"/{file}' has changed since it was verified: it does not match the manifest.");

            await using var database = NpgsqlDataSource.Create(connection);
            await using var tables = database.CreateCommand("SELECT count(*) FROM pg_class WHERE relname = 'users'");
            (await tables.ExecuteScalarAsync()).ShouldBe(0L, "the database was not restored");
        }
        finally
        {
            await postgres.DropDatabaseAsync(connection);
        }
    }

    [Theory]
    [InlineData("unreadable", typeof(IOException))]
    [InlineData("stopped", typeof(OperationCanceledException))]
    public async Task A_restore_that_cannot_read_a_table_or_is_stopped_reports_this_cause(string change, Type cause)
    {
        await using var place = new CopiedBackups(original.Backups);
        var connection = await postgres.CreateDatabaseAsync();
        using var stop = new CancellationTokenSource();
        try
        {
            await using var app = BuildChanging(connection, place.Empty, "database/images.copy", change, change == "stopped" ? stop : null);
            await using var scope = app.Services.CreateAsyncScope();

            var thrown = await Should.ThrowAsync<Exception>(() => scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RestoreBackup(place.Backups, PublicKey: null, IsDryRun: false, _ => { }), stop.Token));

            thrown.ShouldBeAssignableTo(cause);
        }
        finally
        {
            await postgres.DropDatabaseAsync(connection);
        }
    }

    /// <summary>Builds the program with places whose named file changes after it was verified.</summary>
    private static WebApplication BuildChanging(string connection, string data, string file, string change, CancellationTokenSource? stop, params string[] settings) => ImageHubApp.Build(
        [$"--ConnectionStrings:ImageHub={connection};Write Buffer Size=4096", $"--Jwt:SigningKey={ImageHubServer.SigningKey}", $"--ImageHub:DataDirectory={data}", .. settings],
        builder =>
        {
            var open = builder.Services.Single(service => service.ServiceType == typeof(IBackupPlaces)).ImplementationFactory!;
            builder.Services.Replace(ServiceDescriptor.Singleton<IBackupPlaces>(services => new ChangingPlaces((IBackupPlaces)open(services), file, change, stop)));
        });

    /// <summary>
    /// Places whose named file has other content from the second time on that it is opened: another byte or first byte, or one byte less or more. The file
    /// can also become unreadable, or reading it stops the restore.
    /// </summary>
    private sealed class ChangingPlaces(IBackupPlaces places, string changed, string change, CancellationTokenSource? stop) : IBackupPlaces
    {
        public IBackupPlace Open(string target) => new ChangingPlace(places.Open(target), changed, change, stop);

        private sealed class ChangingPlace(IBackupPlace place, string changed, string change, CancellationTokenSource? stop) : IBackupPlace
        {
            private int opened;

            public bool IsPrivate => place.IsPrivate;

            public string Describe(string name) => place.Describe(name);

            public Task<BackupFile> WriteAsync(string draft, Stream content, Func<BackupFile, uint, string?> findName, CancellationToken cancellationToken) => place.WriteAsync(draft, content, findName, cancellationToken);

            public async Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken)
            {
                var content = await place.OpenAsync(name, cancellationToken);
                if (content is null || !name.EndsWith(changed, StringComparison.Ordinal) || opened++ == 0)
                {
                    return content;
                }

                if (change == "unreadable")
                {
                    await content.DisposeAsync();
                    throw new IOException("The disk has failed.");
                }

                using var copy = new MemoryStream();
                await content.CopyToAsync(copy, CancellationToken.None);
                await content.DisposeAsync();
                var bytes = copy.ToArray();
                if (stop is not null)
                {
                    return new StoppingStream(bytes, stop);
                }

                bytes[change == "first" ? 0 : bytes.Length / 3] ^= 1;
                return new MemoryStream(change switch { "shorter" => bytes[..^1], "longer" => [.. bytes, 1], _ => bytes });
            }

            public Task<long?> FindLengthAsync(string name, CancellationToken cancellationToken) => place.FindLengthAsync(name, cancellationToken);

            public IAsyncEnumerable<PlacedFile> ListAsync(string prefix, CancellationToken cancellationToken) => place.ListAsync(prefix, cancellationToken);

            public Task DeleteAsync(IEnumerable<string> names, CancellationToken cancellationToken) => place.DeleteAsync(names, cancellationToken);

            public Task<IBackupLock> LockAsync(BackupUse use, CancellationToken cancellationToken) => place.LockAsync(use, cancellationToken);

            public void Dispose() => place.Dispose();
        }

        private sealed class StoppingStream(byte[] content, CancellationTokenSource stop) : MemoryStream(content)
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                var read = await base.ReadAsync(buffer, cancellationToken);
                await stop.CancelAsync();
                return read;
            }
        }
    }
}
