using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Groups;

/// <summary>Members of groups: their dialog at the desk, and the groups on their account page.</summary>
public sealed class MemberTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_long_list_of_users_asks_for_more_of_the_name()
    {
        var group = await server.Admin.CreateGroupAsync("Crowd");
        var members = new List<(Guid, string)>();
        for (var i = 0; i < 21; i++)
        {
            var id = await server.Admin.CreateUserAsync($"crowd-{i:00}");
            members.Add((id, "viewer"));
        }

        await server.Admin.SetMembersAsync(group, [.. members.Take(20)]);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Crowd" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Members …" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Members" }).WaitForAsync();
        await page.GetByLabel("Add a user").FillAsync("crowd");
        await page.GetByText("There are more users. Type more of the name.").WaitForAsync();
        (await page.GetByText("No other user").CountAsync()).ShouldBe(0);
        await page.GetByLabel("Add a user").FillAsync("crowd-20");
        await page.GetByRole(AriaRole.Button, new() { Name = "crowd-20", Exact = true }).WaitForAsync();
    }

    [Fact]
    public async Task A_curator_adds_changes_and_removes_members_with_the_keyboard()
    {
        var group = await server.Admin.CreateGroupAsync("Wedding", isPublished: false);
        var (ada, adam) = (await server.Admin.CreateUserAsync("ada"), await server.Admin.CreateUserAsync("adam"));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await OpenAsync();
        await page.GetByText("This group has no members yet.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the dialog without members");

        // Enter adds the first match and does not save yet.
        await page.Keyboard.TypeAsync("AD");
        await page.GetByRole(AriaRole.Button, new() { Name = "adam", Exact = true }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the users found");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Role of ada", Exact = true }).WaitForAsync();
        await Assertions.Expect(page.GetByLabel("Add a user")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("ad");
        await page.GetByRole(AriaRole.Button, new() { Name = "adam", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Status).GetByText("adam was added.").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Keyboard.TypeAsync("nobody");
        await page.GetByText("No other user is called “nobody”.").WaitForAsync();
        await page.GetByLabel("Add a user").FillAsync("");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Role of adam" }).SelectOptionAsync("Can add photos");
        await visit.ShouldBeAccessibleAsync("the dialog with members");
        await visit.ShouldFitANarrowScreenAsync("the dialog with members");
        (await MembersAsync()).ShouldBeEmpty();
        await SaveAsync();
        (await MembersAsync()).ShouldBe([(ada, "viewer"), (adam, "contributor")]);

        await OpenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove ada", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Add a user")).ToBeFocusedAsync();
        await SaveAsync();
        (await MembersAsync()).ShouldBe([(adam, "contributor")]);

        // A change that somebody else makes while the dialog is open remains.
        await OpenAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Role of adam" }).WaitForAsync();
        await page.Keyboard.TypeAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "ada", Exact = true }).ClickAsync();
        var eve = await server.Admin.CreateUserAsync("eve");
        await server.Admin.SetMembersAsync(group, (eve, "viewer"));
        await SaveAsync();
        (await MembersAsync()).ShouldBe([(ada, "viewer"), (eve, "viewer")]);

        // A list that arrives after the first edit does not become the base of the edit: adam, added meanwhile, remains a member.
        var arrived = new TaskCompletionSource();
        await page.RouteAsync("**/members", async route =>
        {
            await arrived.Task;
            await route.ContinueAsync();
        });
        await OpenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove ada", Exact = true }).ClickAsync();
        await server.Admin.SetMembersAsync(group, (ada, "viewer"), (eve, "viewer"), (adam, "viewer"));
        var answered = page.WaitForResponseAsync("**/members");
        arrived.SetResult();
        await answered;
        await SaveAsync();
        (await MembersAsync()).ShouldBe([(adam, "viewer"), (eve, "viewer")]);

        async Task OpenAsync()
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Wedding" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Members …" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog, new() { Name = "Members" }).WaitForAsync();
        }

        async Task SaveAsync()
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await page.GetByText("The members of “Wedding” are saved.").First.WaitForAsync();
            await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }

        async Task<IEnumerable<(Guid, string?)>> MembersAsync() =>
            (await server.Admin.GetAsync($"/api/v1/groups/{group}/members").JsonAsync()).Items().Select(member => (member.Id("userId"), member.Text("role")));
    }

    [Fact]
    public async Task A_contributor_finds_the_group_adds_photos_edits_and_deletes_only_these()
    {
        var group = await server.Admin.CreateGroupAsync("Harbour", isPublished: false);
        await server.Admin.AddImageAsync(group, "theirs.jpg", TestImages.Jpeg(seed: 1));
        await server.Admin.SetMembersAsync(group, (await server.Admin.CreateUserAsync("cora"), "contributor"));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/account", "cora", ImageHubServer.UserPassword);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Groups shared with you" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the account with a shared group");
        await visit.ShouldFitANarrowScreenAsync("the account with a shared group");
        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour", Level = 1 }).WaitForAsync();

        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "mine.jpg", MimeType = "image/jpeg", Buffer = TestImages.Jpeg(seed: 2) });
        await page.GetByText("1 uploaded").First.WaitForAsync();
        var mine = page.GetByRole(AriaRole.Row, new() { Name = "mine.jpg" });
        await mine.GetByText("Yours").WaitForAsync();
        (await page.GetByRole(AriaRole.Row, new() { Name = "theirs.jpg" }).GetByText("Yours").CountAsync()).ShouldBe(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss the finished uploads" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the contributor's page of a group");
        await visit.ShouldFitANarrowScreenAsync("the contributor's page of a group");

        // Another person's photo can only be viewed.
        await page.GetByRole(AriaRole.Row, new() { Name = "theirs.jpg" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "View", Exact = true }).WaitForAsync();
        (await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).CountAsync()).ShouldBe(0);
        (await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).CountAsync()).ShouldBe(0);

        await mine.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Title").FillAsync("Dawn");
        await page.GetByRole(AriaRole.Dialog).GetByText("Added by cora").WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("Rating").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await visit.ShouldBeAccessibleAsync("the contributor's dialog for a photo");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var dawn = page.GetByRole(AriaRole.Row, new() { Name = "Dawn" });
        await dawn.WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await dawn.WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // The row disappears before the server has answered.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (string.Join(' ', await NamesAsync()) != "theirs.jpg")
        {
            await Task.Delay(20, patience.Token);
        }

        async Task<IEnumerable<string?>> NamesAsync() =>
            (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(image => image.Text("fileName"));
    }

    [Fact]
    public async Task A_viewer_opens_a_hidden_group_and_the_groups_inside_and_finds_nothing_after_being_removed()
    {
        var group = await server.Admin.CreateGroupAsync("Family", isPublished: false);
        var inside = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Children", parentId = group, isPublished = true }).JsonAsync(System.Net.HttpStatusCode.Created)).Id();
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 3));
        await server.Admin.AddImageAsync(inside, "two.jpg", TestImages.Jpeg(seed: 4));
        await server.Admin.SetMembersAsync(group, (await server.Admin.CreateUserAsync("vera"), "viewer"));
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("404");
        var page = visit.Page;
        await visit.SignInAsync("/account", "vera", ImageHubServer.UserPassword);

        await page.GetByRole(AriaRole.Link, new() { Name = "Family" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Family", Level = 1 }).WaitForAsync();
        (await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).CountAsync()).ShouldBe(0);
        await page.ImagesAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Children" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Children", Level = 1 }).WaitForAsync();
        await page.ImagesAsync();

        await server.Admin.SetMembersAsync(group);
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here" }).WaitForAsync();
    }
}
