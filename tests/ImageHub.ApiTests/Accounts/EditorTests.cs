using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Domain.Tiers;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Accounts;

/// <summary>Editors curate everything and manage nobody. AccessTests check every route.</summary>
public sealed class EditorTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const string Users = "/api/v1/users";
    private const string Keys = "/api/v1/api-keys";

    [Fact]
    public async Task An_editor_has_no_tier_and_no_images_of_its_own()
    {
        var editor = await server.Admin.PostAsJsonAsync(Users, new { userName = "edith", password = ImageHubServer.UserPassword, role = "editor" }).JsonAsync(HttpStatusCode.Created);
        using var edith = await server.SignInAsync("edith", ImageHubServer.UserPassword);

        (editor.Text("role"), editor.GetProperty("tierId").ValueKind).ShouldBe(("editor", JsonValueKind.Null));
        var me = await edith.GetAsync("/api/v1/auth/me").JsonAsync();
        (me.Text("role"), me.GetProperty("tier").ValueKind).ShouldBe(("editor", JsonValueKind.Null));
        await edith.GetAsync("/api/v1/me/images").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        (await edith.GetAsync($"{Users}/{editor.Id()}").JsonAsync()).Text("userName").ShouldBe("edith");
        var withTier = await server.Admin.PostAsJsonAsync(Users, new { userName = "ed", password = ImageHubServer.UserPassword, role = "editor", tierId = Tier.BasicId })
            .ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        withTier.GetProperty("errors").GetProperty("tierId")[0].GetString().ShouldBe("tierId is only for users; admins and editors have no limits.");
        var owner = await server.Admin.PostAsJsonAsync(Users, new { userName = "owen", password = ImageHubServer.UserPassword, role = "owner" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        owner.GetProperty("errors").GetProperty("role")[0].GetString().ShouldBe("role is 'owner'; user, admin and editor are allowed.");
    }

    [Fact]
    public async Task An_editor_curates_groups_images_links_and_the_trash_of_all_curators()
    {
        var (_, editor) = await SignedInAsync("emma");
        using var emma = editor;
        var hidden = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        var image = await server.Admin.AddImageAsync(hidden, "one.jpg", TestImages.Jpeg(seed: 1));
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{hidden}/links", new { }).JsonAsync(HttpStatusCode.Created);

        (await emma.GetAsync($"/api/v1/groups/{hidden}").JsonAsync()).GetProperty("links").GetInt32().ShouldBe(1);
        var rated = await emma.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Rated", rating = 4 }).JsonAsync();
        (rated.GetProperty("rating").GetInt32(), rated.TryGetProperty("location", out _)).ShouldBe((4, true));
        (await emma.GetAsync($"/api/v1/images?rating=4&groupId={hidden}").JsonAsync()).Items().Count.ShouldBe(1);
        await emma.GetAsync($"/api/v1/images/{image}/original").StatusAsync(HttpStatusCode.OK);
        (await emma.GetAsync($"/api/v1/links/{link.Id()}").JsonAsync()).Text("url").ShouldBe(link.Text("url"));
        (await emma.PatchAsJsonAsync($"/api/v1/groups/{hidden}", new { isPublished = true }).JsonAsync()).GetProperty("isPublished").GetBoolean().ShouldBeTrue();
        await emma.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        (await emma.GetAsync("/api/v1/trash").JsonAsync()).Items().Select(item => item.Id()).ShouldContain(image);
        await emma.PostAsync($"/api/v1/images/{image}/restore", null).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_editors_link_ends_with_the_role()
    {
        var (id, editor) = await SignedInAsync("ella");
        using var ella = editor;
        var group = await ella.CreateGroupAsync("Shared", isPublished: false);
        var image = await ella.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 2));
        var shared = (await ella.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        var single = (await ella.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created)).Text("url");
        await server.Visitor.GetAsync($"/api/v1{shared}").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync(single).StatusAsync(HttpStatusCode.OK);

        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { role = "user" }).StatusAsync(HttpStatusCode.OK);

        await server.Visitor.GetAsync($"/api/v1{shared}").StatusAsync(HttpStatusCode.NotFound);
        await server.Visitor.GetAsync(single).StatusAsync(HttpStatusCode.NotFound);
        await ella.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Mine" }).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task The_last_admin_cannot_become_an_editor()
    {
        var admin = (await server.Admin.GetAsync("/api/v1/auth/me").JsonAsync()).Id();

        await server.Admin.PatchAsJsonAsync($"{Users}/{admin}", new { role = "editor" }).ProblemAsync(HttpStatusCode.Conflict, "lastAdmin");
    }

    [Fact]
    public async Task An_editor_creates_keys_with_the_scope_upload_and_sees_no_keys_of_others()
    {
        var (_, editor) = await SignedInAsync("erin");
        using var erin = editor;
        await server.Admin.CreateKeyAsync("read");
        foreach (var scopes in (string[][])[["read"], ["admin"], ["inventory"], ["upload", "admin"]])
        {
            var problem = await erin.PostAsJsonAsync(Keys, new { name = "Program", scopes }).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
            problem.Text("detail").ShouldBe($"scopes contains '{scopes[^1]}'; keys of this account may have 'upload' only.");
        }

        var key = await erin.PostAsJsonAsync(Keys, new { name = "Program", scopes = new[] { "upload" } }).JsonAsync(HttpStatusCode.Created);

        (await erin.GetAsync(Keys).JsonAsync()).Items().Select(item => item.Id()).ShouldBe([key.Id()]);
        (await server.Admin.GetAsync(Keys).JsonAsync()).Items().Count.ShouldBeGreaterThan(1);
        using var program = server.WithKey(key.Text("key")!);
        var group = (await program.PostAsJsonAsync("/api/v1/groups", new { title = "From a program" }).JsonAsync(HttpStatusCode.Created)).Id();
        await program.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 3));
        await program.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Changed" }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await erin.DeleteAsync($"{Keys}/{key.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await program.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_carries_no_more_than_the_role_that_its_account_has_now()
    {
        var (id, account) = await SignedInAsync("eve");
        using var eve = account;
        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { role = "admin" }).StatusAsync(HttpStatusCode.OK);
        using var mixed = server.WithKey(await eve.CreateKeyAsync("upload", "read", "admin"));
        using var reading = server.WithKey(await eve.CreateKeyAsync("read"));
        var hidden = await server.Admin.CreateGroupAsync("For keys", isPublished: false);
        await mixed.GetAsync($"/api/v1/groups/{hidden}/images").StatusAsync(HttpStatusCode.OK);

        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { role = "editor" }).StatusAsync(HttpStatusCode.OK);

        await mixed.AddImageAsync(hidden, "one.jpg", TestImages.Jpeg(seed: 4));
        await mixed.GetAsync($"/api/v1/groups/{hidden}/images").StatusAsync(HttpStatusCode.NotFound);
        await mixed.PatchAsJsonAsync($"/api/v1/groups/{hidden}", new { title = "Changed" }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await reading.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.Unauthorized);
        await server.Admin.PatchAsJsonAsync($"{Users}/{id}", new { role = "user" }).StatusAsync(HttpStatusCode.OK);
        await mixed.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
    }

    [Fact]
    public async Task Curators_find_accounts_by_part_of_their_names()
    {
        var (id, editor) = await SignedInAsync("Names-Editor");
        using var finder = editor;
        var found = await finder.GetAsync($"{Users}/names?q=S-EDI").JsonAsync();

        found.EnumerateObject().Select(field => field.Name).ShouldBe(["items", "hasMore"]);
        found.GetProperty("hasMore").GetBoolean().ShouldBeFalse();
        found.Items().Single().EnumerateObject().Select(field => field.Name).ShouldBe(["id", "userName"]);
        (found.Items().Single().Id(), found.Items().Single().Text("userName")).ShouldBe((id, "Names-Editor"));
        (await finder.GetAsync($"{Users}/names?q=%25").JsonAsync()).Items().ShouldBeEmpty();
        for (var i = 0; i < 21; i++)
        {
            await server.Admin.CreateUserAsync($"many-{i:00}");
        }

        var answer = await server.Admin.GetAsync($"{Users}/names?q=many").JsonAsync();
        answer.GetProperty("hasMore").GetBoolean().ShouldBeTrue();
        var many = answer.Items();
        (many.Count, many[0].Text("userName"), many[^1].Text("userName")).ShouldBe((20, "many-00", "many-19"));
        var tooLong = await finder.GetAsync($"{Users}/names?q={new string('x', 201)}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        tooLong.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("q");
    }

    private async Task<(Guid Id, HttpClient Client)> SignedInAsync(string userName) =>
        (await server.Admin.CreateEditorAsync(userName), await server.SignInAsync(userName, ImageHubServer.UserPassword));
}
