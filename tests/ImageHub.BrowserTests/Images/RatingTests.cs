using System.Collections.Concurrent;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>Ratings of photos at the desk.</summary>
public sealed class RatingTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Digits_rate_the_selected_photos_and_Undo_restores_their_former_ratings()
    {
        var (group, images) = await GroupAsync("Rating", null, 5, null);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();
        await Image(page, 2, "5 stars").ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await page.Keyboard.PressAsync("4");
        await page.HoldMessageAsync("2 photos rated: 4 stars.");
        await RatedAsync(images, 4, 4, null);
        await Assertions.Expect(Image(page, 1, "4 stars")).ToHaveAttributeAsync("aria-selected", "true");
        await Image(page, 2, "4 stars").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("rated photos");
        await visit.ShouldFitANarrowScreenAsync("rated photos");

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await RatedAsync(images, null, 5, null);
        await Image(page, 1).WaitForAsync();
        await Image(page, 2, "5 stars").WaitForAsync();

        // 0 removes the rating, and the photo with the focus is rated without a selection.
        await Image(page, 2, "5 stars").ClickAsync();
        await page.Keyboard.PressAsync("0");
        await page.GetByText("Rating of 1 photo removed.").WaitForAsync();
        await Image(page, 2).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Image(page, 2)).ToHaveAttributeAsync("aria-selected", "false");
        await page.Keyboard.PressAsync("3");
        await RatedAsync(images, null, 3, null);
    }

    [Fact]
    public async Task Keys_and_stars_rate_the_photo_in_the_large_view_and_fields_keep_their_keys()
    {
        var (group, images) = await GroupAsync("Rating in the view", null, null);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).DblClickAsync();
        var stars = page.GetByRole(AriaRole.Group, new() { Name = "Rating" });
        await page.Keyboard.PressAsync("2");
        await Assertions.Expect(Star(stars, 2)).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("4");
        await page.Keyboard.PressAsync("5");
        await Assertions.Expect(Star(stars, 5)).ToHaveAttributeAsync("aria-pressed", "true");
        await RatedAsync(images, 2, 5);
        await visit.ShouldBeAccessibleAsync("a rated photo in the large view");
        await visit.ShouldFitANarrowScreenAsync("a rated photo in the large view");

        // A click on the star of the current rating removes the rating.
        await Star(stars, 3).ClickAsync();
        await RatedAsync(images, 2, 3);
        await Star(stars, 3).ClickAsync();
        await RatedAsync(images, 2, null);

        // The view's keys still work after a click on a star.
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(Star(stars, 2)).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("e");
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Pier 5");
        await visit.ShouldBeAccessibleAsync("the dialog that edits a photo");
        await Star(page.GetByRole(AriaRole.Dialog, new() { Name = "Edit photo" }), 1).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Pier 5" }).WaitForAsync();
        await RatedAsync(images, 1, null);
    }

    [Fact]
    public async Task Stars_rate_by_touch()
    {
        var (group, images) = await GroupAsync("Rating by touch", null, null);
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Select photo1.jpg" }).SetCheckedAsync(true, new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).TapAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "View" }).TapAsync();
        await Star(page.GetByRole(AriaRole.Group, new() { Name = "Rating" }), 4).TapAsync();
        await RatedAsync(images, 4, null);
        await page.GetByText("1 photo rated: 4 stars.").WaitForAsync();

        // The message does not cover the stars.
        await Star(page.GetByRole(AriaRole.Group, new() { Name = "Rating" }), 5).TapAsync();
        await RatedAsync(images, 5, null);
        await visit.ShouldBeAccessibleAsync("the large view on a phone");
    }

    [Fact]
    public async Task Several_photos_are_rated_in_the_dialog_that_edits_them()
    {
        var (group, images) = await GroupAsync("Rating many", 1, null, 2);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByLabel("Rating", new() { Exact = true }).SelectOptionAsync("5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.HoldMessageAsync("3 photos changed.");
        await RatedAsync(images, 5, 5, 5);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await RatedAsync(images, 1, null, 2);
    }

    [Fact]
    public async Task The_desk_filters_and_sorts_by_rating()
    {
        var (group, images) = await GroupAsync("Filtering", 3, null, 5, 2, 4);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await MenuAsync("3 stars or more");
        await RowsAsync("photo1.jpg, 3 stars|photo3.jpg, 5 stars|photo5.jpg, 4 stars");
        await page.GetByRole(AriaRole.Status).GetByText("3 stars or more: 3 photos").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("photos by rating");
        await visit.ShouldFitANarrowScreenAsync("photos by rating");

        await MenuAsync("Highest rating first");
        await RowsAsync("photo3.jpg, 5 stars|photo5.jpg, 4 stars|photo1.jpg, 3 stars");
        await page.ReloadAsync();
        await RowsAsync("photo3.jpg, 5 stars|photo5.jpg, 4 stars|photo1.jpg, 3 stars");

        // A photo that is rated by key keeps its position until the list is opened again.
        await Image(page, 3, "5 stars").DblClickAsync();
        await page.Keyboard.PressAsync("1");
        await page.GetByText("1 photo rated: 1 star.").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByRole(AriaRole.Dialog, new() { Name = "photo5.jpg" }).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await RowsAsync("photo3.jpg, 1 star|photo5.jpg, 4 stars|photo1.jpg, 3 stars");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all photos" }).ClickAsync();
        await RowsAsync("photo5.jpg, 4 stars|photo1.jpg, 3 stars|photo4.jpg, 2 stars|photo3.jpg, 1 star|photo2.jpg");
        await MenuAsync("5 stars");
        await page.GetByText("No photo has this rating").WaitForAsync();
        await MenuAsync("All photos");
        await MenuAsync("Highest rating first");
        await RowsAsync("photo1.jpg, 3 stars|photo2.jpg|photo3.jpg, 1 star|photo4.jpg, 2 stars|photo5.jpg, 4 stars");
        await RatedAsync(images, 3, null, 1, 2, 4);

        async Task MenuAsync(string item)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Filter and sort by rating" }).ClickAsync();
            var menu = page.GetByRole(AriaRole.Menu);
            await menu.GetByRole(AriaRole.Menuitemradio, new() { Name = item, Exact = true }).Or(menu.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = item, Exact = true })).ClickAsync();
            await page.Keyboard.PressAsync("Escape");
            await menu.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }

        Task RowsAsync(string expected)
        {
            Func<Task<string>> rows = () => page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row).EvaluateAllAsync<string>("(rows) => rows.map((row) => row.getAttribute('aria-label')).join('|')");
            return rows.ShouldBecomeAsync(expected);
        }
    }

    [Fact]
    public async Task Undo_returns_moved_photos_of_a_list_by_rating_to_their_places_in_the_group()
    {
        var (group, _) = await GroupAsync("Moving the best", 5, null, 5, null);
        await server.Admin.CreateGroupAsync("Elsewhere");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}?rating=5");
        await Image(page, 3, "5 stars").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move to group" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByText("Elsewhere").ClickAsync();
        await page.HoldMessageAsync("1 photo moved to “Elsewhere”.");
        await NamesAsync("photo1.jpg photo2.jpg photo4.jpg");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await NamesAsync("photo1.jpg photo2.jpg photo3.jpg photo4.jpg");

        Task NamesAsync(string expected)
        {
            Func<Task<string>> names = async () => string.Join(' ', (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(item => item.Text("fileName")));
            return names.ShouldBecomeAsync(expected);
        }
    }

    [Fact]
    public async Task Photos_of_a_list_by_rating_stay_selected_if_their_places_cannot_be_read()
    {
        var (group, _) = await GroupAsync("Places unread", 5, null, 5);
        await server.Admin.CreateGroupAsync("Somewhere");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("500");
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}?rating=5");
        await Image(page, 3, "5 stars").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move to group" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var target = dialog.GetByRole(AriaRole.Button, new() { Name = "Somewhere" });
        await page.RouteAsync($"**/groups/{group}/images?*", route => route.FulfillAsync(new() { Status = 500, ContentType = "application/problem+json", Body = """{"code":"internalError","status":500,"detail":"The list cannot be read."}""" }));
        await target.ClickAsync();
        await dialog.GetByText("The list cannot be read.").WaitForAsync();
        await page.GetByText("1 selected").WaitForAsync();

        await page.UnrouteAllAsync();
        await target.ClickAsync();
        await page.HoldMessageAsync("1 photo moved to “Somewhere”.");
    }

    [Fact]
    public async Task A_rating_that_could_not_be_saved_is_taken_back_and_reported()
    {
        var (group, images) = await GroupAsync("Failing", 2);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        visit.Expects("503");
        await page.RouteAsync("**/api/v1/images/bulk", route => route.FulfillAsync(new() { Status = 503 }));
        await Image(page, 1, "2 stars").ClickAsync();
        await page.Keyboard.PressAsync("5");
        await page.GetByText("1 photo could not be rated.").WaitForAsync();
        await Image(page, 1, "2 stars").WaitForAsync();
        await RatedAsync(images, 2);
    }

    [Fact]
    public async Task The_list_of_keys_opens_by_a_question_mark_and_Escape_returns_to_the_photo()
    {
        var (group, images) = await GroupAsync("Keys", [null]);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();
        await page.Keyboard.PressAsync("?");
        var keys = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await keys.GetByText("Rate with 1 to 5 stars").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the list of keys");
        await page.Keyboard.PressAsync("Escape");
        await keys.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Assertions.Expect(Image(page, 1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Dialog, new() { Name = "photo1.jpg" }).WaitForAsync();
        await page.Keyboard.PressAsync("?");
        await keys.WaitForAsync();
        var saved = 0;
        page.Request += (_, request) => saved += request.Url.EndsWith("/images/bulk", StringComparison.Ordinal) ? 1 : 0;
        await page.Keyboard.PressAsync("5");
        await page.Keyboard.PressAsync("Escape");
        await keys.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByRole(AriaRole.Dialog, new() { Name = "photo1.jpg" }).WaitForAsync();

        // Ratings are saved in the order of the keys, so a rating of 5 stars would have been saved before this one.
        await page.Keyboard.PressAsync("3");
        await page.GetByText("1 photo rated: 3 stars.").WaitForAsync();
        await RatedAsync(images, 3);
        saved.ShouldBe(1);
    }

    [Fact]
    public async Task Visitors_see_no_ratings()
    {
        var (group, images) = await GroupAsync("For visitors", 5, 4);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var responses = new ConcurrentQueue<Task<string>>();
        page.Response += (_, response) =>
        {
            if (response.Request.ResourceType is "document" or "fetch")
            {
                responses.Enqueue(response.TextAsync());
            }
        };
        await page.GotoAsync(await server.Visitor.FindPageAsync(group));
        await page.Locator($"#photo-{images[1]}").WaitForAsync();
        await page.ImagesAsync();
        var answers = await Task.WhenAll(responses);
        answers.ShouldContain(answer => answer.Contains("\"fileName\":\"photo1.jpg\"", StringComparison.Ordinal));
        answers.ShouldAllBe(answer => !answer.Contains("\"rating\"", StringComparison.Ordinal));
        (await page.ContentAsync()).ShouldNotContain("rating", Case.Insensitive);
    }

    /// <summary>A group of images named <c>photo1.jpg</c> and so on, with these ratings.</summary>
    private async Task<(Guid Group, Guid[] Images)> GroupAsync(string title, params int?[] ratings)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        var images = new List<Guid>();
        foreach (var rating in ratings)
        {
            var image = await server.Admin.AddImageAsync(group, $"photo{images.Count + 1}.jpg", TestImages.Jpeg(320, 240, seed: (title.Length * 1000) + images.Count));
            images.Add(image);
            await server.Admin.PatchAsync($"/api/v1/images/{image}", JsonContent.Create(new { rating })).JsonAsync();
        }

        return (group, [.. images]);
    }

    private async Task RatedAsync(Guid[] images, params int?[] expected)
    {
        Func<Task<string>> ratings = async () =>
            string.Join(',', (await Task.WhenAll(images.Select(image => server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()))).Select(image => image.GetProperty("rating").ToString()));
        await ratings.ShouldBecomeAsync(string.Join(',', expected));
    }

    private static ILocator Image(IPage page, int number, string? stars = null) =>
        page.GetByRole(AriaRole.Row, new() { Name = stars is null ? $"photo{number}.jpg" : $"photo{number}.jpg, {stars}", Exact = true });

    private static ILocator Star(ILocator within, int star) => within.GetByRole(AriaRole.Button, new() { Name = star == 1 ? "1 star" : $"{star} stars", Exact = true });
}
