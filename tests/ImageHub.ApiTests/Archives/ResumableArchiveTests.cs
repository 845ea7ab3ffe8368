using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Application.Archives;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Archives;

/// <summary>Archives that have their own address and can be downloaded in ranges.</summary>
public sealed class ResumableArchiveTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private static readonly string[] Names = ["c.jpg", "b.png", "a.jpeg"];

    private readonly List<Guid> images = [];
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        group = await server.Admin.CreateGroupAsync("Harbour");
        images.Add(await server.Admin.AddImageAsync(group, Names[0], TestImages.Jpeg(seed: 31)));
        images.Add(await server.Admin.AddImageAsync(group, Names[1], TestImages.Png(seed: 32)));
        images.Add(await server.Admin.AddImageAsync(group, Names[2], TestImages.Jpeg(seed: 33)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_archive_of_a_whole_group_has_the_announced_length_and_name()
    {
        var made = await MakeAsync(server.Visitor, new { });

        using var answer = await server.Visitor.GetAsync(Url(made));

        var bytes = await answer.Content.ReadAsByteArrayAsync();
        (made.GetProperty("files").GetInt32(), made.GetProperty("bytes").GetInt64()).ShouldBe((3, bytes.Length));
        made.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(8), DateTimeOffset.UtcNow.AddMinutes(10));
        answer.Content.Headers.ContentDisposition!.FileName.ShouldBe("Harbour.zip");
        (answer.Headers.AcceptRanges.Single(), answer.Headers.CacheControl!.ToString()).ShouldBe(("bytes", "no-store, private"));
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        using var zip = Open(bytes);
        zip.Entries.Select(entry => entry.FullName).ShouldBe(Names);
        ReadAll(zip.Entries[1]).ShouldBe(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{images[1]}/full"));
    }

    [Fact]
    public async Task A_selection_at_high_resolution_is_downloaded_as_JPEGs_in_the_order_of_the_group()
    {
        var made = await MakeAsync(server.Visitor, new { ids = new[] { images[2], images[1] }, variant = "high" });

        using var zip = Open(await server.Visitor.GetByteArrayAsync(Url(made)));

        zip.Entries.Select(entry => entry.FullName).ShouldBe(["b.png.jpg", "a.jpeg"]);
        ReadAll(zip.Entries[0]).ShouldBe(await server.Visitor.GetByteArrayAsync($"/api/v1/images/{images[1]}/high"));
    }

    [Fact]
    public async Task At_high_resolution_each_file_has_a_unique_name_with_the_extension_of_its_format()
    {
        var mixed = await server.Admin.CreateGroupAsync("Mixed");
        await server.Admin.AddImageAsync(mixed, "logo.png", TestImages.TransparentPng(seed: 38));
        var png = await server.Admin.AddImageAsync(mixed, "a.png", TestImages.Png(seed: 39));
        await server.Admin.AddImageAsync(mixed, "a.png.jpg", TestImages.Jpeg(seed: 40));
        var made = await server.Visitor.PostAsJsonAsync(PathOf(mixed), new { variant = "high" }).JsonAsync(HttpStatusCode.Created);

        using var zip = Open(await server.Visitor.GetByteArrayAsync(Url(made)));

        zip.Entries.Select(entry => entry.FullName).ShouldBe(["logo.png.webp", "a.png (2).jpg", "a.png.jpg"]);
        Encoding.ASCII.GetString(ReadAll(zip.Entries[0]), 8, 4).ShouldBe("WEBP");

        await server.Admin.AddImageAsync(mixed, "a.png (2).jpg", TestImages.Jpeg(seed: 41));
        var again = await server.Visitor.PostAsJsonAsync(PathOf(mixed), new { variant = "high" }).JsonAsync(HttpStatusCode.Created);
        using var further = Open(await server.Visitor.GetByteArrayAsync(Url(again)));
        further.Entries.Select(entry => entry.FullName).ShouldBe(["logo.png.webp", $"a.png ({png}).jpg", "a.png.jpg", "a.png (2).jpg"]);
    }

    [Fact]
    public async Task Ranges_of_an_archive_match_the_whole_archive()
    {
        var url = Url(await MakeAsync(server.Visitor, new { }));
        var whole = await server.Visitor.GetByteArrayAsync(url);
        var half = whole.Length / 2;

        using var first = await server.Visitor.SendAsync(Get(url, 0, half - 1));
        using var second = await server.Visitor.SendAsync(Get(url, half, null));
        using var beyond = await server.Visitor.SendAsync(Get(url, whole.Length, null));

        (first.StatusCode, second.StatusCode).ShouldBe((HttpStatusCode.PartialContent, HttpStatusCode.PartialContent));
        ((byte[])[.. await first.Content.ReadAsByteArrayAsync(), .. await second.Content.ReadAsByteArrayAsync()]).ShouldBe(whole);
        beyond.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Fact]
    public async Task An_archive_stays_the_same_when_titles_names_or_the_order_change_or_images_are_added()
    {
        var url = Url(await MakeAsync(server.Visitor, new { }));
        var promised = await server.Visitor.GetByteArrayAsync(url);

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Sea", description = "New" }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{images[0]}", new { fileName = "z.jpg", title = "Z" }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PutAsJsonAsync($"/api/v1/groups/{group}/order", new { ids = new[] { images[2] } }).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.AddImageAsync(group, "further.jpg", TestImages.Jpeg(seed: 42));

        using var answer = await server.Visitor.SendAsync(Get(url, 100, null));
        answer.Content.Headers.ContentDisposition!.FileName.ShouldBe("Harbour.zip");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(promised[100..]);
        (await server.Visitor.GetByteArrayAsync(url)).ShouldBe(promised);
    }

    [Fact]
    public async Task An_archive_is_gone_when_one_of_its_images_is_moved_away_and_a_later_archive_has_the_remaining_images()
    {
        var other = await server.Admin.CreateGroupAsync("Another");
        var url = Url(await MakeAsync(server.Visitor, new { }));
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{images[1]}", new { groupId = other }).StatusAsync(HttpStatusCode.OK);

        await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        Open(await server.Visitor.GetByteArrayAsync(Url(await MakeAsync(server.Visitor, new { })))).Entries.Select(entry => entry.FullName).ShouldBe(["c.jpg", "a.jpeg"]);
    }

    [Fact]
    public async Task File_lists_of_expired_archives_are_removed()
    {
        await MakeAsync(server.Visitor, new { });
        var lists = Path.Combine(server.DataDirectory, "objects", "archives");
        foreach (var list in Directory.EnumerateFiles(lists, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(list, DateTime.UtcNow.AddMinutes(-31));
        }

        var kept = Url(await MakeAsync(server.Visitor, new { ids = new[] { images[0] } }));
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneArchives());

        Directory.EnumerateFiles(lists, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
        await server.Visitor.GetAsync(kept).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_archive_is_gone_when_one_of_its_images_changes_or_its_group_is_hidden_or_trashed()
    {
        var other = await server.Admin.CreateGroupAsync("Another");
        var image = await server.Admin.AddImageAsync(other, "a.jpg", TestImages.Jpeg(seed: 34));
        await server.Admin.AddImageAsync(other, "b.jpg", TestImages.Jpeg(seed: 35));
        await ExpectGoneAsync(() => server.Admin.DeleteAsync($"/api/v1/images/{image}"));
        await ExpectGoneAsync(() => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{other}", new { isPublished = false }));
        await server.Visitor.PostAsJsonAsync(PathOf(other), new { }).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        // An admin may create an archive of a hidden group and share its address.
        await ExpectGoneAsync(() => server.Admin.DeleteAsync($"/api/v1/groups/{other}"));

        async Task ExpectGoneAsync(Func<Task<HttpResponseMessage>> change)
        {
            var made = await server.Admin.PostAsJsonAsync(PathOf(other), new { }).JsonAsync(HttpStatusCode.Created);
            await server.Visitor.GetAsync(Url(made)).StatusAsync(HttpStatusCode.OK);
            (await change()).EnsureSuccessStatusCode();
            await server.Visitor.GetAsync(Url(made)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }
    }

    [Fact]
    public async Task An_archive_of_a_shared_group_ends_with_its_link()
    {
        var hidden = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        await server.Admin.AddImageAsync(hidden, "a.jpg", TestImages.Jpeg(seed: 36));
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{hidden}/links", new { password = "open sesame" }).JsonAsync(HttpStatusCode.Created);
        var shared = "/api/v1" + link.Text("url");
        using var guest = server.NewClient(useCookies: true);
        await guest.PostAsJsonAsync(shared + "/archives", new { }).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        await guest.PostAsJsonAsync(shared + "/unlock", new { password = "open sesame" }).StatusAsync(HttpStatusCode.NoContent);

        var made = await guest.PostAsJsonAsync(shared + "/archives", new { }).JsonAsync(HttpStatusCode.Created);

        // The address works without credentials.
        Open(await server.Visitor.GetByteArrayAsync(Url(made))).Entries.Single().FullName.ShouldBe("a.jpg");
        await server.Admin.DeleteAsync($"/api/v1/links/{link.Text("id")}").StatusAsync(HttpStatusCode.NoContent);
        await server.Visitor.GetAsync(Url(made)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_request_for_an_impossible_archive_is_refused()
    {
        var elsewhere = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "x.jpg", TestImages.Jpeg(seed: 37));

        (await PostAsync(new { variant = "low" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed")).GetProperty("errors").GetProperty("variant")[0].GetString()!.ShouldContain("'full' or 'high'");
        await PostAsync(new { ids = Array.Empty<Guid>() }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await PostAsync(new { ids = new[] { images[0], elsewhere } }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync("/api/v1/archives/nonsense").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.PostAsJsonAsync(PathOf(Guid.NewGuid()), new { }).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        Task<HttpResponseMessage> PostAsync(object body) => server.Visitor.PostAsJsonAsync(PathOf(group), body);
    }

    [Fact]
    public async Task An_expired_archive_is_gone()
    {
        var made = await MakeAsync(server.Visitor, new { });

        await server.SqlAsync("UPDATE archives SET expires_at = now()");

        await server.Visitor.GetAsync(Url(made)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    private static string PathOf(Guid group) => $"/api/v1/groups/{group}/archives";

    private static string Url(JsonElement made) => made.Text("url")!;

    private static HttpRequestMessage Get(string url, long? from, long? to)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = new RangeHeaderValue(from, to);
        return request;
    }

    private static ZipArchive Open(byte[] bytes) => new(new MemoryStream(bytes), ZipArchiveMode.Read);

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private Task<JsonElement> MakeAsync(HttpClient client, object body) => client.PostAsJsonAsync(PathOf(group), body).JsonAsync(HttpStatusCode.Created);
}
