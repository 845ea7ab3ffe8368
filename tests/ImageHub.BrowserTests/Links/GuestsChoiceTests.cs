using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Links;

/// <summary>Guests' choices on the shared page, and the messages when saving fails.</summary>
public sealed class GuestsChoiceTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Each_guest_selects_comments_submits_and_changes_a_separate_selection()
    {
        var group = await GroupAsync("Wedding", 5);
        await using var curator = await chromium.VisitAsync(server);
        var desk = curator.Page;
        await curator.SignInAsync($"/admin/groups/{group}");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Actions for Wedding" }).ClickAsync();
        await desk.GetByRole(AriaRole.Menuitem, new() { Name = "Share …" }).ClickAsync();
        await desk.GetByLabel("Let guests choose favourites").CheckAsync();
        await curator.ShouldBeAccessibleAsync("the dialog that shares a group with favourites");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        var url = await desk.GetByLabel("Link", new() { Exact = true }).InputValueAsync();

        await using var anna = await chromium.VisitAsync(server);
        var page = anna.Page;
        await page.GotoAsync(url);
        await Heart(page, 1).WaitForAsync();
        await page.GetByText("Choose photos with the heart.").WaitForAsync();
        await anna.ShouldBeAccessibleAsync("a shared group with hearts");
        await Heart(page, 1).ClickAsync();
        await page.GetByText("1 of 5 chosen").WaitForAsync();

        // In the viewer, a key chooses the second photo, and a note chooses the third.
        await page.Locator("a[id^=photo-]").Nth(1).ClickAsync();
        var viewer = page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “Wedding”" });
        await page.GetByText("2 / 5").WaitForAsync();
        await page.Keyboard.PressAsync("l");
        await Assertions.Expect(viewer.GetByRole(AriaRole.Button, new() { Name = "Choose this photo" })).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("?");
        await page.GetByText("Add the photo to your choice, or remove it").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByText("3 / 5").WaitForAsync();
        // One button shows the photo's details, and another button shows the guest's note.
        await page.Keyboard.PressAsync("i");
        await viewer.GetByRole(AriaRole.Complementary, new() { Name = "Details" }).GetByText("3.jpg").WaitForAsync();
        (await page.GetByRole(AriaRole.Textbox, new() { Name = "Note on this photo" }).CountAsync()).ShouldBe(0);
        await anna.ShouldBeAccessibleAsync("the viewer with a guest's details");
        await viewer.GetByRole(AriaRole.Button, new() { Name = "Note on this photo" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Note on this photo" }).FillAsync("Large, for the hall");
        await anna.ShouldBeAccessibleAsync("the viewer with a note");
        await anna.ShouldFitANarrowScreenAsync("the viewer with a note");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the note" }).ClickAsync();
        await page.GetByText("The note is saved.").WaitForAsync();
        await Assertions.Expect(viewer.GetByRole(AriaRole.Button, new() { Name = "Choose this photo" })).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Escape");
        await viewer.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByText("3 of 5 chosen").WaitForAsync();
        await ChosenAsync(url, anna, "1.jpg", "2.jpg", "3.jpg: Large, for the hall");

        // Submitting the choice asks for the guest's name once.
        await page.GetByRole(AriaRole.Button, new() { Name = "Send my choice" }).ClickAsync();
        await anna.ShouldBeAccessibleAsync("the dialog that asks for a name");
        await page.GetByLabel("Your name").FillAsync("Anna");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("You can still change it and send it again.").WaitForAsync();
        await page.ReloadAsync();
        await page.GetByText("3 of 5 chosen").WaitForAsync();
        await page.GetByText("Sent on").WaitForAsync();
        await Heart(page, 2).ClickAsync();
        await page.GetByText("2 of 5 chosen").WaitForAsync();
        await page.GetByText("Changed since you sent it.").WaitForAsync();
        await page.ReloadAsync();
        await page.GetByText("Changed since you sent it.").WaitForAsync();
        await anna.ShouldBeAccessibleAsync("a choice that was changed");
        await anna.ShouldFitANarrowScreenAsync("a choice that was changed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await page.GetByText("Sent on").WaitForAsync();
        (await page.EvaluateAsync<string>("JSON.stringify(localStorage)")).ShouldBe("{}");

        // Another guest does not see the choice.
        await using var bela = await chromium.VisitAsync(server, onPhone: true);
        await bela.Page.GotoAsync(url);
        await bela.Page.GetByText("Choose photos with the heart.").WaitForAsync();
        await bela.ShouldBeAccessibleAsync("a shared group with hearts, on a phone");
        await Heart(bela.Page, 5).TapAsync();
        await bela.Page.GetByText("1 of 5 chosen").WaitForAsync();
        await ChosenAsync(url, bela, "5.jpg");
        await ChosenAsync(url, anna, "1.jpg", "3.jpg: Large, for the hall");
    }

    [Fact]
    public async Task A_choice_that_was_not_saved_is_reverted_and_reported()
    {
        var group = await GroupAsync("In trouble", 3);
        var url = await ShareAsync(group);
        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("503|409|404|ERR_INTERNET_DISCONNECTED|ERR_FAILED");
        var page = guest.Page;
        await page.GotoAsync(url);
        await Heart(page, 1).ClickAsync();
        await page.GetByText("1 of 3 chosen").WaitForAsync();
        await ChosenAsync(url, guest, "1.jpg");

        await page.RouteAsync("**/favourites/*", route => route.FulfillAsync(Refusal(409, "tooManyGuests")));
        await Heart(page, 2).ClickAsync();
        await page.GetByText("This link has reached its limit of guests.").WaitForAsync();
        await Assertions.Expect(Heart(page, 2)).ToHaveAttributeAsync("aria-pressed", "false");
        await guest.ShouldBeAccessibleAsync("a choice that was not saved");
        await page.UnrouteAllAsync();

        await page.RouteAsync("**/favourites/*", route => route.FulfillAsync(Refusal(409, "tooManyFavourites")));
        await Heart(page, 2).ClickAsync();
        await page.GetByText("You have chosen as many photos as a guest can.").WaitForAsync();
        await page.UnrouteAllAsync();

        await page.RouteAsync("**/favourites/*", route => route.FulfillAsync(Refusal(503, "serverBusy")));
        await Heart(page, 1).ClickAsync();
        await page.GetByText("Your last change was not saved. The server cannot answer at the moment.").WaitForAsync();
        await Assertions.Expect(Heart(page, 1)).ToHaveAttributeAsync("aria-pressed", "true");
        await page.UnrouteAllAsync();

        await page.RouteAsync("**/favourites/*", route => route.AbortAsync());
        await page.Locator("a[id^=photo-]").Nth(2).ClickAsync();
        await page.GetByText("3 / 3").WaitForAsync();
        await page.Keyboard.PressAsync("l");
        var viewer = page.GetByRole(AriaRole.Dialog);
        await viewer.GetByText("Your last change was not saved. The server does not answer.").WaitForAsync();
        await Assertions.Expect(viewer.GetByRole(AriaRole.Button, new() { Name = "Choose this photo" })).ToHaveAttributeAsync("aria-pressed", "false");
        await page.UnrouteAllAsync();
        await page.Keyboard.PressAsync("l");
        await Assertions.Expect(viewer.GetByRole(AriaRole.Button, new() { Name = "Choose this photo" })).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("Escape");
        await ChosenAsync(url, guest, "1.jpg", "3.jpg");

        // The link ends while the guest is choosing.
        var link = (await server.Admin.GetAsync("/api/v1/links?pageSize=100").JsonAsync()).Items().Single(link => link.Id("targetId") == group).Id();
        await server.Admin.DeleteAsync($"/api/v1/links/{link}").StatusAsync(HttpStatusCode.NoContent);
        await Heart(page, 2).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "This link no longer works" }).WaitForAsync();
    }

    [Fact]
    public async Task A_guest_whose_visit_has_ended_continues_with_a_new_visit_while_the_link_has_views_left()
    {
        var url = await ShareAsync(await GroupAsync("An evening", 3), new { favourites = true, maxViews = 2 });
        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("404");
        var page = guest.Page;
        await page.GotoAsync(url);
        await Heart(page, 1).ClickAsync();
        await ChosenAsync(url, guest, "1.jpg");

        // A visit lasts as long as its cookie.
        await guest.Context.ClearCookiesAsync(new() { Name = "imagehub_share" });
        await page.RunAndWaitForResponseAsync(() => Heart(page, 2).ClickAsync(), response => response.Request.Method == "PUT" && response.Ok);
        await page.GetByText("2 of 3 chosen").WaitForAsync();
        await ChosenAsync(url, guest, "1.jpg", "2.jpg");
        await Assertions.Expect(Heart(page, 2)).ToHaveAttributeAsync("aria-pressed", "true");

        // Both views are used up, so the link has ended for a guest without a visit.
        await guest.Context.ClearCookiesAsync(new() { Name = "imagehub_share" });
        await Heart(page, 3).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "This link no longer works" }).WaitForAsync();
    }

    /// <summary>The cookie that says that a guest knows the password is valid for an hour.</summary>
    [Fact]
    public async Task Changes_of_a_guest_who_is_asked_for_the_password_again_are_saved_afterwards()
    {
        var url = await ShareAsync(await GroupAsync("Locked again", 2), new { favourites = true, password = ImageHubServer.LinkPassword });
        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("401");
        var page = guest.Page;
        await page.GotoAsync(url);
        await UnlockAsync();
        await Heart(page, 1).ClickAsync();
        await ChosenAsync(url, guest, "1.jpg");

        await guest.Context.ClearCookiesAsync(new() { Name = "imagehub_share" });
        await Heart(page, 2).ClickAsync();
        await UnlockAsync();
        await page.GetByText("2 of 2 chosen").WaitForAsync();
        await ChosenAsync(url, guest, "1.jpg", "2.jpg");
        await Assertions.Expect(Heart(page, 2)).ToHaveAttributeAsync("aria-pressed", "true");

        await page.Locator("a[id^=photo-]").First.ClickAsync();
        await page.GetByText("1 / 2").WaitForAsync();
        await page.Keyboard.PressAsync("n");
        var note = page.GetByRole(AriaRole.Textbox, new() { Name = "Note on this photo" });
        await note.FillAsync("Large, for the hall");
        await guest.Context.ClearCookiesAsync(new() { Name = "imagehub_share" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the note" }).ClickAsync();
        await UnlockAsync();
        await ChosenAsync(url, guest, "1.jpg: Large, for the hall", "2.jpg");

        // Sending the choice asks for the password, too.
        await page.GotoAsync(url);
        await page.GetByText("2 of 2 chosen").WaitForAsync();
        await guest.Context.ClearCookiesAsync(new() { Name = "imagehub_share" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Send my choice" }).ClickAsync();
        await page.GetByLabel("Your name").FillAsync("Grace");
        await page.GetByLabel("Your name").PressAsync("Enter");
        await page.GetByLabel("Password").WaitForAsync();

        async Task UnlockAsync()
        {
            await page.GetByLabel("Password").FillAsync(ImageHubServer.LinkPassword);
            await page.GetByLabel("Password").PressAsync("Enter");
            await page.GetByLabel("Password").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
    }

    [Fact]
    public async Task A_note_is_saved_however_the_guest_leaves_the_field()
    {
        var url = await ShareAsync(await GroupAsync("Noted", 2));
        await using var guest = await chromium.VisitAsync(server);
        var page = guest.Page;
        await ViewFirstOfTwoAsync(page, url);

        // Escape removes the field.
        await page.Keyboard.PressAsync("n");
        var note = page.GetByRole(AriaRole.Textbox, new() { Name = "Note on this photo" });
        // Outside the field, + and − zoom the photo.
        await note.PressSequentiallyAsync("10-12 cm + frame");
        await page.Keyboard.PressAsync("Escape");
        await note.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await ChosenAsync(url, guest, "1.jpg: 10-12 cm + frame");

        // The browser's back button removes the field.
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Note on this photo" }).ClickAsync();
        await note.FillAsync("By the way back");
        await page.GoBackAsync();
        await note.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await ChosenAsync(url, guest, "1.jpg: By the way back");
    }

    [Fact]
    public async Task A_photo_with_a_note_that_a_guest_removes_from_the_choice_stays_removed()
    {
        var url = await ShareAsync(await GroupAsync("Removed", 2));
        await using var guest = await chromium.VisitAsync(server);
        var page = guest.Page;
        await ViewFirstOfTwoAsync(page, url);
        await page.Keyboard.PressAsync("n");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Note on this photo" }).FillAsync("For the hall");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the note" }).ClickAsync();
        await page.GetByText("The note is saved.").WaitForAsync();

        await page.Keyboard.PressAsync("l");
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Note on this photo" })).ToHaveValueAsync("");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByText("2 / 2").WaitForAsync();
        await page.Keyboard.PressAsync("l");

        await ChosenAsync(url, guest, "2.jpg");
    }

    [Fact]
    public async Task A_note_that_was_not_saved_stays_in_its_field_and_is_sent_once()
    {
        var url = await ShareAsync(await GroupAsync("Refused", 2));
        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("409");
        var page = guest.Page;
        await ViewFirstOfTwoAsync(page, url);
        var (sent, gate) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await page.RouteAsync("**/favourites/*", async route =>
        {
            sent++;
            await gate.Task;
            await route.FulfillAsync(Refusal(409, "tooManyFavourites"));
        });
        await page.Keyboard.PressAsync("n");
        var note = page.GetByRole(AriaRole.Textbox, new() { Name = "Note on this photo" });
        await note.FillAsync("For the hall");

        // The click also takes the focus from the field, which saves, too.
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the note" }).ClickAsync();
        gate.SetResult();
        await page.GetByRole(AriaRole.Dialog).GetByText("You have chosen as many photos as a guest can.").WaitForAsync();

        await Assertions.Expect(note).ToHaveValueAsync("For the hall");
        sent.ShouldBe(1);
    }

    [Fact]
    public async Task A_selection_that_cannot_be_loaded_is_reported_and_requested_again()
    {
        var url = await ShareAsync(await GroupAsync("Unread", 1));
        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("500");
        var page = guest.Page;
        await page.RouteAsync("**/favourites", route => route.FulfillAsync(Refusal(500, "internalError")));
        await page.GotoAsync(url);
        await page.GetByText("Your choice could not be loaded.").WaitForAsync();
        await guest.ShouldBeAccessibleAsync("a choice that could not be loaded");
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Heart(page, 1).WaitForAsync();
    }

    [Fact]
    public async Task A_guest_can_view_browse_and_download_only_the_selected_photos()
    {
        var group = await GroupAsync("Only", 70);
        var url = await ShareAsync(group);
        await using var guest = await chromium.VisitAsync(server);
        var page = guest.Page;
        await page.GotoAsync(url);
        await page.GetByText("Choose photos with the heart.").WaitForAsync();
        var actions = page.GetByRole(AriaRole.Region, new() { Name = "Your choice" }).GetByRole(AriaRole.Button);
        (await actions.CountAsync()).ShouldBe(0);

        // One photo is on the list's first page, and the other is on its second page.
        await Heart(page, 2).ClickAsync();
        await page.Locator("a[id^=photo-]").First.FocusAsync();
        await page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await Heart(page, 69).ClickAsync();
        await page.GetByText("2 of 70 chosen").WaitForAsync();
        (await actions.CountAsync()).ShouldBe(3);

        // The page shows a choice before the server has saved it, so wait for the server.
        await ChosenAsync(url, guest, "2.jpg", "69.jpg");
        await page.ReloadAsync();
        await page.GetByText("2 of 70 chosen").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Only my choice" }).ClickAsync();
        await Assertions.Expect(page.Locator("a[id^=photo-]")).ToHaveCountAsync(2);
        await page.Locator("a[id^=photo-]").First.ClickAsync();
        await page.GetByText("1 / 2").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByText("2 / 2").WaitForAsync();

        // A photo that is removed from the choice stays in place until all photos are shown again.
        await page.Keyboard.PressAsync("l");
        await page.GetByText("2 / 2").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("1 of 70 chosen").WaitForAsync();
        await Assertions.Expect(page.Locator("a[id^=photo-]")).ToHaveCountAsync(2);

        // A single photo has no slideshow.
        var only = page.GetByRole(AriaRole.Button, new() { Name = "Only my choice" });
        await only.ClickAsync();
        await only.ClickAsync();
        await Assertions.Expect(page.Locator("a[id^=photo-]")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Slideshow", Exact = true }).ClickAsync();
        await page.GetByText("1 / 1").WaitForAsync();
        await Assertions.Expect(page.Locator("[data-show]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Button, new() { Name = "Download my choice" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Download 1 photo" }).WaitForAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        await using var zip = await System.IO.Compression.ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        zip.Entries.Select(entry => entry.Name).ShouldBe(["2.jpg"]);
    }

    [Fact]
    public async Task On_a_phone_no_label_is_broken_across_lines_and_selected_photos_keep_their_position_after_submission()
    {
        var group = await GroupAsync("Phone", 5);
        await TakenAsync(group, "2022-11-25", "2022-12-20");
        var url = await ShareAsync(group, new { favourites = true, expiresInSeconds = 604_800 });
        await using var guest = await chromium.VisitAsync(server);
        var page = guest.Page;
        await page.SetViewportSizeAsync(320, 640);
        await page.GotoAsync(url);
        await page.GetByText("20 December 2022").WaitForAsync();
        foreach (var width in (int[])[320, 360, 390, 414, 430, 600])
        {
            await page.SetViewportSizeAsync(width, 640);
            (await page.EvaluateAsync<string[]>("""
                () => [...[...document.querySelectorAll("#content span")].find((fact) => fact.textContent === "5 photos").parentElement.children]
                  .filter((fact) => {
                    const words = document.createRange();
                    words.selectNodeContents(fact);
                    return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
                  })
                  .map((fact) => fact.textContent)
                """)).ShouldBeEmpty($"{width} pixels");
        }

        await page.SetViewportSizeAsync(390, 640);
        await Heart(page, 1).ClickAsync();
        var count = page.GetByText("1 of 5 chosen");
        var before = await count.BoundingBoxAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send my choice" }).ClickAsync();
        await page.GetByLabel("Your name").FillAsync("Anna");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("You can still change it and send it again.").WaitForAsync();
        (await count.BoundingBoxAsync())!.X.ShouldBe(before!.X, 2);
    }

    [Fact]
    public async Task On_a_phone_the_counter_of_the_viewer_is_not_covered_by_the_buttons()
    {
        var group = await GroupAsync("Counted", 12);
        var url = await ShareAsync(group, new { favourites = true, downloads = "full" });
        await using var guest = await chromium.VisitAsync(server, onPhone: true, change: options => options.ViewportSize = new() { Width = 360, Height = 740 });
        var page = guest.Page;
        await page.GotoAsync(url);
        await Heart(page, 12).WaitForAsync();
        await page.Locator("a[id^=photo-]").Last.TapAsync();
        var (counter, play) = (page.GetByText("12 / 12"), page.GetByRole(AriaRole.Button, new() { Name = "Start the slideshow" }));
        await counter.WaitForAsync();
        (await page.Locator(".yarl__toolbar :is(a, button):visible").CountAsync()).ShouldBe(7);
        var (text, button) = ((await counter.BoundingBoxAsync())!, (await play.BoundingBoxAsync())!);
        (text.X + text.Width <= button.X || text.Y >= button.Y + button.Height).ShouldBeTrue();
        await guest.ShouldBeAccessibleAsync("the viewer of a link with favourites on a phone");

        await page.SetViewportSizeAsync(320, 640);
        (await play.BoundingBoxAsync())!.X.ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task A_group_shows_no_dates_if_its_photos_span_more_than_a_month()
    {
        var group = await GroupAsync("Years", 2);
        await TakenAsync(group, "2020-01-02", "2022-12-20");
        await using var guest = await chromium.VisitAsync(server);
        await guest.Page.GotoAsync(await ShareAsync(group));
        await guest.Page.GetByText("2 photos").WaitForAsync();
        await Assertions.Expect(guest.Page.GetByText("2020")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_link_without_favourites_shows_no_hearts()
    {
        var group = await GroupAsync("Plain", 1);
        var url = await ShareAsync(group, new { });
        await using var guest = await chromium.VisitAsync(server);
        await guest.Page.GotoAsync(url);
        await guest.Page.Locator("a[id^=photo-]").First.WaitForAsync();
        (await guest.Page.GetByRole(AriaRole.Button, new() { Name = "Choose" }).CountAsync()).ShouldBe(0);
        await guest.Page.Locator("a[id^=photo-]").First.ClickAsync();
        await guest.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
        (await guest.Page.GetByRole(AriaRole.Button, new() { Name = "Choose" }).CountAsync()).ShouldBe(0);
        (await guest.Page.GetByText("chosen").CountAsync()).ShouldBe(0);
    }

    /// <summary>Sets the days on which the first and the second photo of a group were taken.</summary>
    private async Task TakenAsync(Guid group, string first, string second)
    {
        await server.SqlAsync($"UPDATE images SET taken_at = '{first}', taken_or_created_at = '{first}' WHERE group_id = '{group}' AND file_name = '1.jpg'");
        await server.SqlAsync($"UPDATE images SET taken_at = '{second}', taken_or_created_at = '{second}' WHERE group_id = '{group}' AND file_name = '2.jpg'");
    }

    /// <summary>Opens the first of two photos in the viewer, once photos can be chosen.</summary>
    private static async Task ViewFirstOfTwoAsync(IPage page, string url)
    {
        await page.GotoAsync(url);
        await Heart(page, 1).WaitForAsync();
        await page.Locator("a[id^=photo-]").First.ClickAsync();
        await page.GetByText("1 / 2").WaitForAsync();
    }

    private static ILocator Heart(IPage page, int number) => page.GetByRole(AriaRole.Button, new() { Name = $"Choose Photo {number} of " });

    private static RouteFulfillOptions Refusal(int status, string code) => new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "1" },
        Body = JsonSerializer.Serialize(new { status, code, detail = "no" }),
    };

    /// <summary>Waits until the server has a guest's choice. A photo is expected by its file name, followed by a colon and its note if it has one.</summary>
    private static Task ChosenAsync(string url, Visit guest, params string[] expected)
    {
        var below = "/api/v1" + new Uri(url).AbsolutePath;
        Func<Task<string>> chosen = async () =>
        {
            var names = new Dictionary<Guid, string>();
            var images = await (await guest.Context.APIRequest.GetAsync(below + "/images?pageSize=100")).JsonAsync();
            foreach (var image in images!.Value.Items())
            {
                names[image.Id()] = image.Text("fileName")!;
            }

            var favourites = await (await guest.Context.APIRequest.GetAsync(below + "/favourites")).JsonAsync();
            return string.Join(", ", favourites!.Value.Items().Select(item => names[item.Id("imageId")] + (item.Text("note") is { } note ? ": " + note : "")));
        };
        return chosen.ShouldBecomeAsync(string.Join(", ", expected));
    }

    private async Task<string> ShareAsync(Guid group, object? link = null)
    {
        var made = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", link ?? new { favourites = true }).JsonAsync(HttpStatusCode.Created);
        return new Uri(server.Url, made.Text("url")!).ToString();
    }

    /// <summary>A group of images named <c>1.jpg</c> and so on.</summary>
    private async Task<Guid> GroupAsync(string title, int images)
    {
        var group = await server.Admin.CreateGroupAsync(title, isPublished: false);
        await server.Admin.PostImagesAsync(group, Enumerable.Range(1, images).Select(image => ($"{image}.jpg", TestImages.Jpeg(96, 64, seed: (title.Length * 1000) + image)))).StatusAsync(HttpStatusCode.Created);
        return group;
    }
}
