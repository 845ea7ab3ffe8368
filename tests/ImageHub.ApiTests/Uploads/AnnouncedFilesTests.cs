using System.Net;
using System.Text;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

public sealed class AnnouncedFilesTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync(new() { ["Uploads:MaxFiles"] = "30" });
        group = await server.Admin.CreateGroupAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Files_sent_in_one_request_each_get_a_result_and_are_in_the_order_of_the_batch()
    {
        var files = Enumerable.Range(0, 12).Select(i => ($"{i}.jpg", TestImages.Jpeg(100, 80, seed: i))).ToArray();
        files[4].Item2 = "no image"u8.ToArray();
        files[6].Item2 = files[5].Item2;
        var (batch, urls) = await server.Admin.AnnounceAsync(group, files);
        await server.Admin.TusPatchAsync(urls[8], 0, files[8].Item2[..100]).StatusAsync(HttpStatusCode.NoContent);
        var other = $"/api/v1/uploads/tus/{Guid.CreateVersion7()}";
        (string Url, byte[] Content)[] sent =
        [
            .. ((int[])[11, 3, 0, 5, 4, 1, 2, 8, 10]).Select(i => (urls[i], files[i].Item2)), (urls[7], files[7].Item2[1..]), (urls[9], [.. files[9].Item2, 0]), (other, files[0].Item2), (urls[1], files[1].Item2),
        ];

        var answer = (await server.Admin.SendFilesAsync(sent).JsonAsync()).Items("files");

        answer.Select(file => file.Id()).ShouldBe(sent.Select(file => Guid.Parse(file.Url.Split('/')[^1])));
        answer.Select(file => (file.Text("status"), file.Text("code"))).ShouldBe(
        [
            ("uploaded", null), ("uploaded", null), ("uploaded", null), ("uploaded", null), ("failed", "unsupportedFormat"), ("uploaded", null), ("uploaded", null),
            ("needed", "offsetMismatch"), ("uploaded", null), ("needed", "validationFailed"), ("needed", "validationFailed"), ("failed", "notFound"), ("uploaded", null),
        ]);
        answer[9].Text("error").ShouldBe($"The part of '7.jpg' does not have the {files[7].Item2.Length} bytes that were announced.");
        await NamesAreAsync("0.jpg", "1.jpg", "2.jpg", "3.jpg", "5.jpg", "10.jpg", "11.jpg");
        var image = await server.Visitor.GetAsync($"/api/v1/images/{answer[1].Id("imageId")}").JsonAsync();
        (image.Text("fileName"), image.Id("groupId")).ShouldBe(("3.jpg", group));
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{answer[1].Id("imageId")}/full")).ShouldBe(files[3].Item2);

        // Missing files continue at their address, duplicates are reported, and files sent again get their earlier result.
        await server.Admin.TusPatchAsync(urls[8], 100, files[8].Item2[100..]).StatusAsync(HttpStatusCode.NoContent);
        var again = (await server.Admin.SendFilesAsync((urls[6], files[6].Item2), (urls[7], files[7].Item2), (urls[9], files[9].Item2), (urls[3], files[3].Item2), (urls[4], files[4].Item2)).JsonAsync()).Items("files");
        again.Select(file => (file.Text("status"), file.Text("code"))).ShouldBe(
            [("duplicate", null), ("uploaded", null), ("uploaded", null), ("uploaded", null), ("failed", "unsupportedFormat")]);
        (again[0].Id("imageId"), again[3].Id("imageId")).ShouldBe((answer[3].Id("imageId"), answer[1].Id("imageId")));
        await NamesAreAsync("0.jpg", "1.jpg", "2.jpg", "3.jpg", "5.jpg", "7.jpg", "8.jpg", "9.jpg", "10.jpg", "11.jpg");
        var receipt = await server.Admin.ReceiptAsync(batch);
        (receipt.Text("state"), receipt.GetProperty("uploaded").GetInt32(), receipt.GetProperty("duplicate").GetInt32(), receipt.GetProperty("failed").GetInt32()).ShouldBe(("finished", 10, 1, 1));
    }

    [Fact]
    public async Task Files_of_another_users_upload_or_of_a_deleted_group_are_refused()
    {
        await server.Admin.CreateUserAsync("ada-files");
        using var ada = await server.SignInAsync("ada-files", ImageHubServer.UserPassword);
        var content = TestImages.Jpeg();
        var (batch, urls) = await server.Admin.AnnounceAsync(group, [("a.jpg", content)]);

        (await ada.SendFilesAsync((urls[0], content)).JsonAsync()).Items("files").Single().Text("code").ShouldBe("notFound");
        (await server.Admin.ReceiptAsync(batch)).GetProperty("done").GetInt32().ShouldBe(0);
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        var answer = (await server.Admin.SendFilesAsync((urls[0], content)).JsonAsync()).Items("files").Single();

        (answer.Text("status"), answer.Text("code")).ShouldBe(("failed", "notFound"));
        (await server.Admin.ReceiptAsync(batch)).GetProperty("failed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task An_invalid_request_is_reported_and_the_files_before_the_error_are_stored()
    {
        var files = Enumerable.Range(0, 31).Select(i => ($"{i}.jpg", TestImages.Jpeg(60, 40, seed: i))).ToArray();
        var (_, urls) = await server.Admin.AnnounceAsync(group, files);
        const string boundary = "----b";
        var whole = Part(urls[0].Split('/')[^1], files[0].Item2);

        await PostAsync("application/json", "{}"u8.ToArray()).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");
        await PostAsync($"multipart/form-data; boundary={boundary}", Encoding.ASCII.GetBytes($"--{boundary}--\r\n")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await PostAsync($"multipart/form-data; boundary={boundary}", [.. whole, .. Part(urls[1].Split('/')[^1], files[1].Item2)[..^20]]).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");
        await NamesAreAsync("0.jpg");
        var problem = await PostAsync($"multipart/form-data; boundary={boundary}", [.. whole, .. Part("files", files[1].Item2)]).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("name")[0].GetString().ShouldBe("A file is called 'files'; it must be called by the last segment of its uploadUrl.");
        var all = (await server.Admin.SendFilesAsync(files.Select((file, i) => (urls[i], file.Item2))).JsonAsync()).Items("files");
        all.Take(30).ShouldAllBe(file => file.Text("status") == "uploaded");
        (all[30].Text("status"), all[30].Text("code"), all[30].Text("error")).ShouldBe(("needed", "tooManyFiles", "One request may carry 30 files."));
        await NamesAreAsync([.. files.Take(30).Select(file => file.Item1)]);

        static byte[] Part(string name, byte[] content) =>
            [.. Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"file\"\r\n\r\n"), .. content, .. "\r\n"u8];

        Task<HttpResponseMessage> PostAsync(string type, byte[] body)
        {
            var sent = new ByteArrayContent(body);
            sent.Headers.TryAddWithoutValidation("Content-Type", type);
            return server.Admin.PostAsync("/api/v1/uploads/files", sent);
        }
    }

    private async Task NamesAreAsync(params string[] names) =>
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=50").JsonAsync()).Items().Select(image => image.Text("fileName")).ShouldBe(names);
}
