using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.Images;

public sealed class UploadTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private const int MaxFileBytes = 400_000;
    private const int MaxFiles = 20;

    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync(new()
        {
            ["Uploads:MaxFileBytes"] = $"{MaxFileBytes}",
            ["Uploads:MaxFiles"] = $"{MaxFiles}",
            ["Imaging:MaxPixels"] = "4000000",
        });
        group = await server.Admin.CreateGroupAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string, string> Formats => new()
    {
        { "jpeg", "image/jpeg" }, { "png", "image/png" }, { "webp", "image/webp" }, { "avif", "image/avif" }, { "gif", "image/gif" }, { "tiff", "image/tiff" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_is_recognized_by_its_content_and_stored_bit_for_bit(string format, string contentType)
    {
        var content = File(format);
        var image = await server.Admin.PutImageAsync(group, $"{format}.txt", content).JsonAsync(HttpStatusCode.Created);

        var details = await server.Visitor.GetAsync($"/api/v1/images/{image.Id()}").JsonAsync();
        details.Text("format").ShouldBe(format);
        details.GetProperty("full").Text("contentType").ShouldBe(contentType);
        details.GetProperty("low").Text("contentType").ShouldBe("image/jpeg");
        using var full = await server.Visitor.GetAsync($"/api/v1/images/{image.Id()}/full");
        full.Content.Headers.ContentType!.ToString().ShouldBe(contentType);
        (await full.Content.ReadAsByteArrayAsync()).ShouldBe(content);
    }

    [Fact]
    public async Task Renditions_with_alpha_are_WebP()
    {
        var image = await server.Admin.PutImageAsync(group, "alpha.png", TestImages.TransparentPng()).JsonAsync(HttpStatusCode.Created);

        image.GetProperty("low").Text("contentType").ShouldBe("image/webp");
        image.GetProperty("medium").Text("contentType").ShouldBe("image/webp");
        image.GetProperty("high").Text("contentType").ShouldBe("image/webp");
        using var low = await server.Visitor.GetAsync($"/api/v1/images/{image.Id()}/low");
        low.Content.Headers.ContentType!.ToString().ShouldBe("image/webp");
    }

    [Fact]
    public async Task Dimensions_are_given_after_orientation_and_a_small_image_is_never_enlarged()
    {
        var image = await server.Admin.PutImageAsync(group, "turned.jpg", TestImages.OrientedJpeg(6, 100, 200)).JsonAsync(HttpStatusCode.Created);

        (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()).ShouldBe((100, 200));
        var high = image.GetProperty("high");
        (high.GetProperty("width").GetInt32(), high.GetProperty("height").GetInt32()).ShouldBe((100, 200));
        image.Text("placeholder")!.ShouldStartWith("data:image/webp;base64,");
        Convert.FromBase64String(image.Text("placeholder")!.Split(',')[1]).Length.ShouldBeLessThan(500);
    }

    public static TheoryData<string, int, string> Refused => new()
    {
        { "text", 415, "unsupportedFormat" },
        { "svg", 415, "unsupportedFormat" },
        { "pdf", 415, "unsupportedFormat" },
        { "video", 415, "unsupportedFormat" },
        { "truncated", 422, "corruptImage" },
        { "garbled", 422, "corruptImage" },
        { "empty", 422, "corruptImage" },
        { "heic", 422, "corruptImage" },
        { "bomb", 422, "tooManyPixels" },
        { "large", 413, "fileTooLarge" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_refused_file_is_reported_with_the_reason_and_leaves_nothing_behind(string kind, int status, string code)
    {
        var before = Files();

        await server.Admin.PutImageAsync(group, $"{kind}.jpg", File(kind)).ProblemAsync((HttpStatusCode)status, code);
        var report = await server.Admin.PostImagesAsync(group, ($"{kind}.jpg", File(kind))).JsonAsync(HttpStatusCode.UnprocessableEntity);

        var failed = report.Items("failed").Single();
        failed.Text("code").ShouldBe(code);
        failed.Text("fileName").ShouldBe($"{kind}.jpg");
        failed.Text("error").ShouldNotBeNullOrEmpty();
        failed.GetProperty("index").GetInt32().ShouldBe(0);
        Files().ShouldBe(before);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_video_is_refused_by_its_content_and_an_image_with_a_video_extension_is_accepted()
    {
        var single = await server.Admin.PutImageAsync(group, "IMG_0001.jpg", Video).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");
        single.Text("detail")!.ShouldStartWith("'IMG_0001.jpg' is a video. The content is not an image of an accepted format; accepted are JPEG, PNG");

        var url = await server.Admin.TusBeginAsync(Video.Length, group, "IMG_0001.jpg");
        var resumable = await server.Admin.TusPatchAsync(url, 0, Video).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");
        resumable.Text("detail").ShouldBe(single.Text("detail"));

        var report = await server.Admin.PostImagesAsync(group, ("IMG_0001.jpg", Video), ("IMG_0002.MOV", TestImages.Jpeg())).JsonAsync(HttpStatusCode.Created);
        report.Items("failed").Single().Text("error").ShouldBe(single.Text("detail"));
        report.Items("uploaded").Single().Text("fileName").ShouldBe("IMG_0002.jpg");
    }

    [Fact]
    public async Task A_phone_photo_is_stored_unchanged_and_shown_as_JPEG()
    {
        var heic = new HeicFixture { IsDeep = true, QuarterTurns = 3 }.ToFile();

        var image = await server.Admin.AddImageAsync(group, "IMG_0001.HEIC", heic);

        var details = await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync();
        (details.Text("format"), details.GetProperty("width").GetInt32(), details.GetProperty("height").GetInt32()).ShouldBe(("heic", 100, 120));
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(heic);
        var low = TestPicture.Read(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/low"));
        (low.Width, low.Height).ShouldBe((100, 120));
        var jpeg = await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full?format=jpeg");
        jpeg[..3].ShouldBe([0xFF, 0xD8, 0xFF]);
        var shown = TestPicture.Read(jpeg);
        (shown.Width, shown.Height, shown.Bands).ShouldBe((100, 120, 3));
    }

    [Fact]
    public async Task One_bad_file_does_not_stop_the_other_files_and_results_are_in_the_order_of_the_files()
    {
        var first = TestImages.Jpeg(seed: 1);
        await server.Admin.AddImageAsync(group, "taken.jpg", TestImages.Jpeg(seed: 9));

        var report = await server.Admin.PostImagesAsync(
            group,
            ("a.jpg", first),
            ("notes.txt", File("text")),
            ("again.jpg", first),
            ("taken.jpg", TestImages.Jpeg(seed: 2)),
            ("broken.jpg", File("truncated")),
            ("b.png", TestImages.Png(seed: 3))).JsonAsync(HttpStatusCode.Created);

        Places(report, "uploaded").ShouldBe([0, 5]);
        Places(report, "skipped").ShouldBe([2, 3]);
        Places(report, "failed").ShouldBe([1, 4]);
        var skipped = report.Items("skipped");
        skipped[0].Text("code").ShouldBe("duplicateContent");
        skipped[0].Id("existingId").ShouldBe(report.Items("uploaded")[0].Id());
        skipped[1].Text("code").ShouldBe("duplicateFileName");
        skipped.ShouldAllBe(item => item.GetProperty("reason").GetString()!.Length > 0);
        report.Items("failed").Select(item => item.Text("code")).ShouldBe(["unsupportedFormat", "corruptImage"]);

        static int[] Places(JsonElement report, string field) => [.. report.Items(field).Select(item => item.GetProperty("index").GetInt32())];
    }

    [Fact]
    public async Task Sending_a_file_again_is_safe_and_names_the_existing_image()
    {
        var files = Enumerable.Range(0, 5).Select(i => ($"{i}.jpg", TestImages.Jpeg(seed: 20 + i))).ToArray();
        await server.Admin.PostImagesAsync(group, files).StatusAsync(HttpStatusCode.Created);

        var again = await server.Admin.PostImagesAsync(group, files).JsonAsync(HttpStatusCode.OK);

        again.Items("skipped").Select(item => item.Text("code")).ShouldAllBe(code => code == "duplicateContent");
        again.Items("skipped").Count.ShouldBe(5);
        var problem = await server.Admin.PutImageAsync(group, "other.jpg", files[0].Item2).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");
        problem.Id("existingId").ShouldNotBe(Guid.Empty);
        await server.Admin.PutImageAsync(group, "0.jpg", TestImages.Jpeg(seed: 99)).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
    }

    [Fact]
    public async Task When_many_clients_send_the_same_file_one_image_is_created()
    {
        var content = TestImages.Jpeg(seed: 5);
        var before = CountObjects();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var answer = await server.Admin.PutImageAsync(group, $"{i % 2}.jpg", content);
            return answer.StatusCode;
        }));

        statuses.Count(status => status == HttpStatusCode.Created).ShouldBe(1);
        statuses.Count(status => status == HttpStatusCode.Conflict).ShouldBe(7);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
        CountObjects().ShouldBe(before + 4);
    }

    [Fact]
    public async Task Consecutive_tags_fields_apply_to_the_files_up_to_the_next_tags_field()
    {
        var body = new MultipartFormDataContent();
        body.AddFile("none.png", TestImages.Png(seed: 1));
        body.Add(new StringContent("sea, harbour"), "tags");
        body.Add(new StringContent("boat"), "tags");
        body.AddFile("three.png", TestImages.Png(seed: 2));
        body.Add(new StringContent("hill"), "tags");
        body.AddFile("one.png", TestImages.Png(seed: 3));

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Select(image => string.Join('|', image.Items("tags").Select(tag => tag.GetString())))
            .ShouldBe(["", "sea|harbour|boat", "hill"]);
    }

    [Fact]
    public async Task A_tags_field_after_all_files_applies_to_all_of_them_and_category_is_an_alias()
    {
        await server.Admin.PutImageAsync(group, "there.png", TestImages.Png(seed: 8)).StatusAsync(HttpStatusCode.Created);
        var body = new MultipartFormDataContent();
        body.AddFile("none.png", TestImages.Png(seed: 4));
        body.Add(new StringContent("sea"), "category");
        body.AddFile("sea.png", TestImages.Png(seed: 5));
        body.AddFile("again.png", TestImages.Png(seed: 8));
        body.AddFile("bad.png", "no image"u8.ToArray());
        body.Add(new StringContent("nature, sea"), "category");
        body.Add(new StringContent("2026"), "tags");

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Select(Tags).ShouldBe(["nature|sea|2026", "sea|nature|2026"]);
        report.Items("failed").Single().Text("code").ShouldBe("unsupportedFormat");
        var kept = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
        kept.Select(image => $"{image.Text("fileName")} {Tags(image)}").ShouldBe(["there.png ", "none.png nature|sea|2026", "sea.png sea|nature|2026"]);

        static string Tags(JsonElement image) => string.Join('|', image.Items("tags").Select(tag => tag.GetString()));
    }

    [Theory]
    [InlineData(101, "1 to 100 characters")]
    [InlineData(100, "'a.png' would have 51 tags; at most 50 are allowed")]
    public async Task A_trailing_tags_field_is_reported_if_it_is_invalid_or_exceeds_a_files_limit_and_all_files_keep_their_own_tags(int length, string text)
    {
        var body = new MultipartFormDataContent
        {
            { new StringContent(string.Join(',', Enumerable.Range(0, 50))), "tags" },
        };
        body.AddFile("a.png", TestImages.Png(seed: 9));
        body.Add(new StringContent("b"), "tags");
        body.AddFile("b.png", TestImages.Png(seed: 10));
        body.Add(new StringContent(new string('t', length)), "category");

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Select(image => image.Items("tags").Count).ShouldBe([50, length == 100 ? 2 : 1]);
        var failed = report.Items("failed").Single();
        (failed.GetProperty("index").GetInt32(), failed.Text("code")).ShouldBe((2, "validationFailed"));
        failed.Text("error")!.ShouldContain(text);
    }

    [Fact]
    public async Task A_file_with_a_malformed_part_header_is_stored_as_image_and_unknown_fields_are_ignored()
    {
        var png = TestImages.Png(seed: 41);
        byte[] body =
        [
            .. "--x\r\nContent-Disposition: form-data; name=photo; filename=my photo.png\r\n\r\n"u8, .. png,
            .. "\r\n--x\r\nContent-Disposition: form-data; name=\"colour\"\r\n\r\nred\r\n--x\r\n\r\nno headers\r\n--x--\r\n"u8,
        ];
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", content).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Single().GetProperty("index").GetInt32().ShouldBe(0);
        report.Items("uploaded").Single().Text("fileName").ShouldBe("image");
        report.Items("failed").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("filename*=utf-7''a.png")]
    [InlineData("filename=\"=?utf-7?B?YS5wbmc=?=\"")]
    [InlineData("filename*")]
    public async Task A_file_whose_name_cannot_be_decoded_is_stored_as_image(string fileName)
    {
        byte[] body =
        [
            .. Encoding.ASCII.GetBytes($"--x\r\nContent-Disposition: form-data; name=photo; {fileName}\r\n\r\n"), .. TestImages.Png(seed: fileName.Length),
            .. "\r\n--x\r\nContent-Disposition: form-data; name=photo; filename=b.png\r\n\r\n"u8, .. TestImages.Png(seed: 1 + fileName.Length), .. "\r\n--x--\r\n"u8,
        ];
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", content).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Select(image => image.Text("fileName")).ShouldBe(["image", "b.png"]);
    }

    [Fact]
    public async Task A_tags_field_that_is_too_long_ends_the_request_and_keeps_the_earlier_files()
    {
        var body = new MultipartFormDataContent();
        body.AddFile("a.png", TestImages.Png(seed: 42));
        body.Add(new StringContent(new string('t', 20_000)), "tags");
        body.AddFile("b.png", TestImages.Png(seed: 43));

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Single().Text("fileName").ShouldBe("a.png");
        report.Items("failed").Single().Text("code").ShouldBe("malformedBody");
    }

    [Fact]
    public async Task A_file_with_too_many_tags_fails()
    {
        var body = new MultipartFormDataContent();
        for (var i = 0; i < 60; i++)
        {
            body.Add(new StringContent($"tag {i}"), "tags");
        }

        body.AddFile("a.png", TestImages.Png(seed: 44));

        var report = await server.Admin.PostAsync($"/api/v1/groups/{group}/images", body).JsonAsync(HttpStatusCode.UnprocessableEntity);

        report.Items("failed").Single().Text("code").ShouldBe("validationFailed");
    }

    [Fact]
    public async Task An_unwritable_disk_is_reported_as_storageUnavailable_and_a_later_upload_succeeds()
    {
        var staging = Path.Combine(server.DataDirectory, "staging");
        Directory.Move(staging, staging + ".away");
        await System.IO.File.WriteAllBytesAsync(staging, []);
        try
        {
            await server.Admin.PutImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 45)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
            var report = await server.Admin.PostImagesAsync(group, ("a.jpg", TestImages.Jpeg(seed: 45))).JsonAsync(HttpStatusCode.UnprocessableEntity);
            report.Items("failed").Single().Text("code").ShouldBe("storageUnavailable");
        }
        finally
        {
            System.IO.File.Delete(staging);
            Directory.Move(staging + ".away", staging);
        }

        await server.Admin.PutImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 45)).StatusAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Files_over_the_limit_of_a_request_fail_and_the_other_files_are_stored()
    {
        var report = await server.Admin.PostImagesAsync(group, Enumerable.Range(0, MaxFiles + 3).Select(i => ($"{i}.png", TestImages.Png(8 + i, 8, seed: i)))).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Count.ShouldBe(MaxFiles);
        report.Items("failed").Select(item => (item.Text("code"), item.GetProperty("index").GetInt32()))
            .ShouldBe([("tooManyFiles", MaxFiles), ("tooManyFiles", MaxFiles + 1), ("tooManyFiles", MaxFiles + 2)]);
    }

    [Theory]
    [InlineData("../../../etc/passwd.jpg", "passwd.jpg")]
    [InlineData("C:\\fotos\\a.jpg", "a.jpg")]
    [InlineData("写真 é ü.jpg", "写真 é ü.jpg")]
    [InlineData("evil\u202Egpj.exe.jpg", "evilgpj.exe.jpg")]
    public async Task Dangerous_parts_of_a_file_name_are_removed_and_other_scripts_are_kept(string sent, string kept)
    {
        var report = await server.Admin.PostImagesAsync(group, (sent, TestImages.Jpeg())).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Single().Text("fileName").ShouldBe(kept);
        await server.Visitor.GetAsync($"/api/v1/groups/{group}/images/{Uri.EscapeDataString(kept)}").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_file_name_of_300_characters_is_shortened_and_control_characters_are_removed()
    {
        var report = await server.Admin.PutImageAsync(group, new string('n', 300) + "\t\u0007.jpg", TestImages.Jpeg()).JsonAsync(HttpStatusCode.Created);

        report.Text("fileName")!.Length.ShouldBe(200);
        report.Text("fileName").ShouldEndWith(".jpg");
    }

    [Fact]
    public async Task A_body_that_is_not_a_multipart_form_is_refused()
    {
        var path = $"/api/v1/groups/{group}/images";
        await server.Admin.PostAsync(path, new StringContent("{}", Encoding.UTF8, "application/json")).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");
        await server.Admin.PostAsync(path, null).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");
        await server.Admin.PostAsync(path, Raw("--x\r\n", "multipart/form-data")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.PostAsync(path, Raw("--x--\r\n", "multipart/form-data; boundary=x")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.PostAsync(path, Raw("garbage", "multipart/form-data; boundary=x")).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");
        await server.Admin.PostAsync(path, Raw("--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\nabc", "multipart/form-data; boundary=x"))
            .ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");
        await server.Admin.PostAsync(path, Raw($"--x\r\n{new string('h', 70_000)}: v\r\n\r\n", "multipart/form-data; boundary=x")).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");

        var broken = await server.Admin.PostAsync(path, Raw(Part("a.jpg") + "\r\n" + Part("b.jpg"), "multipart/form-data; boundary=x")).JsonAsync(HttpStatusCode.UnprocessableEntity);
        broken.Items("failed").Select(item => (item.GetProperty("index").GetInt32(), item.Text("fileName"), item.Text("code")))
            .ShouldBe([(0, "a.jpg", "unsupportedFormat"), (1, "b.jpg", "malformedBody")]);

        static string Part(string name) => $"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\nabc";

        static ByteArrayContent Raw(string body, string contentType)
        {
            var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            return content;
        }
    }

    [Fact]
    public async Task An_upload_to_an_unknown_group_is_not_found()
    {
        await server.Admin.PutImageAsync(Guid.CreateVersion7(), "a.jpg", TestImages.Jpeg()).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PostImagesAsync(group, ("a.jpg", TestImages.Jpeg())).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task When_a_client_disconnects_during_an_upload_only_the_committed_files_remain()
    {
        var files = Enumerable.Range(0, 12).Select(i => ($"{i:00}.jpg", TestImages.Jpeg(seed: 70 + i))).ToArray();
        var body = new MultipartFormDataContent("boundary");
        foreach (var (name, content) in files)
        {
            body.AddFile(name, content);
        }

        var before = CountObjects();
        var bytes = await body.ReadAsByteArrayAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(server.Url.Host, server.Url.Port);
            var stream = socket.GetStream();
            var head = $"POST /api/v1/groups/{group}/images HTTP/1.1\r\nHost: localhost\r\nAuthorization: {server.Admin.DefaultRequestHeaders.Authorization}\r\n"
                + $"Content-Type: multipart/form-data; boundary=boundary\r\nContent-Length: {bytes.Length}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length * 3 / 4));

            // Break the connection after the first commit, while the last part of the body is still missing.
            await EventuallyAsync(async () => await CountAsync() > 0);
            socket.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        // A staging folder exists until its upload has ended, even after its files have moved to the store.
        var staging = Path.Combine(server.DataDirectory, "staging");
        await EventuallyAsync(() => Task.FromResult(!Directory.EnumerateDirectories(staging).SelectMany(Directory.EnumerateDirectories).Any(folder => Guid.TryParse(Path.GetFileName(folder), out _))));
        var committed = await CountAsync();
        committed.ShouldBeInRange(1, 10);
        CountObjects().ShouldBe(before + 4 * committed);

        var again = await server.Admin.PostImagesAsync(group, files).JsonAsync(HttpStatusCode.Created);
        again.Items("skipped").Count.ShouldBe(committed);
        again.Items("uploaded").Count.ShouldBe(12 - committed);
        foreach (var image in (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items())
        {
            var full = await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image.Id()}/full");
            var details = await server.Visitor.GetAsync($"/api/v1/images/{image.Id()}").JsonAsync();
            details.Text("sha256").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(full)));
        }

        async Task<int> CountAsync() => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32();
    }

    /// <summary>The first bytes of a video that phones store beside a photo.</summary>
    private static byte[] Video => [0, 0, 0, 20, .. "ftypqt  "u8, 0, 0, 0, 0, .. "qt  "u8, 0, 0, 0, 8, .. "wide"u8, 0, 0, 0, 8, .. "mdat"u8];

    private static byte[] File(string kind) => kind switch
    {
        "jpeg" => TestImages.Jpeg(),
        "png" => TestImages.Png(),
        "webp" => TestImages.WebP(),
        "avif" => TestImages.Avif(),
        "gif" => TestImages.Gif(),
        "tiff" => TestImages.Tiff(100, 80),
        "text" => "Dear diary"u8.ToArray(),
        "svg" => "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>"u8.ToArray(),
        "pdf" => "%PDF-1.7\n"u8.ToArray(),
        "heic" => [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "heicmif1"u8, 0, 0, 0, 8, .. "mdat"u8],
        "video" => Video,
        "truncated" => TestImages.Jpeg()[..2000],
        "garbled" => [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[200]],
        "empty" => [],
        "bomb" => PngBomb(),
        "large" => new byte[MaxFileBytes + 1],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such file."),
    };

    /// <summary>A small PNG with a header that declares 60,000 × 60,000 pixels.</summary>
    private static byte[] PngBomb()
    {
        var png = TestImages.Png(16, 16);
        byte[] header = [.. "IHDR"u8, 0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, .. png[24..29]];
        header.CopyTo(png, 12);
        var crc = TestImages.Crc32(header);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), crc);
        return png;
    }

    private int CountObjects() => StoredFiles.Of(server.DataDirectory).Length;

    /// <summary>All files except cached answers and the file that names the store's gallery, which are written in the background.</summary>
    private string[] Files() =>
    [
        .. Directory.EnumerateFiles(server.DataDirectory, "*", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(Path.Combine(server.DataDirectory, "kept"), StringComparison.Ordinal))
            .Where(file => file != Path.Combine(server.DataDirectory, "objects", "gallery"))
            .Order(StringComparer.Ordinal),
    ];
}
