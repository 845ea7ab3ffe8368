using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Links;

/// <summary>The desk's pages of guests' choices.</summary>
public sealed class ChoicesDeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task An_admin_finds_reads_copies_and_deletes_a_selection()
    {
        var (group, images) = await GroupAsync("Portraits", 4);
        var link = await ShareAsync(group);
        await ChooseAsync(link, "Anna", (images[2], "This one, please"), (images[0], null));
        await ChooseAsync(link, null, (images[1], null));
        await server.Admin.DeleteAsync($"/api/v1/images/{images[0]}").StatusAsync(HttpStatusCode.NoContent);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;

        // The group and the list of links lead to the choices. The list of choices leads to them even after the link has ended.
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Link, new() { Name = "2 guests chose" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Anna" }).WaitForAsync();
        await page.GotoAsync("/admin/links");
        await page.GetByRole(AriaRole.Link, new() { Name = "2 guests chose: Portraits" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("links with choices");
        await visit.ShouldFitANarrowScreenAsync("links with choices");
        await page.GetByRole(AriaRole.Link, new() { Name = "2 guests chose: Portraits" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Anna" }).WaitForAsync();
        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await page.GotoAsync("/admin/links");
        await page.GetByRole(AriaRole.Link, new() { Name = "What guests chose", Exact = true }).ClickAsync();
        await page.GetByText("2 guests chose, 1 sent it").First.WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the list of choices");
        await visit.ShouldFitANarrowScreenAsync("the list of choices");
        await page.GetByRole(AriaRole.Link, new() { Name = "Choices for “Portraits”" }).ClickAsync();

        await page.GetByRole(AriaRole.Heading, new() { Name = "Choices for “Portraits”", Level = 1 }).WaitForAsync();
        var anna = page.GetByRole(AriaRole.Region, new() { Name = "Anna" });
        await anna.GetByText("2 photos · sent").WaitForAsync();
        await anna.GetByText("This one, please").WaitForAsync();
        await anna.GetByText("gone").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Guest 2, without a name" })).ToBeHiddenAsync();
        await page.GetByText("1 guest has not sent a choice yet").ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Guest 2, without a name" }).GetByText("1 photo · not sent yet").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("what guests chose");
        await visit.ShouldFitANarrowScreenAsync("what guests chose");

        await anna.GetByRole(AriaRole.Button, new() { Name = "Copy file names: Anna" }).ClickAsync();
        await CopiedAsync("photo3, photo1");
        await visit.ShouldBeAccessibleAsync("the dialog with file names");
        await visit.ShouldFitANarrowScreenAsync("the dialog with file names");
        await page.GetByLabel("For", new() { Exact = true }).SelectOptionAsync("captureOne");
        await CopiedAsync("photo3 photo1");
        await page.GetByLabel("For", new() { Exact = true }).SelectOptionAsync("lines");
        await CopiedAsync("photo3.jpg\nphoto1.jpg");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as CSV" }).ClickAsync());
        download.SuggestedFilename.ShouldBe($"favourites-{link.Id()}.csv");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the choices" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the question before choices are deleted");
        var reads = new ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (request.Method == "GET" && request.Url.EndsWith($"/links/{link.Id()}/favourites", StringComparison.Ordinal))
            {
                reads.Enqueue(request.Url);
            }
        };
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByText("The choices are deleted.").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Choices for “Portraits”" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        reads.ShouldBeEmpty("requests for the deleted choices");
        await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").StatusAsync(HttpStatusCode.NotFound);

        async Task CopiedAsync(string expected)
        {
            using var clipboard = await visit.HoldClipboardAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
            Func<Task<string>> copied = clipboard.TextAsync;
            await copied.ShouldBecomeAsync(expected);
        }
    }

    [Fact]
    public async Task A_selection_is_shown_in_its_group_and_moved_into_a_new_group_and_back()
    {
        var (group, images) = await GroupAsync("Rehearsal", 70);
        var link = await ShareAsync(group);
        await ChooseAsync(link, "Bela", (images[65], null), (images[1], null), (images[3], null));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/links/{link.Id()}/favourites");
        await MenuAsync("Show in the group");
        await page.GetByText("Chosen by Bela: 3 photos").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await visit.ShouldBeAccessibleAsync("a group's photos that a guest has chosen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        await page.GetByText("3 selected").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Show all photos" }).ClickAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "photo1.jpg" }).WaitForAsync();

        await page.GotoAsync($"/admin/links/{link.Id()}/favourites");
        await MenuAsync("Move into a new group …");
        await page.GetByText("3 photos leave “Rehearsal”: guests of its links no longer see them there").WaitForAsync();
        (await page.GetByLabel("Title").InputValueAsync()).ShouldBe("Choice of Bela");
        await visit.ShouldBeAccessibleAsync("the dialog that moves a choice");
        await visit.ShouldFitANarrowScreenAsync("the dialog that moves a choice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
        await page.HoldMessageAsync("3 photos moved to “Choice of Bela”.");
        var made = await FindAsync("Choice of Bela");
        made!.Value.GetProperty("isPublished").GetBoolean().ShouldBeFalse();
        (await NamesAsync(made.Value.Id())).ShouldBe(["photo2.jpg", "photo4.jpg", "photo66.jpg"]);
        (await NamesAsync(group)).Count.ShouldBe(67);

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        Func<Task<string>> names = async () => string.Join(' ', await NamesAsync(group));
        await names.ShouldBecomeAsync(string.Join(' ', Enumerable.Range(1, 70).Select(number => $"photo{number}.jpg")));
        Func<Task<bool>> isThere = async () => await FindAsync("Choice of Bela") is not null;
        await isThere.ShouldBecomeAsync(false);

        // If no image can be moved, no empty group is left.
        visit.Expects("503");
        await page.RouteAsync("**/api/v1/images/bulk", route => route.FulfillAsync(new() { Status = 503 }));
        await page.GotoAsync($"/admin/links/{link.Id()}/favourites");
        await MenuAsync("Move into a new group …");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
        await page.GetByText("3 photos could not be moved.").WaitForAsync();
        await isThere.ShouldBecomeAsync(false);

        async Task MenuAsync(string action)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Bela" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = action }).ClickAsync();
        }
    }

    [Theory]
    [InlineData(481)]
    [InlineData(640)]
    [InlineData(768)]
    public async Task A_links_name_has_its_place_beside_or_above_its_buttons(int width)
    {
        var (group, images) = await GroupAsync("Landschaften", 1);
        await ChooseAsync(await ShareAsync(group), "Anna", (images[0], null));
        await using var visit = await chromium.VisitAsync(server, change: options =>
        {
            options.Locale = "de";
            options.ViewportSize = new ViewportSize { Width = width, Height = 800 };
        });
        await visit.SignInAsync("/admin/links", signOut: "Abmelden");
        var row = visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Landschaften" }).First;
        await row.GetByRole(AriaRole.Link).WaitForAsync();
        (await row.Locator(":scope > span").BoundingBoxAsync())!.Width.ShouldBeGreaterThan(250);
        (await row.BoundingBoxAsync())!.Height.ShouldBeLessThan(200);
        (await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_page_that_was_opened_while_choices_are_deleted_stays_open()
    {
        var (group, images) = await GroupAsync("Slow", 1);
        var link = await ShareAsync(group);
        await ChooseAsync(link, "Anna", (images[0], null));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var answers = new TaskCompletionSource();
        await page.RouteAsync($"**/api/v1/links/{link.Id()}/favourites", async route =>
        {
            if (route.Request.Method == "DELETE")
            {
                await answers.Task;
            }

            await route.ContinueAsync();
        });
        await visit.SignInAsync($"/admin/links/{link.Id()}/favourites");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the choices" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete the choices" })).ToHaveAttributeAsync("aria-disabled", "true");

        await visit.GoToAsync("Uploads");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Uploads", Level = 1 }).WaitForAsync();
        answers.SetResult();
        await page.GetByText("The choices are deleted.").WaitForAsync();
        await page.GetByText("No uploads yet").WaitForAsync();
        page.Url.ShouldEndWith("/admin/uploads");
    }

    private async Task<JsonElement?> FindAsync(string title) =>
        (await server.Admin.GetAsync($"/api/v1/groups?q={Uri.EscapeDataString(title)}").JsonAsync()).Items() is [var found, ..] ? found : null;

    private async Task<List<string>> NamesAsync(Guid group) =>
        [.. (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Text("fileName")!)];

    private Task<JsonElement> ShareAsync(Guid group) => server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created);

    /// <summary>A new guest chooses images, with or without notes, and submits them if a name is given.</summary>
    private async Task ChooseAsync(JsonElement link, string? name, params (Guid Image, string? Note)[] chosen)
    {
        using var guest = server.NewClient(useCookies: true);
        var below = "/api/v1" + link.Text("url");
        await guest.GetAsync(below).StatusAsync(HttpStatusCode.OK);
        foreach (var (image, note) in chosen)
        {
            await guest.PutAsJsonAsync($"{below}/favourites/{image}", new { note }).StatusAsync(HttpStatusCode.NoContent);
        }

        if (name is not null)
        {
            await guest.PostAsJsonAsync($"{below}/favourites/submit", new { name }).StatusAsync(HttpStatusCode.OK);
        }
    }

    /// <summary>A hidden group of images named <c>photo1.jpg</c> and so on.</summary>
    private async Task<(Guid Group, Guid[] Images)> GroupAsync(string title, int count)
    {
        var group = await server.Admin.CreateGroupAsync(title, isPublished: false);
        await server.Admin.PostImagesAsync(group, Enumerable.Range(1, count).Select(number => ($"photo{number}.jpg", TestImages.Jpeg(96, 64, (title.Length * 1000) + number)))).StatusAsync(HttpStatusCode.Created);
        return (group, [.. (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Id())]);
    }
}
