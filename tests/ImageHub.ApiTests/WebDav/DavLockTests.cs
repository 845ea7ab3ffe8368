using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using static ImageHub.Testing.DavRequests;

namespace ImageHub.ApiTests.WebDav;

/// <summary>WebDAV locks. <see cref="LitmusTests"/> covers further rules of locks.</summary>
public sealed class DavLockTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly SharedServer shared = new(postgres);
    private ImageHubServer server = null!;
    private ShiftedClock clock = null!;
    private HttpClient dav = null!;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await shared.TakeAsync();
        dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Locks");
    }

    public async ValueTask DisposeAsync()
    {
        dav.Dispose();
        await shared.DisposeAsync();
    }

    [Fact]
    public async Task A_locked_image_changes_only_for_a_request_with_the_token_of_its_account()
    {
        await dav.PutDavAsync("/dav/Locks/one.jpg", TestImages.Jpeg(seed: 1));
        var token = await dav.LockAsync("/dav/Locks/one.jpg");
        using var other = await OtherAdminAsync();

        await PutAsync(dav, "one.jpg", 2, null).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await PutAsync(other, "one.jpg", 2, token).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await dav.DeleteAsync("/dav/Locks/one.jpg").DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await dav.DeleteAsync("/dav/Locks/").DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await other.DavAsync("LOCK", "/dav/Locks/one.jpg", Exclusive).DavErrorAsync(HttpStatusCode.Locked, "no-conflicting-lock");
        await PutAsync(dav, "one.jpg", 2, token).StatusAsync(HttpStatusCode.NoContent);

        // The lock belongs to the address, so it also protects the new image.
        await PutAsync(dav, "one.jpg", 3, null).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await other.DavAsync("UNLOCK", "/dav/Locks/one.jpg", null, ("Lock-Token", token)).DavErrorAsync(HttpStatusCode.Conflict, "lock-token-matches-request-uri");
        await dav.DavAsync("UNLOCK", "/dav/Locks/one.jpg", null, ("Lock-Token", token)).StatusAsync(HttpStatusCode.NoContent);
        await PutAsync(dav, "one.jpg", 3, null).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_client_that_has_locked_a_folder_locks_a_new_file_in_it()
    {
        var folder = await dav.LockAsync("/dav/Locks/", headers: [("Depth", "0")]);

        await dav.DavAsync("LOCK", "/dav/Locks/new.jpg", Exclusive).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await dav.DavAsync("LOCK", "/dav/Locks/new.jpg", Exclusive, ("If", $"<{server.Url}dav/Locks/> ({folder})")).StatusAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_locked_image_is_not_replaced_under_a_name_with_another_extension()
    {
        var content = TestImages.Jpeg(seed: 1);
        await dav.PutDavAsync("/dav/Locks/one.jpg", content);
        var token = await dav.LockAsync("/dav/Locks/one.jpg");

        await PutAsync(dav, "one.png", 2, null).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        (await dav.GetByteArrayAsync("/dav/Locks/one.jpg")).ShouldBe(content);
        await dav.DavAsync("UNLOCK", "/dav/Locks/one.jpg", null, ("Lock-Token", token)).StatusAsync(HttpStatusCode.NoContent);
        await PutAsync(dav, "one.png", 2, null).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
    }

    [Fact]
    public async Task A_lock_ends_at_its_timeout_unless_it_is_refreshed()
    {
        await dav.PutDavAsync("/dav/Locks/one.jpg", TestImages.Jpeg(seed: 1));
        var token = await dav.LockAsync("/dav/Locks/one.jpg", headers: ("Timeout", "Second-600"));

        clock.Advance(TimeSpan.FromMinutes(9));
        await dav.DavAsync("LOCK", "/dav/Locks/one.jpg", null, ("If", $"({token})"), ("Timeout", "Second-600")).StatusAsync(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(9));
        await PutAsync(dav, "one.jpg", 2, null).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        clock.Advance(TimeSpan.FromMinutes(2));

        await PutAsync(dav, "one.jpg", 2, null).StatusAsync(HttpStatusCode.NoContent);
        (await dav.PropfindAsync("/dav/Locks/one.jpg", 0))[0].Property(Dav + "lockdiscovery")!.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Expired_locks_of_an_account_are_deleted_by_its_next_lock()
    {
        await dav.PutDavAsync("/dav/Locks/one.jpg", TestImages.Jpeg(seed: 1));
        await dav.PutDavAsync("/dav/Locks/two.jpg", TestImages.Jpeg(seed: 2));
        await dav.LockAsync("/dav/Locks/one.jpg", headers: ("Timeout", "Second-1"));
        clock.Advance(TimeSpan.FromSeconds(2));

        await dav.LockAsync("/dav/Locks/two.jpg");

        (await server.SqlAsync("SELECT count(*) FROM dav_locks WHERE name LIKE 'one%'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_lock_is_held_on_every_instance()
    {
        await dav.PutDavAsync("/dav/Locks/one.jpg", TestImages.Jpeg(seed: 1));
        var token = await dav.LockAsync("/dav/Locks/one.jpg");
        await using var second = await server.StartSecondAsync();
        using var other = second.NewDavClient(await server.Admin.CreateKeyAsync("admin"));

        await PutAsync(other, "one.jpg", 2, null).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await other.DavAsync("UNLOCK", "/dav/Locks/one.jpg", null, ("Lock-Token", token)).StatusAsync(HttpStatusCode.NoContent);
        await PutAsync(dav, "one.jpg", 2, null).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task No_lock_lasts_longer_than_an_hour_without_a_refresh()
    {
        await dav.PutDavAsync("/dav/Locks/one.jpg", TestImages.Jpeg(seed: 1));

        await dav.LockAsync("/dav/Locks/one.jpg", headers: ("Timeout", "Infinite, Second-4100000000"));

        var held = (await dav.PropfindAsync("/dav/Locks/one.jpg", 0))[0].Property(Dav + "lockdiscovery")!.Elements().ShouldHaveSingleItem();
        int.Parse(held.Element(Dav + "timeout")!.Value["Second-".Length..], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(3_500, 3_600);
        held.Element(Dav + "owner")!.Value.ShouldBe("Ada");
        held.Element(Dav + "lockroot")!.Value.ShouldBe("/dav/Locks/one.jpg");
    }

    [Fact]
    public async Task A_lock_of_a_new_name_creates_an_empty_file_that_an_image_replaces()
    {
        var token = await dav.LockAsync("/dav/Locks/new.jpg", HttpStatusCode.Created);
        (await dav.PropfindAsync("/dav/Locks/new.jpg", 0))[0].Property(Dav + "getcontentlength")!.Value.ShouldBe("0");

        await PutAsync(dav, "new.jpg", 1, token).StatusAsync(HttpStatusCode.NoContent);
        await dav.DavAsync("UNLOCK", "/dav/Locks/new.jpg", null, ("Lock-Token", token)).StatusAsync(HttpStatusCode.NoContent);

        (await dav.ListDavAsync("/dav/Locks")).ShouldBe(["/dav/Locks/new.jpg"]);
        (await dav.GetByteArrayAsync("/dav/Locks/new.jpg")).ShouldBe(TestImages.Jpeg(seed: 1));
    }

    [Fact]
    public async Task A_lock_of_a_folder_protects_everything_below_it()
    {
        await dav.MkcolAsync("/dav/Locks/Below");
        var token = await dav.LockAsync("/dav/Locks/");

        await PutAsync(dav, "Below/one.jpg", 1, null).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await dav.DavAsync("MKCOL", "/dav/Locks/Below/More").DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await dav.DavAsync("MKCOL", "/dav/Locks/Below/More", null, ("If", $"</dav/Locks/> ({token})")).StatusAsync(HttpStatusCode.Created);

        // The routes outside WebDAV ignore locks.
        var group = (await server.Admin.GetAsync("/api/v1/groups?q=More").JsonAsync()).Items().ShouldHaveSingleItem().Id();
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_resource_has_at_most_ten_shared_locks()
    {
        const string Shared = "<lockinfo xmlns='DAV:'><lockscope><shared/></lockscope><locktype><write/></locktype></lockinfo>";
        await dav.PutDavAsync("/dav/Locks/many.txt", [1]);
        for (var count = 0; count < 10; count++)
        {
            await dav.DavAsync("LOCK", count < 5 ? "/dav/Locks/" : "/dav/Locks/many.txt", Shared).StatusAsync(HttpStatusCode.OK);
        }

        var problem = await dav.DavAsync("LOCK", "/dav/Locks/many.txt", Shared).ProblemAsync((HttpStatusCode)507, "webDavFull");
        problem.Text("detail").ShouldBe("'/dav/Locks/many.txt' has 10 shared locks; 10 are allowed.");
    }

    [Fact]
    public async Task A_new_name_that_cannot_be_created_is_not_locked()
    {
        await server.SqlAsync("""
            INSERT INTO placeholders (id, account_id, group_id, name, content_id, bytes, created_at, written_at)
            SELECT gen_random_uuid(), users.id, groups.id, 'file-' || i, gen_random_uuid(), 0, now(), now() FROM users, groups, generate_series(1, 1000) i WHERE user_name = 'admin' AND title = 'Locks'
            """);
        await dav.DavAsync("LOCK", "/dav/Locks/new.txt", Exclusive).ProblemAsync((HttpStatusCode)507, "webDavFull");
        (await server.SqlAsync("SELECT count(*) FROM dav_locks")).ShouldBe(0L);
    }

    [Fact]
    public async Task An_account_holds_at_most_a_thousand_locks_and_ended_locks_do_not_count()
    {
        await server.SqlAsync(
            """
            INSERT INTO dav_locks (id, account_id, group_id, name, is_deep, is_shared, href, timeout_seconds, expires_at)
            SELECT gen_random_uuid(), users.id, groups.id, 'n' || n, false, false, '', 60, now() + interval '10 minutes' FROM generate_series(1, 1000) AS n, users, groups WHERE user_name = 'admin' AND title = 'Locks'
            """);

        await dav.DavAsync("LOCK", "/dav/Locks/x", Exclusive).ProblemAsync((HttpStatusCode)507, "webDavFull");
        clock.Advance(TimeSpan.FromMinutes(11));
        await dav.LockAsync("/dav/Locks/x", HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("(<urn:uuid:x>")]
    [InlineData("<urn:uuid:x>")]
    [InlineData("()")]
    [InlineData("nonsense")]
    public async Task A_malformed_If_is_a_400_that_names_the_header(string header)
    {
        var problem = await dav.DavAsync("DELETE", "/dav/Locks/", null, ("If", header)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["If"]);
    }

    private const string Exclusive = "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>";

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string name, int seed, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/dav/Locks/{name}") { Content = new ByteArrayContent(TestImages.Jpeg(seed: seed)) };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("If", $"({token})");
        }

        return client.SendAsync(request);
    }

    private async Task<HttpClient> OtherAdminAsync()
    {
        await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "grace", password = ImageHubServer.UserPassword, role = "admin" }).StatusAsync(HttpStatusCode.Created);
        using var grace = await server.SignInAsync("grace", ImageHubServer.UserPassword);
        return server.NewDavClient(await grace.CreateKeyAsync("admin"), "Grace");
    }
}
