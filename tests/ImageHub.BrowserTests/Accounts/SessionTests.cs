using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Accounts;

/// <summary>Signing in and out, and sessions that expire while a user works.</summary>
public sealed class SessionTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Signing_in_leads_to_the_requested_page_and_signing_out_ends_the_session_in_every_tab()
    {
        await server.Admin.CreateGroupAsync("Not public yet", isPublished: false);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/admin/trash");
        await page.GetByLabel("User name").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the sign-in page");
        await visit.SignInByFormAsync("/admin/trash");
        page.Url.ShouldEndWith("/admin/trash");

        var other = await visit.NewTabAsync();
        await other.GotoAsync("/admin");
        await other.GetByRole(AriaRole.Heading, new() { Name = "Groups", Exact = true }).WaitForAsync();
        var visitors = await visit.NewTabAsync();
        await visitors.GotoAsync("/");
        await visitors.GetByText("Not public yet").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Gallery" }).WaitForAsync();
        await other.GetByLabel("User name").WaitForAsync();
        await other.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();
        await visitors.GetByText("Not public yet").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await visit.Context.CookiesAsync()).ShouldBeEmpty();
        (await page.EvaluateAsync<string>("JSON.stringify(localStorage)")).ShouldBe("{}");
    }

    [Fact]
    public async Task A_wrong_password_is_reported_and_refused()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("401");
        var page = visit.Page;
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("User name").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync("not the password");
        await page.Keyboard.PressAsync("Enter");

        await page.GetByText("Wrong user name or password.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the sign-in page after a mistake");
        (await page.GetByLabel("User name").InputValueAsync()).ShouldBe("admin");
    }

    [Fact]
    public async Task An_expired_token_is_renewed_silently()
    {
        var group = await server.Admin.CreateGroupAsync("Renewed", isPublished: false);
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Renewed" }).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Renewed" }).WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Toolbar).WaitForAsync();

        // The cookie is gone, as if it had expired while the machine slept.
        visit.Expects("401");
        await visit.Context.ClearCookiesAsync(new() { Name = "imagehub_access" });
        await visit.Page.GetByText("Hidden").ClickAsync();

        await visit.Page.GetByText("Published", new() { Exact = true }).WaitForAsync();
        Func<Task<bool>> published = async () => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("isPublished").GetBoolean();
        await published.ShouldBecomeAsync(true);
    }

    [Fact]
    public async Task When_a_session_ends_the_page_asks_for_a_sign_in_and_then_sends_the_change()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var group = await EditInAnEndedSessionAsync(visit, "Typed before it ended");
        await visit.ShouldBeAccessibleAsync("the dialog after a session has ended");

        // The page still knows the user's name.
        await Assertions.Expect(page.GetByLabel("User name")).ToHaveValueAsync(ImageHubServer.AdminName);
        await Assertions.Expect(page.GetByLabel("Password")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(ImageHubServer.AdminPassword);
        await page.Keyboard.PressAsync("Enter");

        await page.GetByRole(AriaRole.Row, new() { Name = "Typed before it ended" }).WaitForAsync();
        Func<Task<string?>> title = () => FindTitleAsync(group);
        await title.ShouldBecomeAsync("Typed before it ended");
    }

    [Fact]
    public async Task When_one_tab_finds_that_the_session_has_ended_another_tab_keeps_its_input()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var other = await TypeInTwoTabsAsync(visit, "Typed in another tab");
        await page.GetByLabel("Password").FillAsync(ImageHubServer.AdminPassword);
        await page.Keyboard.PressAsync("Enter");

        await other.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Assertions.Expect(other.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToHaveValueAsync("Typed in another tab");
    }

    [Fact]
    public async Task When_another_user_signs_in_after_the_end_of_a_session_another_tab_loses_its_input()
    {
        await server.Admin.CreateEditorAsync("next-user");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var other = await TypeInTwoTabsAsync(visit, "Typed by the admin");
        await page.GetByLabel("User name").FillAsync("next-user");
        await page.GetByLabel("Password").FillAsync(ImageHubServer.UserPassword);
        await page.Keyboard.PressAsync("Enter");

        await other.GetByTitle("Signed in as next-user").WaitForAsync();
        (await other.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task When_another_user_signs_in_over_a_session_another_tab_loses_its_input()
    {
        await server.Admin.CreateEditorAsync("second-user");
        await using var visit = await chromium.VisitAsync(server);
        var other = await TypeInAnotherTabAsync(visit, "Typed by the admin");
        await SignInOverAsync(visit.Page, "second-user", ImageHubServer.UserPassword);

        await other.GetByTitle("Signed in as second-user").WaitForAsync();
        (await other.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task When_the_same_user_signs_in_over_a_session_another_tab_keeps_its_input()
    {
        await using var visit = await chromium.VisitAsync(server);
        var other = await TypeInAnotherTabAsync(visit, "Typed in another tab");
        await other.RunAndWaitForResponseAsync(() => SignInOverAsync(visit.Page, ImageHubServer.AdminName, ImageHubServer.AdminPassword), "**/api/v1/auth/me");

        await other.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Assertions.Expect(other.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToHaveValueAsync("Typed in another tab");
    }

    [Fact]
    public async Task A_tab_renews_a_session_that_another_tab_has_begun_before_it_asks_who_signed_in()
    {
        await using var visit = await chromium.VisitAsync(server);
        var other = await TypeInAnotherTabAsync(visit, "Typed before the sleep");

        // The other tab slept while this tab signed in and its access token expired.
        await visit.Context.ClearCookiesAsync(new() { Name = "imagehub_access" });
        var answer = await other.RunAndWaitForResponseAsync(
            () => visit.Page.EvaluateAsync("() => localStorage.setItem('imagehub.session', `${Date.now() - 1}.1`)"), "**/api/v1/auth/me");

        answer.Status.ShouldBe(200);
        (await other.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).CountAsync()).ShouldBe(0);
        await Assertions.Expect(other.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToHaveValueAsync("Typed before the sleep");
    }

    [Fact]
    public async Task Messages_and_drafts_end_with_the_session()
    {
        await server.Admin.CreateGroupAsync("Deleted before the end", isPublished: false);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        await page.GetByLabel("Introduction").FillAsync("Not saved");
        await visit.GoToAsync("Groups");

        // The message about a failure stays until it is closed.
        visit.Expects("409");
        await page.RouteAsync("**/api/v1/groups/*", route => route.Request.Method == "DELETE" ? route.FulfillAsync(new() { Status = 409 }) : route.ContinueAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Deleted before the end", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("User name").FillAsync(ImageHubServer.AdminName);
        await page.GetByLabel("Password").FillAsync(ImageHubServer.AdminPassword);
        await page.Keyboard.PressAsync("Enter");

        await page.GetByRole(AriaRole.Button, new() { Name = "New group" }).WaitForAsync();
        (await page.GetByRole(AriaRole.Alertdialog).CountAsync()).ShouldBe(0);
        await visit.GoToAsync("Site");
        await Assertions.Expect(page.GetByLabel("Introduction")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_request_that_failed_with_an_ended_session_is_not_repeated_under_another_account()
    {
        await server.Admin.CreateEditorAsync("somebody-else");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var group = await EditInAnEndedSessionAsync(visit, "Typed by the admin");

        // Navigating to a fragment, as the skip link does, does not load the page again.
        await page.EvaluateAsync("location.hash = 'content'");
        await page.GetByLabel("User name").FillAsync("somebody-else");
        await page.GetByLabel("Password").FillAsync(ImageHubServer.UserPassword);
        await page.Keyboard.PressAsync("Enter");

        // The page reloads for the other account.
        await page.GetByTitle("Signed in as somebody-else").WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "one.jpg" }).WaitForAsync();
        (await FindTitleAsync(group)).ShouldBeNull();
    }

    /// <summary>
    /// Types a photo's title, ends the session by deleting its cookies, and submits the title, so that the page asks for a sign-in. Returns the photo's group.
    /// </summary>
    private async Task<Guid> EditInAnEndedSessionAsync(Visit visit, string title)
    {
        var group = await server.Admin.CreateGroupAsync("In the middle");
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 71));
        visit.Expects("401");
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Row, new() { Name = "one.jpg" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync(title);
        await visit.Context.ClearCookiesAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync();
        return group;
    }

    /// <summary>Types a group's title in another tab, then ends the session in the first tab. Returns the other tab.</summary>
    private async Task<IPage> TypeInTwoTabsAsync(Visit visit, string title)
    {
        var other = await TypeInAnotherTabAsync(visit, title);
        await EditInAnEndedSessionAsync(visit, "Typed in this tab");
        await other.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync();
        return other;
    }

    /// <summary>Types a group's title in another tab. Returns that tab.</summary>
    private static async Task<IPage> TypeInAnotherTabAsync(Visit visit, string title)
    {
        await visit.SignInAsync();
        var other = await visit.NewTabAsync();
        await other.GotoAsync("/admin");
        await other.GetByRole(AriaRole.Button, new() { Name = "New group" }).ClickAsync();
        await other.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync(title);
        return other;
    }

    /// <summary>Opens the sign-in page, although a session exists, and signs in.</summary>
    private static async Task SignInOverAsync(IPage page, string userName, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("User name").FillAsync(userName);
        await page.GetByLabel("Password").FillAsync(password);
        await page.Keyboard.PressAsync("Enter");
    }

    private async Task<string?> FindTitleAsync(Guid group) => (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0].Text("title");
}
