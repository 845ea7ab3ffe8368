using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Api;
using ImageHub.Api.Console;
using ImageHub.Application.Backups;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace ImageHub.ApiTests.Backups;

/// <summary>The commands <c>backup</c>, <c>verify</c> and <c>restore</c>. The original server has the embedded database and a storage folder.</summary>
public sealed class BackupTests(BackedUpServer original, PostgresServer postgres, S3Server s3) : IClassFixture<BackedUpServer>, IClassFixture<S3Server>
{
    [Fact]
    public async Task A_restored_backup_has_every_file_and_row_and_reads_its_secrets()
    {
        await using var copy = new ImageHubProcess { IsFirstStart = true };

        var restore = await RunAsync("restore", original.Backups, copy.DataDirectory);

        restore.Error.ShouldBe("");
        restore.ExitCode.ShouldBe(0);
        restore.Output.TrimEnd().ShouldEndWith("restored; start the server");
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
        await using var place = new Place(original.Backups);
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
                await using var place = new Place(original.Backups);

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
        await using var place = new Place(original.Backups);
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
            await WriteAsync(manifest, json);
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
            var acknowledged = new List<Guid>();
            var busy = Task.Run(async () =>
            {
                for (var number = 0; !done.IsCancellationRequested; number++)
                {
                    var image = await original.Admin.AddImageAsync(original.OtherGroup, $"busy-{number}.jpg", TestImages.Jpeg(160, 120, 1_000 + number));
                    acknowledged.Add(image);
                    if (number % 3 == 1)
                    {
                        await PurgeAsync(image);
                    }
                    else if (number % 3 == 2)
                    {
                        await original.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { groupId = original.Group }).StatusAsync(HttpStatusCode.OK);
                    }
                }
            });
            while (acknowledged.Count < 3)
            {
                await Task.Delay(20);
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
                        Task.Run(() => PurgeAsync(image)).Wait();
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
    public async Task A_damaged_or_missing_file_is_found()
    {
        await using var place = new Place(original.Backups);
        var damaged = place.Files("objects").First(file => file.Contains("/high.", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(damaged);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);

        var verified = await RunAsync("verify", place.Backups);
        (verified.ExitCode, verified.Error).ShouldBe((1, $"'{damaged}' is damaged: it does not match the manifest.\n"));
        verified.Output.TrimEnd().ShouldEndWith("1 files are missing or damaged");
        (await RunAsync("verify", place.Backups, dryRun: "--dry-run")).ExitCode.ShouldBe(0);

        File.Delete(damaged);
        var table = place.Files("backups").First(file => file.EndsWith("groups.copy", StringComparison.Ordinal));
        await File.AppendAllTextAsync(table, "x");
        (await RunAsync("verify", place.Backups)).Error.ShouldBe($"'{table}' is damaged: it does not match the manifest.\n'{damaged}' is missing.\n");
        (await RunAsync("restore", place.Backups, place.Empty)).Error.ShouldBe($"'{table}' is damaged: it does not match the manifest.\n'{damaged}' is missing.\n");
    }

    [Fact]
    public async Task A_damaged_or_missing_object_does_not_keep_the_others_back_and_the_next_backup_repairs_it()
    {
        await using var place = new Place(original.Backups);
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
    public async Task A_damaged_object_of_the_store_is_named_and_never_replaces_a_good_copy()
    {
        await using var place = new Place(original.Backups);
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
    public async Task Nothing_is_deleted_while_a_backup_is_read_and_other_backups_can_be_read_meanwhile()
    {
        await using var place = new Place(original.Backups);
        await using var app = ImageHubApp.Build([$"--ImageHub:DataDirectory={place.Empty}"]);
        using var opened = app.Services.GetRequiredService<IBackupPlaces>().Open(place.Backups);
        var old = Path.Combine(place.Backups, "backups", "20260901T023000Z");
        await CopyAsync(Newest(place.Backups), old);
        await using (await opened.LockAsync(BackupUse.Reading, TestContext.Current.CancellationToken))
        {
            var kept = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d");
            Directory.Exists(old).ShouldBeTrue();
            (kept.ExitCode, kept.Error).ShouldBe((2, $"A backup in '{place.Backups}' is being verified or restored, so no old backups were deleted; try again afterwards.\n"));
            (await RunAsync("verify", place.Backups)).ExitCode.ShouldBe(0);
        }

        (await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d")).ExitCode.ShouldBe(0);
        Directory.Exists(old).ShouldBeFalse();
        await using (await opened.LockAsync(BackupUse.Deleting, TestContext.Current.CancellationToken))
        {
            (await RunAsync("restore", place.Backups, place.Empty)).ShouldBe((2, "", $"Old backups in '{place.Backups}' are being deleted; try again afterwards.\n"));
        }
    }

    [Fact]
    public async Task A_manifest_that_was_changed_or_is_of_a_newer_program_is_refused()
    {
        await using var place = new Place(original.Backups);
        var manifest = place.Files("backups").First(file => file.EndsWith("manifest.json", StringComparison.Ordinal));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;

        json["program"] = "0.1.0";
        await File.WriteAllTextAsync(manifest, json.ToJsonString());
        (await RunAsync("verify", place.Backups)).ShouldBe((1, "", $"'{manifest}' does not have the checksum in manifest.json.sha256; this backup cannot be used.\n"));
        (await RunAsync("restore", place.Backups, place.Empty)).ExitCode.ShouldBe(1);

        json["format"] = 2;
        await WriteAsync(manifest, json);
        (await RunAsync("restore", place.Backups, place.Empty))
            .ShouldBe((2, "", $"'{manifest}' has the format 2, and this program reads only format 1; use the program that made the backup, or a later one.\n"));

        await WriteAsync(manifest, new JsonObject { ["format"] = 1 });
        var incomplete = await RunAsync("verify", place.Backups);
        (incomplete.ExitCode, incomplete.Output).ShouldBe((1, ""));
        incomplete.Error.ShouldStartWith($"'{manifest}' is not a manifest: ");

        (json["format"], json["migration"]) = (1, "20990101000000_Later");
        await WriteAsync(manifest, json);
        (await RunAsync("restore", place.Backups, place.Empty))
            .ShouldBe((2, "", "A newer version of ImageHub made the backup: this one does not know its migration '20990101000000_Later'. Restore with that version.\n"));
    }

    [Fact]
    public async Task A_place_that_is_not_empty_is_refused()
    {
        var used = await RunAsync("restore", original.Backups, original.DataDirectory);
        (used.ExitCode, used.Error).ShouldBe((2, $"'{Path.Combine(original.DataDirectory, "signing.key")}' exists: a server has used this data directory. Restore into an empty one.\n"));

        await using var place = new Place(original.Backups);
        Directory.CreateDirectory(Path.Combine(place.Empty, "objects", "images", "ab", "0198"));
        await File.WriteAllTextAsync(Path.Combine(place.Empty, "objects", "images", "ab", "0198", "full"), "x");
        var stored = await RunAsync("restore", original.Backups, place.Empty);
        stored.ExitCode.ShouldBe(2);
        stored.Error.ShouldStartWith("The store is not empty: it contains 'images/0198/full'");

        await File.WriteAllTextAsync(Path.Combine(place.Empty, "notes.txt"), "x");
        (await RunAsync("backup", place.Empty, original.DataDirectory)).ShouldBe((2, "", $"'{place.Empty}' is neither empty nor a folder with backups; name another folder.\n"));
        (await RunAsync("backup", "s3://bucket/prefix", original.DataDirectory)).ShouldBe(
            (2, "", "'s3://bucket/prefix' needs the server's settings: Backup__S3__ServiceUrl, an absolute http or https address, with Backup__S3__AccessKey and Backup__S3__SecretKey, or else Storage__S3__…, with Storage__Provider S3.\n"));
        (await RunAsync("backup", "https://bucket/prefix", original.DataDirectory)).ShouldBe(
            (2, "", "'https://bucket/prefix' is neither a folder nor a bucket; a bucket is s3://bucket or s3://bucket/prefix, with letters, digits, '.', '_' and '-' between the slashes.\n"));
    }

    [Fact]
    public async Task A_data_directory_without_a_gallery_is_not_backed_up()
    {
        await using var place = new Place(original.Backups);

        var refused = await RunAsync("backup", place.Backups, place.Empty);

        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain(" contains no gallery. Run the command with the server's settings, such as ImageHub__DataDirectory or ConnectionStrings__ImageHub.");
        Directory.GetDirectories(Path.Combine(place.Backups, "backups")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_backup_of_a_database_that_cannot_be_reached_fails_at_once()
    {
        await using var place = new Place(original.Backups);

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
    public async Task A_dry_run_restores_nothing_and_a_backup_by_name_can_be_restored()
    {
        await using var place = new Place(original.Backups);
        var backup = Directory.GetDirectories(Path.Combine(place.Backups, "backups")).Single();

        var dry = await RunAsync("restore", backup, place.Empty, "--dry-run");

        (dry.ExitCode, dry.Error).ShouldBe((0, ""));
        dry.Output.TrimEnd().ShouldEndWith("can be restored");
        Directory.GetFiles(Path.Combine(place.Empty, "objects"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await RunAsync("restore", backup, place.Empty)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Old_backups_and_their_objects_are_deleted_and_the_others_stay_complete()
    {
        await using var place = new Place(original.Backups);
        var renamed = Path.Combine(place.Backups, "backups", "before-upgrade");
        Directory.Move(Newest(place.Backups), renamed);
        var image = await original.Admin.AddImageAsync(original.OtherGroup, "temporary.jpg", TestImages.Jpeg(320, 240, 90));
        (await RunAsync("backup", place.Backups, original.DataDirectory)).ExitCode.ShouldBe(0);
        var old = Path.Combine(place.Backups, "backups", "20260901T023000Z");
        Directory.Move(Directory.GetDirectories(Path.Combine(place.Backups, "backups")).Single(backup => backup != renamed), old);
        await PurgeAsync(image);

        // An interrupted deletion leaves an unfinished backup, or objects that belong to no backup. An interrupted backup leaves part of an object.
        var unfinished = Path.Combine(place.Backups, "backups", "20260801T023000Z");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "unfinished"), "");
        var leftovers = Path.Combine(place.Backups, "objects", "images", "00", "01980000-0000-7000-8000-000000000000", "1");
        Directory.CreateDirectory(leftovers);
        await File.WriteAllTextAsync(Path.Combine(leftovers, $"full.{new string('0', 64)}"), "x");
        await File.WriteAllTextAsync(place.Files("objects").First() + ".unfinished", "xy");
        var before = place.Files("").ToArray();

        var dry = await RunAsync("backup", place.Backups, original.DataDirectory, "--dry-run", "--keep", "1d");

        var bytes = place.Files("objects").Where(file => file.Contains($"/{image}/", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length) + 3;
        dry.Output.ShouldEndWith($"would delete {old}\nwould keep 2 backups and would delete 1 backups and 6 objects ({bytes} bytes)\n");
        place.Files("").ShouldBe(before);

        var (exitCode, output, error) = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d");

        (exitCode, error).ShouldBe((0, ""));
        output.ShouldEndWith($"deleted {old}\nkept 2 backups and deleted 1 backups and 6 objects ({bytes} bytes)\n");
        Directory.GetDirectories(Path.Combine(place.Backups, "backups")).Length.ShouldBe(2);
        Directory.GetDirectories(Path.Combine(place.Backups, "objects"), $"{image}", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.Exists(Path.Combine(place.Backups, "objects", "images", "00", "01980000-0000-7000-8000-000000000000")).ShouldBeFalse();
        place.Files("").ShouldNotContain(file => file.EndsWith("unfinished", StringComparison.Ordinal));
        foreach (var backup in Directory.GetDirectories(Path.Combine(place.Backups, "backups")))
        {
            (await RunAsync("verify", backup)).ExitCode.ShouldBe(0);
        }

        (await RunAsync("restore", renamed, place.Empty)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_place_stands_for_its_newest_backup_and_a_renamed_backup_is_named_if_there_are_others()
    {
        await using var place = new Place(original.Backups);
        var newest = Newest(place.Backups);
        var renamed = Path.Combine(place.Backups, "backups", "before-upgrade");
        await CopyAsync(newest, renamed);

        (await RunAsync("verify", place.Backups)).Output.ShouldContain(newest);
        (await RunAsync("verify", renamed)).Output.ShouldContain(renamed);

        // A wrong clock dated this backup.
        var future = Path.Combine(place.Backups, "backups", "20990101T000000Z");
        await CopyAsync(newest, future);
        (await RunAsync("verify", place.Backups))
            .ShouldBe((2, "", $"'{place.Backups}' contains a backup whose time is in the future, so the clock of this machine or of the other one is wrong; name the backup: {newest}, {future}, {renamed}.\n"));
        (await RunAsync("verify", future)).Output.ShouldContain(future);
        Directory.Delete(future, recursive: true);

        // The clock of the machine that made this backup is ahead by some minutes.
        var ahead = Path.Combine(place.Backups, "backups", $"{DateTimeOffset.UtcNow.AddMinutes(4):yyyyMMdd'T'HHmmss'Z'}");
        await CopyAsync(newest, ahead);
        (await RunAsync("verify", place.Backups)).Output.ShouldContain(ahead);
        Directory.Delete(ahead, recursive: true);

        Directory.Delete(newest, recursive: true);
        (await RunAsync("verify", place.Backups)).Output.ShouldContain(renamed);

        var another = Path.Combine(place.Backups, "backups", "after-upgrade");
        await CopyAsync(renamed, another);
        (await RunAsync("verify", place.Backups))
            .ShouldBe((2, "", $"'{place.Backups}' contains only renamed backups, so it is unknown which one is the newest; name the backup: {another}, {renamed}.\n"));

        Directory.Delete(renamed, recursive: true);
        Directory.Move(another, future);
        (await RunAsync("verify", place.Backups))
            .ShouldBe((2, "", $"'{place.Backups}' contains a backup whose time is in the future, so the clock of this machine or of the other one is wrong; name the backup: {future}.\n"));
    }

    [Fact]
    public async Task A_place_with_backups_of_another_gallery_is_refused_and_keeps_them()
    {
        await using var place = new Place(original.Backups);
        var manifest = Path.Combine(Newest(place.Backups), "manifest.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
        Guid.Parse((string)json["galleryId"]!).ShouldNotBe(Guid.Empty);
        json["galleryId"] = "01980000-0000-7000-8000-000000000000";
        await WriteAsync(manifest, json);
        var before = place.Files("").ToArray();

        var refused = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "1d");

        refused.ShouldBe((2, "", $"'{Newest(place.Backups)}' is a backup of another gallery; name an empty folder or bucket for this gallery's backups.\n"));
        (await RunAsync("backup", place.Backups, original.DataDirectory, "--dry-run", "--keep", "1d")).ExitCode.ShouldBe(2);
        place.Files("").ShouldBe(before);
    }

    [Fact]
    public async Task A_place_whose_backups_were_all_deleted_takes_another_one_and_reuses_the_objects()
    {
        await using var place = new Place(original.Backups);
        var written = place.Files("objects").ToDictionary(file => file, File.GetLastWriteTimeUtc, StringComparer.Ordinal);
        await File.WriteAllTextAsync(place.Files("objects").First() + ".unfinished", "xy");
        Directory.Delete(Path.Combine(place.Backups, "backups"), recursive: true);

        var (exitCode, _, error) = await RunAsync("backup", place.Backups, original.DataDirectory);

        (exitCode, error).ShouldBe((0, ""));
        written.Keys.ToDictionary(file => file, File.GetLastWriteTimeUtc, StringComparer.Ordinal).ShouldBe(written);
        (await RunAsync("verify", place.Backups)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("database/users.copy", "other")]
    [InlineData("database/users.copy", "shorter")]
    [InlineData("database/users.copy", "longer")]
    [InlineData("database/images.copy", "first")]
    [InlineData("signing.key.encrypted", "other")]
    public async Task A_file_that_changes_after_it_was_verified_is_not_restored(string file, string change)
    {
        await using var place = new Place(original.Backups);
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
        await using var place = new Place(original.Backups);
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

    [Fact]
    public async Task Nothing_is_deleted_if_the_list_of_a_kept_backup_is_damaged()
    {
        await using var place = new Place(original.Backups);
        var kept = Path.Combine(place.Backups, "backups", "20261001T023000Z");
        Directory.Move(Newest(place.Backups), kept);
        var old = Path.Combine(place.Backups, "backups", "20260901T023000Z");
        await CopyAsync(kept, old);
        await File.AppendAllTextAsync(Path.Combine(kept, "objects.txt"), "x");

        var (exitCode, _, error) = await RunAsync("backup", place.Backups, original.DataDirectory, null, "--keep", "2d");

        (exitCode, error).ShouldBe(
            (1, $"'{kept}/objects.txt' is missing or damaged, so it is unknown which objects this backup needs. No backup and no object was deleted; delete '{kept}' first.\n"));
        (await RunAsync("verify", old)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("7d,7d")]
    public async Task A_wrong_rule_for_old_backups_is_refused(string rule) =>
        (await RunAsync("backup", original.Backups, original.DataDirectory, null, "--keep", rule))
            .ShouldBe((2, "", $"--keep must be days, weeks and months such as 7d,4w,12m, each at most once and from 1 to 999; it is '{rule}'.\n\n"));

    private static async Task CopyAsync(string folder, string copy)
    {
        using var copying = Process.Start("cp", ["-a", folder, copy]);
        await copying.WaitForExitAsync();
        copying.ExitCode.ShouldBe(0);
    }

    /// <summary>Builds the program with places whose named file changes after it was verified.</summary>
    private static WebApplication BuildChanging(string connection, string data, string file, string change, CancellationTokenSource? stop, params string[] settings) => ImageHubApp.Build(
        [$"--ConnectionStrings:ImageHub={connection};Write Buffer Size=4096", $"--Jwt:SigningKey={ImageHubServer.SigningKey}", $"--ImageHub:DataDirectory={data}", .. settings],
        builder =>
        {
            var open = builder.Services.Single(service => service.ServiceType == typeof(IBackupPlaces)).ImplementationFactory!;
            builder.Services.Replace(ServiceDescriptor.Singleton<IBackupPlaces>(services => new ChangingPlaces((IBackupPlaces)open(services), file, change, stop)));
        });

    private static async Task<string> OpenSslAsync(string folder, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", args) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return output;
    }

    private async Task PurgeAsync(Guid image)
    {
        await original.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await original.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { image } }).StatusAsync(HttpStatusCode.OK);
    }

    private static string Newest(string backups) => Directory.GetDirectories(Path.Combine(backups, "backups")).Max(StringComparer.Ordinal)!;

    private static async Task WriteAsync(string manifest, JsonNode json)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        await File.WriteAllBytesAsync(manifest, bytes);
        await File.WriteAllTextAsync(manifest + ".sha256", $"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  manifest.json\n");
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

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(string command, string folder, string? dataDirectory = null, string? dryRun = null, params string[] settings)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        string[] args = [command, folder, .. dryRun is null ? [] : (string[])[dryRun], .. dataDirectory is null ? [] : (string[])[$"--ImageHub:DataDirectory={dataDirectory}"], .. settings];
        var exitCode = await CommandLine.RunAsync(args, new Terminal(output, error, _ => null));
        return (exitCode, output.ToString(), error.ToString());
    }

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

    /// <summary>A copy of the backups, and an empty data directory.</summary>
    private sealed class Place : IAsyncDisposable
    {
        public Place(string backups)
        {
            using var copying = Process.Start("cp", ["-a", backups + "/.", Backups]);
            copying.WaitForExit();
        }

        public string Backups { get; } = TemporaryFolders.Create();

        public string Empty { get; } = TemporaryFolders.Create();

        public IEnumerable<string> Files(string folder) => Directory.GetFiles(Path.Combine(Backups, folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Backups, recursive: true);
            Directory.Delete(Empty, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A server with a gallery, and a backup of the gallery that was made while the server ran.</summary>
public sealed class BackedUpServer : IAsyncLifetime
{
    private readonly ImageHubProcess process = new();

    public string DataDirectory => process.DataDirectory;

    public string Backups { get; } = TemporaryFolders.Create();

    public HttpClient Admin { get; private set; } = null!;

    public AuthenticationHeaderValue Session => Admin.DefaultRequestHeaders.Authorization!;

    public Guid Group { get; private set; }

    public Guid OtherGroup { get; private set; }

    /// <summary>The photos of <see cref="Group"/>, as sent.</summary>
    public Dictionary<Guid, byte[]> Photos { get; } = [];

    public Dictionary<(Guid Image, string Size), byte[]> Sizes { get; } = [];

    /// <summary>The bodies of the server's answers just before the backup, by path.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    public string SignedAddress { get; private set; } = "";

    public byte[] Unfinished { get; } = TestImages.Jpeg(640, 480, 50);

    public string UnfinishedUpload { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Admin = await process.StartAndSignInAsync();
        Group = await Admin.CreateGroupAsync("Harbour");
        OtherGroup = await Admin.CreateGroupAsync("Hidden", isPublished: false);
        for (var number = 0; number < 6; number++)
        {
            var photo = TestImages.WithExif(TestImages.Jpeg(640, 480, number), TestImages.ExifWithOrientation(1));
            Photos.Add(await Admin.AddImageAsync(Group, $"IMG_{number}.jpg", photo), photo);
        }

        var images = Photos.Keys.ToArray();
        await Admin.PatchAsJsonAsync($"/api/v1/images/{images[0]}", new { title = "Dawn", tags = (string[])["sea", "boats"] }).StatusAsync(HttpStatusCode.OK);
        await Admin.PatchAsJsonAsync($"/api/v1/groups/{OtherGroup}", new { parentId = Group }).StatusAsync(HttpStatusCode.OK);
        await Admin.CreateUserAsync("berta");
        await Admin.CreateKeyAsync("upload");
        await Admin.PostAsJsonAsync($"/api/v1/groups/{Group}/links", new { password = "open sesame" }).StatusAsync(HttpStatusCode.Created);
        SignedAddress = (await TransformSigner.CreateAsync(Admin)).Sign("w:200", images[1]);
        await Admin.GetAsync(SignedAddress).StatusAsync(HttpStatusCode.OK);
        var trashed = await Admin.AddImageAsync(Group, "trashed.jpg", TestImages.Jpeg(320, 240, 40));
        await Admin.DeleteAsync($"/api/v1/images/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        UnfinishedUpload = await Admin.TusBeginAsync(Unfinished.Length, Group, "unfinished.jpg");
        await Admin.TusPatchAsync(UnfinishedUpload, 0, Unfinished[..1_000]).StatusAsync(HttpStatusCode.NoContent);
        foreach (var image in images)
        {
            foreach (var size in (string[])["low", "medium", "high"])
            {
                Sizes.Add((image, size), await Admin.GetByteArrayAsync($"/api/v1/images/{image}/{size}"));
            }
        }

        foreach (var path in (string[])["groups", "groups?parentId=root", $"groups/{Group}/images", "images", $"images/{images[0]}", "tags", "users", "tiers", "links", "api-keys", "transform-keys", "trash", "uploads", "site"])
        {
            Answers.Add($"/api/v1/{path}", await Admin.GetStringAsync($"/api/v1/{path}"));
        }

        var (exitCode, _, error) = await BackupTests.RunAsync("backup", Backups, DataDirectory);
        (exitCode, error).ShouldBe((0, ""));
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await process.DisposeAsync();
        Directory.Delete(Backups, recursive: true);
    }
}
