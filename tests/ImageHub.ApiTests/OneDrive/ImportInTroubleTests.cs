using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.OneDrive;
using ImageHub.Testing.Storage;
using Npgsql;

namespace ImageHub.ApiTests.OneDrive;

/// <summary>Imports that are interrupted, cancelled or meet errors.</summary>
public sealed class ImportInTroubleTests(PostgresServer postgres)
{
    [Fact]
    public async Task Importing_600_images_in_20_folders_with_throttling_and_a_restart_creates_20_groups_and_600_images()
    {
        const int folders = 20;
        const int each = 30;
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var photos = hub.Drive.Folder(hub.Drive.Root, "Photos");
        foreach (var f in Enumerable.Range(0, folders))
        {
            // Each folder has two pages of files. Every second folder is nested two levels deep.
            var folder = hub.Drive.Folder(f % 2 == 0 ? photos : hub.Drive.Folder(photos, $"Trips {f:00}"), $"Folder {f:00}");
            foreach (var i in Enumerable.Range(0, each))
            {
                hub.Drive.File(folder, $"IMG_{i:0000}.jpg", ConnectedHub.Picture());
            }
        }

        hub.Drive.MaxPage = 20;
        hub.Drive.ThrottleEvery = 200;

        // Downloads pause after 250 files, so that the import cannot finish before the test reads its progress.
        var (opened, gate) = (0, new TaskCompletionSource());
        hub.Drive.OnDownload = _ => Interlocked.Increment(ref opened) > 250 ? gate.Task : Task.CompletedTask;
        var import = await hub.ImportAsync(null, photos.Id);
        await hub.ProgressAsync(import, progress => progress.GetProperty("done").GetInt32() >= 200);
        await hub.Server.RestartAsync();
        var after = await hub.Admin.GetAsync($"/api/v1/imports/{import}").JsonAsync();
        after.GetProperty("done").GetInt32().ShouldBeInRange(200, 250);
        gate.SetResult();

        var end = await hub.ImportedAsync(import);

        end.GetRawText().ShouldBe($$"""{"id":"{{import}}","state":"done","done":600,"total":600,"uploaded":600,"skipped":0,"failed":0,"failures":[],"error":null}""");
        var groups = await hub.Admin.GetAsync("/api/v1/groups?pageSize=100").JsonAsync();
        groups.GetProperty("totalItems").GetInt32().ShouldBe(folders);
        groups.Items().ShouldAllBe(group => group.GetProperty("imageCount").GetInt32() == each && !group.GetProperty("isPublished").GetBoolean());
        groups.Items().Select(group => group.Text("title")).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, folders).Select(f => $"Folder {f:00}"));
        (await hub.Admin.GetAsync("/api/v1/images").JsonAsync()).GetProperty("totalItems").GetInt32().ShouldBe(folders * each);
        foreach (var group in groups.Items())
        {
            (await hub.NamesAsync(group.Id())).ShouldBe(Enumerable.Range(0, each).Select(i => $"IMG_{i:0000}.jpg"));
        }

        hub.Drive.Throttled.ShouldBeGreaterThan(2);
        hub.Drive.Impatient.ShouldBe(0);
        hub.Drive.Leaks.ShouldBe(0);
        hub.Drive.SignIn.StaleRefreshes.ShouldBe(0);
    }

    [Fact]
    public async Task After_a_kill_an_import_continues_and_creates_no_image_or_group_twice()
    {
        await using var drive = new StandInDrive();
        await drive.InitializeAsync();
        var root = drive.Folder(drive.Root, "Photos");
        foreach (var f in Enumerable.Range(0, 4))
        {
            var folder = drive.Folder(root, $"Folder {f}");
            Enumerable.Range(0, 30).ToList().ForEach(i => drive.File(folder, $"{i:00}.jpg", ConnectedHub.Picture()));
        }

        await using var hub = new ImageHubProcess();
        foreach (var (key, value) in drive.Settings())
        {
            hub.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value!;
        }

        Guid import;
        using (var admin = await hub.StartAndSignInAsync())
        {
            await ConnectedHub.ConnectAsync(admin);
            import = await ConnectedHub.ImportAsync(admin, null, root.Id);
            await ConnectedHub.ProgressAsync(admin, import, progress => progress.GetProperty("done").GetInt32() >= 40);
            await hub.KillAsync();
        }

        using var again = await hub.StartAndSignInAsync();
        var end = await ConnectedHub.ProgressAsync(again, import, progress => progress.Text("state") == "done");

        ConnectedHub.Counts(end).ShouldBe((120, 120, 0, 0), hub.Output);
        var groups = (await again.GetAsync("/api/v1/groups").JsonAsync()).Items();
        groups.Select(group => (group.Text("title"), group.GetProperty("imageCount").GetInt32())).ShouldBe(Enumerable.Range(0, 4).Select(f => ((string?)$"Folder {f}", 30)));
        foreach (var group in groups)
        {
            (await again.GetAsync($"/api/v1/groups/{group.Id()}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Text("fileName"))
                .ShouldBe(Enumerable.Range(0, 30).Select(i => $"{i:00}.jpg"));
        }
    }

    [Fact]
    public async Task A_cancelled_import_starts_no_further_file_and_keeps_the_imported_images()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var (folder, opened) = (hub.Drive.Folder(hub.Drive.Root, "Harbour"), new TaskCompletionSource());
        Enumerable.Range(0, 60).ToList().ForEach(i => hub.Drive.File(folder, $"{i:00}.jpg", ConnectedHub.Picture()));
        hub.Drive.OnDownload = file => file.Name == "20.jpg" ? opened.Task : Task.CompletedTask;
        var import = await hub.ImportAsync(null, folder.Id);
        await hub.ProgressAsync(import, progress => progress.GetProperty("uploaded").GetInt32() == 20);

        await hub.Admin.DeleteAsync($"/api/v1/imports/{import}").StatusAsync(HttpStatusCode.NoContent);

        // The next import runs, although a download of the cancelled import hangs.
        var second = hub.Drive.File(hub.Drive.Root, "next.jpg", ConnectedHub.Picture());
        await hub.ImportedAsync(await hub.ImportAsync(null, second.Id));
        var progress = await hub.Admin.GetAsync($"/api/v1/imports/{import}").JsonAsync();
        (progress.Text("state"), progress.GetProperty("uploaded").GetInt32(), progress.GetProperty("total").GetInt32()).ShouldBe(("cancelled", 20, 60));
        await hub.Admin.DeleteAsync($"/api/v1/imports/{import}").StatusAsync(HttpStatusCode.NoContent);
        await hub.Admin.DeleteAsync($"/api/v1/imports/{Guid.CreateVersion7()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        opened.SetResult();
    }

    [Fact]
    public async Task Expired_tokens_and_moved_or_deleted_files_do_not_stop_an_import()
    {
        var drive = new StandInDrive();
        var root = drive.Folder(drive.Root, "Gallery");
        await using var hub = await ConnectedHub.StartAsync(postgres, drive, settings: new() { ["OneDrive:RootItemId"] = root.Id });
        var (folder, elsewhere, outside) = (drive.Folder(root, "Harbour"), drive.Folder(root, "Elsewhere"), drive.Folder(drive.Root, "Outside"));
        var files = Enumerable.Range(0, 40).Select(i => drive.File(folder, $"{i:00}.jpg", ConnectedHub.Picture())).ToArray();
        drive.OnDownload = file =>
        {
            if (file.Name == "05.jpg")
            {
                drive.SignIn.ExpireAccessTokens();
                drive.Move(files[30], elsewhere);
                drive.Move(files[31], outside);
                drive.Remove(files[32]);
            }

            return Task.CompletedTask;
        };

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id));

        ConnectedHub.Counts(progress).ShouldBe((40, 38, 0, 2));
        progress.Items("failures").Select(failure => (failure.Text("fileName"), failure.Text("code"))).ShouldBe([("31.jpg", "notFound"), ("32.jpg", "notFound")]);
        drive.SignIn.Refreshes.ShouldBe(1);
    }

    [Fact]
    public async Task An_import_without_consent_fails_with_that_reason()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        Enumerable.Range(0, 30).ToList().ForEach(i => hub.Drive.File(folder, $"{i:00}.jpg", ConnectedHub.Picture()));
        hub.Drive.OnDownload = file =>
        {
            if (file.Name == "10.jpg")
            {
                hub.Drive.SignIn.RevokeConsent();
            }

            return Task.CompletedTask;
        };

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id), "failed");

        progress.Text("error")!.ShouldContain("Consent");
        progress.GetProperty("uploaded").GetInt32().ShouldBeGreaterThan(5);
        await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds = (string[])[folder.Id] }).ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConnected");
    }

    [Fact]
    public async Task An_import_fails_with_a_reason_when_its_group_is_deleted()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var group = await hub.Admin.CreateGroupAsync();
        var (folder, asked, deleted) = (hub.Drive.Folder(hub.Drive.Root, "Harbour"), new TaskCompletionSource(), new TaskCompletionSource());
        hub.Drive.File(folder, "1.jpg", ConnectedHub.Picture());
        hub.Drive.OnDownload = _ =>
        {
            asked.SetResult();
            return deleted.Task;
        };
        var import = await hub.ImportAsync(group, folder.Id);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await hub.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        deleted.SetResult();

        (await hub.ImportedAsync(import, "failed")).Text("error")!.ShouldContain("deleted");
    }

    [Fact]
    public async Task Files_in_a_group_whose_outer_group_is_deleted_fail_and_other_folders_are_imported()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var (trips, villages) = (hub.Drive.Folder(hub.Drive.Root, "Trips"), hub.Drive.Folder(hub.Drive.Root, "Villages"));
        hub.Drive.File(hub.Drive.Folder(trips, "B"), "b.jpg", ConnectedHub.Picture());
        hub.Drive.File(villages, "v.jpg", ConnectedHub.Picture());
        var (import, group, opened) = await BeginNestedAsync(hub, trips, villages);

        await hub.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        opened.SetResult();

        var progress = await hub.ImportedAsync(import);
        ConnectedHub.Counts(progress).ShouldBe((62, 1, 0, 61));
        var failure = progress.Items("failures").Single(failure => failure.Text("fileName") == "b.jpg");
        (failure.Text("code"), failure.Text("error")).ShouldBe(("notFound", "The group 'Trips', in which the folder's group would be, has been deleted."));
        var groups = (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items();
        groups.Select(group => (group.Text("title"), group.GetProperty("imageCount").GetInt32())).ShouldBe([("Villages", 1)]);
    }

    [Fact]
    public async Task A_folder_whose_outer_group_is_moved_to_the_last_level_gets_its_group_beside_that_group()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var trips = hub.Drive.Folder(hub.Drive.Root, "Trips");
        hub.Drive.File(hub.Drive.Folder(hub.Drive.Folder(trips, "B"), "C"), "c.jpg", ConnectedHub.Picture());
        Guid? parentId = null;
        foreach (var title in (string[])["1", "2", "3"])
        {
            parentId = (await hub.Admin.PostAsJsonAsync("/api/v1/groups", new { title, parentId }).JsonAsync(HttpStatusCode.Created)).Id();
        }

        var (import, group, opened) = await BeginNestedAsync(hub, trips);

        await hub.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { parentId }).StatusAsync(HttpStatusCode.OK);
        opened.SetResult();

        ConnectedHub.Counts(await hub.ImportedAsync(import)).ShouldBe((61, 61, 0, 0));
        var groups = (await hub.Admin.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items();
        groups.Where(group => group.GetProperty("imageCount").GetInt32() > 0)
            .Select(group => string.Join('>', [.. group.Items("path").Select(above => above.Text("title")), group.Text("title")]))
            .ShouldBe(["1>2>3>Trips>A", "1>2>3>Trips>C"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_folder_that_OneDrive_refuses_to_list_fails_and_the_others_are_imported()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var trips = hub.Drive.Folder(hub.Drive.Root, "Trips");
        hub.Drive.File(hub.Drive.Folder(trips, "A"), "a.jpg", ConnectedHub.Picture());
        hub.Drive.Folder(trips, "Locked").ChildrenStatus = 403;
        hub.Drive.File(hub.Drive.Folder(trips, "Z"), "z.jpg", ConnectedHub.Picture());

        var progress = await hub.ImportedAsync(await hub.ImportAsync(null, trips.Id));

        ConnectedHub.Counts(progress).ShouldBe((3, 2, 0, 1));
        progress.Items("failures").Select(failure => (failure.Text("fileName"), failure.Text("code"))).ShouldBe([("Locked", "oneDriveRefused")]);
        (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(group => group.Text("title")).ShouldBe(["A", "Z"]);
    }

    [Fact]
    public async Task A_folder_that_OneDrive_never_lists_delays_no_other_import_and_fails_after_five_attempts()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var trips = hub.Drive.Folder(hub.Drive.Root, "Trips");
        hub.Drive.File(hub.Drive.Folder(trips, "A"), "a.jpg", ConnectedHub.Picture());
        hub.Drive.Folder(trips, "Broken").ChildrenStatus = 500;
        var others = ((string[])["1.jpg", "2.jpg"]).Select(name => hub.Drive.File(hub.Drive.Root, name, ConnectedHub.Picture())).ToArray();

        var import = await hub.ImportAsync(null, trips.Id);
        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, others[0].Id))).ShouldBe((1, 1, 0, 0));
        (await hub.Admin.GetAsync($"/api/v1/imports/{import}").JsonAsync()).Text("state").ShouldBe("running");

        // The next attempt is the last one. Each new import also continues the paused one.
        await Polling.EventuallyAsync(async () => await hub.Server.SqlAsync("UPDATE import_files SET attempts = 4 WHERE name = 'Broken' RETURNING 1") is not null);
        await hub.ImportAsync(null, others[1].Id);

        var progress = await hub.ImportedAsync(import);
        ConnectedHub.Counts(progress).ShouldBe((2, 1, 0, 1));
        progress.Items("failures").Select(failure => (failure.Text("fileName"), failure.Text("code"))).ShouldBe([("Broken", "oneDriveUnavailable")]);
    }

    [Fact]
    public async Task An_import_waits_for_temporary_errors_to_pass()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        Enumerable.Range(0, 10).ToList().ForEach(i => hub.Drive.File(folder, $"{i}.jpg", ConnectedHub.Picture()));
        hub.Drive.OnDownload = _ =>
        {
            (hub.Drive.OnDownload, hub.Drive.Failures) = (null, 2);
            return Task.CompletedTask;
        };

        ConnectedHub.Counts(await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id))).ShouldBe((10, 10, 0, 0));
    }

    [Fact]
    public async Task An_import_uses_the_group_that_another_instance_created_for_the_folder()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        hub.Drive.File(folder, "1.jpg", ConnectedHub.Picture());
        var group = await hub.Admin.CreateGroupAsync("The other's");
        await using var source = NpgsqlDataSource.Create(hub.Server.ConnectionString);
        await using var other = await source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await ExecuteAsync("SELECT pg_advisory_xact_lock(x'14B60001'::bigint)"); // Locks.GroupOrder.

        var import = await hub.ImportAsync(null, folder.Id);
        while (await ExecuteAsync("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") is null)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await ExecuteAsync($"UPDATE import_folders SET group_id = '{group}'");
        await transaction.CommitAsync();
        await hub.ImportedAsync(import);

        (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().ShouldHaveSingleItem().Id().ShouldBe(group);
        (await hub.NamesAsync(group)).ShouldBe(["1.jpg"]);

        async Task<object?> ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, other, transaction);
            return await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task A_cancelled_import_counts_images_whose_results_were_not_saved()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var (folder, opened) = (hub.Drive.Folder(hub.Drive.Root, "Harbour"), new TaskCompletionSource());
        Enumerable.Range(0, 10).ToList().ForEach(i => hub.Drive.File(folder, $"{i:00}.jpg", ConnectedHub.Picture()));
        hub.Drive.OnDownload = file => file.Name == "08.jpg" ? opened.Task : Task.CompletedTask;
        var import = await hub.ImportAsync(null, folder.Id);
        await hub.ProgressAsync(import, progress => progress.GetProperty("uploaded").GetInt32() == 8);
        await using var source = NpgsqlDataSource.Create(hub.Server.ConnectionString);
        await using var command = source.CreateCommand("UPDATE import_files SET result = (SELECT result FROM import_files WHERE name = '08.jpg') WHERE name < '05.jpg'");
        (await command.ExecuteNonQueryAsync()).ShouldBe(5);

        await hub.Admin.DeleteAsync($"/api/v1/imports/{import}").StatusAsync(HttpStatusCode.NoContent);

        (await hub.Admin.GetAsync($"/api/v1/imports/{import}").JsonAsync()).GetProperty("uploaded").GetInt32().ShouldBe(8);
        opened.SetResult();
    }

    [Fact]
    public async Task Images_recorded_together_with_one_that_the_database_refuses_are_counted_at_once()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var (folder, asked, opened) = (hub.Drive.Folder(hub.Drive.Root, "Harbour"), new TaskCompletionSource(), new TaskCompletionSource());
        Enumerable.Range(0, 4).ToList().ForEach(i => hub.Drive.File(folder, $"{i}.jpg", ConnectedHub.Picture()));
        hub.Drive.OnDownload = file =>
        {
            _ = file.Name == "0.jpg" && asked.TrySetResult();
            return file.Name == "0.jpg" ? opened.Task : Task.CompletedTask;
        };
        await using var source = NpgsqlDataSource.Create(hub.Server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = 'XX000'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON images FOR EACH ROW WHEN (NEW.file_name = '0.jpg') EXECUTE FUNCTION refuse();
            """);

        // The other files are processed before the first file. Each has four objects.
        var import = await hub.ImportAsync(null, folder.Id);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        while (StoredFiles.Of(hub.Server.DataDirectory).Length < 12)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        opened.SetResult();
        await ExecuteAsync("SELECT pg_advisory_lock(x'14B60005'::bigint)"); // Locks.Imports: the run has ended, and no new one starts.
        ConnectedHub.Counts(await hub.Admin.GetAsync($"/api/v1/imports/{import}").JsonAsync()).ShouldBe((4, 3, 0, 0));

        await ExecuteAsync("DROP TRIGGER refuse ON images");
        await ExecuteAsync("SELECT pg_advisory_unlock(x'14B60005'::bigint)");
        await hub.ImportedAsync(await hub.ImportAsync(null, folder.Id));
        ConnectedHub.Counts(await hub.ImportedAsync(import)).ShouldBe((4, 4, 0, 0));

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Two_instances_do_not_run_the_same_import_twice()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        await using var second = await hub.Server.StartSecondAsync();
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        Enumerable.Range(0, 100).ToList().ForEach(i => hub.Drive.File(folder, $"{i:00}.jpg", ConnectedHub.Picture()));

        var imports = new List<Guid>();
        foreach (var admin in (HttpClient[])[hub.Admin, second.Admin, hub.Admin])
        {
            imports.Add((await admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds = (string[])[folder.Id] }).JsonAsync(HttpStatusCode.Accepted)).Id());
        }

        foreach (var import in imports)
        {
            ConnectedHub.Counts(await hub.ImportedAsync(import)).ShouldBe((100, 100, 0, 0));
        }

        hub.Drive.Downloads.ShouldBe(300);
        (await hub.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Count.ShouldBe(3);
    }

    /// <summary>
    /// Starts a nested import of a folder, to which it adds the folder A with more files than are in progress at once, and of further folders. The first
    /// download waits until the test completes the result.
    /// </summary>
    /// <returns>The import, the group of the folder, and the end of the wait.</returns>
    private static async Task<(Guid Import, Guid Group, TaskCompletionSource Opened)> BeginNestedAsync(ConnectedHub hub, StandInItem folder, params StandInItem[] others)
    {
        var (first, asked, opened) = (hub.Drive.Folder(folder, "A"), new TaskCompletionSource(), new TaskCompletionSource());
        Enumerable.Range(0, 60).ToList().ForEach(i => hub.Drive.File(first, $"{i:00}.jpg", ConnectedHub.Picture()));
        hub.Drive.OnDownload = file =>
        {
            _ = file.Name == "00.jpg" && asked.TrySetResult();
            return file.Name == "00.jpg" ? opened.Task : Task.CompletedTask;
        };
        var itemIds = others.Prepend(folder).Select(item => item.Id);
        var import = (await hub.Admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds, nested = true }).JsonAsync(HttpStatusCode.Accepted)).Id();
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        var groups = (await hub.Admin.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items();
        return (import, groups.Single(group => group.Text("title") == folder.Name).Id(), opened);
    }
}
