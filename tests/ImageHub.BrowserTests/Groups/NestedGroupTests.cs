using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Groups;

/// <summary>Groups in groups, as visitors and curators use them.</summary>
public sealed class NestedGroupTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_visitor_goes_down_into_a_gallery_and_back_up_by_the_path()
    {
        var top = await server.Admin.CreateGroupAsync("Travels");
        var middle = await AddAsync("Norway", top);
        var inner = await AddAsync("Bergen", middle);
        await server.Admin.AddImageAsync(inner, "quay.jpg", TestImages.Jpeg(900, 600, seed: 1));
        await server.Admin.AddImageAsync(await AddAsync("Oslo", middle), "opera.jpg", TestImages.Jpeg(900, 600, seed: 2));
        await server.Admin.AddImageAsync(middle, "fjord.jpg", TestImages.Jpeg(900, 600, seed: 3));

        // Only the first level is on the first page.
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Travels 1 gallery" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Travels" }).WaitForAsync();
        await Assertions.Expect(page.GetByText("No photos yet")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("0 photos")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Norway 2 galleries · 1 photo" }).ClickAsync();

        await page.GetByRole(AriaRole.Heading, new() { Name = "Norway" }).WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Galleries inside" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Photo 1 of “Norway”" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a gallery with galleries inside");
        await visit.ShouldFitANarrowScreenAsync("a gallery with galleries inside");

        // The keyboard opens the gallery inside and goes up by the path.
        await page.GetByRole(AriaRole.Link, new() { Name = "Bergen 1 photo" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Bergen" }).WaitForAsync();
        var path = page.GetByRole(AriaRole.Navigation, new() { Name = "Path to this gallery" });
        (await path.GetByRole(AriaRole.Listitem).AllInnerTextsAsync()).ShouldBe(["All galleries", "Travels", "Norway", "Bergen"]);
        await visit.ShouldBeAccessibleAsync("a gallery in a gallery");
        await visit.ShouldFitANarrowScreenAsync("a gallery in a gallery");
        await path.GetByRole(AriaRole.Link, new() { Name = "Travels" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Travels" }).WaitForAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/groups/travels");

        // The search finds a gallery at any level and shows its path.
        await page.GotoAsync("/search?q=berg");
        await page.GetByRole(AriaRole.Region, new() { Name = "Galleries" }).GetByRole(AriaRole.Link, new() { Name = "Travels / Norway Bergen 1 photo" }).WaitForAsync();
    }

    [Fact]
    public async Task A_selection_ends_when_the_visitor_opens_an_inner_gallery()
    {
        var outer = await server.Admin.CreateGroupAsync("Regatta");
        var inner = await AddAsync("Finish", outer);
        foreach (var (group, seed) in ((Guid, int)[])[(outer, 11), (outer, 12), (inner, 13), (inner, 14)])
        {
            await server.Admin.AddImageAsync(group, $"{seed}.jpg", TestImages.Jpeg(900, 600, seed: seed));
        }

        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/groups/regatta");
        var select = page.GetByRole(AriaRole.Button, new() { Name = "Select", Exact = true });
        await select.ClickAsync();
        await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await page.GetByText("1 selected").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Finish 2 photos" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Photo 1 of “Finish”" }).WaitForAsync();
        await Assertions.Expect(select).ToHaveAttributeAsync("aria-pressed", "false");
        (await page.GetByText("selected").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_gallery_is_shown_without_its_inner_galleries_if_their_script_cannot_be_fetched()
    {
        var outer = await server.Admin.CreateGroupAsync("Harvest");
        await server.Admin.AddImageAsync(await AddAsync("Cellar", outer), "barrel.jpg", TestImages.Jpeg(900, 600, seed: 16));
        await server.Admin.AddImageAsync(outer, "vines.jpg", TestImages.Jpeg(900, 600, seed: 15));
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        var requests = 0;
        await page.RouteAsync("**/assets/BelowGroup-*.js", async route =>
        {
            requests++;
            await route.AbortAsync();
        });
        await page.GotoAsync("/groups/harvest");
        await page.GetByText("You are offline, or the server does not answer.").WaitForAsync();

        Func<Task<int>> asked = () => Task.FromResult(requests);
        await asked.ShouldBecomeAsync(3);
        await Assertions.Expect(page.GetByText("You are offline, or the server does not answer.")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Photo 1 of “Harvest”" }).WaitForAsync();
    }

    [Fact]
    public async Task The_list_of_an_inner_gallery_is_complete_before_a_visitor_who_came_from_the_outer_one_scrolls()
    {
        var top = await server.Admin.CreateGroupAsync("Rivers");
        var inner = await AddAsync("Rhine", top);
        foreach (var (group, firstSeed) in ((Guid, int)[])[(top, 100), (inner, 200)])
        {
            var photos = Enumerable.Range(firstSeed, 31).Select(seed => ($"{seed}.jpg", TestImages.Jpeg(90, 60, seed: seed)));
            await server.Admin.PostImagesAsync(group, photos).StatusAsync(HttpStatusCode.Created);
        }

        const string isComplete = "() => document.querySelector('main a[id^=photo]') && !document.querySelector('[data-more]')";
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        var page = visit.Page;
        await page.GotoAsync("/groups/rivers");
        await page.WaitForFunctionAsync(isComplete);

        await page.GetByRole(AriaRole.Link, new() { Name = "Rhine 31 photos" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Rhine" }).WaitForAsync();

        await page.WaitForFunctionAsync(isComplete);
        (await page.EvaluateAsync<int>("scrollY")).ShouldBe(0);
    }

    [Fact]
    public async Task A_gallery_in_a_gallery_reads_from_right_to_left_in_Arabic_on_a_phone()
    {
        var top = await server.Admin.CreateGroupAsync("رحلات");
        var inner = await AddAsync("بيرغن", top);
        await server.Admin.AddImageAsync(inner, "a.jpg", TestImages.Jpeg(900, 600, seed: 4));
        await using var visit = await chromium.VisitAsync(server, onPhone: true, change: options => options.Locale = "ar");
        var page = visit.Page;
        await page.GotoAsync($"/groups/{inner}");

        var path = page.GetByRole(AriaRole.Navigation, new() { Name = "المسار إلى هذا المعرض" });
        await path.WaitForAsync();
        (await path.GetByRole(AriaRole.Listitem).AllInnerTextsAsync()).ShouldBe(["كل المعارض", "رحلات", "بيرغن"]);
        var (first, last) = (await path.GetByRole(AriaRole.Listitem).First.BoundingBoxAsync(), await path.GetByRole(AriaRole.Listitem).Last.BoundingBoxAsync());
        first!.X.ShouldBeGreaterThan(last!.X);
        await visit.ShouldBeAccessibleAsync("a gallery in a gallery in Arabic");
    }

    [Fact]
    public async Task A_curator_creates_a_group_inside_moves_it_by_keyboard_and_reads_why_a_move_is_refused()
    {
        var top = await server.Admin.CreateGroupAsync("Archive");
        var other = await server.Admin.CreateGroupAsync("Works");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Archive", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New group inside" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Sketches");
        await page.Keyboard.PressAsync("Enter");

        await page.GetByRole(AriaRole.Heading, new() { Name = "Sketches" }).WaitForAsync();
        var path = page.GetByRole(AriaRole.Navigation, new() { Name = "Path to this gallery" });
        (await path.GetByRole(AriaRole.Link).AllInnerTextsAsync()).ShouldBe(["Groups", "Archive"]);
        await visit.ShouldBeAccessibleAsync("a group in a group at the desk");
        await visit.ShouldFitANarrowScreenAsync("a group in a group at the desk");
        await path.GetByRole(AriaRole.Link, new() { Name = "Archive" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Groups inside" }).GetByRole(AriaRole.Link, new() { Name = "Sketches 0 photos · Hidden" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a group with a group inside at the desk");

        // A group cannot be moved into a group inside it.
        await OpenMoveAsync("Archive");
        await visit.ShouldBeAccessibleAsync("the dialog that moves a group");
        visit.Expects("409");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search groups" }).FillAsync("Sketches");
        await page.GetByRole(AriaRole.Button, new() { Name = "Archive / Sketches" }).ClickAsync();
        await page.GetByText("A group cannot be moved into itself or into a group inside it.").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        // The keyboard moves the group inside to another group. Undo moves it back, and a button moves it to the first level.
        await page.GetByRole(AriaRole.Region, new() { Name = "Groups inside" }).GetByRole(AriaRole.Link, new() { Name = "Sketches" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Sketches" }).WaitForAsync();
        await OpenMoveAsync("Sketches");
        await page.Keyboard.TypeAsync("Works");
        var target = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Works" });
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Archive" })).ToHaveCountAsync(0);
        await target.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.HoldMessageAsync("“Sketches” is moved.");
        await Assertions.Expect(path.GetByRole(AriaRole.Link).Last).ToHaveTextAsync("Works");
        await ParentAsync("sketches").ShouldBecomeAsync(other);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ParentAsync("sketches").ShouldBecomeAsync(top);
        await OpenMoveAsync("Sketches");
        await page.GetByRole(AriaRole.Button, new() { Name = "Top level (not inside another group)" }).ClickAsync();
        await ParentAsync("sketches").ShouldBecomeAsync((Guid?)null);
        await Assertions.Expect(path).ToHaveCountAsync(0);

        async Task OpenMoveAsync(string title)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = $"Actions for {title}" }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Move into a group …" }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Search groups" })).ToBeFocusedAsync();
        }
    }

    [Fact]
    public async Task A_group_and_a_group_inside_are_deleted_and_restored_together()
    {
        var outer = await server.Admin.CreateGroupAsync("Fair of 1900");
        var inner = await AddAsync("Fair of 1900, pavilion", outer);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin?q=Fair of 1900");
        foreach (var title in (string[])["Fair of 1900", "Fair of 1900, pavilion"])
        {
            await Row(title).HoverAsync();
            await Row(title).Locator("label").ClickAsync();
        }

        await page.GetByText("2 selected").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.HoldMessageAsync("“Fair of 1900” is in the trash.");
        await server.Admin.GetAsync($"/api/v1/groups/{inner}").StatusAsync(HttpStatusCode.NotFound);
        var restores = new ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.EndsWith("/restore", StringComparison.Ordinal))
            {
                restores.Enqueue(new Uri(request.Url).AbsolutePath);
            }
        };
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        foreach (var group in (Guid[])[outer, inner])
        {
            Func<Task<HttpStatusCode>> status = async () => (await server.Admin.GetAsync($"/api/v1/groups/{group}")).StatusCode;
            await status.ShouldBecomeAsync(HttpStatusCode.OK);
        }

        // The inner group is restored with the outer one. A request for the inner group would follow the answer to the first request immediately, before the
        // page reads the list again. The reload comes after all these requests.
        await Row("Fair of 1900, pavilion").WaitForAsync();
        await page.ReloadAsync();
        await Row("Fair of 1900").WaitForAsync();
        await Row("Fair of 1900, pavilion").WaitForAsync();
        restores.ShouldBe([$"/api/v1/groups/{outer}/restore"]);

        ILocator Row(string title) => page.GetByRole(AriaRole.Row, new() { Name = title, Exact = true });
    }

    [Fact]
    public async Task The_desk_lists_the_first_level_and_finds_groups_at_any_level_with_their_path()
    {
        var top = await server.Admin.CreateGroupAsync("Concerts");
        var inner = await AddAsync("Rehearsal of the choir", top);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "Concerts" }).GetByText("1 group inside").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "Rehearsal of the choir" })).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search groups" }).FillAsync("choir");

        await page.GetByRole(AriaRole.Row, new() { Name = "Rehearsal of the choir" }).GetByText("Concerts").WaitForAsync();

        // The page of a group says why visitors do not see it.
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        await page.GotoAsync($"/admin/groups/{inner}");
        await page.GetByText("Visitors do not see this group, because “Concerts” is hidden.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a group below a hidden group");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { isPublished = true }).StatusAsync(HttpStatusCode.OK);
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Switch, new() { Name = "Published" }).WaitForAsync();
        await Assertions.Expect(page.GetByText("Visitors do not see this group")).ToHaveCountAsync(0);
    }

    private async Task<Guid> AddAsync(string title, Guid parentId) =>
        (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title, parentId }).JsonAsync(HttpStatusCode.Created)).Id();

    private Func<Task<Guid?>> ParentAsync(string slug) => async () =>
        (await server.Admin.GetAsync($"/api/v1/groups?slug={slug}").JsonAsync()).Items().Single().GetProperty("parentId") is { ValueKind: System.Text.Json.JsonValueKind.String } parent ? parent.GetGuid() : null;
}
