using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>The focus point in the dialog that edits a photo.</summary>
public sealed class FocusPointTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task The_focus_point_is_set_by_keys_and_Home_and_Delete_return_it_to_the_centre()
    {
        var group = await server.Admin.CreateGroupAsync("By keys");
        var image = await server.Admin.AddImageAsync(group, "harbour.jpg", TestImages.Jpeg(640, 240, seed: 1));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        var focus = await OpenAsync(page);
        await ReadsAsync(focus, "50% from the left, 50% from the top");
        await visit.ShouldBeAccessibleAsync("the focus point");

        await focus.FocusAsync();
        await PressAsync(page, "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "ArrowUp", "Shift+ArrowDown");
        await ReadsAsync(focus, "39% from the left, 46% from the top");
        foreach (var key in (string[])["Home", "Delete"])
        {
            await page.Keyboard.PressAsync(key);
            await ReadsAsync(focus, "50% from the left, 50% from the top");
            await PressAsync(page, "ArrowRight", "ArrowRight");
            await ReadsAsync(focus, "60% from the left, 50% from the top");
        }

        await PressAsync(page, "ArrowDown");
        await SaveAsync(page);
        await StoredAsync(image, "0.6 0.55");

        // The dialog opens with the saved focus point. The button returns it to the centre.
        focus = await OpenAsync(page);
        await ReadsAsync(focus, "60% from the left, 55% from the top");
        await page.GetByRole(AriaRole.Button, new() { Name = "Centre" }).ClickAsync();
        await ReadsAsync(focus, "50% from the left, 50% from the top");
        await SaveAsync(page);
        await StoredAsync(image, "centre");
    }

    [Fact]
    public async Task A_click_and_a_drag_set_the_focus_point_and_the_preview_shows_the_crop()
    {
        var group = await server.Admin.CreateGroupAsync("By pointer");
        var image = await server.Admin.AddImageAsync(group, "harbour.jpg", TestImages.Jpeg(640, 240, seed: 2));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        var focus = await OpenAsync(page);
        await focus.ScrollIntoViewIfNeededAsync();
        var box = (await focus.BoundingBoxAsync())!;
        await page.Mouse.ClickAsync(box.X + (box.Width * 0.25f), box.Y + (box.Height * 0.75f));
        await ReadsAsync(focus, "25% from the left, 75% from the top");
        await CropAsync("25% 75%");

        // A drag that leaves the photo ends at its edge.
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), box.Y + (box.Height * 0.5f));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.8f), box.Y - 40, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await ReadsAsync(focus, "80% from the left, 0% from the top");
        await page.Mouse.MoveAsync(box.X + 5, box.Y + 5);
        await CropAsync("80% 0%");
        await visit.ShouldFitANarrowScreenAsync("the focus point");
        await SaveAsync(page);
        await StoredAsync(image, "0.8 0");

        async Task CropAsync(string position)
        {
            Func<Task<string>> shown = () => page.GetByRole(AriaRole.Figure).Locator("picture img").EvaluateAsync<string>("(photo) => getComputedStyle(photo).objectPosition");
            await shown.ShouldBecomeAsync(position);
        }
    }

    [Fact]
    public async Task Saving_a_title_keeps_a_focus_point_that_was_set_elsewhere_in_the_meantime()
    {
        var group = await server.Admin.CreateGroupAsync("Unchanged");
        var image = await server.Admin.AddImageAsync(group, "harbour.jpg", TestImages.Jpeg(320, 240, seed: 3));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        var focus = await OpenAsync(page);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Harbour");
        await focus.FocusAsync();
        await PressAsync(page, "ArrowLeft", "ArrowRight");
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { focus = new { x = 0.1, y = 0.2 } }).JsonAsync();
        await SaveAsync(page);
        await page.GetByRole(AriaRole.Row, new() { Name = "Harbour" }).WaitForAsync();
        await StoredAsync(image, "0.1 0.2");
    }

    /// <summary>Opens the dialog of the group's only photo. Returns the control of the focus point.</summary>
    private static async Task<ILocator> OpenAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Row).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var focus = page.GetByRole(AriaRole.Slider, new() { Name = "Focus point" });
        await focus.WaitForAsync();
        return focus;
    }

    private static async Task PressAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.Keyboard.PressAsync(key);
        }
    }

    private static Task ReadsAsync(ILocator focus, string value) => Assertions.Expect(focus).ToHaveAttributeAsync("aria-valuetext", value);

    private static async Task SaveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private async Task StoredAsync(Guid image, string expected)
    {
        var focus = (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("focus");
        (focus.ValueKind == JsonValueKind.Null ? "centre" : string.Create(CultureInfo.InvariantCulture, $"{focus.GetProperty("x").GetDouble()} {focus.GetProperty("y").GetDouble()}")).ShouldBe(expected);
    }
}
