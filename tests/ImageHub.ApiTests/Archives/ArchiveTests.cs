using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;

namespace ImageHub.ApiTests.Archives;

public sealed class ArchiveTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static readonly string[] Names = ["Größe – 写真 👍🏽.jpg", "b.png", "a.jpg"];

    [Fact]
    public async Task An_archive_holds_the_full_bytes_of_every_image_in_the_order_of_the_group()
    {
        // The first file has a location, so its full variant differs from the upload. The last file is larger than the buffer.
        byte[][] sent = [MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif()), TestImages.Png(seed: 2), TestPicture.Noise(500, 400, seed: 3).ToJpeg(quality: 100)];
        var group = await server.Admin.CreateGroupAsync();
        var images = new List<Guid>();
        foreach (var (name, content) in Names.Zip(sent))
        {
            images.Add(await server.Admin.AddImageAsync(group, name, content));
        }

        var bytes = await server.Visitor.GetByteArrayAsync(Path(group));

        using var zip = Open(bytes);
        zip.Entries.Select(entry => entry.FullName).ShouldBe(Names);
        foreach (var (entry, image) in zip.Entries.Zip(images))
        {
            ReadAll(entry).ShouldBe(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full"));
            entry.CompressedLength.ShouldBe(entry.Length);
        }

        ReadAll(zip.Entries[0]).ShouldNotBe(sent[0]);
        ReadAll(zip.Entries[2]).ShouldBe(sent[2]);
    }

    [Fact]
    public async Task The_answer_states_the_archives_length_and_file_name_and_forbids_caching()
    {
        var group = await GroupOfAsync(3, "Über/unter \"1\" – 写真");

        using var answer = await server.Visitor.GetAsync(Path(group));

        answer.Content.Headers.ContentLength.ShouldBe((await answer.Content.ReadAsByteArrayAsync()).Length);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        var disposition = answer.Content.Headers.ContentDisposition.ShouldNotBeNull();
        (disposition.DispositionType, disposition.FileNameStar).ShouldBe(("attachment", "Über_unter _1_ – 写真.zip"));
        answer.Headers.AcceptRanges.Single().ShouldBe("none");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        answer.Headers.TransferEncodingChunked.ShouldNotBe(true);
    }

    [Fact]
    public async Task A_head_request_has_the_headers_and_no_body()
    {
        var group = await GroupOfAsync(1);
        using var request = new HttpRequestMessage(HttpMethod.Head, Path(group));

        using var answer = await server.Visitor.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldBe((await server.Visitor.GetByteArrayAsync(Path(group))).Length);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Visitors_get_no_archive_of_an_unpublished_group()
    {
        var group = await server.Admin.CreateGroupAsync(isPublished: false);
        await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());

        await server.Visitor.GetAsync(Path(group)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        Open(await server.Admin.GetByteArrayAsync(Path(group))).Entries.Count.ShouldBe(1);
        await server.Visitor.GetAsync(Path(Guid.NewGuid())).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_group_without_images_has_an_archive_without_files()
    {
        var group = await server.Admin.CreateGroupAsync();

        Open(await server.Visitor.GetByteArrayAsync(Path(group))).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_archive_omits_trashed_images_and_has_every_file_name_once()
    {
        var group = await server.Admin.CreateGroupAsync();
        var trashed = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
        await server.Admin.DeleteAsync($"/api/v1/images/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        var content = TestImages.Jpeg(seed: 2);
        await server.Admin.AddImageAsync(group, "a.jpg", content);
        await server.Admin.PutImageAsync(group, "A.jpg", TestImages.Jpeg(seed: 3)).StatusAsync(HttpStatusCode.Created);

        using var zip = Open(await server.Visitor.GetByteArrayAsync(Path(group)));

        zip.Entries.Select(entry => entry.FullName).ShouldBe(["a.jpg", "A.jpg"]);
        ReadAll(zip.Entries[0]).ShouldBe(content);
    }

    [Fact]
    public async Task An_archive_has_a_renamed_image_under_its_new_name()
    {
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { fileName = "../../x/new.jpg" }).StatusAsync(HttpStatusCode.OK);

        Open(await server.Visitor.GetByteArrayAsync(Path(group))).Entries.Single().FullName.ShouldBe("new.jpg");
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("empty")]
    [InlineData("cut")]
    public async Task An_archive_omits_a_lost_image_and_names_it_in_a_text_file(string damage)
    {
        var group = await GroupOfAsync(3);
        await DamagedFile.DamageAsync(await ObjectAsync(group, 0), damage);

        using var answer = await server.Visitor.GetAsync(Path(group));

        var bytes = await answer.Content.ReadAsByteArrayAsync();
        answer.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        using var zip = Open(bytes);
        zip.Entries.Select(entry => entry.FullName).ShouldBe(["1.jpg", "2.jpg", "Missing files.txt"]);
        Encoding.UTF8.GetString(ReadAll(zip.Entries[2])).ShouldEndWith("\r\n0.jpg\r\n");
        using var head = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, Path(group)));
        (head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag).ShouldBe((HttpStatusCode.OK, bytes.Length, answer.Headers.ETag));
    }

    [Fact]
    public async Task An_archive_contains_a_lost_image_that_can_be_rendered_again()
    {
        var group = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(group, "here.jpg", MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif()));
        var before = await server.Visitor.GetByteArrayAsync(Path(group));
        await DamagedFile.DamageAsync(await ObjectAsync(group, 0), "lost");

        (await server.Visitor.GetByteArrayAsync(Path(group))).ShouldBe(before);
    }

    [Fact]
    public async Task The_entity_tag_of_an_archive_stays_the_same_while_its_files_do()
    {
        var group = await GroupOfAsync(2);
        using var first = await server.Visitor.GetAsync(Path(group));
        using var second = await server.Visitor.GetAsync(Path(group));
        await server.Admin.AddImageAsync(group, "new.jpg", TestImages.Jpeg(seed: 9));
        using var third = await server.Visitor.GetAsync(Path(group));

        first.Headers.ETag.ShouldNotBeNull().IsWeak.ShouldBeFalse();
        second.Headers.ETag.ShouldBe(first.Headers.ETag);
        third.Headers.ETag.ShouldNotBe(first.Headers.ETag);
    }

    [Fact]
    public async Task A_download_breaks_off_when_an_object_has_changed_and_the_next_download_omits_it()
    {
        var group = await GroupOfAsync(3);
        string before;
        using (var whole = await server.Visitor.GetAsync(Path(group)))
        {
            before = whole.Headers.ETag!.Tag;
        }

        await DamagedFile.DamageAsync(await ObjectAsync(group, 2), "changed");
        using var received = new MemoryStream();
        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var body = await server.Visitor.GetStreamAsync(Path(group));
            await body.CopyToAsync(received);
        });

        // The connection may break before the client has received anything.
        (failure is HttpIOException or IOException or HttpRequestException { InnerException: IOException }).ShouldBeTrue(failure?.ToString());
        Should.Throw<InvalidDataException>(() => new ZipArchive(received).Entries);

        using var next = await server.Visitor.GetAsync(Path(group));
        next.Headers.ETag!.Tag.ShouldNotBe(before);
        using var zip = Open(await next.Content.ReadAsByteArrayAsync());
        zip.Entries.Select(entry => entry.FullName).ShouldBe(["0.jpg", "1.jpg", "Missing files.txt"]);
    }

    [Fact]
    public async Task An_archive_leaves_nothing_on_the_servers_disk()
    {
        var group = await GroupOfAsync(1);
        await server.Visitor.GetByteArrayAsync(Path(group));

        // The client receives the last byte shortly before the server has cleaned up.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (Directory.EnumerateFiles(System.IO.Path.Combine(server.DataDirectory, "staging"), "scratch-*", SearchOption.AllDirectories).Any())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static string Path(Guid group) => $"/api/v1/groups/{group}/archive";

    private static ZipArchive Open(byte[] bytes) => new(new MemoryStream(bytes), ZipArchiveMode.Read);

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private async Task<Guid> GroupOfAsync(int images, string title = "A group")
    {
        var group = await server.Admin.CreateGroupAsync(title);
        for (var i = 0; i < images; i++)
        {
            await server.Admin.AddImageAsync(group, $"{i}.jpg", TestImages.Jpeg(seed: i));
        }

        return group;
    }

    private async Task<string> ObjectAsync(Guid group, int index)
    {
        var page = await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync();
        var image = page.Items()[index].Text("id")!;
        return Directory.EnumerateFiles(System.IO.Path.Combine(server.DataDirectory, "objects"), "full", SearchOption.AllDirectories)
            .Single(path => path.Contains(image, StringComparison.Ordinal));
    }
}
