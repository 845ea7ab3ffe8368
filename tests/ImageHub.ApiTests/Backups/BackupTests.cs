using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageHub.Api.Console;
using ImageHub.Application.Backups;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using static ImageHub.ApiTests.Backups.BackupConsole;

namespace ImageHub.ApiTests.Backups;

/// <summary>The command <c>backup</c>.</summary>
[Collection(typeof(BackedUpGallery))]
public sealed class BackupTests(BackedUpServer original, PostgresServer postgres, S3Server s3)
{
    [Fact]
    public async Task A_backup_in_a_bucket_is_verified_thinned_out_and_restored_and_has_no_key()
    {
        const string target = "s3://backups/harbour/daily";
        string[] settings = [$"--Backup:S3:ServiceUrl={s3.Settings["Storage:S3:ServiceUrl"]}", "--Backup:S3:AccessKey=S3RVER", "--Backup:S3:SecretKey=S3RVER"];

        var first = await RunAsync("backup", target, original.DataDirectory, null, settings);
        (first.ExitCode, first.Error).ShouldBe((0, ""));
        first.Output.ShouldContain(
            "warning: the key of the data directory is not in the backup, because a bucket must not contain it unencrypted: set Backup__Passphrase to add it encrypted. Without signing.key, restored secrets cannot be read; keep a copy of this file elsewhere\n");
        var second = await RunAsync("backup", target, original.DataDirectory, null, ["--keep", "1d", .. settings]);

        (second.ExitCode, second.Error).ShouldBe((0, ""));
        second.Output.ShouldContain("copied 0 of ");
        second.Output.ShouldContain("deleted s3://backups/harbour/daily/backups/");
        second.Output.ShouldContain("kept 1 backups and deleted 1 backups and 0 objects (0 bytes)");
        (await RunAsync("verify", target, null, null, settings)).ExitCode.ShouldBe(0);
        await using var copy = new ImageHubProcess { IsFirstStart = true };
        var restore = await RunAsync("restore", target, copy.DataDirectory, null, settings);
        (restore.ExitCode, restore.Error).ShouldBe((0, ""));
        restore.Output.ShouldContain("key: set Jwt__SigningKey as for the server that made the backup, which does not contain it\n");
        copy.Environment["Jwt__SigningKey"] = (await File.ReadAllTextAsync(Path.Combine(original.DataDirectory, "signing.key"))).Trim();
        using var client = await copy.StartAndSignInAsync();
        foreach (var (image, photo) in original.Photos)
        {
            (await client.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(photo);
        }

        await client.GetAsync(original.SignedAddress).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_key_is_encrypted_with_the_passphrase_and_restored_with_it_only()
    {
        var folder = TemporaryFolders.Create();
        string[] s3Settings = [$"--Backup:S3:ServiceUrl={s3.Settings["Storage:S3:ServiceUrl"]}", "--Backup:S3:AccessKey=S3RVER", "--Backup:S3:SecretKey=S3RVER"];
        const string passphrase = "--Backup:Passphrase=correct horse battery";
        var key = await File.ReadAllTextAsync(Path.Combine(original.DataDirectory, "signing.key"));
        try
        {
            foreach (var (target, settings) in new[] { (folder, Array.Empty<string>()), ("s3://backups/encrypted", s3Settings) })
            {
                var backup = await RunAsync("backup", target, original.DataDirectory, null, [passphrase, .. settings]);
                (backup.ExitCode, backup.Error).ShouldBe((0, ""));
                backup.Output.ShouldNotContain("signing.key");
                var verified = await RunAsync("verify", target, null, null, settings);
                (verified.ExitCode, verified.Error).ShouldBe((0, ""));
                await using var place = new CopiedBackups(original.Backups);

                var without = await RunAsync("restore", target, place.Empty, null, settings);
                without.ExitCode.ShouldBe(2);
                without.Error.ShouldEndWith("/signing.key.encrypted' is encrypted; set Backup__Passphrase to the passphrase of the server that made the backup.\n");
                var wrong = await RunAsync("restore", target, place.Empty, null, ["--Backup:Passphrase=correct horse batterz", .. settings]);
                wrong.ExitCode.ShouldBe(2);
                wrong.Error.ShouldStartWith("Backup__Passphrase is not the passphrase that '");
                wrong.Error.ShouldEndWith("/signing.key.encrypted' was encrypted with.\n");
                File.Exists(Path.Combine(place.Empty, "signing.key")).ShouldBeFalse();
                var right = await RunAsync("restore", target, place.Empty, null, [passphrase, .. settings]);
                (right.ExitCode, right.Error).ShouldBe((0, ""));
                (await File.ReadAllTextAsync(Path.Combine(place.Empty, "signing.key"))).ShouldBe(key);
            }

            foreach (var file in Directory.GetFiles(Path.Combine(folder, "backups"), "*", SearchOption.AllDirectories))
            {
                (await File.ReadAllTextAsync(file)).ShouldNotContain(key);
            }

            Directory.GetFiles(folder, "signing.key", SearchOption.AllDirectories).ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_signed_backup_is_verified_with_the_public_key_and_a_change_is_found()
    {
        var (folder, keys) = (TemporaryFolders.Create(), TemporaryFolders.Create());
        await using var place = new CopiedBackups(original.Backups);
        try
        {
            await OpenSslAsync(keys, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "private.pem");
            await OpenSslAsync(keys, "pkey", "-in", "private.pem", "-pubout", "-out", "public.pem");
            await OpenSslAsync(keys, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "other.pem");
            var (privateKey, publicKey) = (Path.Combine(keys, "private.pem"), Path.Combine(keys, "public.pem"));
            var backup = await RunAsync("backup", folder, original.DataDirectory, null, $"--Backup:SigningKey={privateKey}");
            (backup.ExitCode, backup.Error).ShouldBe((0, ""));
            var manifest = Path.Combine(Newest(folder), "manifest.json");

            (await RunAsync("verify", folder, null, "--public-key", publicKey)).ExitCode.ShouldBe(0);
            (await RunAsync("verify", folder, null, null, $"--Backup:SigningKey={privateKey}")).ExitCode.ShouldBe(0);
            (await OpenSslAsync(keys, "dgst", "-sha256", "-verify", "public.pem", "-signature", manifest + ".sig", manifest)).ShouldBe("Verified OK\n");
            var unsigned = await RunAsync("verify", original.Backups, null, "--public-key", publicKey);
            unsigned.ShouldBe((1, "", $"'{Path.Combine(Newest(original.Backups), "manifest.json")}' is not signed with the given key in manifest.json.sig; this backup was made without the key, or somebody has changed it.\n"));

            // Somebody with access to the folder changes the manifest and its checksum.
            var json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
            json["missingKeys"] = new JsonArray("images/x/1/low");
            await WriteManifestAsync(manifest, json);
            (await RunAsync("verify", folder)).ExitCode.ShouldBe(0, "without a key, this cannot be known");
            var changed = await RunAsync("restore", folder, place.Empty, "--public-key", publicKey);
            (changed.ExitCode, changed.Error).ShouldBe((1, $"'{manifest}' is not signed with the given key in manifest.json.sig; this backup was made without the key, or somebody has changed it.\n"));
            Directory.Exists(Path.Combine(place.Empty, "postgres")).ShouldBeFalse();

            var half = await RunAsync("backup", folder, original.DataDirectory, null, $"--Backup:SigningKey={publicKey}");
            (half.ExitCode, half.Error).ShouldBe((2, $"'{publicKey}' has only the public key; to sign a backup, Backup__SigningKey must name the private key.\n"));
            var other = await RunAsync("verify", folder, null, "--public-key", Path.Combine(keys, "other.pem"));
            (other.ExitCode, other.Error).ShouldBe(
                (2, $"'{Path.Combine(keys, "other.pem")}' has no unencrypted key for ECDSA on the curve P-256 in PEM, as 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256' writes.\n"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(keys, recursive: true);
        }
    }

    [Fact]
    public async Task A_backup_under_uploads_deletions_and_moves_is_complete()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            using var done = new CancellationTokenSource();
            var acknowledged = new ConcurrentQueue<Guid>();
            var busy = Task.Run(async () =>
            {
                for (var number = 0; !done.IsCancellationRequested; number++)
                {
                    var image = await original.Admin.AddImageAsync(original.OtherGroup, $"busy-{number}.jpg", TestImages.Jpeg(160, 120, 1_000 + number));
                    acknowledged.Enqueue(image);
                    if (number % 3 == 1)
                    {
                        await original.PurgeAsync(image);
                    }
                    else if (number % 3 == 2)
                    {
                        await original.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { groupId = original.Group }).StatusAsync(HttpStatusCode.OK);
                    }
                }
            });
            while (acknowledged.Count < 3)
            {
                busy.IsCompleted.ShouldBeFalse($"{busy.Exception}");
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            var before = acknowledged.Count;
            var backup = await RunAsync("backup", folder, original.DataDirectory);
            await done.CancelAsync();
            await busy;

            (backup.ExitCode, backup.Error).ShouldBe((0, ""));
            (await RunAsync("verify", folder)).ExitCode.ShouldBe(0);
            var listed = await File.ReadAllTextAsync(Path.Combine(Directory.GetDirectories(Path.Combine(folder, "backups")).Single(), "objects.txt"));
            foreach (var image in acknowledged.Take(before).Where((_, number) => number % 3 != 1))
            {
                listed.ShouldContain($"images/{image}/1/full ");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            foreach (var image in (await original.Admin.GetAsync("/api/v1/images?q=busy-&pageSize=100").JsonAsync()).Items())
            {
                await original.Admin.DeleteAsync($"/api/v1/images/{image.Id()}").StatusAsync(HttpStatusCode.NoContent);
            }
        }
    }

    [Fact]
    public async Task An_image_that_is_deleted_between_snapshot_and_copy_is_not_in_the_backup()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            var image = await original.Admin.AddImageAsync(original.OtherGroup, "brief.jpg", TestImages.Jpeg(320, 240, 88));
            await using var local = await LocalServer.StartAsync([$"--ImageHub:DataDirectory={original.DataDirectory}"], new Terminal(TextWriter.Null, TextWriter.Null, _ => null), TestContext.Current.CancellationToken);
            var snapshots = 0;

            var made = await local.SendAsync(
                new MakeBackup(folder, IsDryRun: false, line =>
                {
                    if (line.StartsWith("database: ", StringComparison.Ordinal) && snapshots++ == 0)
                    {
                        Task.Run(() => original.PurgeAsync(image)).Wait();
                    }
                }),
                TestContext.Current.CancellationToken);

            (snapshots, made.Lost.Count).ShouldBe((2, 0));
            Directory.GetDirectories(Path.Combine(folder, "backups")).ShouldBe([made.Path!]);
            (await File.ReadAllTextAsync(Path.Combine(made.Path!, "objects.txt"))).ShouldNotContain($"{image}");
            (await RunAsync("verify", folder)).ExitCode.ShouldBe(0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_backup_that_is_killed_twice_continues_and_a_later_one_copies_only_new_objects()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            // Opening a pipe that has no writer blocks, so the backup stops at this object.
            var stuck = Directory.GetFiles(Path.Combine(original.DataDirectory, "objects"), "full", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ElementAt(3);
            foreach (var _ in (int[])[1, 2])
            {
                File.Move(stuck, stuck + ".aside");
                using (var pipe = Process.Start("mkfifo", [stuck]))
                {
                    await pipe.WaitForExitAsync();
                }

                using var backup = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ImageHub.Api.dll"), "backup", folder, $"--ImageHub:DataDirectory={original.DataDirectory}"]))!;

                // Wait until the backup has copied another object. It copies several at the same time.
                while (!File.Exists(Path.Combine(folder, Path.GetRelativePath(original.DataDirectory, stuck)) + ".unfinished") || CountCopied() == 0)
                {
                    backup.HasExited.ShouldBeFalse();
                    await Task.Delay(20);
                }

                backup.Kill();
                await backup.WaitForExitAsync();
                File.Delete(stuck);
                File.Move(stuck + ".aside", stuck);
                (await RunAsync("verify", folder)).ShouldBe((2, "", $"'{folder}' contains no finished backup.\n"));
            }

            var copied = CountCopied();
            var first = await RunAsync("backup", folder, original.DataDirectory);
            first.ExitCode.ShouldBe(0);
            var objects = int.Parse(first.Output.Split(" of ")[^1].Split(' ')[0]);
            first.Output.ShouldContain($"copied {objects - copied} of {objects} objects");
            (await RunAsync("verify", folder)).ExitCode.ShouldBe(0);

            await original.Admin.AddImageAsync(original.OtherGroup, "added.jpg", TestImages.Jpeg(320, 240, 77));
            var dry = await RunAsync("backup", folder, original.DataDirectory, "--dry-run");
            dry.Output.ShouldContain($"would copy 4 of {objects + 4} objects");
            (await RunAsync("backup", folder, original.DataDirectory)).Output.ShouldContain($"copied 4 of {objects + 4} objects");
            Directory.GetDirectories(Path.Combine(folder, "backups")).Length.ShouldBe(2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        int CountCopied() => Directory.GetFiles(Path.Combine(folder, "objects"), "*", SearchOption.AllDirectories).Count(file => !file.EndsWith(".unfinished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lost_object_is_named_and_everything_else_is_backed_up()
    {
        var folder = TemporaryFolders.Create();
        var lost = Directory.GetFiles(Path.Combine(original.DataDirectory, "objects"), "low", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.Move(lost, lost + ".aside");
        try
        {
            var (exitCode, output, error) = await RunAsync("backup", folder, original.DataDirectory, null, "--keep", "7d");

            exitCode.ShouldBe(1);
            error.ShouldBe($"lost    images/{new FileInfo(lost).Directory!.Parent!.Name}/1/low: the store does not have this object\n");
            output.ShouldContain(", without 1 objects that the store has lost\n");
            output.ShouldEndWith("kept all earlier backups, because they can have the objects that the store has lost\n");
            (await RunAsync("verify", folder)).ExitCode.ShouldBe(0);
        }
        finally
        {
            File.Move(lost + ".aside", lost);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_is_named_and_everything_else_is_backed_up()
    {
        var folder = TemporaryFolders.Create();
        var files = Directory.GetFiles(Path.Combine(original.DataDirectory, "objects"), "low", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var unreadable = files[0];
        File.Move(unreadable, unreadable + ".aside");
        Directory.CreateDirectory(unreadable);
        try
        {
            var (exitCode, output, error) = await RunAsync("backup", folder, original.DataDirectory);

            (exitCode, error).ShouldBe((1, $"damaged images/{new FileInfo(unreadable).Directory!.Parent!.Name}/1/low: the store cannot read this object\n"));
            output.ShouldContain(", without 1 objects that the store has lost\n");
            (await RunAsync("verify", folder)).ExitCode.ShouldBe(0);
            Directory.GetFiles(Path.Combine(folder, "objects"), "low.*", SearchOption.AllDirectories)
                .Count(file => !file.EndsWith(".unfinished", StringComparison.Ordinal)).ShouldBe(files.Length - 1);
        }
        finally
        {
            Directory.Delete(unreadable);
            File.Move(unreadable + ".aside", unreadable);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("backup", "target")]
    [InlineData("verify", "source")]
    [InlineData("restore", "source")]
    public async Task An_empty_place_is_refused(string command, string argument) =>
        (await RunAsync(command, "")).ShouldBe((2, "", $"{argument} must be a folder or a bucket (s3://bucket/prefix); it is ''.\n\n"));

    [Theory]
    [InlineData("verify")]
    [InlineData("restore")]
    public async Task An_empty_key_does_not_accept_a_backup_without_a_signature(string command) =>
        (await RunAsync(command, original.Backups, null, "--public-key", "")).ShouldBe((2, "", "--public-key must be the path of a file; it is ''.\n\n"));

    [Theory]
    [InlineData(true, "--ImageHub:DataDirectory=/x", "restore", "/b")]
    [InlineData(true, "backup", "/b")]
    [InlineData(false, "--Storage:Provider=S3", "--ImageHub:DataDirectory=/x")]
    [InlineData(false, "--Storage:Provider", "S3")]
    public void A_command_can_follow_settings(bool isCommand, params string[] args) => CommandLine.IsMeant(args).ShouldBe(isCommand);

    [Fact]
    public async Task A_damaged_object_of_the_store_is_named_and_never_replaces_a_good_copy()
    {
        await using var place = new CopiedBackups(original.Backups);
        var fresh = TemporaryFolders.Create();
        var rotten = original.Photos.Keys.Select(image => Directory.GetFiles(Path.Combine(original.DataDirectory, "objects", "images"), "low", SearchOption.AllDirectories).Single(file => file.Contains($"{image}", StringComparison.Ordinal))).First();
        var (good, bad) = (await File.ReadAllBytesAsync(rotten), await File.ReadAllBytesAsync(rotten));
        bad[bad.Length / 2] ^= 1;
        var kept = place.Files("objects").Single(file => file.Contains($"/{new FileInfo(rotten).Directory!.Parent!.Name}/1/low.", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(rotten, bad);
        try
        {
            // An earlier backup has the object.
            (await RunAsync("backup", place.Backups, original.DataDirectory)).ExitCode.ShouldBe(0);
            (await File.ReadAllBytesAsync(kept)).ShouldBe(good);
            Directory.GetFiles(Path.GetDirectoryName(kept)!, "low*").ShouldBe([kept]);

            var (exitCode, output, error) = await RunAsync("backup", fresh, original.DataDirectory);

            var name = $"images/{new FileInfo(rotten).Directory!.Parent!.Name}/1/low";
            (exitCode, error).ShouldBe((1, $"damaged {name}: this object of the store does not match its row\n"));
            output.ShouldContain(", without 1 objects that the store has lost\n");
            Directory.GetFiles(fresh, "low*", SearchOption.AllDirectories).ShouldNotContain(file => file.Contains($"/{name.Split('/')[1]}/", StringComparison.Ordinal));
            (await RunAsync("verify", fresh)).ExitCode.ShouldBe(0);
        }
        finally
        {
            await File.WriteAllBytesAsync(rotten, good);
            Directory.Delete(fresh, recursive: true);
        }
    }

    [Fact]
    public async Task A_data_directory_without_a_gallery_is_not_backed_up()
    {
        await using var place = new CopiedBackups(original.Backups);

        var refused = await RunAsync("backup", place.Backups, place.Empty);

        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain(" contains no gallery. Run the command with the server's settings, such as ImageHub__DataDirectory or ConnectionStrings__ImageHub.");
        Directory.GetDirectories(Path.Combine(place.Backups, "backups")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_backup_of_a_database_that_cannot_be_reached_fails_at_once()
    {
        await using var place = new CopiedBackups(original.Backups);

        var (exitCode, output, error) = await RunAsync(
            "backup", place.Backups, place.Empty, null, "--ConnectionStrings:ImageHub=Host=127.0.0.1;Port=1;Username=imagehub;Password=secret;Database=imagehub", $"--Jwt:SigningKey={ImageHubServer.SigningKey}");

        (exitCode, output).ShouldBe((2, ""));
        error.ShouldStartWith("The database failed: ");
    }

    [Fact]
    public async Task A_backup_runs_no_background_jobs()
    {
        var (backups, data) = (TemporaryFolders.Create(), TemporaryFolders.Create());
        var connection = await postgres.CreateDatabaseAsync();
        try
        {
            await using (var db = new ImageHubDb(new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema(connection).Options))
            {
                await db.Database.MigrateAsync();
            }

            (await RunAsync("backup", backups, data, null, $"--ConnectionStrings:ImageHub={connection}", $"--Jwt:SigningKey={ImageHubServer.SigningKey}")).ExitCode.ShouldBe(0);

            await using var database = NpgsqlDataSource.Create(connection);
            await using var tables = database.CreateCommand("SELECT count(*) FROM pg_class WHERE relname LIKE 'qrtz%'");
            (await tables.ExecuteScalarAsync()).ShouldBe(0L, "the scheduler has not started");
        }
        finally
        {
            await postgres.DropDatabaseAsync(connection);
            Directory.Delete(backups, recursive: true);
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_backup_that_was_killed_while_it_began_does_not_count()
    {
        var folder = TemporaryFolders.Create();
        var begun = Directory.CreateDirectory(Path.Combine(folder, "backups", "20260101T000000Z"));
        await File.WriteAllTextAsync(Path.Combine(begun.FullName, "unfinished.unfinished"), "");

        (await RunAsync("verify", folder)).ShouldBe((2, "", $"'{folder}' contains no finished backup.\n"));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> OpenSslAsync(string folder, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", args) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return output;
    }
}
