using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Site;

/// <summary>The desk's page of the site's settings.</summary>
public sealed class SiteDeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
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
        await page.GetByLabel("Address").FillAsync("https://ada.example/imprint");
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

        // The actions are in view at any scroll position.
        await page.SetViewportSizeAsync(1280, 400);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeInViewportAsync(new() { Ratio = 1 });
        await page.SetViewportSizeAsync(1280, 800);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
        await page.GetByText("Your changes are not saved yet.").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await SiteAsync()).ShouldBe("Ada Holm Weddings and coasts. #800000 1");
        await Assertions.Expect(page.GetByLabel("Address")).ToHaveCountAsync(1);
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
        await page.GetByLabel("Text").FillAsync("Imprint");
        await page.GetByLabel("Address").FillAsync("javascript:alert(1)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("Colour of buttons and links")).ToHaveAccessibleDescriptionAsync(new Regex("white text has a contrast of 1.0:1", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Assertions.Expect(page.GetByLabel("Address")).ToHaveAccessibleDescriptionAsync("url must be an address that begins with https:// or mailto:, without spaces and credentials.");
        await Assertions.Expect(page.GetByLabel("Text")).ToHaveValueAsync("Imprint");
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
    public async Task A_photo_is_set_as_the_logo_and_removed_again()
    {
        await ForgetAsync();
        var group = await server.Admin.CreateGroupAsync("Logos");
        var logo = await server.Admin.AddImageAsync(group, "logo.jpg", TestImages.Jpeg(300, 150, 2));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Row, new() { Name = "logo.jpg" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Use as logo" }).ClickAsync();
        await page.GetByText("“logo.jpg” is the logo.").WaitForAsync();
        (await LogoAsync()).ShouldBe(logo.ToString());

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        Func<Task<string?>> chosen = LogoAsync;
        await chosen.ShouldBecomeAsync(null);
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { logoImageId = logo }).StatusAsync(HttpStatusCode.OK);

        await page.GotoAsync("/admin/site");
        var preview = page.GetByRole(AriaRole.Region, new() { Name = "Preview" });
        await Assertions.Expect(preview.Locator("img")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the logo" }).ClickAsync();
        await Assertions.Expect(preview.Locator("img")).ToHaveCountAsync(0);
        (await LogoAsync()).ShouldBe(logo.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("Your site is saved.").WaitForAsync();
        (await LogoAsync()).ShouldBeNull();
    }

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

    private async Task<string?> LogoAsync() => (await server.Visitor.GetAsync("/api/v1/site").JsonAsync()).Text("logoImageId");

    private async Task<string> SiteAsync()
    {
        var site = await server.Visitor.GetAsync("/api/v1/site").JsonAsync();
        return $"{site.Text("title")} {site.Text("introduction")} {site.Text("accent")} {site.Items("footer").Count}";
    }

    private Task ForgetAsync() => server.Admin
        .PatchAsJsonAsync("/api/v1/site", new { title = (string?)null, introduction = (string?)null, photographer = (string?)null, accent = (string?)null, footer = Array.Empty<object>(), logoImageId = (Guid?)null })
        .StatusAsync(HttpStatusCode.OK);
}
