using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Accounts;

/// <summary>The desk of editors.</summary>
public sealed class EditorTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task An_admin_creates_an_editor_who_finds_only_the_pages_for_curating()
    {
        await using (var visit = await chromium.VisitAsync(server))
        {
            await visit.SignInAsync("/admin/users");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "New user" }).ClickAsync();
            await visit.Page.GetByLabel("User name").FillAsync("edith");
            await visit.Page.GetByLabel("Password").FillAsync(ImageHubServer.UserPassword);
            await visit.Page.GetByLabel("Role").SelectOptionAsync("Editor");
            await visit.Page.GetByLabel("Tier").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Actions for edith" }).WaitForAsync();
            await visit.Page.GetByText("Editor · 0 B").First.WaitForAsync();
        }

        await using var edith = await chromium.VisitAsync(server);
        var page = edith.Page;
        await edith.SignInByFormAsync(userName: "edith", password: ImageHubServer.UserPassword);
        var header = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        (await header.GetByRole(AriaRole.Link).AllInnerTextsAsync()).ShouldBe(["Groups", "Links", "Uploads", "View the gallery", "Account"]);
        await header.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        (await page.GetByRole(AriaRole.Menuitem).AllInnerTextsAsync()).ShouldBe(["API keys", "Duplicates", "Trash"]);
        await edith.ShouldBeAccessibleAsync("the desk of an editor");
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "API keys" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        (await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Checkbox).CountAsync()).ShouldBe(1);
        await page.GetByLabel("Name").FillAsync("Camera");
        await page.GetByLabel("Upload").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByText("Upload · works until").WaitForAsync();

        // The address of a page for admins shows a notice.
        await page.GotoAsync("/admin/users");
        await page.GetByRole(AriaRole.Heading, new() { Name = "This page is for admins only." }).WaitForAsync();
        await edith.ShouldBeAccessibleAsync("the notice on a page for admins");
    }

    [Fact]
    public async Task An_editor_publishes_a_group_from_the_gallery()
    {
        var group = await server.Admin.CreateGroupAsync("Harbour", isPublished: false);
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 1));
        await server.Admin.CreateEditorAsync("emma");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin", "emma", ImageHubServer.UserPassword);

        await visit.GoToAsync("View the gallery");
        await page.GetByRole(AriaRole.Link, new() { Name = "Desk" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByRole(AriaRole.Switch).ClickAsync(new() { Force = true });

        Func<Task<bool>> isPublic = async () => (await server.Visitor.GetAsync($"/api/v1/groups/{group}")).IsSuccessStatusCode;
        await isPublic.ShouldBecomeAsync(true);
    }
}
