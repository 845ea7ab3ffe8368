using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Desk;

/// <summary>Rules for every page of the desk.</summary>
public sealed class DeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Every_page_is_accessible_and_fits_a_narrow_screen()
    {
        var group = await server.Admin.CreateGroupAsync("A group with a rather long title that has to be broken somewhere on a phone");
        await server.Admin.AddImageAsync(group, "a-file-name-without-any-space-that-is-longer-than-a-phone-is-wide.jpg", TestImages.Jpeg(seed: 1));
        var deleted = await server.Admin.AddImageAsync(group, "deleted-file-name-without-any-space-that-is-longer-than-a-phone.jpg", TestImages.Jpeg(seed: 2));
        await server.Admin.DeleteAsync($"/api/v1/images/{deleted}").StatusAsync(HttpStatusCode.NoContent);
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync();

        // A missing page is reported as 404.
        visit.Expects("404");
        foreach (var path in (string[])["/admin", $"/admin/groups/{group}", "/admin/trash", "/admin/storage", "/admin/nothing"])
        {
            await visit.Page.GotoAsync(path);
            await visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
            await visit.ShouldBeAccessibleAsync(path);
            await visit.ShouldFitANarrowScreenAsync(path);
        }

        await visit.Page.GotoAsync("/admin");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Actions for A group" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menu).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a group's menu");
    }

    [Fact]
    public async Task On_a_phone_every_page_can_be_reached()
    {
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        var page = visit.Page;
        await visit.SignInAsync();
        var menu = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Button);
        foreach (var (name, heading) in ((string, string)[])[("Links", "Links"), ("Users", "Users"), ("Tiers", "Tiers"), ("Trash", "Trash"), ("Storage", "Storage"), ("Groups", "Groups"), ("Account", "Account")])
        {
            await menu.TapAsync();
            var entry = page.GetByRole(AriaRole.Menuitem, new() { Name = name, Exact = true });
            await Assertions.Expect(entry).ToBeInViewportAsync(new() { Ratio = 1 });
            await entry.TapAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 }).WaitForAsync();
            if (name != "Account")
            {
                await Assertions.Expect(menu).ToHaveTextAsync(name);
            }
        }

        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Level = 1 }).WaitForAsync();
        await menu.TapAsync();
        await page.GetByRole(AriaRole.Menu).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the desk's navigation on a phone");
    }

    [Fact]
    public async Task The_header_starts_with_a_link_to_the_content_and_marks_the_current_page_in_its_menu()
    {
        await using var visit = await chromium.VisitAsync(server, change: options => options.ViewportSize = new ViewportSize { Width = 1600, Height = 900 });
        var page = visit.Page;
        await visit.SignInAsync();
        var header = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        (await header.GetByRole(AriaRole.Link).AllInnerTextsAsync()).ShouldBe(["Groups", "Links", "Uploads", "Site", "View the gallery", "Account"]);
        var brand = (await page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link).First.BoundingBoxAsync())!;
        var title = (await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).BoundingBoxAsync())!;
        brand.X.ShouldBe(title.X, 1);

        await header.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        (await page.GetByRole(AriaRole.Menuitem).AllInnerTextsAsync()).ShouldBe(["Users", "Tiers", "API keys", "Signed addresses", "OneDrive", "Duplicates", "Storage", "Trash"]);
        await visit.ShouldBeAccessibleAsync("the header's menu");
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Trash" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Trash", Level = 1 }).WaitForAsync();
        await Assertions.Expect(header.GetByRole(AriaRole.Button)).ToHaveTextAsync("Trash");
        await visit.GoToAsync("View the gallery");
        await Assertions.Expect(page).ToHaveURLAsync("/");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_and_names_grow_with_doubled_text_size(bool onPhone)
    {
        var group = await server.Admin.CreateGroupAsync($"Large print of rather a long title {onPhone}");
        foreach (var number in (int[])[1, 2, 3])
        {
            await server.Admin.AddImageAsync(group, $"photo number {number}.jpg", TestImages.Jpeg(seed: 30 + number));
        }

        await using var visit = await chromium.VisitAsync(server, onPhone);
        await visit.Page.DoubleTextAsync();
        await visit.SignInAsync();
        foreach (var path in (string[])["/admin", $"/admin/groups/{group}", "/admin/tiers", "/admin/users", "/admin/storage", "/"])
        {
            await visit.Page.GotoAsync(path);
            await visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
            await (path.StartsWith("/admin", StringComparison.Ordinal) ? visit.Page.Locator("[role=row], #content li") : visit.Page.Locator("#content li a")).First.WaitForAsync();
            Func<Task<string>> cut = async () => string.Join('\n', await visit.Page.CutTextAsync());
            await cut.ShouldBecomeAsync("");
            (await visit.Page.EvaluateAsync<double>("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")).ShouldBeGreaterThan(40);
        }
    }

    [Fact]
    public async Task A_group_is_created_filled_titled_ordered_and_deleted_by_keyboard_alone()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/admin");
        await page.GetByLabel("User name").WaitForAsync();
        await TabToAsync(page, "User name");
        await page.Keyboard.TypeAsync(ImageHubServer.AdminName);
        await TabToAsync(page, "Password");
        await page.Keyboard.TypeAsync(ImageHubServer.AdminPassword);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).WaitForAsync();

        await TabToAsync(page, "New group");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "Title");
        await page.Keyboard.TypeAsync("By keyboard");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("No photos yet").WaitForAsync();
        await page.Locator("#content:focus").WaitForAsync();

        await TabToAsync(page, "Add photos");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Add photos" }).PressAsync("Enter"));
        await chooser.SetFilesAsync(Enumerable.Range(1, 3).Select(number => new FilePayload { Name = $"{number}.jpg", MimeType = "image/jpeg", Buffer = TestImages.Jpeg(seed: 10 + number) }));
        await page.GetByText("3 uploaded").First.WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "3.jpg" }).WaitForAsync();

        // Tab moves the focus to the first photo. Enter opens the photo, and E edits its title.
        await TabToAsync(page, "1.jpg");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Dialog, new() { Name = "1.jpg" }).WaitForAsync();
        await page.Keyboard.PressAsync("e");
        await FocusAsync(page, "Title");
        await page.Keyboard.TypeAsync("First light");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "First light" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Row, new() { Name = "First light" }).WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // The focus has returned to the photo. The menu moves the photo to the end.
        await FocusAsync(page, "First light");
        await TabToAsync(page, "More actions", back: true);
        await page.Keyboard.PressAsync("Enter");
        await FocusAsync(page, "View");
        await page.Keyboard.PressAsync("End");
        await FocusAsync(page, "Keyboard shortcuts");
        await page.Keyboard.PressAsync("ArrowUp");
        await FocusAsync(page, "Move to position …");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "Position (1 to 3)");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("3");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Moved to position 3 of 3.").WaitForAsync();

        // Delete moves the photo to the trash. F6 moves the focus to Undo in the message, which restores the photo. The pointer only keeps the message.
        await TabToAsync(page, "First light");
        await page.Keyboard.PressAsync("Delete");
        await page.HoldMessageAsync("1 photo moved to the trash.");
        await page.Keyboard.PressAsync("F6");
        (await FocusedAsync(page)).ShouldBe("Undo");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Row, new() { Name = "First light" }).WaitForAsync();
    }

    /// <summary>Presses Tab until an element with the given name has the focus.</summary>
    private static async Task TabToAsync(IPage page, string name, bool back = false)
    {
        var seen = new List<string>();
        for (var presses = 0; presses < 40; presses++)
        {
            var focused = await FocusedAsync(page);
            if (focused == name)
            {
                return;
            }

            seen.Add(focused);
            await page.Keyboard.PressAsync(back ? "Shift+Tab" : "Tab");
        }

        seen.ShouldContain(name);
    }

    private static Task FocusAsync(IPage page, string name)
    {
        Func<Task<string>> focused = () => FocusedAsync(page);
        return focused.ShouldBecomeAsync(name);
    }

    /// <summary>The name of the focused element.</summary>
    private static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>("""
        () => {
          const element = document.activeElement;
          return (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '').trim();
        }
        """);
}
