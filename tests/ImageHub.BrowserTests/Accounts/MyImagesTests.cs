using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.BrowserTests.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Accounts;

/// <summary>Users' own images, links to them, and their passwords.</summary>
public sealed partial class MyImagesTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    private const string Password = "nine purple lamps drift";

    [Fact]
    public async Task Signing_in_leads_users_to_their_images_and_admins_to_the_desk()
    {
        using var user = await AddUserAsync("lead");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInByFormAsync("/sign-in", "lead", Password);
        await page.GetByRole(AriaRole.Heading, new() { Name = "My images", Level = 1 }).WaitForAsync();
        new Uri(page.Url).AbsolutePath.ShouldBe("/account");

        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "My images" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add photos" }).WaitForAsync();
        await page.GotoAsync("/admin");
        await page.GetByText("Only admins and editors can open the desk.").WaitForAsync();

        await using var admin = await chromium.VisitAsync(server);
        await admin.SignInByFormAsync("/sign-in");
        await admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Exact = true }).WaitForAsync();
        await admin.Page.GotoAsync("/account");
        await Assertions.Expect(admin.Page).ToHaveURLAsync("/account/password");
        await admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Account", Level = 1 }).WaitForAsync();
        await admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Signed in as admin" }).WaitForAsync();
        await admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Language" }).SelectOptionAsync("Deutsch");
        await admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Konto", Level = 1 }).WaitForAsync();
        (await admin.Page.FocusedAsync()).ShouldBe("Sprache");
        await admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Sprache" }).SelectOptionAsync("English");
        await admin.Page.GotoAsync("/");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Desk", Exact = true }).WaitForAsync();
    }

    [Fact]
    public async Task A_protected_page_asks_for_a_sign_in_and_opens_afterwards()
    {
        using var user = await AddUserAsync("returning");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInByFormAsync("/account/links", "returning", Password);
        await visit.Page.GetByText("No links yet").WaitForAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Gallery" }).WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();
    }

    [Fact]
    public async Task A_user_uploads_an_image_once_sees_it_and_deletes_it_after_a_confirmation()
    {
        using var user = await AddUserAsync("keeper");
        await using var visit = await OpenAsync("keeper");
        visit.Expects("409");
        var page = visit.Page;

        await PickAsync(page, ("one.jpg", TestImages.Jpeg(seed: 1)), ("two.jpg", TestImages.Jpeg(seed: 2)), ("three.jpg", TestImages.Jpeg(seed: 3)));
        await page.GetByText("3 uploaded").First.WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "one.jpg" }).WaitForAsync();
        await page.ImagesAsync();
        (await NamesAsync(user)).ShouldBe(["one.jpg", "three.jpg", "two.jpg"]);

        await PickAsync(page, ("again.jpg", TestImages.Jpeg(seed: 1)), ("two.jpg", TestImages.Jpeg(seed: 4)));
        await UploadAsync(page, "again.jpg", "Already there");
        await UploadAsync(page, "two.jpg", "A different photo has this name");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss the finished uploads" }).ClickAsync();

        // The Delete key also asks for confirmation, and Escape cancels.
        await page.GetByRole(AriaRole.Row, new() { Name = "one.jpg" }).ClickAsync();
        await page.Keyboard.PressAsync("Delete");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Delete 1 photo?" }).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await NamesAsync(user)).Count.ShouldBe(3);

        await page.GetByRole(AriaRole.Row, new() { Name = "two.jpg" }).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Delete 2 photos?" }).WaitForAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByText("2 photos deleted.").WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "two.jpg" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await NamesAsync(user)).ShouldBe(["three.jpg"]);
        Func<Task<bool>> hasFocus = () => page.EvaluateAsync<bool>("document.activeElement !== document.body");
        await hasFocus.ShouldBecomeAsync(true);
    }

    [Fact]
    public async Task A_users_own_photo_opens_in_the_viewer_at_the_size_that_the_tier_allows()
    {
        using var user = await AddUserAsync("viewer", new { name = "Three heights", thumbnailHeights = (int[])[64, 100, 300], originals = false });
        await AddImageAsync(user, "first.jpg", TestImages.Jpeg(900, 600, seed: 11));
        await AddImageAsync(user, "second.jpg", TestImages.Jpeg(900, 600, seed: 12));
        await using var visit = await OpenAsync("viewer");
        var page = visit.Page;

        // The newest photo is first. Enter also opens a photo.
        await page.GetByRole(AriaRole.Row, new() { Name = "second.jpg" }).DblClickAsync();
        var viewer = page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “My images”" });
        await viewer.GetByText("1 / 2").WaitForAsync();
        Func<Task<string>> shown = () => page.Locator(".yarl__slide_current [data-resolution]").EvaluateAsync<string>("slide => [...slide.querySelectorAll('img')].map((image) => image.naturalHeight).join()");
        await shown.ShouldBecomeAsync("16,300");
        foreach (var (role, name) in ((AriaRole, string)[])[(AriaRole.Link, "Download"), (AriaRole.Button, "Download"), (AriaRole.Button, "Share")])
        {
            (await viewer.GetByRole(role, new() { Name = name }).CountAsync()).ShouldBe(0);
        }

        await visit.ShouldBeAccessibleAsync("an own photo in the viewer");
        await page.Keyboard.PressAsync("ArrowRight");
        await viewer.GetByText("2 / 2").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        await page.GetByText("900 × 600 pixels").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("an own photo's details");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Escape");
        await viewer.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        new Uri(page.Url).AbsolutePath.ShouldBe("/account");
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "first.jpg" })).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await viewer.GetByText("2 / 2").WaitForAsync();

        // A tier with originals shows the full photo and offers a download. The photo is on a page of the list that has not loaded yet.
        await ChangeTierAsync("Three heights", new { originals = true });
        await page.RouteAsync("**/me/images?*", route => route.ContinueAsync(new() { Url = route.Request.Url.Replace("pageSize=60", "pageSize=1", StringComparison.Ordinal) }));
        await page.ReloadAsync();
        await viewer.GetByText("2 / 2").WaitForAsync();
        await shown.ShouldBecomeAsync("16,600");
        var download = await page.RunAndWaitForDownloadAsync(() => viewer.GetByRole(AriaRole.Link, new() { Name = "Download the full photo" }).ClickAsync());
        download.SuggestedFilename.ShouldBe("first.jpg");
    }

    [Fact]
    public async Task Files_dropped_anywhere_on_the_page_become_the_users_images()
    {
        using var user = await AddUserAsync("dropper");
        await using var visit = await OpenAsync("dropper");
        var folder = Directory.CreateTempSubdirectory("imagehub-");
        var path = Path.Combine(folder.FullName, "dropped.jpg");
        await File.WriteAllBytesAsync(path, TestImages.Jpeg(seed: 10), TestContext.Current.CancellationToken);
        var place = visit.Page.GetByText("No photos yet");
        var drag = await FileDrag.BeginAsync(visit.Page, path);
        await drag.OverAsync(place, visit.Page.GetByText("Drop to add to “My images”"));
        await drag.DropAsync(place);

        await UploadAsync(visit.Page, "dropped.jpg", "Done");
        await visit.Page.GetByRole(AriaRole.Row, new() { Name = "dropped.jpg" }).WaitForAsync();
        (await NamesAsync(user)).ShouldBe(["dropped.jpg"]);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_over_the_quota_shows_the_remaining_space_and_the_other_files_are_uploaded()
    {
        var small = TestImages.Jpeg(48, 32, seed: 20);
        using var user = await AddUserAsync("full", new { name = "Tight", thumbnailHeights = (int[])[200], quotaBytes = 5_000, maxFileBytes = 40_000 });
        await using var visit = await OpenAsync("full");
        visit.Expects("413");
        await visit.Page.GetByText("Tier: Tight · 0 B of 5 kB used · Files up to 40 kB", new() { Exact = true }).WaitForAsync();
        await PickAsync(visit.Page, ("first.jpg", small));
        await UploadAsync(visit.Page, "first.jpg", "Done");
        await Assertions.Expect(visit.Page.GetByText("Tier: Tight")).ToHaveTextAsync(UsedSome());

        await PickAsync(visit.Page, ("too much.jpg", TestImages.Jpeg(seed: 21)));

        await UploadAsync(visit.Page, "too much.jpg", "left");
        await visit.ShouldBeAccessibleAsync("an upload over the quota");
        await visit.Page.GotoAsync("/account/password");
        await Assertions.Expect(visit.Page.GetByText("Tier: Tight")).ToHaveTextAsync(UsedSome());
        (await NamesAsync(user)).ShouldBe(["first.jpg"]);
    }

    [Fact]
    public async Task The_page_offers_exactly_the_links_that_the_tier_allows()
    {
        using var user = await AddUserAsync("copier", new { name = "Two heights", thumbnailHeights = (int[])[120, 300], originals = true, expiringLinks = true });
        await AddImageAsync(user, "copied.jpg", TestImages.Jpeg(seed: 30));
        await using var visit = await OpenAsync("copier");
        var page = visit.Page;
        using var clipboard = await visit.HoldClipboardAsync();
        await OpenLinksAsync(page, "copied.jpg");
        await visit.ShouldBeAccessibleAsync("an image's links");
        await visit.ShouldFitANarrowScreenAsync("an image's links");

        var dialog = page.GetByRole(AriaRole.Dialog);
        (await dialog.GetByRole(AriaRole.Textbox).CountAsync()).ShouldBe(4);
        var links = (await user.GetAsync("/api/v1/me/images").JsonAsync()).Items()[0].GetProperty("links");
        (string Label, string Path)[] expected =
        [
            ("120 px high", links.GetProperty("thumbnails").Text("120")!),
            ("300 px high", links.GetProperty("thumbnails").Text("300")!),
            ("Full resolution", links.Text("full")!),
            ("Original file", links.Text("original")!),
        ];
        foreach (var (label, path) in expected)
        {
            await dialog.GetByRole(AriaRole.Button, new() { Name = $"Copy: {label}" }).ClickAsync();
            Func<Task<string>> copied = clipboard.TextAsync;
            await copied.ShouldBecomeAsync(new Uri(server.Url, path).ToString());
            (await visit.Context.APIRequest.GetAsync(await copied())).Status.ShouldBe(200);
            using var stranger = await server.Visitor.GetAsync(path);
            ((int)stranger.StatusCode).ShouldBeOneOf(401, 404);
        }

        // After the tier has changed and the page has reloaded, the page offers only the links that the tier now allows.
        (await OfferedAsync()).ShouldBe(["120 px high", "300 px high", "Full resolution"]);
        await ChangeTierAsync("Two heights", new { thumbnailHeights = (int[])[300], originals = false });
        await page.ReloadAsync();
        await OpenLinksAsync(page, "copied.jpg");
        (await dialog.GetByRole(AriaRole.Textbox).CountAsync()).ShouldBe(1);
        await dialog.GetByLabel("300 px high", new() { Exact = true }).WaitForAsync();
        (await OfferedAsync()).ShouldBe(["300 px high"]);
        await ChangeTierAsync("Two heights", new { thumbnailHeights = Array.Empty<int>() });
        await page.ReloadAsync();
        await OpenLinksAsync(page, "copied.jpg");
        await dialog.GetByText("Your tier has none.").WaitForAsync();
        (await page.GetByRole(AriaRole.Button, new() { Name = "Create an expiring link" }).CountAsync()).ShouldBe(0);
        await visit.ShouldBeAccessibleAsync("an image without links");

        // Returns the resolutions that the dialog offers for links that expire.
        Task<IReadOnlyList<string>> OfferedAsync() => dialog.GetByLabel("Resolution", new() { Exact = true }).GetByRole(AriaRole.Option).AllTextContentsAsync();
    }

    [Fact]
    public async Task Without_clipboard_access_the_link_is_selected_for_copying()
    {
        using var user = await AddUserAsync("selecter");
        await AddImageAsync(user, "selected.jpg", TestImages.Jpeg(seed: 35));
        await using var visit = await chromium.VisitAsync(server);
        // Browsers offer no clipboard on pages over plain http.
        await visit.Page.AddInitScriptAsync("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });");
        await visit.SignInAsync("/account", "selecter", Password);
        await OpenLinksAsync(visit.Page, "selected.jpg");

        using var clipboard = await visit.HoldClipboardAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copy: 200 px high" }).ClickAsync();

        await visit.Page.GetByText("Copied.").Or(visit.Page.GetByText("Press Ctrl+C")).WaitForAsync();
        var selected = await visit.Page.EvaluateAsync<string>("(() => { const { value, selectionStart, selectionEnd } = document.activeElement; return value.slice(selectionStart, selectionEnd); })()");
        selected.ShouldEndWith("/thumbnails/200");
    }

    [Fact]
    public async Task An_expiring_link_works_for_strangers_until_the_owner_ends_it()
    {
        using var user = await AddUserAsync("sharer", new { name = "Sharing", thumbnailHeights = (int[])[200], originals = true, expiringLinks = true });
        await AddImageAsync(user, "shared.jpg", TestImages.Jpeg(seed: 40));
        await using var visit = await OpenAsync("sharer");
        var page = visit.Page;
        await OpenLinksAsync(page, "shared.jpg");
        await page.GetByLabel("Resolution", new() { Exact = true }).SelectOptionAsync("full");
        await page.GetByLabel("Works for").SelectOptionAsync("300");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create an expiring link" }).ClickAsync();
        var made = page.GetByLabel("Expiring link, Full resolution", new() { Exact = true });
        var url = await made.InputValueAsync();
        url.ShouldStartWith(new Uri(server.Url, "/s/").ToString());
        await page.GetByText("It is shown only once.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a link that was just made");
        await visit.ShouldFitANarrowScreenAsync("a link that was just made");

        await using (var stranger = await chromium.VisitAsync(server))
        {
            var answer = await stranger.Context.APIRequest.GetAsync(url);
            answer.Status.ShouldBe(200);
            answer.Headers["content-type"].ShouldBe("image/jpeg");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Links" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "shared.jpg" });
        await row.GetByText("Full resolution").WaitForAsync();
        await row.GetByText("Works until").WaitForAsync();
        await row.GetByText("1 view").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the links");
        await visit.ShouldFitANarrowScreenAsync("the links");

        // Escape changes nothing.
        await row.GetByRole(AriaRole.Button, new() { Name = "End the link to shared.jpg" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "End the link to “shared.jpg”?" }).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await user.GetAsync("/api/v1/links").JsonAsync()).Items().Count.ShouldBe(1);

        await row.GetByRole(AriaRole.Button, new() { Name = "End the link to shared.jpg" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End" }).ClickAsync();
        await page.GetByText("The link has ended.").WaitForAsync();
        await page.GetByText("No links yet").WaitForAsync();
        await using var later = await chromium.VisitAsync(server);
        (await later.Context.APIRequest.GetAsync(url)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Actions_that_the_tier_forbids_are_explained_and_not_offered()
    {
        using var user = await AddUserAsync("basic", new { name = "Changing", thumbnailHeights = (int[])[200] });
        await AddImageAsync(user, "basic.jpg", TestImages.Jpeg(seed: 50));
        await using var visit = await OpenAsync("basic");
        var page = visit.Page;
        var create = page.GetByRole(AriaRole.Button, new() { Name = "Create an expiring link" });
        await OpenLinksAsync(page, "basic.jpg");
        await page.GetByText("Your tier has no links that expire.").WaitForAsync();
        (await create.CountAsync()).ShouldBe(0);
        await visit.ShouldBeAccessibleAsync("a link that the tier forbids");
        await visit.ShouldFitANarrowScreenAsync("a link that the tier forbids");

        // The page learns from the server's answer that the tier has changed since the page was loaded.
        await ChangeTierAsync("Changing", new { expiringLinks = true });
        await page.ReloadAsync();
        await OpenLinksAsync(page, "basic.jpg");
        await create.WaitForAsync();
        await ChangeTierAsync("Changing", new { expiringLinks = false });
        visit.Expects("403");
        await create.ClickAsync();
        await page.GetByText("Your tier has no links that expire.").WaitForAsync();
        (await page.FocusedAsync()).ShouldBe("Your tier has no links that expire.");
        (await create.CountAsync()).ShouldBe(0);
        (await page.GetByLabel("Expiring link").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_user_changes_the_password_after_entering_the_old_one()
    {
        const string Changed = "seven slow green kettles";
        using var user = await AddUserAsync("changer");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("400");
        var page = visit.Page;
        await visit.SignInAsync("/account/password", "changer", Password);
        await page.GetByText("your other sessions end").WaitForAsync();

        await FillAsync("not the password", Changed, "something else");
        await page.GetByText("This is not the same as the new password.").WaitForAsync();
        (await page.EvaluateAsync<string>("document.activeElement.name")).ShouldBe("again");
        await FillAsync("not the password", Changed, Changed);
        await page.Locator("[name=currentPassword][aria-invalid]").WaitForAsync();
        (await page.EvaluateAsync<string>("document.activeElement.name")).ShouldBe("currentPassword");
        await visit.ShouldBeAccessibleAsync("the password page after a mistake");
        await visit.ShouldFitANarrowScreenAsync("the password page after a mistake");

        await FillAsync(Password, Changed, Changed);
        await page.GetByText("Your password is changed.").WaitForAsync();
        (await page.GetByLabel("Current password").InputValueAsync()).ShouldBeEmpty();
        await server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "changer", password = Password }).StatusAsync(HttpStatusCode.Unauthorized);
        await server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "changer", password = Changed }).StatusAsync(HttpStatusCode.OK);

        // The current session stays valid.
        await page.GetByRole(AriaRole.Link, new() { Name = "My images" }).ClickAsync();
        await page.GetByText("No photos yet").WaitForAsync();

        async Task FillAsync(string current, string next, string again)
        {
            await page.GetByLabel("Current password").FillAsync(current);
            await page.GetByLabel("New password", new() { Exact = true }).FillAsync(next);
            await page.GetByLabel("New password again").FillAsync(again);
            await page.Keyboard.PressAsync("Enter");
        }
    }

    [Fact]
    public async Task Every_page_is_accessible_and_fits_a_narrow_screen()
    {
        using var user = await AddUserAsync("narrow");
        await using var visit = await OpenAsync("narrow");
        var page = visit.Page;
        await page.GetByText("No photos yet").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("no images");
        await visit.ShouldFitANarrowScreenAsync("no images");
        const string Name = "a-file-name-without-any-space-that-is-longer-than-a-phone-is-wide.jpg";
        await AddImageAsync(user, Name, TestImages.Jpeg(seed: 60));

        // A missing page is reported as 404.
        visit.Expects("404");
        foreach (var path in (string[])["/account", "/account/links", "/account/password", "/account/nothing"])
        {
            await page.GotoAsync(path);
            await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
            await visit.ShouldBeAccessibleAsync(path);
            await visit.ShouldFitANarrowScreenAsync(path);
        }

        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Row, new() { Name = Name }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("a selection");
        await visit.ShouldFitANarrowScreenAsync("a selection");
        await page.Keyboard.PressAsync("Delete");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the question before deleting");
        await visit.ShouldFitANarrowScreenAsync("the question before deleting");
        await page.Keyboard.PressAsync("Escape");
        await OpenLinksAsync(page, Name);
        await visit.ShouldFitANarrowScreenAsync("the links of a long name");
    }

    [Fact]
    public async Task An_expired_session_asks_for_a_sign_in_and_the_page_continues()
    {
        using var user = await AddUserAsync("ending");
        await using var visit = await OpenAsync("ending");
        visit.Expects("401");
        var page = visit.Page;
        await page.GetByText("No photos yet").WaitForAsync();
        await visit.Context.ClearCookiesAsync();
        await PickAsync(page, ("late.jpg", TestImages.Jpeg(seed: 70)));
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync();
        await page.GetByLabel("User name").FillAsync("ending");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.Keyboard.PressAsync("Enter");

        await page.GetByRole(AriaRole.Row, new() { Name = "late.jpg" }).WaitForAsync();
        (await NamesAsync(user)).ShouldBe(["late.jpg"]);
    }

    [GeneratedRegex("^Tier: Tight · [1-9][0-9.]* k?B of 5 kB used · Files up to 40 kB$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex UsedSome();

    [Fact]
    public async Task When_a_session_ends_in_the_viewer_the_dialog_for_the_sign_in_is_above_the_photo()
    {
        using var user = await AddUserAsync("viewing");
        await AddImageAsync(user, "one.jpg", TestImages.Jpeg(seed: 41));
        await using var visit = await OpenAsync("viewing");
        visit.Expects("401");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Row, new() { Name = "one.jpg" }).DblClickAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “My images”" }).WaitForAsync();

        await visit.Context.ClearCookiesAsync();
        await page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 3_600_000; dispatchEvent(new Event('visibilitychange')); }");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync();

        // The viewer ignores clicks meanwhile, so they would reach a covered field, too. The dialog is white and the viewer black.
        var field = (await page.GetByLabel("Password").BoundingBoxAsync())!;
        Func<Task<bool>> isWhite = async () =>
        {
            var picture = TestPicture.Read(await page.ScreenshotAsync());
            return picture.Samples.Skip((((int)(field.Y + field.Height + 4) * picture.Width) + (int)field.X) * picture.Bands).Take(3).All(sample => sample > 240);
        };
        await isWhite.ShouldBecomeAsync(true);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Photos of “My images”" }).WaitForAsync();
    }

    private static async Task OpenLinksAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Row, new() { Name = name }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Links …" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = $"Links to “{name}”" }).WaitForAsync();
    }

    private static Task PickAsync(IPage page, params (string Name, byte[] Content)[] files) =>
        page.Locator("input[type=file]").First.SetInputFilesAsync(files.Select(file => new FilePayload { Name = file.Name, MimeType = "image/jpeg", Buffer = file.Content }));

    /// <summary>Waits until an upload shows a status.</summary>
    private static Task UploadAsync(IPage page, string name, string says) =>
        page.GetByRole(AriaRole.List, new() { Name = "Files" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = name }).GetByText(says).First.WaitForAsync();

    private static Task AddImageAsync(HttpClient user, string fileName, byte[] content) =>
        user.PutAsync($"/api/v1/me/images/{Uri.EscapeDataString(fileName)}", new ByteArrayContent(content)).StatusAsync(HttpStatusCode.Created);

    private static async Task<List<string>> NamesAsync(HttpClient user) =>
        [.. (await user.GetAsync("/api/v1/me/images?pageSize=100").JsonAsync()).Items().Select(image => image.Text("fileName")!).Order(StringComparer.Ordinal)];

    /// <summary>Creates a user of the tier Basic or of a new tier. Returns a client that is signed in as this user.</summary>
    private async Task<HttpClient> AddUserAsync(string userName, object? tier = null)
    {
        Guid? tierId = tier is null ? null : (await server.Admin.PostAsJsonAsync("/api/v1/tiers", tier).JsonAsync(HttpStatusCode.Created)).Id();
        await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName, password = Password, tierId }).StatusAsync(HttpStatusCode.Created);
        return await server.SignInAsync(userName, Password);
    }

    private async Task ChangeTierAsync(string name, object change)
    {
        var tier = (await server.Admin.GetAsync("/api/v1/tiers?pageSize=100").JsonAsync()).Items().Single(item => item.Text("name") == name);
        await server.Admin.PatchAsJsonAsync($"/api/v1/tiers/{tier.Id()}", change).StatusAsync(HttpStatusCode.OK);
    }

    /// <summary>Signs in as a user and opens the user's own images.</summary>
    private async Task<Visit> OpenAsync(string userName)
    {
        var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync("/account", userName, Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add photos" }).WaitForAsync();
        return visit;
    }
}
