using System.Net;
using System.Net.Http.Json;
using ImageHub.Application.Storage;
using ImageHub.Application.Trash;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace ImageHub.ApiTests.Trash;

public sealed class TrashTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private ImageHubServer server = null!;
    private Guid group;
    private Guid kept;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(
            postgres, configure: builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        group = await server.Admin.CreateGroupAsync("Kept group");
        kept = await server.Admin.AddImageAsync(group, "kept.jpg", TestImages.Jpeg(seed: 1));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_trash_lists_groups_and_single_images_the_newest_first_with_the_time_of_their_deletion()
    {
        var image = await server.Admin.AddImageAsync(group, "image.jpg", TestImages.Jpeg(seed: 2));
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        var trashed = await server.Admin.CreateGroupAsync("Trashed group");
        await server.Admin.AddImageAsync(trashed, "within.jpg", TestImages.Jpeg(seed: 3));
        await server.Admin.DeleteAsync($"/api/v1/groups/{trashed}").StatusAsync(HttpStatusCode.NoContent);

        var items = (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items();

        items.Select(item => (item.Text("kind"), item.Id())).ShouldBe([("group", trashed), ("image", image)]);
        items[0].Text("title").ShouldBe("Trashed group");
        items[1].Text("fileName").ShouldBe("image.jpg");
        items[1].Id("groupId").ShouldBe(group);
        items.ShouldAllBe(item => item.GetProperty("purgesAt").GetDateTimeOffset() == item.GetProperty("deletedAt").GetDateTimeOffset().AddDays(30));

        var followed = await server.Admin.GetAsync("/api/v1/trash?cursor=&pageSize=1").JsonAsync();
        (await server.Admin.GetAsync($"/api/v1/trash?pageSize=1&cursor={followed.Text("nextCursor")}").JsonAsync()).Items().Single().Id().ShouldBe(image);
    }

    [Fact]
    public async Task Emptying_the_trash_waits_for_an_image_that_a_job_locks_for_a_moment()
    {
        var locked = await server.Admin.AddImageAsync(group, "locked.jpg", TestImages.Jpeg(seed: 5));
        var free = await server.Admin.AddImageAsync(group, "free.jpg", TestImages.Jpeg(seed: 6));
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var image in new[] { locked, free })
        {
            await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        }

        await using var take = new NpgsqlCommand($"SELECT 1 FROM images WHERE id = '{locked}' FOR KEY SHARE", connection, transaction);
        await take.ExecuteScalarAsync();
        var emptying = server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        while (await TrashedAsync() != 1)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        for (var times = 0; times < 50 && !emptying.IsCompleted; times++)
        {
            (await TrashedAsync()).ShouldBe(1);
        }

        emptying.IsCompleted.ShouldBeFalse();
        await transaction.RollbackAsync();
        await emptying;
        (await TrashedAsync()).ShouldBe(0);

        async Task<long> TrashedAsync() => (long)(await server.SqlAsync("SELECT count(*) FROM images WHERE deleted_at IS NOT NULL"))!;
    }

    [Fact]
    public async Task Emptying_the_trash_deletes_only_the_rows_and_objects_of_trashed_images()
    {
        var trashed = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(trashed, "a.jpg", TestImages.Jpeg(seed: 4));
        await server.Admin.DeleteAsync($"/api/v1/groups/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("images").GetInt32().ShouldBe(2);

        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);

        (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items().ShouldBeEmpty();
        await server.Admin.PostAsync($"/api/v1/groups/{trashed}/restore", null).StatusAsync(HttpStatusCode.NotFound);
        Objects().Length.ShouldBe(4);
        await server.Visitor.GetAsync($"/api/v1/images/{kept}/full").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_restored_group_counts_only_images_that_were_not_purged_in_the_meantime()
    {
        var trashed = await server.Admin.CreateGroupAsync();
        var purged = await server.Admin.AddImageAsync(trashed, "purged.jpg", TestImages.Jpeg(seed: 5));
        var restored = await server.Admin.AddImageAsync(trashed, "restored.jpg", TestImages.Jpeg(seed: 6));
        await server.Admin.DeleteAsync($"/api/v1/groups/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { purged } }).StatusAsync(HttpStatusCode.OK);

        await server.Admin.PostAsync($"/api/v1/groups/{trashed}/restore", null).StatusAsync(HttpStatusCode.NoContent);

        (await server.Admin.GetAsync($"/api/v1/groups/{trashed}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
        (await server.Admin.GetAsync($"/api/v1/groups/{trashed}/images").JsonAsync()).Items().Select(image => image.Id()).ShouldBe([restored]);
    }

    [Fact]
    public async Task No_request_fails_when_items_are_purged_while_the_trash_is_emptied()
    {
        await server.Admin.PostImagesAsync(group, Enumerable.Range(0, 60).Select(i => ($"{i}.png", TestImages.Png(8 + i, 8, seed: i)))).StatusAsync(HttpStatusCode.Created);
        var images = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Id()).Where(id => id != kept);
        foreach (var some in images.Chunk(4))
        {
            await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "delete", ids = some }).StatusAsync(HttpStatusCode.OK);
            await Task.WhenAll(
                server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = some }).StatusAsync(HttpStatusCode.OK),
                server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent),
                server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent));
        }
    }

    [Fact]
    public async Task The_trash_empties_itself_after_thirty_days()
    {
        var image = await server.Admin.AddImageAsync(group, "old.jpg", TestImages.Jpeg(seed: 5));
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);

        clock.Advance(TimeSpan.FromDays(29));
        await SendAsync(new PurgeOldTrash());
        Objects().Length.ShouldBe(8);

        clock.Advance(TimeSpan.FromDays(2));
        await SendAsync(new PurgeOldTrash());
        Objects().Length.ShouldBe(4);
    }

    [Fact]
    public async Task The_storage_page_sums_the_space_of_each_resolution()
    {
        var image = await server.Admin.GetAsync($"/api/v1/images/{kept}").JsonAsync();
        var storage = await server.Admin.GetAsync("/api/v1/storage").JsonAsync();

        storage.GetProperty("images").GetInt32().ShouldBe(1);
        foreach (var variant in (string[])["low", "medium", "high", "full"])
        {
            storage.GetProperty("bytes").GetProperty(variant).GetInt64().ShouldBe(image.GetProperty(variant).GetProperty("bytes").GetInt64());
        }

        storage.GetProperty("bytes").GetProperty("thumbnails").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task An_object_without_a_row_is_deleted_when_it_still_has_none_a_day_later()
    {
        var orphan = Path.Combine(server.DataDirectory, "objects", "images", "ab", "01980f3a-7c1e-7a52-9d35-2f4b8c6d7eab", "low");
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllBytesAsync(orphan, [1, 2, 3]);

        await SendAsync(new ReconcileObjects());
        clock.Advance(TimeSpan.FromHours(2));
        await SendAsync(new ReconcileObjects());
        clock.Advance(TimeSpan.FromHours(23));
        await SendAsync(new ReconcileObjects());
        File.Exists(orphan).ShouldBeTrue();

        clock.Advance(TimeSpan.FromHours(2));
        await SendAsync(new ReconcileObjects());
        File.Exists(orphan).ShouldBeFalse();
        Objects().Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_file_of_another_program_in_the_store_does_not_keep_objects_without_a_row()
    {
        var orphan = Path.Combine(server.DataDirectory, "objects", "images", "ab", "01980f3a-7c1e-7a52-9d35-2f4b8c6d7eab", "low");
        var foreign = orphan + ".bad";
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllBytesAsync(orphan, [1, 2, 3]);
        await File.WriteAllBytesAsync(foreign, [1, 2, 3]);

        // An earlier version could put the key of such a file into quarantine.
        await server.SqlAsync($"INSERT INTO orphaned_objects (key, bytes, due_at) VALUES ('images/01980f3a-7c1e-7a52-9d35-2f4b8c6d7eab/high.bad', 1, '{clock.GetUtcNow():O}')");

        clock.Advance(TimeSpan.FromHours(2));
        await SendAsync(new ReconcileObjects());
        clock.Advance(TimeSpan.FromHours(25));
        await SendAsync(new ReconcileObjects());

        File.Exists(orphan).ShouldBeFalse();
        File.Exists(foreign).ShouldBeTrue();
        (await server.SqlAsync("SELECT count(*) FROM orphaned_objects")).ShouldBe(0L);
        File.Delete(foreign);
    }

    /// <summary>
    /// A rotation stores the unchanged file as the original before it updates the image's row. A crash in between leaves an original that the row does not
    /// mention.
    /// </summary>
    [Fact]
    public async Task The_original_that_an_interrupted_rotation_has_stored_is_deleted_a_day_later()
    {
        var original = AddOriginalWithoutRow();

        clock.Advance(TimeSpan.FromHours(2));
        await SendAsync(new ReconcileObjects());
        clock.Advance(TimeSpan.FromHours(25));
        await SendAsync(new ReconcileObjects());

        File.Exists(original).ShouldBeFalse();
        Objects().Length.ShouldBe(4);
    }

    [Fact]
    public async Task An_original_that_a_rotation_stores_again_during_its_deletion_is_kept()
    {
        var original = AddOriginalWithoutRow();
        clock.Advance(TimeSpan.FromHours(2));
        await SendAsync(new ReconcileObjects());
        clock.Advance(TimeSpan.FromHours(25));

        // A rotation holds this lock while it stores objects and until it commits the image's row.
        await using var rotation = new NpgsqlConnection(server.ConnectionString);
        await rotation.OpenAsync();
        await ExecuteAsync($"BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('check {kept:N}', 0))");
        var deleting = SendAsync(new ReconcileObjects());
        while (await server.SqlAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") is 0L)
        {
            deleting.IsCompleted.ShouldBeFalse();
            await Task.Delay(20);
        }

        await ExecuteAsync($"UPDATE images SET has_original = true WHERE id = '{kept}'; COMMIT");
        await deleting;

        File.Exists(original).ShouldBeTrue();

        async Task ExecuteAsync(string statements)
        {
            await using var command = new NpgsqlCommand(statements, rotation);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Objects_that_the_disk_refuses_to_delete_do_not_delay_the_deletion_of_others()
    {
        var keys = Enumerable.Range(0, 4).Select(_ => $"images/{Guid.CreateVersion7()}/1/low").Order(StringComparer.Ordinal).ToArray();
        foreach (var (number, key) in keys.Index())
        {
            var path = Path.Combine([server.DataDirectory, "objects", "images", key[41..43], .. key.Split('/')[1..]]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (number % 2 == 0)
            {
                // A folder in place of the file makes deletion fail.
                Directory.CreateDirectory(path);
            }
            else
            {
                await File.WriteAllBytesAsync(path, [1]);
            }

            await server.SqlAsync($"INSERT INTO orphaned_objects (key, bytes, due_at) VALUES ('{key}', 1, '{clock.GetUtcNow():O}'::timestamptz - interval '1 minute')");
        }

        await SendAsync(new DeleteOrphanedObjects());

        Objects().Length.ShouldBe(4);
        (await server.SqlAsync($"SELECT string_agg(key, ' ' ORDER BY key) FROM orphaned_objects WHERE due_at > '{clock.GetUtcNow():O}'::timestamptz")).ShouldBe($"{keys[0]} {keys[2]}");
    }

    private string AddOriginalWithoutRow()
    {
        var path = Path.Combine(server.DataDirectory, "objects", "images", $"{kept}"[^2..], $"{kept}", "original");
        File.WriteAllBytes(path, [1, 2, 3]);
        return path;
    }

    private string[] Objects() => StoredFiles.Of(server.DataDirectory);

    private async Task SendAsync<TRequest>(TRequest request)
        where TRequest : IRequest
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
