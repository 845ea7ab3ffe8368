using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>Rotating photos at the desk.</summary>
public sealed class RotationTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task R_rotates_the_photo_in_the_large_view_and_Undo_rotates_it_back()
    {
        var group = await server.Admin.CreateGroupAsync("Turning");
        var image = await server.Admin.AddImageAsync(group, "photo1.jpg", TestImages.Jpeg(320, 240, seed: 81_001));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, "photo1.jpg").DblClickAsync();
        var view = page.GetByRole(AriaRole.Dialog, new() { Name = "photo1.jpg" });
        Func<Task<string>> shown = () => view.Locator("picture img").EvaluateAsync<string>("(photo) => `${photo.naturalWidth} × ${photo.naturalHeight}`");
        await shown.ShouldBecomeAsync("320 × 240");
        await page.Keyboard.PressAsync("r");
        await page.GetByText("1 photo rotated.").WaitForAsync();
        await shown.ShouldBecomeAsync("240 × 320");
        await SizeAsync(image, "240 × 320");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await shown.ShouldBecomeAsync("320 × 240");
        await SizeAsync(image, "320 × 240");

        // The second quarter turn to the left does not wait for the server's answer to the first.
        await page.Keyboard.PressAsync("Shift+R");
        await page.Keyboard.PressAsync("Shift+R");
        await page.GetByText("1 photo rotated.").Nth(1).WaitForAsync();
        await shown.ShouldBecomeAsync("320 × 240");
        await view.GetByRole(AriaRole.Button, new() { Name = "Rotate left" }).ClickAsync();
        await shown.ShouldBecomeAsync("240 × 320");
        await view.GetByRole(AriaRole.Button, new() { Name = "Rotate right" }).ClickAsync();
        await shown.ShouldBecomeAsync("320 × 240");
    }

    [Fact]
    public async Task Several_photos_are_rotated_from_the_menu_and_their_thumbnails_change_at_once()
    {
        var group = await server.Admin.CreateGroupAsync("Turning many");
        var images = new[]
        {
            await server.Admin.AddImageAsync(group, "photo1.jpg", TestImages.Jpeg(320, 240, seed: 82_001)),
            await server.Admin.AddImageAsync(group, "photo2.jpg", TestImages.Jpeg(320, 240, seed: 82_002)),
        };
        var gif = await server.Admin.AddImageAsync(group, "moving.gif", TestImages.Gif(320, 240, seed: 82_003));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Rotate right" }).ClickAsync();
        await page.HoldMessageAsync("2 photos rotated.");

        // The file that cannot be rotated is named.
        await page.GetByText("1 photo could not be rotated. GIF, AVIF and HEIC files cannot be rotated without loss: moving.gif").WaitForAsync();
        foreach (var (image, name) in images.Zip(["photo1.jpg", "photo2.jpg"]))
        {
            await SizeAsync(image, "240 × 320");
            Func<Task<bool>> isUpright = () => Image(page, name).Locator("picture img").EvaluateAsync<bool>("(photo) => photo.complete && photo.naturalWidth < photo.naturalHeight");
            await isUpright.ShouldBecomeAsync(true);
        }

        await SizeAsync(gif, "320 × 240");
        await visit.ShouldBeAccessibleAsync("messages about rotated photos");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        foreach (var image in images)
        {
            await SizeAsync(image, "320 × 240");
        }
    }

    private Task SizeAsync(Guid image, string expected)
    {
        Func<Task<string>> size = async () =>
        {
            var json = await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync();
            return $"{json.GetProperty("width")} × {json.GetProperty("height")}";
        };
        return size.ShouldBecomeAsync(expected);
    }

    private static ILocator Image(IPage page, string name) => page.GetByRole(AriaRole.Row, new() { Name = name, Exact = true });
}
