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
        var answers = 0;
        page.Response += (_, response) => answers += response.Url.EndsWith("/images/bulk", StringComparison.Ordinal) ? 1 : 0;
        await IsShownAsync("320 × 240", rotations: 0);
        await page.Keyboard.PressAsync("r");
        await page.HoldMessageAsync("1 photo rotated.");
        await IsShownAsync("240 × 320", rotations: 1);
        await SizeAsync(image, "240 × 320");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await IsShownAsync("320 × 240", rotations: 2);
        await SizeAsync(image, "320 × 240");

        // The second quarter turn to the left does not wait for the server's answer to the first.
        await page.Keyboard.PressAsync("Shift+R");
        await page.Keyboard.PressAsync("Shift+R");
        await IsShownAsync("320 × 240", rotations: 4);
        await view.GetByRole(AriaRole.Button, new() { Name = "Rotate left" }).ClickAsync();
        await IsShownAsync("240 × 320", rotations: 5);
        await view.GetByRole(AriaRole.Button, new() { Name = "Rotate right" }).ClickAsync();
        await IsShownAsync("320 × 240", rotations: 6);

        // Waits until the view shows the photo as it is after a number of rotations. Each rotation changes the revision in the photo's address.
        async Task IsShownAsync(string size, int rotations)
        {
            Func<Task<int>> answered = () => Task.FromResult(answers);
            await answered.ShouldBecomeAsync(rotations);
            var address = (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("high").Text("url")!;
            Func<Task<string>> shown = () => view.Locator("picture img").EvaluateAsync<string>(
                "(photo) => `${photo.naturalWidth} × ${photo.naturalHeight}, revision ${/[?&]r=([^&]+)/.exec(photo.currentSrc)?.[1]}`");
            await shown.ShouldBecomeAsync($"{size}, revision {address[(address.IndexOf("r=", StringComparison.Ordinal) + 2)..]}");
        }
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
