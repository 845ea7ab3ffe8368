using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Site;

/// <summary>The desk's page of the site's settings.</summary>
public sealed class SiteDeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_text_about_the_owner_becomes_a_page_that_the_header_links_to()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "By date" }).WaitForAsync();
        (await page.GetByRole(AriaRole.Link, new() { Name = "About" }).CountAsync()).ShouldBe(0);

        await visit.SignInAsync("/admin/site");
        await page.GetByLabel("Photographer").FillAsync("Ada Holm");
        await page.GetByLabel("About you").FillAsync("Born by the sea.\n\nNever left.");
        await page.GetByLabel("E-mail address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        visit.Expects("400");
        await page.GetByText("email is 'ada'; an address such as name@example.com is allowed").WaitForAsync();
        await page.GetByLabel("E-mail address").FillAsync("ada@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();

        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "About" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Ada Holm", Level = 1 }).WaitForAsync();
        page.Url.ShouldEndWith("/about");
        await page.GetByText("Never left.").WaitForAsync();
        (await page.GetByRole(AriaRole.Link, new() { Name = "Send an e-mail" }).GetAttributeAsync("href")).ShouldBe("mailto:ada@example.com");
        await visit.ShouldBeAccessibleAsync("the page about the owner");
        await visit.ShouldFitANarrowScreenAsync("the page about the owner");

        await using var plain = await chromium.VisitAsync(server, change: options => options.JavaScriptEnabled = false, keepsFirstScreen: true);
        await plain.Page.GotoAsync("/about");
        (await plain.Page.Locator("main p").First.InnerTextAsync()).ShouldBe("Born by the sea.\n\nNever left.");
    }

    [Fact]
    public async Task The_owner_edits_the_site_settings_sees_a_preview_and_saves_them_once()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        var preview = page.GetByRole(AriaRole.Region, new() { Name = "Preview" });
        await page.GetByLabel("Title").WaitForAsync();
        await page.GetByText("The setting Web__PublicUrl is missing.").WaitForAsync();
        (await page.GetByText("Your changes are not saved yet.").CountAsync()).ShouldBe(0);
        await page.GetByLabel("Title").FillAsync("Ada Holm");
        await page.GetByText("Your changes are not saved yet.").WaitForAsync();
        await page.GetByLabel("Introduction").FillAsync("Weddings and coasts.");
        await page.GetByLabel("Photographer").FillAsync("Ada");
        await page.GetByLabel("Use a colour of your own").CheckAsync();
        var accent = page.GetByLabel("Colour of buttons and links");
        await page.GetByRole(AriaRole.Button, new() { Name = "Green" }).ClickAsync();
        await Assertions.Expect(accent).ToHaveValueAsync("#1d6f42");
        await page.GetByLabel("Pick a colour").FillAsync("#123456");
        await Assertions.Expect(accent).ToHaveValueAsync("#123456");
        await accent.FillAsync("800000");
        await accent.PressAsync("Tab");
        await Assertions.Expect(accent).ToHaveValueAsync("#800000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a link" }).ClickAsync();
        await page.GetByLabel("Text").FillAsync("Imprint");
        await page.GetByLabel("Address", new() { Exact = true }).FillAsync("https://ada.example/imprint");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a link" }).ClickAsync();

        // The preview changes at once; visitors see no change.
        foreach (var text in (string[])["Ada Holm", "Weddings and coasts.", "Photographs by Ada", "Imprint"])
        {
            await Assertions.Expect(preview.GetByText(text, new() { Exact = true }).First).ToBeVisibleAsync();
        }

        Func<Task<string>> colour = () => preview.GetByText("A button").EvaluateAsync<string>("button => getComputedStyle(button).backgroundColor");
        await colour.ShouldBecomeAsync(await ColourAsync(page, "#800000"));
        (await SiteAsync()).ShouldBe("Gallery   0");
        await visit.ShouldBeAccessibleAsync("the site at the desk");
        await visit.ShouldFitANarrowScreenAsync("the site at the desk");

        // Save stays in view in a window that is shorter than the form.
        await page.SetViewportSizeAsync(1280, 400);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeInViewportAsync(new() { Ratio = 1 });
        await page.SetViewportSizeAsync(1280, 800);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
        await page.GetByText("Your changes are not saved yet.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await SiteAsync()).ShouldBe("Ada Holm Weddings and coasts. #800000 1");
        await Assertions.Expect(page.GetByLabel("Address", new() { Exact = true })).ToHaveCountAsync(1);
        await Assertions.Expect(page).ToHaveTitleAsync("Site · Ada Holm");
        await page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { Name = "Ada Holm" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Ada Holm", Level = 1 }).WaitForAsync();
        await page.GetByText("Weddings and coasts.").WaitForAsync();
        await page.GetByRole(AriaRole.Contentinfo).GetByRole(AriaRole.Link, new() { Name = "Imprint" }).WaitForAsync();
    }

    [Fact]
    public async Task Unsaved_settings_survive_a_visit_to_another_page_and_can_be_discarded()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        await page.GetByLabel("Introduction").FillAsync("Half a thought");
        await page.GetByRole(AriaRole.Link, new() { Name = "Groups" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Groups", Level = 1 }).WaitForAsync();
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Said elsewhere" }).StatusAsync(HttpStatusCode.OK);
        await page.GoBackAsync();

        await Assertions.Expect(page.GetByLabel("Introduction")).ToHaveValueAsync("Half a thought");
        await Assertions.Expect(page.GetByLabel("Title")).ToHaveValueAsync("Said elsewhere");
        await page.GetByText("Your changes are not saved yet.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard changes" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Introduction")).ToHaveValueAsync("");
        await page.GetByText("Your changes are not saved yet.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Save");

        await page.GetByLabel("Introduction").FillAsync("Another one");
        var asked = new TaskCompletionSource<string>();
        page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            await dialog.DismissAsync();
        };
        await page.CloseAsync(new() { RunBeforeUnload = true });
        (await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBe("beforeunload");
        await Assertions.Expect(page.GetByLabel("Introduction")).ToHaveValueAsync("Another one");
    }

    [Fact]
    public async Task A_setting_that_somebody_else_has_changed_is_not_replaced_without_notice()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a link" }).ClickAsync();
        await page.GetByLabel("Text").FillAsync("Contact");
        await page.GetByLabel("Address", new() { Exact = true }).FillAsync("https://example.com/contact");
        await server.Admin
            .PatchAsJsonAsync("/api/v1/site", new { title = "Said elsewhere", footer = new[] { new { label = "Privacy", url = "https://example.com/privacy" } } })
            .StatusAsync(HttpStatusCode.OK);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await page.GetByText("Changed elsewhere meanwhile: Links at the foot of every page. Saving replaces these changes.").WaitForAsync();
        await Assertions.Expect(page.GetByLabel("Title")).ToHaveValueAsync("Said elsewhere");
        await Assertions.Expect(page.GetByLabel("Text")).ToHaveValueAsync("Contact");
        (await FooterAsync()).ShouldBe(["Privacy"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
        (await FooterAsync()).ShouldBe(["Contact"]);
        (await server.Visitor.GetAsync("/api/v1/site").JsonAsync()).Text("title").ShouldBe("Said elsewhere");

        // Fields that the owner has not edited are not sent, even if the page shows their older values.
        await page.GetByLabel("Introduction").FillAsync("Boats");
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { title = "Said again" }).StatusAsync(HttpStatusCode.OK);
        var saved = page.WaitForResponseAsync(response => response.Request.Method == "PATCH");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await saved;
        var site = await server.Visitor.GetAsync("/api/v1/site").JsonAsync();
        (site.Text("title"), site.Text("introduction")).ShouldBe(("Said again", "Boats"));
        await Assertions.Expect(page.GetByLabel("Title")).ToHaveValueAsync("Said again");

        async Task<IEnumerable<string?>> FooterAsync() => (await server.Visitor.GetAsync("/api/v1/site").JsonAsync()).Items("footer").Select(link => link.Text("label"));
    }

    [Fact]
    public async Task A_setting_that_the_server_refuses_is_reported_at_its_field_and_keeps_its_text()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        visit.Expects("400");
        await visit.SignInAsync("/admin/site");
        await page.GetByLabel("Use a colour of your own").CheckAsync();
        await page.GetByLabel("Colour of buttons and links").FillAsync("#ffff00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a link" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a link" }).ClickAsync();
        await page.GetByLabel("Text").Nth(1).FillAsync("Imprint");
        await page.GetByLabel("Address", new() { Exact = true }).Nth(1).FillAsync("javascript:alert(1)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("Colour of buttons and links")).ToHaveAccessibleDescriptionAsync(new Regex("white text has a contrast of 1.0:1", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Assertions.Expect(page.GetByLabel("Address", new() { Exact = true })).ToHaveAccessibleDescriptionAsync("url must be an address that begins with https:// or mailto:, without spaces and credentials.");
        await Assertions.Expect(page.GetByLabel("Text")).ToHaveValueAsync("Imprint");
        await Assertions.Expect(page.GetByLabel("Colour of buttons and links")).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByLabel("Colour of buttons and links")).ToBeInViewportAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        await visit.ShouldBeAccessibleAsync("the site with errors");
        (await SiteAsync()).ShouldBe("Gallery   0");

        await page.GetByLabel("Use a colour of your own").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the link Imprint" }).ClickAsync();
        (await page.FocusedAsync()).ShouldBe("Add a link");
        await page.GetByLabel("Title").FillAsync("Without");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
        (await SiteAsync()).ShouldBe("Without   0");
    }

    [Fact]
    public async Task Logos_for_light_and_dark_pages_are_uploaded_replaced_and_removed()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        var preview = page.GetByRole(AriaRole.Region, new() { Name = "Preview" });
        var (light, dark) = (Well("On light pages"), Well("On dark pages"));
        await light.GetByText("Drop a file here").WaitForAsync();

        await ChooseAsync(light, TestImages.TransparentPng(600, 100));
        await light.GetByText("The logo is saved.").WaitForAsync();
        await Assertions.Expect(preview.Locator("img")).ToBeVisibleAsync();
        await dark.GetByText("The logo of light pages, on white").WaitForAsync();
        (await SizesAsync()).ShouldBe(("600x100", null));

        // The dark logo is dropped onto its place.
        await DropAsync(dark, TestImages.Png(80, 80));
        await dark.GetByText("The logo is saved.").WaitForAsync();
        (await SizesAsync()).ShouldBe(("600x100", "80x80"));
        await visit.ShouldBeAccessibleAsync("the site with logos");
        await visit.ShouldFitANarrowScreenAsync("the site with logos");

        await ChooseAsync(light, TestImages.Jpeg(200, 100));
        Func<Task<(string?, string?)>> sizes = SizesAsync;
        await sizes.ShouldBecomeAsync(("200x100", "80x80"));
        await light.GetByText("The logo is saved.").WaitForAsync();

        await dark.GetByRole(AriaRole.Button, new() { Name = "Remove the logo: On dark pages" }).ClickAsync();
        await dark.GetByText("The logo is removed.").WaitForAsync();
        (await page.FocusedAsync()).ShouldBe("Choose a file: On dark pages");
        await light.GetByRole(AriaRole.Button, new() { Name = "Remove the logo: On light pages" }).ClickAsync();
        await light.GetByText("The logo is removed.").WaitForAsync();
        (await SizesAsync()).ShouldBe((null, null));
        await Assertions.Expect(preview.Locator("img")).ToHaveCountAsync(0);

        ILocator Well(string name) => page.GetByRole(AriaRole.Group, new() { Name = name, Exact = true });
    }

    [Fact]
    public async Task A_file_that_cannot_be_a_logo_is_reported_at_its_place_and_keeps_the_logo()
    {
        await ForgetAsync();
        await server.Admin.PutLogoAsync(TestImages.Png(80, 80));
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("415|422");
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        var light = page.GetByRole(AriaRole.Group, new() { Name = "On light pages", Exact = true });
        var replace = light.GetByRole(AriaRole.Button, new() { Name = "Replace: On light pages" });
        await replace.WaitForAsync();

        await ChooseAsync(light, new byte[(5 * 1024 * 1024) + 1]);
        await Assertions.Expect(replace).ToHaveAccessibleDescriptionAsync("The file is too large. A logo may have at most 5\u00a0MB.");
        await ChooseAsync(light, TestImages.Gif());
        await Assertions.Expect(replace).ToHaveAccessibleDescriptionAsync("This is not a PNG, WebP, JPEG or AVIF file.");
        await ChooseAsync(light, TestImages.Png()[..900]);
        await Assertions.Expect(replace).ToHaveAccessibleDescriptionAsync("The file is damaged, or too complex for a logo.");
        await visit.ShouldBeAccessibleAsync("the site with a refused logo");
        (await SizesAsync()).ShouldBe(("80x80", null));
    }

    [Fact]
    public async Task The_typeface_and_the_layout_are_chosen_with_a_preview_and_saved()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        var title = page.GetByRole(AriaRole.Region, new() { Name = "Preview" }).GetByText("Gallery", new() { Exact = true });
        (await FaceAsync(title)).ShouldContain("Instrument Serif");
        await Assertions.Expect(page.GetByLabel("Rows")).ToBeCheckedAsync();

        await page.GetByLabel("Without serifs").CheckAsync();
        await page.GetByLabel("Columns").CheckAsync();
        (await FaceAsync(title)).ShouldStartWith("system-ui");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();

        var site = await server.Visitor.GetAsync("/api/v1/site").JsonAsync();
        (site.Text("layout"), site.Text("typeface")).ShouldBe(("columns", "sans"));
        (await FaceAsync(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))).ShouldStartWith("system-ui");
        await visit.ShouldBeAccessibleAsync("the site without serifs");

        static Task<string> FaceAsync(ILocator text) => text.EvaluateAsync<string>("text => getComputedStyle(text).fontFamily");
    }

    private static Task ChooseAsync(ILocator well, byte[] file) =>
        well.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = file });

    private static async Task DropAsync(ILocator well, byte[] file) => await well.EvaluateAsync(
        """
        (well, base64) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], "logo.png"));
          for (const kind of ["dragover", "drop"]) well.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
        }
        """,
        Convert.ToBase64String(file));

    private static Task<string> ColourAsync(IPage page, string accent) => page.EvaluateAsync<string>("""
        (accent) => {
          const sample = document.createElement("p");
          sample.style.color = `oklch(from ${accent} min(l, 0.5) c h)`;
          document.body.append(sample);
          const { color } = getComputedStyle(sample);
          sample.remove();
          return color;
        }
        """, accent);

    /// <summary>The sizes of both logos as visitors get them; null without a logo.</summary>
    private async Task<(string? Light, string? Dark)> SizesAsync()
    {
        var site = await server.Visitor.GetAsync("/api/v1/site").JsonAsync();
        return (Size("logo"), Size("logoDark"));

        string? Size(string field) => site.GetProperty(field) is { ValueKind: JsonValueKind.Object } logo ? $"{logo.GetProperty("width")}x{logo.GetProperty("height")}" : null;
    }

    private async Task<string> SiteAsync()
    {
        var site = await server.Visitor.GetAsync("/api/v1/site").JsonAsync();
        return $"{site.Text("title")} {site.Text("introduction")} {site.Text("accent")} {site.Items("footer").Count}";
    }

    [Fact]
    public async Task A_refused_watermark_is_reported_and_can_be_replaced()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("400|404");
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        await ChooseMarkAsync(page);
        await page.GetByLabel("Position").WaitForAsync();
        foreach (var group in await MarkGroupsAsync())
        {
            await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Group, new() { Name = "Watermark" }).GetByRole(AriaRole.Alert)).ToContainTextAsync("watermark");
        await visit.ShouldFitANarrowScreenAsync("a refused watermark");

        await ChooseMarkAsync(page);
        await page.GetByRole(AriaRole.Alert).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
    }

    [Fact]
    public async Task What_is_edited_during_the_upload_of_a_watermark_stays()
    {
        await ForgetAsync();
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("415|ERR_FAILED");
        var page = visit.Page;
        var before = (await MarkGroupsAsync()).Count;
        var uploads = new TaskCompletionSource();
        uploads.SetResult();
        await page.RouteAsync("**/api/v1/groups/*/images/*mark.png", async route =>
        {
            await uploads.Task;
            await route.ContinueAsync();
        });
        await visit.SignInAsync("/admin/site");

        // A refused file leaves no group.
        await page.Locator("input[type=file]").Last.SetInputFilesAsync(new FilePayload { Name = "mark.png", MimeType = "image/png", Buffer = "no picture"u8.ToArray() });
        await page.GetByRole(AriaRole.Group, new() { Name = "Watermark" }).GetByRole(AriaRole.Alert).WaitForAsync();
        (await MarkGroupsAsync()).Count.ShouldBe(before);

        // The next file joins the group of the first one, and leaves what is edited meanwhile.
        await ChooseMarkAsync(page);
        await page.GetByLabel("Position").WaitForAsync();
        uploads = new TaskCompletionSource();
        await ChooseMarkAsync(page);
        await page.GetByText("Uploading").WaitForAsync();
        await page.GetByLabel("Position").SelectOptionAsync("tile");
        uploads.SetResult();
        await page.GetByText("Uploading").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Assertions.Expect(page.GetByLabel("Position")).ToHaveValueAsync("tile");
        (await MarkGroupsAsync()).Count.ShouldBe(before + 1);

        // A watermark that is removed during the upload stays removed.
        uploads = new TaskCompletionSource();
        await ChooseMarkAsync(page);
        await page.GetByText("Uploading").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the watermark" }).ClickAsync();
        uploads.SetResult();
        await page.GetByText("Uploading").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await page.GetByLabel("Position").CountAsync()).ShouldBe(0);
        (await page.GetByText("Your changes are not saved yet.").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_watermark_in_a_published_group_is_replaced_without_publishing_the_new_file()
    {
        await ForgetAsync();
        var group = await server.Admin.CreateGroupAsync("Published marks");
        var imageId = await server.Admin.AddImageAsync(group, "logo.png", TestImages.Png(60, 20));
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId, position = "center", opacity = 0.7, widthPercent = 20 } }).StatusAsync(HttpStatusCode.OK);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/site");
        await page.GetByLabel("Position").WaitForAsync();

        await ChooseMarkAsync(page);
        await page.GetByText("Your changes are not saved yet.").WaitForAsync();

        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(image => image.Text("fileName")).ShouldBe(["logo.png"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
    }

    private static int marks;

    /// <summary>Chooses a new picture for the watermark.</summary>
    private static Task ChooseMarkAsync(IPage page) => page.Locator("input[type=file]").Last
        .SetInputFilesAsync(new FilePayload { Name = "mark.png", MimeType = "image/png", Buffer = TestPicture.Solid(40 + Interlocked.Increment(ref marks), 20, 255, 0, 0).ToPng() });

    /// <summary>The hidden groups of watermarks.</summary>
    private async Task<List<Guid>> MarkGroupsAsync() =>
        [.. (await server.Admin.GetAsync("/api/v1/groups?q=Watermark").JsonAsync()).Items().Select(group => group.Id())];

    private async Task ForgetAsync()
    {
        await server.Admin.DeleteAsync("/api/v1/site/logo").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync("/api/v1/site/logo/dark").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin
            .PatchAsJsonAsync("/api/v1/site", new { title = (string?)null, introduction = (string?)null, photographer = (string?)null, about = (string?)null, email = (string?)null, accent = (string?)null, footer = Array.Empty<object>(), layout = "rows", typeface = "serif", watermark = (object?)null })
            .StatusAsync(HttpStatusCode.OK);
    }
}
