using System.Net;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The limits on an account's open uploads and stored receipts, and the deletion of receipts.</summary>
public sealed class ReceiptLimitTests(PostgresServer postgres) : IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Uploads:MaxFileBytes"] = "400000" });
        group = await server.Admin.CreateGroupAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Deleting_a_receipt_ends_its_open_uploads_and_leaves_the_images()
    {
        var (sent, open) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        var (id, urls) = await server.Admin.AnnounceAsync(group, [("sent.jpg", sent), ("open.jpg", open)]);
        await server.Admin.TusPatchAsync(urls[0], 0, sent).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.TusPatchAsync(urls[1], 0, open[..100]).StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.DeleteAsync($"/api/v1/uploads/{id}").StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.GetAsync($"/api/v1/uploads/{id}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.DeleteAsync($"/api/v1/uploads/{id}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.TusPatchAsync(urls[1], 100, open[100..]).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(image => image.Text("fileName")).ShouldBe(["sent.jpg"]);
        (await server.SqlAsync("SELECT count(*) FROM upload_parts")).ShouldBe(0L);
        (await server.SqlAsync("SELECT count(*) FROM upload_files")).ShouldBe(0L);
    }

    [Fact]
    public async Task An_account_has_at_most_a_hundred_open_uploads_and_can_end_one_to_start_another()
    {
        var first = Guid.Empty;
        for (var upload = 0; upload < 100; upload++)
        {
            var made = await OpenAsync(upload);
            first = upload == 0 ? made.Id() : first;
        }

        var problem = await server.Admin.AnnounceAsync(group, [new { fileName = "one-more.jpg", bytes = 10 }]).ProblemAsync(HttpStatusCode.Conflict, "tooManyOpenUploads");
        problem.Text("detail")!.ShouldContain("100 unfinished uploads");

        // A receipt without pending files does not count as open.
        await server.Admin.AnnounceAsync(group, [new { fileName = "huge.jpg", bytes = 400_001 }]).StatusAsync(HttpStatusCode.Created);
        await server.Admin.DeleteAsync($"/api/v1/uploads/{first}").StatusAsync(HttpStatusCode.NoContent);
        await OpenAsync(100);

        Task<JsonElement> OpenAsync(int upload) => server.Admin.AnnounceAsync(group, [new { fileName = $"{upload}.jpg", bytes = 10 }]).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_thousand_receipts_are_kept_and_the_oldest_finished_receipt_is_deleted_first()
    {
        var open = (await server.Admin.AnnounceAsync(group, [new { fileName = "open.jpg", bytes = 10 }]).JsonAsync(HttpStatusCode.Created)).Id();
        var oldest = (await RefusedAsync()).Id();
        await server.SqlAsync($"""
            INSERT INTO upload_batches (id, account_id, group_id, is_own, total, uploaded, duplicate, failed, created_at)
            SELECT gen_random_uuid(), account_id, group_id, false, 1, 1, 0, 0, now() FROM upload_batches, generate_series(1, 998) WHERE id = '{oldest}'
            """);

        var newest = (await RefusedAsync()).Id();

        (await server.SqlAsync("SELECT count(*) FROM upload_batches")).ShouldBe(1000L);
        await server.Admin.GetAsync($"/api/v1/uploads/{oldest}").StatusAsync(HttpStatusCode.NotFound);
        await server.Admin.GetAsync($"/api/v1/uploads/{open}").StatusAsync(HttpStatusCode.OK);
        await server.Admin.GetAsync($"/api/v1/uploads/{newest}").StatusAsync(HttpStatusCode.OK);

        // Make the receipts hold almost ten million files in total. The limit is a million.
        await server.SqlAsync("UPDATE upload_batches SET total = 10000, uploaded = 10000 WHERE uploaded = 1");
        await RefusedAsync();
        ((long)(await server.SqlAsync("SELECT sum(total)::bigint FROM upload_batches"))!).ShouldBeLessThanOrEqualTo(1_000_000);
        await server.Admin.GetAsync($"/api/v1/uploads/{open}").StatusAsync(HttpStatusCode.OK);

        Task<JsonElement> RefusedAsync() => server.Admin.AnnounceAsync(group, [new { fileName = "huge.jpg", bytes = 400_001 }]).JsonAsync(HttpStatusCode.Created);
    }
}
