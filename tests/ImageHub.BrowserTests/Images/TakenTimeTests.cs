using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>The desk changes the time when photos were taken, and visitors see the photographer in the details.</summary>
public sealed class TakenTimeTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task The_dialog_of_a_photo_sets_its_time_and_keeps_the_UTC_offset()
    {
        var (group, images) = await GroupAsync("One time", "2026-05-01T12:34:56+02:00");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();
        await EditAsync();
        var taken = page.GetByLabel("Taken");
        await Assertions.Expect(taken).ToHaveValueAsync("2026-05-01T12:34:56");

        // Saving without a change keeps the time and its offset.
        await SaveAsync();
        await TakenAsync(images, "2026-05-01T12:34:56+02:00");
        await EditAsync();
        await taken.FillAsync("2025-12-24T18:00:05");
        await SaveAsync();
        await TakenAsync(images, "2025-12-24T18:00:05+02:00");
        await EditAsync();
        await Assertions.Expect(taken).ToHaveValueAsync("2025-12-24T18:00:05");
        await taken.FillAsync("");
        await SaveAsync();
        await TakenAsync(images, [null]);
        await EditAsync();
        await Assertions.Expect(taken).ToBeEnabledAsync();
        await taken.FillAsync("2024-02-29T00:00:01");
        await SaveAsync();
        await TakenAsync(images, "2024-02-29T00:00:01");

        Task EditAsync() => page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();

        async Task SaveAsync()
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
    }

    [Fact]
    public async Task A_dialog_that_is_opened_again_at_once_reads_the_time_again()
    {
        var (group, images) = await GroupAsync("Opened twice", "2026-05-01T12:34:56");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();
        var edit = page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true });
        var taken = page.GetByLabel("Taken");
        await edit.ClickAsync();
        await Assertions.Expect(taken).ToHaveValueAsync("2026-05-01T12:34:56");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // The time in the cache is only seconds old.
        await server.Admin.PatchAsync($"/api/v1/images/{images[0]}", JsonContent.Create(new { takenAt = "2026-05-02T08:00:05" })).JsonAsync();
        await edit.ClickAsync();
        await Assertions.Expect(taken).ToHaveValueAsync("2026-05-02T08:00:05");
        await taken.FillAsync("2025-12-24T18:00:05");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await TakenAsync(images, "2025-12-24T18:00:05");
    }

    [Fact]
    public async Task Editing_a_photo_keeps_texts_and_tags_that_were_changed_elsewhere()
    {
        var (group, images) = await GroupAsync("By two curators", "2026-05-01T12:34:56");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();
        await server.Admin.PatchAsync($"/api/v1/images/{images[0]}", JsonContent.Create(new { description = "At the pier", tags = (string[])["sea", "dusk"] })).JsonAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Evening");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var saved = await server.Admin.GetAsync($"/api/v1/images/{images[0]}").JsonAsync();
        (saved.Text("title"), saved.Text("description"), string.Join(' ', saved.GetProperty("tags").EnumerateArray())).ShouldBe(("Evening", "At the pier", "sea dusk"));
    }

    [Fact]
    public async Task The_time_of_several_photos_is_shifted_after_a_preview_and_Undo_shifts_it_back()
    {
        var (group, images) = await GroupAsync("Many times", "2026-05-01T23:34:56+02:00", "2026-12-31T12:00:00", null);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Shift time" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Shift the time of 3 photos" });
        await Assertions.Expect(dialog.GetByLabel("Hours")).ToBeFocusedAsync();
        await dialog.GetByLabel("Hours").FillAsync("1");
        await dialog.GetByLabel("Minutes").FillAsync("30");
        await dialog.GetByText("photo1.jpg: 1 May 2026, 23:34 becomes 2 May 2026, 01:04").WaitForAsync();
        await dialog.GetByLabel("Direction").SelectOptionAsync("Earlier");
        await dialog.GetByLabel("Days").FillAsync("1");
        await dialog.GetByText("photo1.jpg: 1 May 2026, 23:34 becomes 30 Apr 2026, 22:04").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the dialog that shifts times");
        await visit.ShouldFitANarrowScreenAsync("the dialog that shifts times");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Shift", Exact = true }).ClickAsync();
        await page.HoldMessageAsync("Time of 3 photos shifted.");
        await TakenAsync(images, "2026-04-30T22:04:56+02:00", "2026-12-30T10:30:00", null);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await TakenAsync(images, "2026-05-01T23:34:56+02:00", "2026-12-31T12:00:00", null);
    }

    [Fact]
    public async Task Visitors_find_the_photographer_and_the_copyright_notice_in_the_details()
    {
        var group = await server.Admin.CreateGroupAsync("Credits");
        await server.Admin.AddImageAsync(group, "photo1.jpg", CaptionFixtures.Make("Lightroom Classic", 83_001).File);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync(await server.Visitor.FindPageAsync(group));
        await page.GetByRole(AriaRole.Link, new() { Name = "Fährhafen" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        var details = page.GetByRole(AriaRole.Complementary, new() { Name = "Details" });
        await details.GetByText("© Ada Example", new() { Exact = true }).WaitForAsync();
        await details.GetByText("Credit", new() { Exact = true }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the details of a photo with a credit");
    }

    /// <summary>A group of images named <c>photo1.jpg</c> and so on, taken at these times.</summary>
    private async Task<(Guid Group, Guid[] Images)> GroupAsync(string title, params string?[] times)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        var images = new List<Guid>();
        foreach (var takenAt in times)
        {
            var image = await server.Admin.AddImageAsync(group, $"photo{images.Count + 1}.jpg", TestImages.Jpeg(320, 240, seed: (title.Length * 1000) + images.Count));
            images.Add(image);
            await server.Admin.PatchAsync($"/api/v1/images/{image}", JsonContent.Create(new { takenAt })).JsonAsync();
        }

        return (group, [.. images]);
    }

    private async Task TakenAsync(Guid[] images, params string?[] expected)
    {
        Func<Task<string>> times = async () =>
            string.Join(',', (await Task.WhenAll(images.Select(image => server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()))).Select(image => image.Text("takenAt")));
        await times.ShouldBecomeAsync(string.Join(',', expected));
    }

    private static ILocator Image(IPage page, int number) => page.GetByRole(AriaRole.Row, new() { Name = $"photo{number}.jpg", Exact = true });
}
