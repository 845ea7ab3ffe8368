using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Links;

/// <summary>Sharing a group at the desk, and the shared page.</summary>
public sealed class SharedGroupTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_link_is_copied_when_it_is_created_and_copied_named_extended_and_edited_from_the_list()
    {
        var group = await server.Admin.CreateGroupAsync("Copied again", isPublished: false);
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(320, 240, seed: 71));
        await using var curator = await chromium.VisitAsync(server);
        var desk = curator.Page;
        using var clipboard = await curator.HoldClipboardAsync();
        await curator.SignInAsync($"/admin/groups/{group}");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Share …" }).ClickAsync();
        await desk.GetByLabel("Name (optional)").FillAsync("The couple");
        await desk.GetByText("Password, expiry and limits").ClickAsync();
        await desk.GetByLabel("Password (optional)").FillAsync("open sesame");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        var address = await desk.GetByLabel("Link", new() { Exact = true }).InputValueAsync();
        var copy = desk.GetByRole(AriaRole.Button, new() { Name = "Copy: Link" });
        (await copy.EvaluateAsync<bool>("(button) => { const probe = document.createElement('i'); probe.style.color = 'var(--accent)'; document.body.append(probe); const accent = getComputedStyle(probe).color; probe.remove(); return getComputedStyle(button).backgroundColor === accent; }")).ShouldBeTrue();
        await copy.ClickAsync();
        await desk.GetByText("Copied.").WaitForAsync();
        (await desk.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(address);
        await desk.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await desk.EvaluateAsync("() => navigator.clipboard.writeText('')");
        await desk.GotoAsync("/admin/links");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Copy the link The couple" }).ClickAsync();
        Func<Task<string>> copied = () => desk.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        await copied.ShouldBecomeAsync(address);

        await desk.GetByRole(AriaRole.Button, new() { Name = "Edit the link The couple" }).ClickAsync();
        await Assertions.Expect(desk.GetByLabel("Link", new() { Exact = true })).ToHaveValueAsync(address);
        await curator.ShouldBeAccessibleAsync("a link that is edited");
        await curator.ShouldFitANarrowScreenAsync("a link that is edited");
        await desk.GetByLabel("Name (optional)").FillAsync("Both of them");
        await desk.GetByText("Password, expiry and limits").ClickAsync();
        await desk.GetByLabel("Expires after").SelectOptionAsync("365");
        await desk.GetByLabel("Show title and cover in previews").CheckAsync();
        await desk.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await desk.GetByText("The link is saved.").WaitForAsync();
        await desk.GetByRole(AriaRole.Button, new() { Name = "Edit the link Both of them" }).WaitForAsync();
        var link = (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().Single(item => item.Id("targetId") == group);
        (link.GetProperty("expiresAt").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalDays.ShouldBeInRange(364, 365);
        (link.GetProperty("hasPassword").GetBoolean(), link.GetProperty("previewTitle").GetBoolean()).ShouldBe((true, true));

        // Title and cover are shown before the password is entered.
        await using var guest = await chromium.VisitAsync(server, onPhone: true);
        guest.Expects("401");
        await guest.Page.GotoAsync(address);
        await guest.Page.GetByRole(AriaRole.Heading, new() { Name = "Copied again" }).WaitForAsync();
        await guest.Page.GetByText("This gallery has a password").WaitForAsync();
        Func<Task<bool>> cover = () => guest.Page.EvaluateAsync<bool>("() => document.querySelector('#content img')?.naturalWidth > 0");
        await cover.ShouldBecomeAsync(true);
        await guest.ShouldBeAccessibleAsync("a password below a cover");
        await guest.Page.GetByLabel("Password").FillAsync("open sesame");
        await guest.Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await guest.Page.Locator("a[id^=photo-]").First.WaitForAsync();

        // After copying and editing, the link can be ended on the same page.
        await desk.GetByRole(AriaRole.Button, new() { Name = "End the link to Both of them" }).ClickAsync();
        await desk.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End" }).ClickAsync();
        await Assertions.Expect(desk.GetByRole(AriaRole.Button, new() { Name = "End the link to Both of them" })).ToHaveCountAsync(0);

        // The row disappears immediately. The link ends when the server answers.
        Func<Task<HttpStatusCode>> opened = async () =>
        {
            using var answer = await server.Visitor.GetAsync($"/api/v1/shared/{address.Split('/')[^1]}");
            return answer.StatusCode;
        };
        await opened.ShouldBecomeAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_admin_shares_a_group_with_a_password_a_guest_sees_it_and_the_admin_ends_the_link()
    {
        var group = await server.Admin.CreateGroupAsync("Wedding", isPublished: false);
        foreach (var seed in (int[])[1, 2, 3])
        {
            await server.Admin.AddImageAsync(group, $"{seed}.jpg", TestImages.Jpeg(seed: seed));
        }

        await using var curator = await chromium.VisitAsync(server);
        var desk = curator.Page;
        await curator.SignInAsync($"/admin/groups/{group}");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Actions for Wedding" }).ClickAsync();
        await desk.GetByRole(AriaRole.Menuitem, new() { Name = "Share …" }).ClickAsync();
        await desk.GetByText("Password, expiry and limits").ClickAsync();
        (await desk.GetByLabel("Expires after").InputValueAsync()).ShouldBe("30");
        await curator.ShouldBeAccessibleAsync("the dialog that shares a group");
        await desk.GetByLabel("Password (optional)").FillAsync("cake at noon");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        await desk.GetByText("“Wedding” is shared").WaitForAsync();
        await desk.GetByRole(AriaRole.Link, new() { Name = "Preview as a guest" }).WaitForAsync();
        await curator.ShouldBeAccessibleAsync("the new link");
        using var clipboard = await curator.HoldClipboardAsync();
        await desk.GetByRole(AriaRole.Button, new() { Name = "Copy: Link" }).ClickAsync();
        await desk.GetByText("Copied").First.WaitForAsync();
        var url = await clipboard.TextAsync();
        url.ShouldStartWith(server.Url + "shared/");

        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("401|404");
        var page = guest.Page;
        await page.GotoAsync(url);
        await page.GetByRole(AriaRole.Heading, new() { Name = "This gallery has a password" }).WaitForAsync();
        await guest.ShouldBeAccessibleAsync("the password's page");
        await page.GetByLabel("Password").FillAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("That password is wrong.").WaitForAsync();
        await page.GetByLabel("Password").FillAsync("cake at noon");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Wedding" }).WaitForAsync();
        var photos = page.Locator("a[id^=photo-]");
        await photos.Nth(2).WaitForAsync();
        (await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).CountAsync()).ShouldBe(0);
        await guest.ShouldBeAccessibleAsync("a shared group");
        await guest.ShouldFitANarrowScreenAsync("a shared group");

        // The viewer and the images use the same link.
        await photos.First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “Wedding”" }).WaitForAsync();
        Func<Task<int>> width = () => page.EvaluateAsync<int>("[...document.querySelectorAll('[role=dialog] img')].filter((image) => image.src.includes('/high')).reduce((most, image) => Math.max(most, image.naturalWidth), 0)");
        await width.ShouldBecomeAsync(640);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByText("2 / 3").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // A link that is ended at the desk no longer works for the guest.
        await desk.GotoAsync("/admin/links");
        await desk.GetByText("Wedding").WaitForAsync();
        await curator.ShouldBeAccessibleAsync("the links");
        await curator.ShouldFitANarrowScreenAsync("the links");
        await desk.GetByRole(AriaRole.Button, new() { Name = "End the link to Wedding" }).ClickAsync();
        await curator.ShouldBeAccessibleAsync("the question before a link is ended");
        await curator.ShouldFitANarrowScreenAsync("the question before a link is ended");
        await desk.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End" }).ClickAsync();
        await desk.GetByText("The link has ended").WaitForAsync();
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "This link no longer works" }).WaitForAsync();
        await guest.ShouldBeAccessibleAsync("a link that is over");
        using var stranger = server.NewClient();
        await stranger.GetAsync("/api/v1" + new Uri(url).AbsolutePath).StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Editing_a_link_keeps_what_was_changed_elsewhere_before_and_while_the_dialog_is_open()
    {
        var group = await server.Admin.CreateGroupAsync("Edited twice", isPublished: false);
        var link = (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { name = "Guests", downloads = "full", uploads = true }).JsonAsync(HttpStatusCode.Created)).Id();
        await using var curator = await chromium.VisitAsync(server);
        var page = curator.Page;
        await curator.SignInAsync("/admin/links");
        var edit = page.GetByRole(AriaRole.Button, new() { Name = "Edit the link Guests" });
        await edit.ClickAsync();
        await Assertions.Expect(page.GetByLabel("Downloads")).ToHaveValueAsync("full");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link}", new { downloads = "none" }).StatusAsync(HttpStatusCode.OK);
        await edit.ClickAsync();
        await Assertions.Expect(page.GetByLabel("Downloads")).ToHaveValueAsync("none");
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link}", new { uploads = false }).StatusAsync(HttpStatusCode.OK);
        await page.GetByLabel("Name (optional)").FillAsync("All guests");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("The link is saved.").WaitForAsync();
        var saved = await server.Admin.GetAsync($"/api/v1/links/{link}").JsonAsync();
        (saved.Text("name"), saved.Text("downloads"), saved.GetProperty("uploads").GetBoolean()).ShouldBe(("All guests", "none", false));

        // The focus returns to the button. A link that was deleted elsewhere is named, and leaves the list.
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Edit the link All guests");
        curator.Expects("404");
        await server.Admin.DeleteAsync($"/api/v1/links/{link}").StatusAsync(HttpStatusCode.NoContent);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("It has been deleted in the meantime.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).PressAsync("Enter");
        await page.GetByText("All guests").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<string>> at = () => page.EvaluateAsync<string>("document.activeElement.id");
        await at.ShouldBecomeAsync("content");
    }

    [Fact]
    public async Task A_guest_whose_visit_has_ended_is_asked_for_the_password_when_a_photo_is_refused()
    {
        var group = await server.Admin.CreateGroupAsync("Long evening", isPublished: false);
        await server.Admin.PostImagesAsync(group, Enumerable.Range(1, 50).Select(image => ($"{image}.jpg", TestImages.Jpeg(64, 96, seed: 70_000 + image)))).StatusAsync(HttpStatusCode.Created);
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password = ImageHubServer.LinkPassword }).JsonAsync(HttpStatusCode.Created);
        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("401");
        var page = guest.Page;
        await page.GotoAsync(new Uri(server.Url, link.Text("url")!).ToString());
        await UnlockAsync();
        await page.Locator("a[id^=photo-] [data-loaded]").First.WaitForAsync();

        await guest.Context.ClearCookiesAsync(new() { Name = "imagehub_share" });
        await page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await UnlockAsync();
        await page.Locator("a[id^=photo-] [data-loaded]").First.WaitForAsync();

        async Task UnlockAsync()
        {
            await page.GetByLabel("Password").FillAsync(ImageHubServer.LinkPassword);
            await page.Keyboard.PressAsync("Enter");
            await page.GetByRole(AriaRole.Heading, new() { Name = "Long evening" }).WaitForAsync();
        }
    }

    [Fact]
    public async Task A_link_asks_for_its_password_during_a_session_and_after_it_has_ended()
    {
        var link = await ShareAsync("Locked morning", new { password = ImageHubServer.LinkPassword });
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("401|404");
        var page = visit.Page;
        var attempts = 0;
        page.Request += (_, request) => attempts += request.Url.EndsWith("/unlock", StringComparison.Ordinal) ? 1 : 0;
        await visit.SignInAsync();
        await page.GotoAsync(link);
        await page.GetByLabel("Password").FillAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("That password is wrong.").WaitForAsync();
        attempts.ShouldBe(1);

        // The access token has expired, and the session with it.
        await visit.Context.ClearCookiesAsync();
        await page.EvaluateAsync("localStorage.setItem('imagehub.session', '1')");
        await page.ReloadAsync();
        await page.GetByLabel("Password").FillAsync(ImageHubServer.LinkPassword);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Locked morning" }).WaitForAsync();

        // The session ends again on each page.
        await page.EvaluateAsync("localStorage.setItem('imagehub.session', '1')");
        await page.GotoAsync("/shared/unknown");
        await page.GetByRole(AriaRole.Heading, new() { Name = "This link no longer works" }).WaitForAsync();
        await page.EvaluateAsync("localStorage.setItem('imagehub.session', '1')");
        await page.GotoAsync("/groups/00000000-0000-4000-8000-000000000000");
        await page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here" }).WaitForAsync();
    }

    [Fact]
    public async Task A_typed_password_stays_when_a_picture_beside_it_is_refused_and_when_the_guest_returns_to_the_tab()
    {
        var link = await ShareAsync("Locked evening", new { password = ImageHubServer.LinkPassword });
        await using var guest = await chromium.VisitAsync(server);
        guest.Expects("401");
        guest.Expects("404");
        var page = guest.Page;
        await page.GotoAsync(new Uri(server.Url, link).ToString());
        await page.GetByLabel("Password").FillAsync("half a passw");

        // A request of the page after the failure would be answered before this one.
        await page.EvaluateAsync(
            """
            async (link) => {
              const picture = new Image();
              const failed = new Promise((resolve) => picture.addEventListener("error", resolve));
              picture.src = `/api/v1${link}/images/00000000-0000-0000-0000-000000000000/low`;
              document.body.append(picture);
              await failed;
              await fetch(`/api/v1${link}`);
              await new Promise(requestAnimationFrame);
            }
            """,
            link);

        (await page.GetByLabel("Password").InputValueAsync()).ShouldBe("half a passw");
        await page.RunAndWaitForResponseAsync(() => page.EvaluateAsync("dispatchEvent(new Event('visibilitychange'))"), "**/api/v1" + link);
        await page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        (await page.GetByLabel("Password").InputValueAsync()).ShouldBe("half a passw");
    }

    [Fact]
    public async Task A_guest_sees_the_day_on_which_a_link_ends_and_on_the_last_day_the_time()
    {
        var link = await ShareAsync("For a while", new { expiresInSeconds = 864_000 });
        await using var guest = await chromium.VisitAsync(server);
        var page = guest.Page;
        var now = DateTime.UtcNow;
        await page.GotoAsync(new Uri(server.Url, link).ToString());
        var ending = page.Locator("main time");
        await Assertions.Expect(ending).ToHaveTextAsync(new Regex("^Available until \\d+ [A-Z][a-z]+(?: \\d{4})?$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        (await ending.GetAttributeAsync("title"))!.ShouldMatch("^\\d+ [A-Z][a-z]+ \\d{4}, \\d\\d:\\d\\d$");

        await page.Clock.SetFixedTimeAsync(now.AddDays(9.5));
        await page.ReloadAsync();
        await Assertions.Expect(ending).ToHaveTextAsync(new Regex(" at \\d+:\\d\\d$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task An_admin_is_warned_instead_of_offered_a_link_with_a_view_limit_to_open()
    {
        var group = await server.Admin.CreateGroupAsync("Preview", isPublished: false);
        await using var curator = await chromium.VisitAsync(server);
        var desk = curator.Page;
        await curator.SignInAsync($"/admin/groups/{group}");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Actions for Preview" }).ClickAsync();
        await desk.GetByRole(AriaRole.Menuitem, new() { Name = "Share …" }).ClickAsync();
        await desk.GetByText("Password, expiry and limits").ClickAsync();
        await desk.GetByLabel("Maximum views (optional)").FillAsync("1");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();

        await desk.GetByText("opening the link yourself uses up one of its views").WaitForAsync();
        (await desk.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link).CountAsync()).ShouldBe(0);
        await curator.ShouldBeAccessibleAsync("a new link with few views");
        await curator.ShouldFitANarrowScreenAsync("a new link with few views");
    }

    [Fact]
    public async Task The_list_marks_ended_links_and_keeps_the_focus_in_place()
    {
        // The page's clock is two days ahead.
        await ShareAsync("Long ago", new { expiresInSeconds = 86_400 });
        var usedUp = await ShareAsync("All seen", new { maxViews = 1 });
        await ShareAsync("Some seen", new { maxViews = 2, expiresInSeconds = 864_000 });
        using var guest = server.NewClient();
        await guest.GetAsync("/api/v1" + usedUp).StatusAsync(HttpStatusCode.OK);
        await using var curator = await chromium.VisitAsync(server);
        var page = curator.Page;
        await page.Clock.SetFixedTimeAsync(DateTime.UtcNow.AddDays(2));
        await curator.SignInAsync("/admin/links");

        await Row("Long ago").GetByText("Ended ").WaitForAsync();
        await Row("All seen").GetByText("Ended · 1 of 1 view").WaitForAsync();
        await Row("Some seen").GetByText("Works until").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "End the link to All seen" }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End" }).PressAsync("Enter");
        await Row("All seen").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("End the link to Long ago");

        ILocator Row(string name) => page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = name });
    }

    /// <summary>Creates a group and a link to it. Returns the link's address.</summary>
    private async Task<string> ShareAsync(string title, object link)
    {
        var group = await server.Admin.CreateGroupAsync(title, isPublished: false);
        return (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", link).JsonAsync(HttpStatusCode.Created)).Text("url")!;
    }
}
