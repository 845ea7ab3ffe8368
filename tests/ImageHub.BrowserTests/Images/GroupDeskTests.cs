using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>The desk's page of a group's images.</summary>
public sealed class GroupDeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData("de", 320)]
    [InlineData("ar", 390)]
    public async Task On_a_phone_the_actions_are_one_line_below_the_title_of_the_group(string language, int width)
    {
        var group = await server.Admin.CreateGroupAsync("Harbour");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.EvaluateAsync($"localStorage.setItem('imagehub.language', '{language}')");
        await page.SetViewportSizeAsync(width, 640);
        await page.GotoAsync($"/admin/groups/{group}");
        var title = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await title.WaitForAsync();

        // The switch, the button for sharing and the button of the menu are beside the title in the page's structure.
        (await title.EvaluateAsync<bool>("""
            (title) => {
              const below = [...title.parentElement.querySelectorAll(":scope > :not(h1)")].map((part) => part.getBoundingClientRect());
              const [line, ...others] = below.map(({ top, height }) => Math.round(top + height / 2));
              return below.length === 3 && others.every((other) => other === line) && below.every(({ top }) => top >= title.getBoundingClientRect().bottom);
            }
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task Images_are_selected_by_click_Shift_Ctrl_and_keys_and_a_range_never_exceeds_its_ends()
    {
        var group = await GroupAsync("Selecting", 8);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 8).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a group at the desk");

        await Image(page, 2).ClickAsync();
        await SelectedAsync(page, 2);
        await Image(page, 5).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await SelectedAsync(page, 2, 3, 4, 5);
        await Image(page, 3).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await SelectedAsync(page, 2, 3);
        await Image(page, 7).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await SelectedAsync(page, 2, 3, 7);
        await visit.ShouldBeAccessibleAsync("a selection");
        await Image(page, 4).ClickAsync();
        await SelectedAsync(page, 4);
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await SelectedAsync(page, 4, 5);
        await page.Keyboard.PressAsync("Control+A");
        await SelectedAsync(page, 1, 2, 3, 4, 5, 6, 7, 8);
        await page.Keyboard.PressAsync("Escape");
        await SelectedAsync(page);
    }

    [Fact]
    public async Task Images_are_selected_by_touch()
    {
        var group = await GroupAsync("Touching", 5);
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 5).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a group at the desk, on a phone");

        foreach (var image in (int[])[1, 4])
        {
            await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Select photo{image}.jpg" }).SetCheckedAsync(true, new() { Force = true });
        }

        await SelectedAsync(page, 1, 4);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).TapAsync();
        await OrderAsync(group, 2, 3, 5);
    }

    [Fact]
    public async Task Undo_restores_deleted_images_to_their_positions()
    {
        var group = await GroupAsync("Deleting", 6);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 2).ClickAsync();
        await Image(page, 4).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await page.Keyboard.PressAsync("Delete");

        await page.HoldMessageAsync("2 photos moved to the trash.");
        await OrderAsync(group, 1, 3, 5, 6);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await OrderAsync(group, 1, 2, 3, 4, 5, 6);
        await Image(page, 4).WaitForAsync();
    }

    [Fact]
    public async Task A_group_is_sorted_once_and_Undo_restores_the_former_order()
    {
        var group = await GroupAsync("Sorting", 11);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).WaitForAsync();
        await SortAsync("File name, Z to A");
        await page.HoldMessageAsync("The photos are sorted.");
        await OrderAsync(group, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        await visit.ShouldBeAccessibleAsync("a sorted group");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await OrderAsync(group, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        await SortAsync("Uploaded, newest first");
        await OrderAsync(group, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        Func<Task<string?>> first = () => page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row).First.GetAttributeAsync("aria-label");
        await first.ShouldBecomeAsync("photo11.jpg");

        async Task SortAsync(string order)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Sort the photos" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = order, Exact = true }).ClickAsync();
        }
    }

    [Fact]
    public async Task After_all_images_were_deleted_Undo_restores_them_unselected()
    {
        var group = await GroupAsync("Deleting all", 3);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        foreach (var byKeys in (bool[])[false, true])
        {
            await Image(page, 3).WaitForAsync();
            if (byKeys)
            {
                await Image(page, 1).ClickAsync();
                await page.Keyboard.PressAsync("Control+A");
                await SelectedAsync(page, 1, 2, 3);
                await page.Keyboard.PressAsync("Delete");
            }
            else
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
                await SelectedAsync(page, 1, 2, 3);
                await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
            }

            await page.HoldMessageAsync("3 photos moved to the trash.");
            await page.GetByText("No photos yet").WaitForAsync();
            await OrderAsync(group);
            await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
            await OrderAsync(group, 1, 2, 3);
            await Image(page, 3).WaitForAsync();
            await SelectedAsync(page);
            await page.GetByText("3 photos", new() { Exact = true }).WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Add photos" }).WaitForAsync();
        }
    }

    [Fact]
    public async Task Images_move_to_another_group_as_one_block_in_order_and_back()
    {
        var group = await GroupAsync("From here", 6);
        var other = await server.Admin.CreateGroupAsync("To there");
        await server.Admin.AddImageAsync(other, "photo9.jpg", TestImages.Jpeg(seed: 900));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");

        // The images are selected from last to first, and are moved in the group's order.
        await Image(page, 5).ClickAsync();
        await Image(page, 3).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await Image(page, 1).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await page.GetByRole(AriaRole.Button, new() { Name = "Move to group …" }).ClickAsync();
        await page.GetByLabel("Search groups").FillAsync("there");
        await visit.ShouldBeAccessibleAsync("the dialog for a group");
        await page.GetByRole(AriaRole.Button, new() { Name = "To there" }).ClickAsync();

        await page.HoldMessageAsync("3 photos moved to “To there”.");
        await OrderAsync(other, 9, 1, 3, 5);
        await OrderAsync(group, 2, 4, 6);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await OrderAsync(group, 1, 2, 3, 4, 5, 6);
        await OrderAsync(other, 9);
    }

    [Fact]
    public async Task The_group_dialog_creates_a_group_and_searches_once_per_pause_in_typing()
    {
        var group = await GroupAsync("Moved out of", 3);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.Clock.InstallAsync();
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 2).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move to group …" }).ClickAsync();
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("/api/v1/groups?", StringComparison.Ordinal) && request.Url.Contains("&q=", StringComparison.Ordinal))
            {
                asked.Enqueue(request.Url[(request.Url.IndexOf("&q=", StringComparison.Ordinal) + 3)..]);
            }
        };
        await page.Clock.PauseAtAsync(await page.EvaluateAsync<DateTime>("() => new Date(Date.now() + 60_000)"));
        await page.GetByLabel("Search groups").PressSequentiallyAsync("Best of");
        var make = page.GetByRole(AriaRole.Button, new() { Name = "Create a new group: “Best of”" });
        await make.WaitForAsync();
        asked.ShouldBeEmpty();
        await page.Clock.RunForAsync(300);
        Func<Task<string>> requests = () => Task.FromResult(string.Join(' ', asked));
        await requests.ShouldBecomeAsync("Best%20of");
        await page.Clock.ResumeAsync();

        // A second click during the request creates no second group.
        var (created, gate) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await page.RouteAsync("**/api/v1/groups", async route =>
        {
            created++;
            await gate.Task;
            await route.ContinueAsync();
        });
        await page.RunAndWaitForRequestAsync(() => make.ClickAsync(), "**/api/v1/groups");
        await make.DispatchEventAsync("click");
        gate.SetResult();
        await page.GetByText("1 photo moved to “Best of”.").WaitForAsync();
        created.ShouldBe(1);
        var made = (await server.Admin.GetAsync("/api/v1/groups?q=Best%20of").JsonAsync()).Items().Single();
        made.GetProperty("isPublished").GetBoolean().ShouldBeFalse();
        await OrderAsync(made.Id(), 2);
    }

    [Fact]
    public async Task Images_are_reordered_by_position_and_by_dragging_and_a_cover_is_chosen()
    {
        var group = await GroupAsync("Ordering", 6);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");

        await Image(page, 5).ClickAsync();
        await Image(page, 6).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await MoreAsync(page, "Move to position …");
        await page.GetByLabel("Position (1 to 5)").FillAsync("2");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Moved to position 2 of 6.").WaitForAsync();
        await OrderAsync(group, 1, 5, 6, 2, 3, 4);

        await Image(page, 4).DragToAsync(Image(page, 1), new() { TargetPosition = new() { X = 4, Y = 60 } });
        await OrderAsync(group, 4, 1, 5, 6, 2, 3);

        await Image(page, 3).ClickAsync();
        await MoreAsync(page, "Use as cover");
        await Image(page, 3).GetByText("Cover").WaitForAsync();
        Func<Task<string?>> cover = async () => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("cover").Text("fileName");
        await cover.ShouldBecomeAsync("photo3.jpg");
    }

    [Fact]
    public async Task Saving_a_title_changes_neither_tags_with_commas_nor_the_description()
    {
        var group = await GroupAsync("Untouched", 1);
        var image = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0].Id();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { tags = new[] { "Smith, John", "sea" }, description = "One\r\nTwo " }).StatusAsync(HttpStatusCode.OK);
        Func<Task<string>> saved = async () => string.Join('|', (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Low tide");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Row, new() { Name = "Low tide" }).WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await saved.ShouldBecomeAsync("Smith, John|sea");
        (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).Text("description").ShouldBe("One\r\nTwo ");

        // A tag that is added leaves the others whole.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var tags = page.GetByRole(AriaRole.Textbox, new() { Name = "Tags" });
        await tags.FillAsync(await tags.InputValueAsync() + ", harbour");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await saved.ShouldBecomeAsync("Smith, John|sea|harbour");
    }

    [Fact]
    public async Task Undoing_a_move_returns_the_other_images_to_their_places_if_the_name_of_one_is_taken()
    {
        var group = await GroupAsync("Taken meanwhile", 5);
        await server.Admin.CreateGroupAsync("Elsewhere instead");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).ClickAsync();
        await Image(page, 3).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await page.GetByRole(AriaRole.Button, new() { Name = "Move to group …" }).ClickAsync();
        await page.GetByLabel("Search groups").FillAsync("instead");
        await page.GetByRole(AriaRole.Button, new() { Name = "Elsewhere instead" }).ClickAsync();
        await page.HoldMessageAsync("3 photos moved to “Elsewhere instead”.");
        await OrderAsync(group, 4, 5);
        await server.Admin.AddImageAsync(group, "photo2.jpg", TestImages.Jpeg(seed: 901));

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await OrderAsync(group, 1, 3, 4, 5, 2);
        await page.GetByText("1 photo could not be moved.").WaitForAsync();
        (await page.GetByText("could not be moved").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_save_of_a_title_keeps_the_typed_text()
    {
        var group = await GroupAsync("Titling", 2);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        visit.Expects("503");
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.RouteAsync("**/api/v1/images/*", route => route.Request.Method == "PATCH"
            ? route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "1" } })
            : route.ContinueAsync());

        await Image(page, 1).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var title = page.GetByRole(AriaRole.Textbox, new() { Name = "Title" });
        await title.FillAsync("Low tide");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("were not saved").WaitForAsync();
        await Image(page, 1).WaitForAsync();
        (await title.InputValueAsync()).ShouldBe("Low tide");

        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "Low tide" }).WaitForAsync();

        // A description keeps its line breaks.
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Description" }).FocusAsync();
        (await page.GetByRole(AriaRole.Textbox, new() { Name = "Description" }).GetAttributeAsync("maxlength")).ShouldBe("10000");
        await page.Keyboard.TypeAsync("One");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("Two");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        Func<Task<string?>> description = async () => (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0].Text("description");
        await description.ShouldBecomeAsync("One\nTwo");
        Func<Task<string?>> saved = async () => (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0].Text("title");
        await saved.ShouldBecomeAsync("Low tide");
    }

    [Fact]
    public async Task Several_images_are_titled_described_and_tagged_at_once()
    {
        var group = await GroupAsync("Editing many", 5);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 4).ClickAsync();
        foreach (var image in (int[])[3, 1, 5])
        {
            await Image(page, image).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Edit 4 photos" }).WaitForAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Harbour {n}");
        await page.GetByText("Harbour 1, Harbour 2, Harbour 3 …").WaitForAsync();
        await page.GetByLabel("Add tags").FillAsync("sea, boats");
        await visit.ShouldBeAccessibleAsync("the dialog for several photos");
        await visit.ShouldFitANarrowScreenAsync("the dialog for several photos");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("4 photos changed.").WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "Harbour 4" }).WaitForAsync();
        await TitlesAsync("Harbour 1 [sea,boats] | - [] | Harbour 2 [sea,boats] | Harbour 3 [sea,boats] | Harbour 4 [sea,boats]");

        // Empty fields change nothing, also if a text was typed before.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByText("In use: sea, boats").WaitForAsync();
        await page.GetByLabel("Remove tags").FillAsync("boats");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync(new string('x', 199) + "{");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await TitlesAsync("Harbour 1 [sea] | - [] | Harbour 2 [sea] | Harbour 3 [sea] | Harbour 4 [sea]");

        // A check box removes the titles of the selected images. Undo restores each title.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByText("Separated by commas. In use: sea", new() { Exact = true }).WaitForAsync();
        await page.GetByLabel("Remove the titles").CheckAsync();
        await page.GetByLabel("Add tags").FillAsync("boats");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // The newest message is the first one. Messages about the earlier changes may still be shown.
        await page.GetByText("4 photos changed.").First.HoverAsync();
        await TitlesAsync("- [sea,boats] | - [] | - [sea,boats] | - [sea,boats] | - [sea,boats]");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await TitlesAsync("Harbour 1 [sea] | - [] | Harbour 2 [sea] | Harbour 3 [sea] | Harbour 4 [sea]");

        async Task TitlesAsync(string expected)
        {
            Func<Task<string>> titles = async () => string.Join(" | ", (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()
                .Select(image => $"{image.Text("title") ?? "-"} [{string.Join(',', image.Items("tags").Select(tag => tag.GetString()))}]"));
            await titles.ShouldBecomeAsync(expected);
        }
    }

    [Fact]
    public async Task Images_are_dragged_onto_another_group_and_Undo_moves_them_back()
    {
        var group = await GroupAsync("Dragged from", 4);
        var other = await server.Admin.CreateGroupAsync("Dragged to");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 2).ClickAsync();
        await Image(page, 4).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await BeginDragAsync(page, Image(page, 2));
        var targets = page.GetByRole(AriaRole.Region, new() { Name = "Drop on a group to move there" });
        await OpenTargetsAsync(page, targets);
        var target = targets.GetByText("Dragged to");
        await target.ScrollIntoViewIfNeededAsync();
        var place = (await target.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(place.X + 20, place.Y + 8, new() { Steps = 4 });
        await page.Locator("[data-drop-target]").Filter(new() { HasText = "Dragged to" }).WaitForAsync();
        await targets.GetByText("Move to “Dragged to”").WaitForAsync();
        await page.Mouse.UpAsync();

        await page.HoldMessageAsync("2 photos moved to “Dragged to”.");
        await targets.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await OrderAsync(other, 2, 4);
        await OrderAsync(group, 1, 3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await OrderAsync(group, 1, 2, 3, 4);
        await OrderAsync(other);
    }

    [Theory]
    [InlineData(1280, "en")]
    [InlineData(1366, "en")]
    [InlineData(1280, "ar")]
    [InlineData(800, "en")]
    public async Task A_photo_dragged_to_the_last_column_stays_in_its_group(int width, string language)
    {
        var group = await GroupAsync($"Last column {width} {language}", 9);
        var other = await server.Admin.CreateGroupAsync("Beside it");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.SetViewportSizeAsync(width, 800);
        await visit.SignInAsync();
        await page.EvaluateAsync($"localStorage.setItem('imagehub.language', '{language}')");
        await page.GotoAsync($"/admin/groups/{group}");
        await Image(page, 9).WaitForAsync();
        Func<Task<int>> columns = () => page.EvaluateAsync<int>("() => new Set([...document.querySelectorAll('#content [role=row]')].map((row) => Math.round(row.getBoundingClientRect().left))).size");
        var last = await columns();

        await BeginDragAsync(page, Image(page, 1));
        var targets = page.Locator("section").Filter(new() { Has = page.Locator("[data-rac]") });
        await targets.WaitForAsync();
        (await CoveredAsync()).ShouldBe("");

        // The photos may still move beside the list. The drag follows them until the drop's place is behind the last one of the row.
        Func<Task<int>> before = async () =>
        {
            var box = (await Image(page, last).BoundingBoxAsync())!;
            await page.Mouse.MoveAsync(box.X + (language == "ar" ? 4 : box.Width - 4), box.Y + 60, new() { Steps = 8 });
            return await page.EvaluateAsync<int>("""
                () => {
                  const target = document.querySelector("#content [role=grid] [data-drop-target]");
                  const isBefore = (row) => (row.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING) > 0;
                  return target === null ? -1 : [...document.querySelectorAll("#content [role=row][aria-label]")].filter((row) => !row.contains(target) && isBefore(row)).length;
                }
                """);
        };
        await before.ShouldBecomeAsync(last);
        (await CoveredAsync()).ShouldBe("");
        await page.Mouse.UpAsync();
        await OrderAsync(group, [.. Enumerable.Range(2, last - 1), 1, .. Enumerable.Range(last + 1, 9 - last)]);
        await OrderAsync(other);

        // The open list covers none of the photos.
        await targets.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await BeginDragAsync(page, Image(page, 2));
        await OpenTargetsAsync(page, targets);
        (await CoveredAsync()).ShouldBe("");
        await page.Keyboard.PressAsync("Escape");
        await page.Mouse.UpAsync();
        await targets.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await columns.ShouldBecomeAsync(last);

        // Waits until the page has rearranged its photos beside the list, so that the list covers none, and returns the covered photos.
        async Task<string> CoveredAsync()
        {
            Func<Task<string>> covered = () => page.EvaluateAsync<string>("""
                () => {
                  const list = document.querySelector("section:has([data-rac])").getBoundingClientRect();
                  return [...document.querySelectorAll("#content [role=row]")]
                    .filter((row) => { const { left, right } = row.getBoundingClientRect(); return left < list.right && right > list.left; })
                    .map((row) => row.getAttribute("aria-label"))
                    .join();
                }
                """);
            await covered.ShouldBecomeAsync("");
            return await covered();
        }
    }

    [Fact]
    public async Task A_drop_on_the_strip_opens_the_group_dialog_and_a_keyboard_drag_reaches_the_list()
    {
        var group = await GroupAsync("Asked for", 3);
        var other = await server.Admin.CreateGroupAsync("Chosen group");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 3).WaitForAsync();
        await BeginDragAsync(page, Image(page, 2));
        var targets = page.GetByRole(AriaRole.Region, new() { Name = "Drop on a group to move there" });
        await OpenTargetsAsync(page, targets);
        var head = (await targets.GetByText("Drop on a group to move there").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(head.X + 8, head.Y + 8, new() { Steps = 4 });
        await page.Locator("[data-drop-target]").Filter(new() { HasText = "Drop on a group" }).WaitForAsync();
        await page.Mouse.UpAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Move 1 photo to" }).WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Chosen group" }).ClickAsync();
        await OrderAsync(other, 2);

        // Enter on the handle starts a drag by keyboard. The strip is a drop target and opens when it has the focus.
        await page.GetByRole(AriaRole.Button, new() { Name = "Drag photo3.jpg" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var strip = page.Locator("section button[aria-label^='Move to group']").First;
        await strip.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await strip.FocusAsync();
        var place = page.Locator("section button[aria-label='Move to “Chosen group”']").First;
        await place.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await place.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await OrderAsync(other, 2, 3);
    }

    [Fact]
    public async Task Thumbnails_keep_their_shape_and_a_slider_changes_their_size_for_later_visits()
    {
        var group = await GroupAsync("Sizes", 12);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).WaitForAsync();
        (await Image(page, 1).Locator("picture img").EvaluateAsync<string>("(photo) => getComputedStyle(photo).objectFit")).ShouldBe("contain");
        Func<Task<int>> columns = () => page.EvaluateAsync<int>("() => new Set([...document.querySelectorAll('#content [role=row]')].map((row) => Math.round(row.getBoundingClientRect().left))).size");
        var usual = await columns();
        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "Size of thumbnails" });
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "4 of 5");

        await slider.FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "5 of 5");
        Func<Task<bool>> areFewer = async () => await columns() < usual;
        await areFewer.ShouldBecomeAsync(true);
        var few = await columns();
        await visit.ShouldBeAccessibleAsync("large thumbnails");
        await visit.ShouldFitANarrowScreenAsync("large thumbnails");
        await page.ReloadAsync();
        await columns.ShouldBecomeAsync(few);
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "5 of 5");

        await slider.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        Func<Task<bool>> areMore = async () => await columns() > usual;
        await areMore.ShouldBecomeAsync(true);
        await visit.ShouldFitANarrowScreenAsync("small thumbnails");
    }

    [Fact]
    public async Task Select_all_selects_nothing_while_a_page_of_photos_cannot_be_loaded()
    {
        const int images = 31;
        var group = await GroupAsync("Half of the photos are loaded", images);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        const string nextPages = "**/images?cursor=ey*";
        await page.RouteAsync(nextPages, route => route.AbortAsync());
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        await page.GetByText("Not all photos could be loaded.").WaitForAsync();
        (await page.GetByText("30 selected").CountAsync()).ShouldBe(0);

        await page.UnrouteAsync(nextPages);
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        await page.GetByText($"{images} selected").WaitForAsync();
    }

    [Fact]
    public async Task Selecting_images_shifts_nothing_on_the_page()
    {
        var group = await GroupAsync("Staying put", 3);
        foreach (var onPhone in (bool[])[false, true])
        {
            await using var visit = await chromium.VisitAsync(server, onPhone);
            var page = visit.Page;
            await visit.SignInAsync($"/admin/groups/{group}");
            await Image(page, 3).WaitForAsync();
            var before = await PlacesAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
            await page.GetByText("3 selected").WaitForAsync();
            (await PlacesAsync()).ShouldBe(before);

            Task<string> PlacesAsync() => page.EvaluateAsync<string>("""
                [...document.querySelectorAll("#content [role=row], #content button")]
                  .filter((part) => part.matches("[role=row]") || part.textContent.startsWith("Add photos"))
                  .map((part) => JSON.stringify(part.getBoundingClientRect()))
                  .join()
                """);
        }
    }

    [Fact]
    public async Task On_a_phone_the_selection_bar_at_the_bottom_covers_no_content()
    {
        var group = await GroupAsync("At the foot", 12);
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await Image(page, 1).WaitForAsync();
        await Check(1).SetCheckedAsync(true, new() { Force = true });
        foreach (var (name, isThere) in ((string, bool)[])[("Edit", true), ("Move", true), ("Delete", true), ("More actions", true), ("Use as cover", false)])
        {
            var button = page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
            await Assertions.Expect(button).ToHaveCountAsync(isThere ? 1 : 0);
            if (isThere)
            {
                var box = (await button.BoundingBoxAsync())!;
                (box.Y + box.Height).ShouldBeGreaterThan(844 - 12, name);
            }
        }

        await visit.ShouldBeAccessibleAsync("a selection on a phone");
        await visit.ShouldFitANarrowScreenAsync("a selection on a phone");

        // Actions for a single photo are offered only when one is selected.
        await ItemsAsync("View", "Use as cover", "Rotate right", "Rotate left", "Move to position …");
        await Check(2).SetCheckedAsync(true, new() { Force = true });
        await page.GetByText("2 selected").WaitForAsync();
        await ItemsAsync("Rotate right", "Rotate left", "Shift time …", "Move to position …");

        // The end of the page and messages are above the bar.
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        var top = (await page.GetByText("2 selected").BoundingBoxAsync())!.Y - 12;
        Func<Task<bool>> isAbove = async () => (await page.GetByLabel("Language").BoundingBoxAsync()) is { } last && last.Y + last.Height <= top;
        await isAbove.ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).TapAsync();
        await page.GetByLabel("Add tags").FillAsync("sea");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).TapAsync();
        var undo = page.GetByRole(AriaRole.Button, new() { Name = "Undo" });
        await undo.WaitForAsync();
        var message = (await undo.BoundingBoxAsync())!;
        (message.Y + message.Height).ShouldBeLessThanOrEqualTo(top);

        ILocator Check(int number) => page.GetByRole(AriaRole.Checkbox, new() { Name = $"Select photo{number}.jpg" });

        async Task ItemsAsync(params string[] expected)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).TapAsync();
            await page.GetByRole(AriaRole.Menuitem).First.WaitForAsync();
            (await page.GetByRole(AriaRole.Menuitem).AllInnerTextsAsync()).ShouldBe(expected);
            await page.Keyboard.PressAsync("Escape");
            await page.GetByRole(AriaRole.Menu).WaitForAsync(new() { State = WaitForSelectorState.Detached });
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

    /// <summary>Grabs an image with the mouse and moves it a little.</summary>
    private static async Task BeginDragAsync(IPage page, ILocator image)
    {
        var box = (await image.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 2) + 20, box.Y + (box.Height / 2) + 10, new() { Steps = 4 });
    }

    /// <summary>Holds the dragged images over the strip in the page's margin, which opens the list of groups.</summary>
    private static async Task OpenTargetsAsync(IPage page, ILocator targets)
    {
        var strip = (await targets.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(strip.X + (strip.Width / 2), strip.Y + (strip.Height / 2), new() { Steps = 8 });
        await targets.Locator("[data-rac]").Nth(1).WaitForAsync();
    }

    private static async Task MoreAsync(IPage page, string action)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = action }).ClickAsync();
    }

    private static ILocator Image(IPage page, int number) => page.GetByRole(AriaRole.Row, new() { Name = $"photo{number}.jpg" });

    private static async Task SelectedAsync(IPage page, params int[] expected)
    {
        Func<Task<string>> selected = async () =>
            string.Join(' ', await page.Locator("[role=row][aria-selected=true]").EvaluateAllAsync<string[]>("rows => rows.map(row => row.getAttribute('aria-label'))"));
        await selected.ShouldBecomeAsync(string.Join(' ', expected.Select(number => $"photo{number}.jpg")));
        if (expected.Length > 0)
        {
            await page.GetByText($"{expected.Length} selected").WaitForAsync();
        }
    }

    private async Task OrderAsync(Guid group, params int[] expected)
    {
        Func<Task<string>> names = async () =>
            string.Join(' ', (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync(HttpStatusCode.OK)).Items().Select(image => image.Text("fileName")));
        await names.ShouldBecomeAsync(string.Join(' ', expected.Select(number => $"photo{number}.jpg")));
    }
}
