using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Users' own keys, and the folder with a user's images.</summary>
public sealed class UserKeyTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const string Keys = "/api/v1/api-keys";

    [Fact]
    public async Task A_user_fills_the_folder_me_by_WebDAV_and_nothing_else()
    {
        var id = await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);

        // A user's key gives access only to the user's own folder, even if the user may add photos to a group.
        await server.Admin.SetMembersAsync(await server.Admin.CreateGroupAsync("Not hers"), (id, "contributor"));
        using var dav = server.NewDavClient(await ada.CreateKeyAsync("upload"), "Ada");

        (await dav.ListDavAsync("/dav/")).ShouldBe(["/dav/me/"]);
        await dav.PutDavAsync("/dav/me/one.jpg", TestImages.Jpeg(seed: 1));
        await dav.PutDavAsync("/dav/me/one.jpg", TestImages.Jpeg(seed: 1), HttpStatusCode.NoContent);
        await dav.PutDavAsync("/dav/me/one.jpg", TestImages.Jpeg(seed: 2), HttpStatusCode.NoContent);
        (await dav.ListDavAsync("/dav/me")).ShouldBe(["/dav/me/one.jpg"]);
        (await ada.GetAsync("/api/v1/me/images").JsonAsync()).Items().ShouldHaveSingleItem().Text("fileName").ShouldBe("one.jpg");

        await dav.GetAsync("/dav/me/one.jpg").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await dav.DeleteAsync("/dav/me/one.jpg").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await dav.DeleteAsync("/dav/me").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await dav.DavAsync("MKCOL", "/dav/me/Below").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await dav.DavAsync("MKCOL", "/dav/New").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await dav.DavAsync("PROPFIND", "/dav/Not%20hers/", null, ("Depth", "0")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await dav.PutAsync("/dav/Not%20hers/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 3))).ProblemAsync(HttpStatusCode.Conflict, "noSuchFolder");
        await dav.PutAsync("/dav/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 3))).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_users_key_opens_no_route_of_the_API()
    {
        await server.Admin.CreateUserAsync("grace");
        using var grace = await server.SignInAsync("grace", ImageHubServer.UserPassword);
        using var program = server.WithKey(await grace.CreateKeyAsync("upload"));

        foreach (var path in (string[])["/api/v1/groups", "/api/v1/me/images", "/api/v1/images", Keys])
        {
            await program.GetAsync(path).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        }

        await program.PostAsJsonAsync("/api/v1/uploads", new { files = new[] { new { fileName = "one.jpg", bytes = 10 } } }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
    }

    [Fact]
    public async Task The_quota_and_the_size_of_the_tier_apply()
    {
        var tier = await server.Admin.CreateTierAsync("Small", quotaBytes: 150_000, maxFileBytes: 120_000);
        await server.Admin.CreateUserAsync("small", tier);
        using var small = await server.SignInAsync("small", ImageHubServer.UserPassword);
        using var dav = server.NewDavClient(await small.CreateKeyAsync("upload"), "small");

        await dav.PutDavAsync("/dav/me/one.jpg", TestImages.JpegOf(1, seed: 1));
        await dav.PutAsync("/dav/me/two.jpg", new ByteArrayContent(TestImages.JpegOf(1, seed: 2))).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        await dav.PutDavAsync("/dav/me/one.jpg", TestImages.JpegOf(1, seed: 4), HttpStatusCode.NoContent);
        await dav.PutAsync("/dav/me/two.jpg", new ByteArrayContent(TestImages.JpegOf(120_000, seed: 3))).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
    }

    [Fact]
    public async Task A_user_who_replaces_a_file_again_and_again_does_not_fill_the_disk()
    {
        var tier = await server.Admin.CreateTierAsync("One file", quotaBytes: 150_000);
        await server.Admin.CreateUserAsync("busy", tier);
        using var busy = await server.SignInAsync("busy", ImageHubServer.UserPassword);
        using var dav = server.NewDavClient(await busy.CreateKeyAsync("upload"), "busy");
        await dav.PutDavAsync("/dav/me/one.jpg", TestImages.JpegOf(100_000, seed: 10));
        foreach (var seed in (int[])[11, 12, 13])
        {
            await dav.PutDavAsync("/dav/me/one.jpg", TestImages.JpegOf(100_000, seed), HttpStatusCode.NoContent);
        }

        // The trash contains three files of more than 100,000 bytes, more than twice the quota.
        var last = TestImages.JpegOf(100_000, seed: 14);
        var problem = await dav.PutAsync("/dav/me/one.jpg", new ByteArrayContent(last)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        problem.GetProperty("bytesLeft").GetInt64().ShouldBe(0);
        problem.Text("detail")!.ShouldContain("deleted images");
        await busy.PostAsJsonAsync("/api/v1/uploads", new { files = new[] { new { fileName = "two.jpg", bytes = 10 } } }).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        (await busy.GetAsync("/api/v1/me/images").JsonAsync()).Items("items").Single().Text("fileName").ShouldBe("one.jpg");

        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        await dav.PutDavAsync("/dav/me/one.jpg", last, HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Images_that_a_user_no_longer_owns_when_they_are_deleted_do_not_count_against_this_user()
    {
        var tier = await server.Admin.CreateTierAsync("Handed over", quotaBytes: 150_000);
        await server.Admin.CreateUserAsync("giver", tier);
        await server.Admin.CreateUserAsync("taker", tier);
        using var giver = await server.SignInAsync("giver", ImageHubServer.UserPassword);
        using var taker = await server.SignInAsync("taker", ImageHubServer.UserPassword);
        using var dav = server.NewDavClient(await giver.CreateKeyAsync("upload"), "giver");
        var ownerId = (await taker.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
        foreach (var seed in (int[])[21, 22, 23, 24])
        {
            await dav.PutDavAsync("/dav/me/given.jpg", TestImages.JpegOf(100_000, seed));
            var given = (await giver.GetAsync("/api/v1/me/images").JsonAsync()).Items().Single().Id();
            await server.Admin.PatchAsJsonAsync($"/api/v1/images/{given}", new { ownerId }).StatusAsync(HttpStatusCode.OK);
            await server.Admin.DeleteAsync($"/api/v1/images/{given}").StatusAsync(HttpStatusCode.NoContent);
        }

        await dav.PutDavAsync("/dav/me/own.jpg", TestImages.JpegOf(100_000, seed: 25));
    }

    [Fact]
    public async Task A_user_with_little_space_replaces_an_image_that_another_user_has_added()
    {
        var tier = await server.Admin.CreateTierAsync("Little space", quotaBytes: 150_000);
        await server.Admin.CreateUserAsync("former", tier);
        await server.Admin.CreateUserAsync("current", tier);
        using var former = await server.SignInAsync("former", ImageHubServer.UserPassword);
        using var current = await server.SignInAsync("current", ImageHubServer.UserPassword);
        await former.PutAsync("/api/v1/me/images/one.jpg", new ByteArrayContent(TestImages.JpegOf(100_000, seed: 26))).StatusAsync(HttpStatusCode.Created);
        var image = (await former.GetAsync("/api/v1/me/images").JsonAsync()).Items().Single().Id();
        var ownerId = (await current.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { ownerId }).StatusAsync(HttpStatusCode.OK);

        using var dav = server.NewDavClient(await current.CreateKeyAsync("upload"), "current");
        await dav.PutDavAsync("/dav/me/one.jpg", TestImages.JpegOf(100_000, seed: 27), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_user_manages_at_most_20_own_keys_with_the_one_scope_upload()
    {
        await server.Admin.CreateUserAsync("many");
        using var many = await server.SignInAsync("many", ImageHubServer.UserPassword);
        var admins = await CreateAsync(server.Admin, "upload");

        var own = await CreateAsync(many, "upload");
        (await many.GetAsync(Keys).JsonAsync()).Items().Select(key => key.Id()).ShouldBe([own.Id()]);
        (await server.Admin.GetAsync($"{Keys}?pageSize=100").JsonAsync()).Items().Select(key => key.Id()).ShouldContain(own.Id());
        await many.GetAsync($"{Keys}/{admins.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await many.DeleteAsync($"{Keys}/{admins.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        foreach (var scopes in (string[][])[["read"], ["admin"], ["upload", "read"], ["inventory"]])
        {
            await many.PostAsJsonAsync(Keys, new { name = "More", scopes }).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        }

        for (var count = 1; count < 20; count++)
        {
            await CreateAsync(many, "upload");
        }

        await many.PostAsJsonAsync(Keys, new { name = "One more", scopes = new[] { "upload" } }).ProblemAsync(HttpStatusCode.Conflict, "tooManyKeys");
        await many.DeleteAsync($"{Keys}/{own.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await CreateAsync(many, "upload");
    }

    [Fact]
    public async Task A_key_follows_the_account_when_it_is_disabled_or_becomes_an_admin()
    {
        var id = await server.Admin.CreateUserAsync("changing");
        using var changing = await server.SignInAsync("changing", ImageHubServer.UserPassword);
        using var dav = server.NewDavClient(await changing.CreateKeyAsync("upload"), "changing");
        await server.Admin.CreateGroupAsync("For admins", isPublished: false);

        (await dav.ListDavAsync("/dav/")).ShouldBe(["/dav/me/"]);
        await ChangeAsync(id, new { isDisabled = true });
        await dav.DavAsync("OPTIONS", "/dav/").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await ChangeAsync(id, new { isDisabled = false, role = "admin" });
        (await dav.ListDavAsync("/dav/")).ShouldContain("/dav/For admins/");
        await ChangeAsync(id, new { role = "user" });
        (await dav.ListDavAsync("/dav/")).ShouldBe(["/dav/me/"]);
    }

    private static Task<JsonElement> CreateAsync(HttpClient client, string scope) => client.PostAsJsonAsync(Keys, new { name = "A phone", scopes = new[] { scope } }).JsonAsync(HttpStatusCode.Created);

    private Task ChangeAsync(Guid user, object change) => server.Admin.PatchAsJsonAsync($"/api/v1/users/{user}", change).StatusAsync(HttpStatusCode.OK);
}
