using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Groups;

/// <summary>The desk's list of groups, as curators use it.</summary>
public sealed class GroupsDeskTests(PostgresServer postgres, ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task An_admin_creates_renames_hides_and_publishes_a_group()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Harbour");
        await visit.ShouldBeAccessibleAsync("the dialog for a new group");
        (await page.GetByRole(AriaRole.Checkbox, new() { Name = "Visitors see it at once" }).IsCheckedAsync()).ShouldBeFalse();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour" }).WaitForAsync();
        await IsPublishedAsync("Harbour").ShouldBecomeAsync(false);

        await page.GetByRole(AriaRole.Button, new() { Name = "edit title" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Old harbour");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Old harbour" }).WaitForAsync();

        // A separate button shares the group.
        await page.GetByRole(AriaRole.Button, new() { Name = "Share …" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Share “Old harbour”" }).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.GetByText("Hidden").ClickAsync();
        await IsPublishedAsync("Old harbour").ShouldBecomeAsync(true);
        await page.GetByText("Published").ClickAsync();
        await page.GetByText("Hidden").WaitForAsync();
        await IsPublishedAsync("Old harbour").ShouldBecomeAsync(false);

        // The list's menu publishes the group again.
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).First.ClickAsync();
        await Menu(page, "Old harbour", "Publish");
        await IsPublishedAsync("Old harbour").ShouldBecomeAsync(true);

        await Menu(page, "Old harbour", "Rename");
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Quay");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Link, new() { Name = "Quay" }).First.WaitForAsync();
        await IsPublishedAsync("Quay").ShouldBecomeAsync(true);
    }

    [Fact]
    public async Task A_next_page_that_fails_is_requested_once_and_then_by_a_button()
    {
        await server.Admin.CreateGroupAsync("First page");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("500");
        var page = visit.Page;
        var asked = 0;
        await page.RouteAsync(url => url.Contains("/api/v1/groups?", StringComparison.Ordinal), async route =>
        {
            if (route.Request.Url.Contains("cursor=next", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref asked);
                await route.FulfillAsync(new() { Status = 500, ContentType = "application/problem+json", Body = """{"status":500,"code":"internalError","detail":"no"}""" });
                return;
            }

            var answer = JsonNode.Parse(await (await route.FetchAsync()).TextAsync())!;
            answer["nextCursor"] = "next";
            await route.FulfillAsync(new() { Status = 200, ContentType = "application/json", Body = answer.ToJsonString() });
        });
        await visit.SignInAsync();
        var failure = page.GetByText("The other groups could not be loaded.");
        await failure.WaitForAsync();
        asked.ShouldBe(1);
        await visit.ShouldBeAccessibleAsync("a list of groups whose next page failed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        Func<Task<int>> requests = () => Task.FromResult(Volatile.Read(ref asked));
        await requests.ShouldBecomeAsync(2);
    }

    [Fact]
    public async Task The_list_is_searched_by_title_and_description_and_the_term_is_in_the_address()
    {
        var found = await server.Admin.CreateGroupAsync("Lighthouse at dawn");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{await server.Admin.CreateGroupAsync("Cliffs", isPublished: false)}", new { description = "Seen from the LIGHTHOUSE" }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.CreateGroupAsync("Nothing of the kind");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await Row("Nothing of the kind").WaitForAsync();

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search groups" }).FillAsync("lighthouse");
        await Row("Nothing of the kind").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Assertions.Expect(page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await page.GetByText("2 groups with “lighthouse”").WaitForAsync();
        page.Url.ShouldEndWith("/admin?q=lighthouse");
        await visit.ShouldBeAccessibleAsync("a search at the desk");
        await visit.ShouldFitANarrowScreenAsync("a search at the desk");

        // Found groups can be edited, but not reordered: positions refer to the whole list.
        await Menu(page, "Cliffs", "Publish");
        await IsPublishedAsync("Cliffs").ShouldBecomeAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Cliffs", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).WaitForAsync();
        (await page.GetByRole(AriaRole.Menuitem, new() { Name = "Move to position" }).CountAsync()).ShouldBe(0);
        await page.Keyboard.PressAsync("Escape");
        await Row("Lighthouse at dawn").GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"/admin/groups/{found}");
        await page.GoBackAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("lighthouse");

        await page.GetByRole(AriaRole.Searchbox).FillAsync("no such thing");
        await page.GetByRole(AriaRole.Heading, new() { Name = "No group has “no such thing”" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear the search" }).ClickAsync();
        await Row("Nothing of the kind").WaitForAsync();

        ILocator Row(string title) => page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = title, Exact = true });
    }

    [Fact]
    public async Task The_search_field_keeps_its_text_while_the_list_is_searched()
    {
        await server.Admin.CreateGroupAsync("Searched slowly");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        var field = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search groups" });
        await field.EvaluateAsync("""
            (field) => {
              const own = Object.getOwnPropertyDescriptor(field, "value") ?? Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
              window.written = [];
              Object.defineProperty(field, "value", { ...own, configurable: true, set(text) { written.push(text); own.set.call(field, text); } });
            }
            """);

        await field.PressSequentiallyAsync("Searched");
        await page.GetByText("1 group with “Searched”").WaitForAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/admin?q=Searched");

        // Only the browser has written the field.
        (await page.EvaluateAsync<string>("written.join()")).ShouldBe("");
    }

    [Fact]
    public async Task A_dialog_stays_open_until_the_server_has_answered()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/api/v1/groups", async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Created slowly");
        await page.RunAndWaitForRequestAsync(() => page.Keyboard.PressAsync("Enter"), "**/api/v1/groups");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToHaveAttributeAsync("aria-disabled", "true");
        await page.Keyboard.PressAsync("Escape");
        await page.Mouse.ClickAsync(5, 5);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).DispatchEventAsync("click");

        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToHaveValueAsync("Created slowly");
        gate.SetResult();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Created slowly" }).WaitForAsync();
    }

    [Fact]
    public async Task Enter_and_Escape_belong_to_an_input_method_while_it_composes_a_title()
    {
        var id = await server.Admin.CreateGroupAsync("Quay in Japan");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "edit title" }).ClickAsync();
        var title = page.GetByRole(AriaRole.Textbox, new() { Name = "Title" });
        await Assertions.Expect(title).ToBeFocusedAsync();
        var session = await visit.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Input.imeSetComposition", new(StringComparer.Ordinal) { ["text"] = "みなと", ["selectionStart"] = 3, ["selectionEnd"] = 3 });
        await Assertions.Expect(title).ToHaveValueAsync("みなと");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(title).ToBeFocusedAsync();

        await session.SendAsync("Input.insertText", new(StringComparer.Ordinal) { ["text"] = "港" });
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "港" }).WaitForAsync();
    }

    [Fact]
    public async Task A_group_is_shared_from_the_list_and_a_hidden_one_is_marked_as_invisible_to_visitors()
    {
        var group = await server.Admin.CreateGroupAsync("Kept back", isPublished: false);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await Menu(page, "Kept back", "Share …");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Share “Kept back”" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        await page.GetByText("“Kept back” is shared").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Menu(page, "Kept back", "View as a visitor");
        await Assertions.Expect(page).ToHaveURLAsync("/groups/kept-back");
        await page.GetByText("This gallery is hidden. Visitors do not see it.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a hidden group");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = true }).StatusAsync(HttpStatusCode.OK);
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit at the desk" }).WaitForAsync();
        (await page.GetByText("This gallery is hidden").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_description_keeps_its_line_breaks()
    {
        var group = await server.Admin.CreateGroupAsync("Of several lines");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "edit description" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Description" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("One");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("Two");
        await visit.ShouldBeAccessibleAsync("a description that is edited");

        // The field has the same limit as the server.
        (await page.GetByRole(AriaRole.Textbox, new() { Name = "Description" }).GetAttributeAsync("maxlength")).ShouldBe("10000");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Of several lines" }).EvaluateAsync("() => document.activeElement.blur()");
        Func<Task<string?>> description = async () => (await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("description");
        await description.ShouldBecomeAsync("One\nTwo");

        // The text keeps its line breaks when it is edited again. Ctrl+Enter ends the edit.
        var shown = page.GetByRole(AriaRole.Button, new() { Name = "edit description" });
        (await shown.InnerTextAsync()).ShouldBe("One\nTwo");
        await shown.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Description" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("Three");
        await page.Keyboard.PressAsync("Control+Enter");
        await description.ShouldBecomeAsync("One\nTwo\nThree");
    }

    [Fact]
    public async Task Undo_restores_a_deleted_group_with_its_images()
    {
        var id = await server.Admin.CreateGroupAsync("To be deleted");
        await server.Admin.AddImageAsync(id, "one.jpg", TestImages.Jpeg(seed: 1));
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync();

        await Menu(visit.Page, "To be deleted", "Delete");
        await visit.Page.HoldMessageAsync("“To be deleted” is in the trash.");
        await IsPublishedAsync("To be deleted").ShouldBecomeAsync(null);
        await visit.ShouldBeAccessibleAsync("a message with Undo");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "To be deleted" }).First.WaitForAsync();
        await IsPublishedAsync("To be deleted").ShouldBecomeAsync(true);
        (await server.Admin.GetAsync($"/api/v1/groups/{id}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Groups_are_reordered_by_menu_by_position_by_keyboard_and_by_dragging()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        foreach (var title in (string[])["D", "C", "B", "A"])
        {
            await own.Admin.CreateGroupAsync(title);
        }

        await using var visit = await chromium.VisitAsync(own);
        var page = visit.Page;
        await visit.SignInAsync();
        await Menu(page, "A", "Move one place down");
        await page.GetByText("Moved to position 2 of 4.").WaitForAsync();
        await OrderAsync(own, page, "BACD");

        await Menu(page, "A", "Move to position …");
        await visit.ShouldBeAccessibleAsync("the dialog for a position");
        await page.GetByLabel("Position (1 to 4)").FillAsync("4");
        await page.Keyboard.PressAsync("Enter");
        await OrderAsync(own, page, "BCDA");

        await Menu(page, "A", "Move to position …");
        await page.GetByLabel("Before").CheckAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Combobox).SelectOptionAsync("C");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
        await OrderAsync(own, page, "BACD");

        await page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = "D" }).DragToAsync(
            page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = "B" }), new() { SourcePosition = new() { X = 400, Y = 20 }, TargetPosition = new() { X = 400, Y = 3 } });
        await page.HoldMessageAsync("Moved to position 1 of 4.");
        await OrderAsync(own, page, "DBAC");

        // Undo reverts the last move.
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await OrderAsync(own, page, "BACD");

        await page.GetByRole(AriaRole.Button, new() { Name = "Links", Exact = true }).FocusAsync();
        foreach (var key in (string[])["Tab", "Home", "ArrowDown", "ArrowDown", "Tab", "Enter"])
        {
            await page.Keyboard.PressAsync(key);
        }

        await page.Locator("[aria-roledescription='drop indicator']:focus").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("Enter");

        await OrderAsync(own, page, "CBAD");
    }

    [Fact]
    public async Task A_group_that_is_added_after_all_were_selected_is_not_selected()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        await own.Admin.CreateGroupAsync("B", isPublished: false);
        await own.Admin.CreateGroupAsync("A", isPublished: false);
        await using var visit = await chromium.VisitAsync(own);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "A", Exact = true }).FocusAsync();
        await page.Keyboard.PressAsync("Control+a");
        var bar = page.GetByRole(AriaRole.Toolbar, new() { Name = "Actions for the selected groups" });
        await bar.GetByText("2 selected").WaitForAsync();

        var added = await own.Admin.CreateGroupAsync("Added", isPublished: false);
        await page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 60_000; dispatchEvent(new Event('visibilitychange')); }");
        await page.GetByRole(AriaRole.Row, new() { Name = "Added", Exact = true }).WaitForAsync();
        await bar.GetByText("2 selected").WaitForAsync();
        await bar.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await page.GetByText("2 groups are published.").WaitForAsync();

        (await own.Admin.GetAsync($"/api/v1/groups/{added}").JsonAsync()).GetProperty("isPublished").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_description_that_is_only_opened_does_not_overwrite_the_change_of_another_admin()
    {
        var group = await server.Admin.CreateGroupAsync("Described twice");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { description = "First" }).StatusAsync(HttpStatusCode.OK);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "First, edit description" }).ClickAsync();
        var field = page.GetByRole(AriaRole.Textbox, new() { Name = "Description" });
        await Assertions.Expect(field).ToHaveValueAsync("First");

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { description = "Second" }).StatusAsync(HttpStatusCode.OK);
        await page.RunAndWaitForResponseAsync(
            () => page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 60_000; dispatchEvent(new Event('visibilitychange')); }"),
            answer => new Uri(answer.Url).AbsolutePath == $"/api/v1/groups/{group}");
        var patches = 0;
        page.Request += (_, request) => patches += request.Method == "PATCH" ? 1 : 0;
        await field.BlurAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Second, edit description" }).WaitForAsync();
        patches.ShouldBe(0);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("description").ShouldBe("Second");
    }

    [Fact]
    public async Task Several_selected_groups_are_moved_published_hidden_and_deleted_at_once()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        foreach (var title in (string[])["E", "D", "C", "B", "A"])
        {
            await own.Admin.CreateGroupAsync(title, isPublished: title == "A");
        }

        await using var visit = await chromium.VisitAsync(own);
        var page = visit.Page;
        await visit.SignInAsync();
        var bar = page.GetByRole(AriaRole.Toolbar, new() { Name = "Actions for the selected groups" });
        (await bar.CountAsync()).ShouldBe(0);
        await SelectAsync("A", "C", "E");
        await bar.GetByText("3 selected").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("selected groups");
        await visit.ShouldFitANarrowScreenAsync("selected groups");

        await Do("Publish");
        await page.HoldMessageAsync("2 groups are published.");
        await StatesAsync("A B- C D- E");
        (await bar.CountAsync()).ShouldBe(0);

        // Undo restores each group's state.
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await StatesAsync("A B- C- D- E-");
        await SelectAsync("A", "B");
        await Do("Hide");
        await page.GetByText("1 group is hidden.").WaitForAsync();
        await StatesAsync("A- B- C- D- E-");

        // The groups move as one block in their order, by position and by dragging one of them.
        await SelectAsync("D", "B");
        await Do("Move");
        await page.GetByLabel("Position (1 to 4)").FillAsync("1");
        await page.Keyboard.PressAsync("Enter");
        await OrderAsync(own, page, "BDACE");
        await SelectAsync("E", "B");
        await Row("E").DragToAsync(Row("C"), new() { SourcePosition = new() { X = 400, Y = 20 }, TargetPosition = new() { X = 400, Y = 3 } });
        await OrderAsync(own, page, "DABEC");

        await page.Keyboard.PressAsync("Escape");
        await SelectAsync("D", "E");
        await Do("Delete");
        await page.HoldMessageAsync("2 groups are in the trash.");
        await OrderAsync(own, page, "ABC");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await OrderAsync(own, page, "DABEC");

        ILocator Row(string title) => page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = title, Exact = true });
        Task Do(string action) => bar.GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();

        async Task SelectAsync(params string[] titles)
        {
            foreach (var title in titles)
            {
                await Row(title).HoverAsync();
                await Row(title).Locator("label").ClickAsync();
            }

            await bar.GetByText($"{titles.Length} selected").WaitForAsync();
        }

        async Task StatesAsync(string expected)
        {
            Func<Task<string>> states = async () => string.Join(' ', (await own.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items()
                .Select(group => group.Text("title") + (group.GetProperty("isPublished").GetBoolean() ? "" : "-")));
            await states.ShouldBecomeAsync(expected);
        }
    }

    [Fact]
    public async Task The_first_groups_are_created_from_a_selected_folder()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        await using var visit = await chromium.VisitAsync(own);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "No groups yet" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("an empty desk");
        await visit.ShouldFitANarrowScreenAsync("an empty desk");
        var folder = Directory.CreateDirectory(Path.Combine(Directory.CreateTempSubdirectory("imagehub-").FullName, "Summer"));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "beach.jpg"), TestImages.Jpeg(seed: 77), TestContext.Current.CancellationToken);
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Add a folder" }).ClickAsync());
        await chooser.SetFilesAsync(folder.FullName);
        await page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = "Summer" }).WaitForAsync();
        Func<Task<int>> images = async () => (await own.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items()[0].GetProperty("imageCount").GetInt32();
        await images.ShouldBecomeAsync(1);
        folder.Parent!.Delete(recursive: true);
    }

    [Fact]
    public async Task The_list_shows_the_counts_of_each_group_and_can_be_sorted_by_them()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        foreach (var (title, images) in ((string, int)[])[("Cliffs", 2), ("Bay", 3), ("Arch", 1)])
        {
            var group = await own.Admin.CreateGroupAsync(title, isPublished: title != "Bay");
            for (var image = 1; image <= images; image++)
            {
                await own.Admin.AddImageAsync(group, $"{image}.jpg", TestImages.Jpeg(96, 64, (title.Length * 100) + image));
            }

            if (title == "Cliffs")
            {
                await own.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).StatusAsync(HttpStatusCode.Created);
            }
        }

        await using var visit = await chromium.VisitAsync(own);
        var page = visit.Page;
        await visit.SignInAsync();
        var cliffs = page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = "Cliffs" });
        foreach (var fact in (string[])["2 photos", "Published", "1 link", "changed "])
        {
            await cliffs.GetByText(fact).WaitForAsync();
        }

        await page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = "Bay" }).GetByText("Hidden").WaitForAsync();
        await page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row, new() { Name = "Bay" }).GetByText("no links").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the groups as a table");
        await visit.ShouldFitANarrowScreenAsync("the groups as a table");

        await RowsAsync("ABC");
        await SortedAsync("Visitors’ order", "ascending");
        await SortAsync("Title", "ABC");
        await SortAsync("Title, ascending", "CBA");
        await SortAsync("Photos", "BCA");

        // Each fact is below its column header; numbers are aligned at the end.
        await SortedAsync("Photos, descending", "descending");
        await SortedAsync("Title", "none");
        var number = (await cliffs.GetByText("2", new() { Exact = true }).BoundingBoxAsync())!;
        var head = (await page.GetByRole(AriaRole.Columnheader, new() { Name = "Photos" }).BoundingBoxAsync())!;
        (number.X + number.Width).ShouldBe(head.X + head.Width, 1);
        (await cliffs.GetByRole(AriaRole.Link, new() { Name = "Cliffs" }).BoundingBoxAsync())!.X
            .ShouldBe((await page.GetByRole(AriaRole.Columnheader, new() { Name = "Title" }).BoundingBoxAsync())!.X, 1);

        await SortAsync("Photos, descending", "ACB");
        await SortAsync("Links", "CAB");
        await page.ReloadAsync();
        await RowsAsync("CAB");
        (await page.GetByRole(AriaRole.Button, new() { Name = "Drag Cliffs" }).CountAsync()).ShouldBe(0);
        await SortAsync("Visitors’ order", "ABC");
        await page.GetByRole(AriaRole.Button, new() { Name = "Drag Cliffs" }).WaitForAsync();

        Task SortedAsync(string name, string order) => Assertions.Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = name })).ToHaveAttributeAsync("aria-sort", order);

        async Task SortAsync(string by, string expected)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = by, Exact = true }).ClickAsync();
            await RowsAsync(expected);
        }

        async Task RowsAsync(string expected)
        {
            Func<Task<string>> shown = async () => string.Concat((await page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row).AllInnerTextsAsync()).Select(row => row.Trim()[0]));
            await shown.ShouldBecomeAsync(expected);
        }
    }

    [Fact]
    public async Task A_change_that_the_server_did_not_save_is_reverted_and_reported()
    {
        var id = await server.Admin.CreateGroupAsync("Stays");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("503");
        await visit.SignInAsync($"/admin/groups/{id}");
        await visit.Page.RouteAsync($"**/api/v1/groups/{id}", route => route.Request.Method == "PATCH"
            ? route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "1" } })
            : route.ContinueAsync());

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "edit title" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("Goes");
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.Page.GetByText("Your changes to “Stays” were not saved.").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Stays" }).WaitForAsync();
    }

    /// <summary>Waits until the server has the order and the page shows it, because earlier key presses would act on the old list.</summary>
    private static async Task OrderAsync(ImageHubServer server, IPage page, string expected)
    {
        Func<Task<string>> titles = async () => string.Concat((await server.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(group => group.Text("title")));
        await titles.ShouldBecomeAsync(expected);
        Func<Task<string>> shown = async () => string.Concat((await page.GetByRole(AriaRole.Grid).GetByRole(AriaRole.Row).AllInnerTextsAsync()).SelectMany(row => row.Trim().Take(1)));
        await shown.ShouldBecomeAsync(expected);
    }

    /// <summary>Whether a group is published; null if no group has the title.</summary>
    private Func<Task<bool?>> IsPublishedAsync(string title) => async () =>
    {
        var found = (await server.Admin.GetAsync($"/api/v1/groups?q={Uri.EscapeDataString(title)}").JsonAsync()).Items();
        return found.Count == 0 ? null : found[0].GetProperty("isPublished").GetBoolean();
    };

    private static async Task Menu(IPage page, string group, string action)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions for {group}", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = action, Exact = true }).ClickAsync();
    }
}
