using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ImageHub.Application.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Uploads;

public sealed class UploadBatchTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ShiftedClock clock = null!;
    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await servers.TakeAsync(new() { ["Uploads:MaxFileBytes"] = "400000" });
        group = await server.Admin.CreateGroupAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_batch_tells_which_files_are_needed_and_its_receipt_records_the_result_of_each()
    {
        var (there, fresh) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        var thereId = await server.Admin.AddImageAsync(group, "there.jpg", there);

        var upload = await server.Admin.AnnounceAsync(group,
        [
            new { fileName = "again.jpg", bytes = there.Length, sha256 = Convert.ToHexString(SHA256.HashData(there)) },
            new { fileName = "there.jpg", bytes = 5_000 },
            new { fileName = "C:\\photos\\new.jpg", bytes = fresh.Length },
            new { fileName = "huge.jpg", bytes = 400_001 },
            new { fileName = "notes.jpg", bytes = 8 },
            new { fileName = "empty.jpg", bytes = 0 },
        ]).JsonAsync(HttpStatusCode.Created);

        upload.Items("files").Select(file => (file.GetProperty("index").GetInt32(), file.Text("status"), file.Text("code"))).ShouldBe(
        [
            (0, "duplicate", null), (1, "failed", "duplicateFileName"), (2, "needed", null), (3, "failed", "fileTooLarge"), (4, "needed", null), (5, "failed", "corruptImage"),
        ]);
        upload.Items("files")[0].Id("existingId").ShouldBe(thereId);
        upload.Items("files").Select(file => file.GetProperty("uploadUrl").ValueKind == JsonValueKind.String).ShouldBe([false, false, true, false, true, false]);
        await ReceiptIsAsync(upload.Id(), "open", (6, 4, 0, 1, 3));

        using (var sent = await server.Admin.TusPatchAsync(upload.Items("files")[2].Text("uploadUrl")!, 0, fresh))
        {
            sent.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            var image = await server.Visitor.GetAsync($"/api/v1/images/{sent.Header("ImageHub-Image-Id")}").JsonAsync();
            (image.Text("fileName"), image.Id("groupId")).ShouldBe(("new.jpg", group));
            sent.Header("ImageHub-Duplicate").ShouldBeNull();
        }

        await server.Admin.TusPatchAsync(upload.Items("files")[4].Text("uploadUrl")!, 0, "no image"u8.ToArray()).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");

        var receipt = await ReceiptIsAsync(upload.Id(), "finished", (6, 6, 1, 1, 4));
        receipt.Items("files").Select(file => (file.Text("fileName"), file.Text("status"), file.Text("code"))).ShouldBe(
        [
            ("again.jpg", "duplicate", null), ("there.jpg", "failed", "duplicateFileName"), ("new.jpg", "uploaded", null),
            ("huge.jpg", "failed", "fileTooLarge"), ("notes.jpg", "failed", "unsupportedFormat"), ("empty.jpg", "failed", "corruptImage"),
        ]);
        receipt.Items("files")[0].Id("imageId").ShouldBe(thereId);
        receipt.Items("files")[4].Text("error")!.ShouldStartWith("The content is not an image of an accepted format; accepted are");
        (await server.Admin.ReceiptAsync(upload.Id(), "?status=failed&pageSize=2")).Items("files").Select(file => file.Text("fileName")).ShouldBe(["there.jpg", "huge.jpg"]);
        var list = (await server.Admin.GetAsync("/api/v1/uploads").JsonAsync()).Items()[0];
        (list.Id(), list.Text("state"), list.GetProperty("failed").GetInt32()).ShouldBe((upload.Id(), "finished", 4));
        list.TryGetProperty("files", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_added_to_an_upload_share_its_receipt_its_order_and_its_limits()
    {
        var (first, second, third) = (TestImages.Jpeg(seed: 31), TestImages.Jpeg(seed: 32), TestImages.Jpeg(seed: 33));
        var (id, urls) = await server.Admin.AnnounceAsync(group, [("one.jpg", first)]);
        await server.Admin.TusPatchAsync(urls[0], 0, first).StatusAsync(HttpStatusCode.NoContent);
        await ReceiptIsAsync(id, "finished", (1, 1, 1, 0, 0));

        var added = await AddAsync(id, new { fileName = "two.jpg", bytes = second.Length }, new { fileName = "huge.jpg", bytes = 400_001 }, new { fileName = "three.jpg", bytes = third.Length }).JsonAsync(HttpStatusCode.OK);
        added.Id().ShouldBe(id);
        added.Items("files").Select(file => (file.GetProperty("index").GetInt32(), file.Text("status"))).ShouldBe([(1, "needed"), (2, "failed"), (3, "needed")]);
        await ReceiptIsAsync(id, "open", (4, 2, 1, 0, 1));

        // Send the last file first: its position is reserved.
        await server.Admin.TusPatchAsync(added.Items("files")[2].Text("uploadUrl")!, 0, third).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.TusPatchAsync(added.Items("files")[0].Text("uploadUrl")!, 0, second).StatusAsync(HttpStatusCode.NoContent);
        var receipt = await ReceiptIsAsync(id, "finished", (4, 4, 3, 0, 1));
        receipt.Items("files").Select(file => file.Text("fileName")).ShouldBe(["one.jpg", "two.jpg", "huge.jpg", "three.jpg"]);
        (await NamesAsync()).ShouldBe(["one.jpg", "two.jpg", "three.jpg"]);

        var problem = await AddAsync(id, [.. Enumerable.Range(0, 9_997).Select(file => (object)new { fileName = $"{file}.jpg", bytes = 1 })]).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("files")[0].GetString()!.ShouldContain("the upload already has 4 files; an upload can have at most 10000");
        await AddAsync(id).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await AddAsync(Guid.NewGuid(), new { fileName = "a.jpg", bytes = 1 }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.DeleteAsync($"/api/v1/uploads/{id}").StatusAsync(HttpStatusCode.NoContent);
        await AddAsync(id, new { fileName = "a.jpg", bytes = 1 }).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        Task<HttpResponseMessage> AddAsync(Guid upload, params object[] files) => server.Admin.PostAsJsonAsync($"/api/v1/uploads/{upload}/files", new { files });
    }

    [Fact]
    public async Task A_receipt_is_available_as_CSV_without_formulas()
    {
        var upload = await server.Admin.AnnounceAsync(group, [new { fileName = "=1+1, \"x\".jpg", bytes = 500_000 }, new { fileName = "b.jpg", bytes = 9 }]).JsonAsync(HttpStatusCode.Created);

        using var answer = await server.Admin.GetAsync($"/api/v1/uploads/{upload.Id()}?format=csv");

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        answer.Content.Headers.ContentDisposition!.FileName.ShouldBe($"upload-{upload.Id()}.csv");
        (await answer.Content.ReadAsStringAsync()).Split("\r\n").ShouldBe(
        [
            "index,fileName,bytes,sha256,status,imageId,code,error",
            "0,\"'=1+1, _x_.jpg\",500000,,failed,,fileTooLarge,\"The file has more than 400000 bytes, which is the maximum.\"",
            "1,b.jpg,9,,needed,,,",
            "",
        ]);
        await server.Admin.GetAsync($"/api/v1/uploads/{upload.Id()}?format=xls").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.GetAsync($"/api/v1/uploads/{upload.Id()}?status=lost").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.GetAsync($"/api/v1/uploads/{upload.Id()}?page=1").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task Images_are_in_the_order_of_the_batch_in_whatever_order_they_arrive()
    {
        await server.Admin.AddImageAsync(group, "before.jpg", TestImages.Jpeg(seed: 90));
        var files = Enumerable.Range(0, 8).Select(i => ($"{i}.jpg", TestImages.Jpeg(100, 80, seed: i))).ToArray();
        var (_, urls) = await server.Admin.AnnounceAsync(group, files);

        await server.Admin.TusPatchAsync(urls[7], 0, files[7].Item2).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.AddImageAsync(group, "after.jpg", TestImages.Jpeg(seed: 91));
        await Task.WhenAll(((int[])[3, 0, 5, 2]).Select(i => server.Admin.TusPatchAsync(urls[i], 0, files[i].Item2).StatusAsync(HttpStatusCode.NoContent)));
        var (_, later) = await server.Admin.AnnounceAsync(group, [("later.jpg", TestImages.Jpeg(seed: 92))]);
        await server.Admin.TusPatchAsync(later[0], 0, TestImages.Jpeg(seed: 92)).StatusAsync(HttpStatusCode.NoContent);
        await Task.WhenAll(((int[])[6, 4, 1]).Select(i => server.Admin.TusPatchAsync(urls[i], 0, files[i].Item2).StatusAsync(HttpStatusCode.NoContent)));

        (await NamesAsync()).ShouldBe(["before.jpg", "0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "6.jpg", "7.jpg", "after.jpg", "later.jpg"]);
    }

    [Fact]
    public async Task A_file_with_a_used_name_gets_a_number_if_the_batch_asks_for_it()
    {
        await server.Admin.AddImageAsync(group, "IMG_0001.jpg", TestImages.Jpeg(seed: 50));
        var contents = Enumerable.Range(0, 4).Select(i => TestImages.Jpeg(100, 80, seed: i)).ToArray();
        var upload = await server.Admin.AnnounceAsync(group, contents.Select(content => new { fileName = "IMG_0001.jpg", bytes = content.Length }), "rename").JsonAsync(HttpStatusCode.Created);
        await server.Admin.AddImageAsync(group, "IMG_0001 (4).jpg", TestImages.Jpeg(seed: 51));

        foreach (var i in (int[])[3, 2, 1, 0])
        {
            await server.Admin.TusPatchAsync(upload.Items("files")[i].Text("uploadUrl")!, 0, contents[i]).StatusAsync(HttpStatusCode.NoContent);
        }

        (await NamesAsync()).ShouldBe(["IMG_0001.jpg", "IMG_0001 (2).jpg", "IMG_0001 (3).jpg", "IMG_0001 (4) (2).jpg", "IMG_0001 (5).jpg", "IMG_0001 (4).jpg"]);
    }

    [Fact]
    public async Task Files_with_the_same_name_and_files_with_the_same_bytes_are_distinguished_within_a_batch()
    {
        var content = TestImages.Jpeg();
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        var upload = await server.Admin.AnnounceAsync(group,
        [
            new { fileName = "a.jpg", bytes = content.Length, sha256 = hash }, new { fileName = "b.jpg", bytes = content.Length, sha256 = hash }, new { fileName = "a.jpg", bytes = 9 },
        ]).JsonAsync(HttpStatusCode.Created);
        upload.Items("files").Select(file => (file.Text("status"), file.Text("code"))).ShouldBe([("needed", null), ("needed", null), ("failed", "duplicateFileName")]);

        await server.Admin.TusPatchAsync(upload.Items("files")[0].Text("uploadUrl")!, 0, content).StatusAsync(HttpStatusCode.NoContent);
        using var second = await server.Admin.TusPatchAsync(upload.Items("files")[1].Text("uploadUrl")!, 0, content);

        (second.StatusCode, second.Header("ImageHub-Duplicate")).ShouldBe((HttpStatusCode.NoContent, "duplicateContent"));
        await ReceiptIsAsync(upload.Id(), "finished", (3, 3, 1, 1, 1));
    }

    [Fact]
    public async Task A_file_with_a_known_hash_is_still_subject_to_the_limits()
    {
        var hash = new string('a', 64);

        var upload = await server.Admin.AnnounceAsync(group,
        [
            new { fileName = "a.jpg", bytes = 100L, sha256 = hash }, new { fileName = "b.jpg", bytes = 1_000_000_000_000, sha256 = hash },
            new { fileName = "c.jpg", bytes = 0L, sha256 = hash }, new { fileName = "d.jpg", bytes = 200L, sha256 = hash },
        ]).JsonAsync(HttpStatusCode.Created);

        upload.Items("files").Select(file => file.Text("code")).ShouldBe([null, "fileTooLarge", "corruptImage", "hashMismatch"]);
    }

    [Fact]
    public async Task A_batch_keeps_its_order_when_its_images_are_moved_as_a_block_during_the_upload()
    {
        var files = Enumerable.Range(0, 4).Select(i => ($"{i}.jpg", TestImages.Jpeg(100, 80, seed: i))).ToArray();
        var old = new List<Guid>();
        foreach (var name in (string[])["a.jpg", "b.jpg"])
        {
            old.Add(await server.Admin.AddImageAsync(group, name, TestImages.Jpeg(seed: 60 + old.Count)));
        }

        var (_, urls) = await server.Admin.AnnounceAsync(group, files);
        await server.Admin.TusPatchAsync(urls[1], 0, files[1].Item2).StatusAsync(HttpStatusCode.NoContent);
        var second = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[^1].Id();

        // Move the old images to the position after the batch's only stored image, where the rest of the batch will go, until the gap is used up.
        for (var i = 0; i < 80; i++)
        {
            await server.Admin.PutAsJsonAsync($"/api/v1/groups/{group}/order", new { ids = new[] { old[i % 2] }, after = second }).StatusAsync(HttpStatusCode.NoContent);
        }

        foreach (var i in (int[])[3, 0, 2])
        {
            await server.Admin.TusPatchAsync(urls[i], 0, files[i].Item2).StatusAsync(HttpStatusCode.NoContent);
        }

        (await NamesAsync()).ShouldBe(["0.jpg", "1.jpg", "b.jpg", "a.jpg", "2.jpg", "3.jpg"]);
    }

    [Fact]
    public async Task A_user_can_announce_own_files_up_to_the_remaining_quota()
    {
        var tier = await server.Admin.CreateTierAsync("Small", quotaBytes: 20_000, maxFileBytes: 15_000);
        await server.Admin.CreateUserAsync("ada", tier);
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);

        var upload = await ada.AnnounceAsync(null, [new { fileName = "a.jpg", bytes = 12_000 }, new { fileName = "b.jpg", bytes = 12_000 }, new { fileName = "c.jpg", bytes = 16_000 }, new { fileName = "d.jpg", bytes = 8_000 }])
            .JsonAsync(HttpStatusCode.Created);

        upload.Items("files").Select(file => (file.Text("status"), file.Text("code"))).ShouldBe([("needed", null), ("failed", "quotaExceeded"), ("failed", "fileTooLarge"), ("needed", null)]);
        (await ada.ReceiptAsync(upload.Id())).GetProperty("groupId").ValueKind.ShouldBe(JsonValueKind.Null);
        await server.Admin.GetAsync($"/api/v1/uploads/{upload.Id()}").StatusAsync(HttpStatusCode.NotFound);
        await ada.AnnounceAsync(group, [new { fileName = "a.jpg", bytes = 9 }]).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        var problem = await server.Admin.AnnounceAsync(null, [new { fileName = "a.jpg", bytes = 9 }]).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("groupId")[0].GetString().ShouldBe("groupId is missing; admins, editors and keys name the group that images go to.");
    }

    [Fact]
    public async Task A_batch_has_at_most_ten_thousand_files_and_a_larger_one_is_refused_with_advice_to_split()
    {
        var files = Enumerable.Range(0, 10_001).Select(i => new { fileName = $"{i}.jpg", bytes = 1 + i }).ToArray();

        var problem = await server.Admin.AnnounceAsync(group, files).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("files")[0].GetString().ShouldBe("files has 10001 entries; at most 10000 are allowed. Send them as 2 uploads.");

        var upload = await server.Admin.AnnounceAsync(group, files.Take(10_000)).JsonAsync(HttpStatusCode.Created);
        upload.Items("files").Count(file => file.Text("status") == "needed").ShouldBe(10_000);
        var first = await server.Admin.ReceiptAsync(upload.Id(), "?pageSize=1000");
        var second = await server.Admin.ReceiptAsync(upload.Id(), $"?pageSize=1000&cursor={first.Text("nextCursor")}");
        (first.Items("files").Count, second.Items("files")[0].Text("fileName")).ShouldBe((1_000, "1000.jpg"));
        (await server.Admin.GetStringAsync($"/api/v1/uploads/{upload.Id()}?format=csv")).Split("\r\n").Length.ShouldBe(10_002);

        // The limit counts files: an account may announce 12,000 at once.
        using var refused = await server.Admin.AnnounceAsync(group, files.Skip(1).Take(10_000));
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 80);
    }

    [Theory]
    [InlineData("""{"files":[]}""", "files", "files has 0 entries; 1 to 10,000 are allowed.")]
    [InlineData("""{"files":null}""", "files", "files has 0 entries; 1 to 10,000 are allowed.")]
    [InlineData("""{"files":[null]}""", "files[0]", "files[0] is null; each entry is an object with fileName and bytes.")]
    [InlineData("""{"files":[{"fileName":"","bytes":1}]}""", "files[0].fileName", "files[0].fileName is empty; name the file.")]
    [InlineData("""{"files":[{"fileName":"a.jpg","bytes":-1}]}""", "files[0].bytes", "files[0].bytes is -1; a size is 0 or more.")]
    [InlineData("""{"files":[{"fileName":"a.jpg","bytes":1,"sha256":"abc"}]}""", "files[0].sha256", "files[0].sha256 is not a SHA-256 hash; it must have 64 hexadecimal digits.")]
    public async Task An_invalid_batch_is_refused_with_the_name_of_the_field(string body, string field, string text)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var problem = await server.Admin.PostAsync("/api/v1/uploads", content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty(field)[0].GetString().ShouldBe(text);
    }

    [Fact]
    public async Task Files_that_never_arrive_fail_after_seven_days()
    {
        var content = TestImages.Jpeg();
        var (id, urls) = await server.Admin.AnnounceAsync(group, [("a.jpg", content), ("b.jpg", content)]);
        await server.Admin.TusPatchAsync(urls[0], 0, content[..100]).StatusAsync(HttpStatusCode.NoContent);

        await PassAsync(TimeSpan.FromDays(1));
        (await server.Admin.TusOffsetAsync(urls[0])).ShouldBe(0);
        Parts().ShouldBeEmpty();
        await ReceiptIsAsync(id, "open", (2, 0, 0, 0, 0));

        await PassAsync(TimeSpan.FromDays(6));
        var receipt = await ReceiptIsAsync(id, "finished", (2, 2, 0, 0, 2));
        receipt.Items("files").ShouldAllBe(file => file.Text("code") == "expired");
        await server.Admin.TusPatchAsync(urls[0], 0, content).ProblemAsync(HttpStatusCode.Gone, "uploadGone");
    }

    [Fact]
    public async Task Deleting_the_group_fails_the_remaining_files_of_its_batch()
    {
        var content = TestImages.Jpeg();
        var (id, urls) = await server.Admin.AnnounceAsync(group, [("a.jpg", content)]);
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.TusPatchAsync(urls[0], 0, content).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        (await server.Admin.ReceiptAsync(id)).Items("files")[0].Text("code").ShouldBe("notFound");
        await server.Admin.AnnounceAsync(group, [new { fileName = "a.jpg", bytes = 9 }]).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    private async Task<JsonElement> ReceiptIsAsync(Guid id, string state, (int Total, int Done, int Uploaded, int Duplicate, int Failed) counts)
    {
        var receipt = await server.Admin.ReceiptAsync(id);
        receipt.Text("state").ShouldBe(state);
        (Count("total"), Count("done"), Count("uploaded"), Count("duplicate"), Count("failed")).ShouldBe(counts);
        return receipt;

        int Count(string field) => receipt.GetProperty(field).GetInt32();
    }

    private async Task<IEnumerable<string>> NamesAsync() =>
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Text("fileName")!);

    /// <summary>Advances the clock and runs the hourly job. Tokens expire meanwhile, so the admin signs in again.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        clock.Advance(time);
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneUploads());
        await server.SignInOwnerAgainAsync();
    }

    private string[] Parts()
    {
        var folder = Path.Combine(server.DataDirectory, "objects", "parts");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }
}
