using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>The desk's view of one photo in the whole window.</summary>
public sealed class QuickViewTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Enter_opens_a_photo_arrow_keys_show_its_neighbours_and_closing_focuses_the_last_one()
    {
        var group = await GroupAsync("Viewing", 3);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, 1, 3);
        await visit.ShouldBeAccessibleAsync("the quick view");
        await visit.ShouldFitANarrowScreenAsync("the quick view");

        // The first photo has no previous one.
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShowsAsync(page, 1, 3);
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, 2, 3);
        await page.Keyboard.PressAsync("Escape");
        await ClosedAsync(page, 2);

        // The focus and the selection continue from the last shown photo.
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(Image(page, 3)).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Enter");
        await ShowsAsync(page, 3, 3);
        await page.Keyboard.PressAsync("Space");
        await ClosedAsync(page, 3);
    }

    [Fact]
    public async Task A_double_click_and_the_menu_open_a_photo_and_buttons_show_its_neighbours()
    {
        var group = await GroupAsync("Viewing by mouse", 3);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 2).DblClickAsync();
        await ShowsAsync(page, 2, 3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Previous photo" }).ClickAsync();
        await ShowsAsync(page, 1, 3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Next photo" }).DblClickAsync();
        await ShowsAsync(page, 3, 3);

        // After a click on a button, the space key still closes the view.
        await page.Keyboard.PressAsync("Space");
        await ClosedAsync(page, 3);
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "View" }).ClickAsync();
        await ShowsAsync(page, 3, 3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await ClosedAsync(page, 3);
    }

    [Fact]
    public async Task Space_selects_the_focused_photo()
    {
        var group = await GroupAsync("Selecting by space", 2);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 2).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Image(page, 2)).ToHaveAttributeAsync("aria-selected", "false");
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(Image(page, 2)).ToHaveAttributeAsync("aria-selected", "true");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task E_and_the_button_edit_the_shown_photo_whose_new_title_appears()
    {
        var group = await GroupAsync("Editing in the view", 2);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).DblClickAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await ShowsAsync(page, 2, 2);
        await page.Keyboard.PressAsync("e");
        var title = page.GetByRole(AriaRole.Textbox, new() { Name = "Title" });
        await Assertions.Expect(title).ToBeFocusedAsync();

        // The field receives all keys, including the view's shortcuts.
        await page.Keyboard.TypeAsync("Pier at e");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.TypeAsync("th");
        await page.GetByLabel("Tags").FillAsync("sea, dusk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await title.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByRole(AriaRole.Heading, new() { Name = "Pier at the" }).WaitForAsync();
        await page.GetByText("sea, dusk").WaitForAsync();

        // Escape closes the dialog and leaves the view open.
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await title.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await title.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByText("2 of 2").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "Pier at the" })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_view_loads_further_photos_and_scrolls_the_grid_to_the_last_one()
    {
        var group = await GroupAsync("Viewing many", 64);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.SetViewportSizeAsync(800, 500);
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).DblClickAsync();
        for (var number = 1; number <= 64; number++)
        {
            await ShowsAsync(page, number, 64);
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await ShowsAsync(page, 64, 64);
        await page.Keyboard.PressAsync("Escape");
        await ClosedAsync(page, 64);
        await Assertions.Expect(Image(page, 64)).ToBeInViewportAsync();
    }

    [Fact]
    public async Task A_page_of_further_photos_that_the_server_refuses_is_requested_once()
    {
        var group = await GroupAsync("Refused further on", 31);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("404");
        var page = visit.Page;
        var requests = 0;
        await page.RouteAsync("**/images?cursor=ey*", async route =>
        {
            Interlocked.Increment(ref requests);
            await route.FulfillAsync(new() { Status = 404, ContentType = "application/problem+json", Body = """{"code":"notFound","status":404}""" });
        });
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).DblClickAsync();
        for (var number = 1; number < 30; number++)
        {
            await ShowsAsync(page, number, 31);
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await ShowsAsync(page, 30, 31);
        await page.GetByText("The next photos could not be loaded.").WaitForAsync();
        requests.ShouldBe(1);
    }

    [Fact]
    public async Task The_view_shows_the_smallest_rendition_that_is_sharp_in_the_window()
    {
        var group = await server.Admin.CreateGroupAsync("Sharp");
        await server.Admin.AddImageAsync(group, "photo1.jpg", TestImages.Jpeg(2000, 1500, seed: 5));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        Func<Task<string?>> shown = () => page.Locator("[role=dialog] picture img").EvaluateAsync<string?>("(photo) => photo.complete ? new URL(photo.currentSrc).pathname.split('/').at(-1) : null");
        foreach (var (width, expected) in ((int, string)[])[(700, "medium"), (1400, "high")])
        {
            await page.SetViewportSizeAsync(width, 1000);
            await visit.SignInAsync($"/admin/groups/{group}");
            await Image(page, 1).DblClickAsync();
            await shown.ShouldBecomeAsync(expected);
        }
    }

    /// <summary>A group of images named <c>photo1.jpg</c> and so on.</summary>
    private async Task<Guid> GroupAsync(string title, int images)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        for (var image = 1; image <= images; image++)
        {
            await server.Admin.AddImageAsync(group, $"photo{image}.jpg", TestImages.Jpeg(320, 240, seed: (title.Length * 100) + image));
        }

        return group;
    }

    private static ILocator Image(IPage page, int number) => page.GetByRole(AriaRole.Row, new() { Name = $"photo{number}.jpg", Exact = true });

    private static async Task ShowsAsync(IPage page, int number, int total)
    {
        var view = page.GetByRole(AriaRole.Dialog, new() { Name = $"photo{number}.jpg", Exact = true });
        await view.GetByText($"{number} of {total}", new() { Exact = true }).WaitForAsync();
    }

    private static async Task ClosedAsync(IPage page, int number)
    {
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Assertions.Expect(Image(page, number)).ToBeFocusedAsync();
    }
}
