using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.BrowserTests.Accounts;

/// <summary>Users and tiers at the desk.</summary>
public sealed class UsersDeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    private const string Password = "quite an unlikely phrase";

    [Fact]
    public async Task An_admin_creates_changes_disables_and_deletes_a_tier_and_a_user()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("400|409");
        var page = visit.Page;
        await visit.SignInAsync("/admin/tiers");
        await page.GetByText("Enterprise").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the tiers");
        await visit.ShouldFitANarrowScreenAsync("the tiers");
        await page.GetByRole(AriaRole.Button, new() { Name = "New tier" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Studio");
        await page.GetByLabel("Thumbnail heights").FillAsync("5");
        await visit.ShouldBeAccessibleAsync("the dialog for a tier");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await page.GetByLabel("Thumbnail heights").FillAsync("120, 480");
        await page.GetByLabel("Quota in MB").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("120, 480 px · 1 MB").WaitForAsync();

        // A tier may have no thumbnails.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Studio" }).ClickAsync();
        await page.GetByLabel("Thumbnail heights").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("1 MB", new() { Exact = true }).WaitForAsync();

        await visit.GoToAsync("Users");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Users" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the users");
        await visit.ShouldFitANarrowScreenAsync("the users");
        await page.GetByRole(AriaRole.Button, new() { Name = "New user" }).ClickAsync();
        await page.GetByLabel("User name").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync("password1234");
        await page.GetByLabel("Tier").SelectOptionAsync("Studio");
        await visit.ShouldBeAccessibleAsync("the dialog for a user");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        // A common password is refused, and the input stays.
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Studio · 0 B").WaitForAsync();
        using (var ada = await server.SignInAsync("ada", Password))
        {
            await ada.GetAsync("/api/v1/me/images").StatusAsync(HttpStatusCode.OK);
            // Admins cannot end their own sessions here.
            await page.GetByRole(AriaRole.Button, new() { Name = "Actions for admin", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit" }).WaitForAsync();
            (await page.GetByRole(AriaRole.Menuitem).AllInnerTextsAsync()).ShouldBe(["Edit"]);
            await page.Keyboard.PressAsync("Escape");
            await MenuAsync(page, "ada", "Disable");
            await visit.ShouldBeAccessibleAsync("the question before a user is disabled");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
            await page.GetByText("Studio · 0 B · disabled").WaitForAsync();
            Func<Task<HttpStatusCode>> status = async () => (await ada.GetAsync("/api/v1/me/images")).StatusCode;
            await status.ShouldBecomeAsync(HttpStatusCode.Unauthorized);
        }

        await visit.GoToAsync("Tiers");
        await DeleteStudioAsync();
        await page.GetByText("“Studio” was not deleted.").WaitForAsync();

        await visit.GoToAsync("Users");
        await MenuAsync(page, "ada", "Delete");
        await visit.ShouldBeAccessibleAsync("the question before a user is deleted");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByText("ada is deleted.").WaitForAsync();
        Func<Task<bool>> isInList = () => page.EvaluateAsync<bool>("document.activeElement.matches('#content li button')");
        await isInList.ShouldBecomeAsync(true);
        using var visitor = server.NewClient();
        await visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "ada", password = Password }).StatusAsync(HttpStatusCode.Unauthorized);

        // The tier has no users now, so it can be deleted. The focus stays in the list.
        await visit.GoToAsync("Tiers");
        await DeleteStudioAsync();
        await page.GetByText("The tier Studio is deleted.").WaitForAsync();
        await page.GetByText("Studio", new() { Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await isInList.ShouldBecomeAsync(true);

        async Task DeleteStudioAsync()
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete Studio" }).ClickAsync();
            await visit.ShouldBeAccessibleAsync("the question before a tier is deleted");
            await visit.ShouldFitANarrowScreenAsync("the question before a tier is deleted");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        }
    }

    [Fact]
    public async Task Editing_a_user_keeps_the_role_and_the_tier_that_others_gave()
    {
        var premium = await TierAsync("Premium");
        var eve = (await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "eve", password = Password, role = "admin" }).JsonAsync(HttpStatusCode.Created)).Id();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/users");
        await MenuAsync(page, "eve", "Edit");
        await Assertions.Expect(page.GetByLabel("Role")).ToHaveValueAsync("admin");
        await page.Keyboard.PressAsync("Escape");

        // The role changes before the dialog opens, the tier while it is open.
        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{eve}", new { role = "user" }).StatusAsync(HttpStatusCode.OK);
        await MenuAsync(page, "eve", "Edit");
        await Assertions.Expect(page.GetByLabel("Role")).ToHaveValueAsync("user");
        await Assertions.Expect(page.GetByLabel("Tier")).ToHaveValueAsync("01980000-0000-7000-8000-000000000001");
        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{eve}", new { tierId = premium }).StatusAsync(HttpStatusCode.OK);
        await page.GetByLabel("New password").FillAsync("another unlikely phrase");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var saved = await server.Admin.GetAsync($"/api/v1/users/{eve}").JsonAsync();
        (saved.Text("role"), saved.Id("tierId")).ShouldBe(("user", premium));

        // The dialog says that the user has been deleted elsewhere, and then the user leaves the list.
        visit.Expects("404");
        await server.Admin.DeleteAsync($"/api/v1/users/{eve}").StatusAsync(HttpStatusCode.NoContent);
        await MenuAsync(page, "eve", "Edit");
        await page.GetByText("It has been deleted in the meantime.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the dialog for a user who is gone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for eve" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<string>> focused = () => page.EvaluateAsync<string>("document.activeElement.id");
        await focused.ShouldBecomeAsync("content");
    }

    [Fact]
    public async Task Editing_a_tier_keeps_what_others_changed()
    {
        var tier = await server.Admin.CreateTierAsync("Atelier", quotaBytes: 1_000_000);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/tiers");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Atelier" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Quota in MB")).ToHaveValueAsync("1");
        await server.Admin.PatchAsJsonAsync($"/api/v1/tiers/{tier}", new { quotaBytes = 2_000_000 }).StatusAsync(HttpStatusCode.OK);
        await page.GetByLabel("Thumbnail heights").FillAsync("300");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("300 px · 2 MB").WaitForAsync();
    }

    [Fact]
    public async Task A_new_user_gets_the_tier_Basic_and_a_renamed_admin_sees_the_new_name_at_once()
    {
        await server.Admin.CreateTierAsync("Agency");
        await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "boss", password = Password, role = "admin" }).JsonAsync(HttpStatusCode.Created);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/users", "boss", Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "New user" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Tier")).ToHaveValueAsync("01980000-0000-7000-8000-000000000001");
        await page.Keyboard.PressAsync("Escape");

        await MenuAsync(page, "boss", "Edit");
        await page.GetByLabel("User name").FillAsync("chief");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.Locator("[title='Signed in as chief']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    private async Task<Guid> TierAsync(string name) => (await server.Admin.GetAsync("/api/v1/tiers").JsonAsync()).Items().Single(tier => tier.Text("name") == name).Id();

    private static async Task MenuAsync(IPage page, string name, string action)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions for {name}", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = action, Exact = true }).ClickAsync();
    }
}
