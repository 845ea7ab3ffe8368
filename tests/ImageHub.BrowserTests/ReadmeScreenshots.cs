using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.BrowserTests;

/// <summary>
/// Takes the README's pictures again on request. Each folder in the folder <c>IMAGEHUB_PHOTOS</c> becomes a group, and each file name in it, without the
/// leading number and the extension, becomes a title. The pictures are written to <c>docs/images/screenshots</c>.
/// </summary>
public sealed class ReadmeScreenshots(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    private const string Photos = "IMAGEHUB_PHOTOS";

    private static readonly int?[] Ratings = [5, 3, null, 4, 5, 2, null];

    [Fact(Explicit = true)]
    public async Task Screenshots_for_the_readme_are_taken()
    {
        var folder = Environment.GetEnvironmentVariable(Photos) ?? throw new InvalidOperationException($"Name a folder of photographs in {Photos}.");
        var (group, image) = await FillAsync(folder);
        var site = new { title = "North Light", introduction = "Gardens, shores and quiet places.", photographer = "Ada Byron", accent = "#1f5f5b" };
        await server.Admin.PatchAsJsonAsync("/api/v1/site", site, TestContext.Current.CancellationToken).StatusAsync(HttpStatusCode.OK);

        await TakeAsync("gallery", "/", "main li img[srcset]");
        await TakeAsync("group", $"/groups/{group}", "main a[id^=photo] img[srcset]");
        await TakeAsync("viewer", $"/groups/{group}/images/{image}", ".yarl__slide_current img[src*=high]");
        await TakeAsync("gallery-phone", "/", "main li img[srcset]", ColorScheme.Dark, onPhone: true);
        await TakeAsync("desk-groups", "/admin", "main [role=row] img[srcset]");
        await TakeAsync("desk-group", $"/admin/groups/{group}", "main [role=row] img[srcset]");
        await TakeSendingGuestAsync(group, [.. Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(7)]);
    }

    /// <summary>Takes the picture of a guest's phone that has sent three of seven photos.</summary>
    private async Task TakeSendingGuestAsync(Guid group, string[] photos)
    {
        var link = await SendingGuest.ShareAsync(server, group);
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        var (page, sent) = (visit.Page, 0);
        await page.RouteAsync("**/uploads/tus/*", route => route.Request.Method == "PATCH" && ++sent > 3 ? Task.CompletedTask : route.ContinueAsync());
        await page.GotoAsync(link.Text("url")!);
        await page.Locator("main a[id^=photo] img[srcset]").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your photos" }).TapAsync();
        await page.GetByLabel("Your name").FillAsync("Grace");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Choose photos" }).TapAsync());
        await chooser.SetFilesAsync(photos);
        await page.GetByText("3 of 7 sent").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Repository.PathOf("docs", "images", "screenshots", "guest-phone.jpg"), Type = ScreenshotType.Jpeg, Quality = 50 });
    }

    /// <summary>Creates a group for each folder.</summary>
    /// <returns>The group with the most photos, and the second photo of that group.</returns>
    private async Task<(Guid Group, Guid Image)> FillAsync(string folder)
    {
        var most = (Count: 0, Group: Guid.Empty, Image: Guid.Empty);
        foreach (var path in Directory.GetDirectories(folder).OrderDescending(StringComparer.Ordinal))
        {
            var group = await server.Admin.CreateGroupAsync(Path.GetFileName(path));
            var images = new List<Guid>();
            foreach (var file in Directory.GetFiles(path).Order(StringComparer.Ordinal))
            {
                var image = await server.Admin.AddImageAsync(group, Path.GetFileName(file), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
                await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = Path.GetFileNameWithoutExtension(file).TrimStart([.. "0123456789 "]), rating = Ratings[images.Count % Ratings.Length] }, TestContext.Current.CancellationToken).StatusAsync(HttpStatusCode.OK);
                images.Add(image);
            }

            if (images.Count > most.Count)
            {
                most = (images.Count, group, images[Math.Min(1, images.Count - 1)]);
            }
        }

        return (most.Group, most.Image);
    }

    private async Task TakeAsync(string name, string path, string waitFor, ColorScheme scheme = ColorScheme.Light, bool onPhone = false)
    {
        await using var visit = await chromium.VisitAsync(server, onPhone, scheme);
        if (path.StartsWith("/admin", StringComparison.Ordinal))
        {
            await visit.SignInAsync(path);
        }
        else
        {
            await visit.Page.GotoAsync(path);
        }

        await visit.Page.Locator(waitFor).First.WaitForAsync();
        await visit.Page.ImagesAsync();
        var target = Repository.PathOf("docs", "images", "screenshots", $"{name}.jpg");
        await visit.Page.ScreenshotAsync(new() { Path = target, Type = ScreenshotType.Jpeg, Quality = 82 });
    }
}
