using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageHub.Application.WebDav;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Files that are not images (yet).</summary>
public sealed class PlaceholderTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly SharedServer shared = new(postgres);
    private ImageHubServer server = null!;
    private ShiftedClock clock = null!;
    private HttpClient dav = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await shared.TakeAsync();
        dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        group = await server.Admin.CreateGroupAsync("Files");
    }

    public async ValueTask DisposeAsync()
    {
        dav.Dispose();
        await shared.DisposeAsync();
    }

    [Fact]
    public async Task A_placeholder_is_read_as_an_attachment_and_only_by_WebDAV_and_its_account()
    {
        await dav.PutDavAsync("/dav/Files/page.html", "<script>alert(1)</script>"u8.ToArray());

        using var read = await dav.GetAsync("/dav/Files/page.html");
        (await read.Content.ReadAsStringAsync()).ShouldBe("<script>alert(1)</script>");
        read.Content.Headers.ContentType!.ToString().ShouldBe("application/octet-stream");
        read.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        read.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        using var range = new HttpRequestMessage(HttpMethod.Get, "/dav/Files/page.html") { Headers = { Range = new RangeHeaderValue(1, 6) } };
        using var part = await dav.SendAsync(range);
        (await part.Content.ReadAsStringAsync()).ShouldBe("script");
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().ShouldBeEmpty();

        await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "grace", password = ImageHubServer.UserPassword, role = "admin" }).StatusAsync(HttpStatusCode.Created);
        using var grace = await server.SignInAsync("grace", ImageHubServer.UserPassword);
        using var other = server.NewDavClient(await grace.CreateKeyAsync("admin"), "grace");
        (await other.ListDavAsync("/dav/Files")).ShouldBeEmpty();
        await other.GetAsync("/dav/Files/page.html").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await other.PutDavAsync("/dav/Files/page.html", "hers"u8.ToArray());
        (await dav.GetStringAsync("/dav/Files/page.html")).ShouldBe("<script>alert(1)</script>");
    }

    [Fact]
    public async Task Image_bytes_under_its_name_replace_a_placeholder_and_its_object_is_deleted()
    {
        await dav.PutDavAsync("/dav/Files/one.jpg", "not yet"u8.ToArray());
        Parts().Length.ShouldBe(1);
        await dav.PutDavAsync("/dav/Files/one.jpg", "still not"u8.ToArray(), HttpStatusCode.NoContent);
        Parts().Length.ShouldBe(1);

        await dav.PutDavAsync("/dav/Files/one.jpg", TestImages.Jpeg(seed: 1), HttpStatusCode.NoContent);

        (await dav.ListDavAsync("/dav/Files")).ShouldBe(["/dav/Files/one.jpg"]);
        Parts().ShouldBeEmpty();
        (await server.SqlAsync("SELECT count(*) FROM placeholders")).ShouldBe(0L);
    }

    [Fact]
    public async Task Placeholders_are_moved_copied_and_deleted()
    {
        await dav.PutDavAsync("/dav/Files/a.txt", "a"u8.ToArray());
        await dav.MkcolAsync("/dav/Files/Below");

        await dav.DavAsync("COPY", "/dav/Files/a.txt", null, ("Destination", "/dav/Files/b.txt")).StatusAsync(HttpStatusCode.Created);
        await dav.DavAsync("MOVE", "/dav/Files/a.txt", null, ("Destination", "/dav/Files/Below/c.txt")).StatusAsync(HttpStatusCode.Created);
        (await dav.ListDavAsync("/dav/Files")).ShouldBe(["/dav/Files/Below/", "/dav/Files/b.txt"]);
        (await dav.GetStringAsync("/dav/Files/Below/c.txt")).ShouldBe("a");
        await dav.DeleteAsync("/dav/Files/b.txt").StatusAsync(HttpStatusCode.NoContent);
        await dav.DeleteAsync("/dav/Files/Below").StatusAsync(HttpStatusCode.NoContent);

        Parts().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_placeholder_is_gone_after_a_day()
    {
        await dav.PutDavAsync("/dav/Files/a.txt", "a"u8.ToArray());
        clock.Advance(TimeSpan.FromHours(23));
        await server.SignInOwnerAgainAsync();
        (await dav.ListDavAsync("/dav/Files")).ShouldBe(["/dav/Files/a.txt"]);

        clock.Advance(TimeSpan.FromHours(2));
        (await dav.ListDavAsync("/dav/Files")).ShouldBeEmpty();
        Parts().Length.ShouldBe(1);
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneWebDav());

        Parts().ShouldBeEmpty();
        (await server.SqlAsync("SELECT count(*) FROM placeholders")).ShouldBe(0L);
    }

    [Fact]
    public async Task The_sizes_of_discarded_files_are_known_for_an_hour_and_for_the_last_5000_files_of_an_account()
    {
        await dav.PutDavAsync("/dav/Files/.DS_Store", [1]);
        clock.Advance(TimeSpan.FromMinutes(59));
        await server.SqlAsync(
            $"INSERT INTO junk_files (account_id, path_hash, bytes, written_at) SELECT users.id, sha256(n::text::bytea), 1, '{clock.GetUtcNow():O}' FROM generate_series(1, 4999) AS n, users WHERE user_name = 'admin'");
        (await dav.PropfindAsync("/dav/Files/.DS_Store", 0)).ShouldHaveSingleItem();

        await dav.PutDavAsync("/dav/Files/._one.jpg", [1]);
        await dav.DavAsync("PROPFIND", "/dav/Files/.DS_Store", null, ("Depth", "0")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await server.SqlAsync("SELECT count(*) FROM junk_files")).ShouldBe(5000L);

        clock.Advance(TimeSpan.FromMinutes(61));
        await dav.DavAsync("PROPFIND", "/dav/Files/._one.jpg", null, ("Depth", "0")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneWebDav());
        (await server.SqlAsync("SELECT count(*) FROM junk_files")).ShouldBe(0L);
    }

    [Fact]
    public async Task An_account_has_at_most_1000_placeholders_of_10_mebibytes_and_100_mebibytes_in_all()
    {
        await dav.PutAsync("/dav/Files/large.bin", new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1])).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
        await FillAsync(count: 10, bytes: 10 * 1024 * 1024);
        await dav.PutAsync("/dav/Files/more.bin", new ByteArrayContent([1])).ProblemAsync((HttpStatusCode)507, "webDavFull");
        Parts().ShouldBeEmpty();
        await FillAsync(count: 999, bytes: 1);
        await dav.PutDavAsync("/dav/Files/more.bin", [1]);
        await dav.PutAsync("/dav/Files/evenmore.bin", new ByteArrayContent([1])).ProblemAsync((HttpStatusCode)507, "webDavFull");
        await dav.PutDavAsync("/dav/Files/more.bin", [2], HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_video_is_refused_because_it_would_be_gone_after_a_day()
    {
        byte[] video = [0, 0, 0, 24, .. "ftypmp42"u8, 0, 0, 0, 0, .. "isommp42"u8];

        var problem = await dav.PutAsync("/dav/Files/film.mp4", new ByteArrayContent(video)).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");

        problem.Text("detail").ShouldBe("'film.mp4' is a video; only images are kept.");
    }

    private string[] Parts() => Directory.Exists(Path.Combine(server.DataDirectory, "objects", "parts")) ? Directory.GetFiles(Path.Combine(server.DataDirectory, "objects", "parts"), "*", SearchOption.AllDirectories) : [];

    private async Task FillAsync(int count, long bytes) => await server.SqlAsync(
        $"""
        DELETE FROM placeholders;
        INSERT INTO placeholders (id, account_id, group_id, name, content_id, bytes, created_at, written_at)
        SELECT gen_random_uuid(), users.id, '{group}', 'file ' || n, gen_random_uuid(), {bytes}, now(), now() FROM generate_series(1, {count}) AS n, users WHERE user_name = 'admin'
        """);
}
