using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Site;

/// <summary>The site's settings as visitors see them.</summary>
public sealed class SiteTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private const string Title = "Ada Holm & Daughters";

    private Guid group;

    public async ValueTask InitializeAsync()
    {
        group = await server.Admin.CreateGroupAsync("Harbour");
        await server.Admin.AddImageAsync(group, "harbour.jpg", TestImages.Jpeg(480, 320, 1));
        await server.Admin.AddImageAsync(group, "boats.jpg", TestImages.Jpeg(300, 150, 2));
        await server.Admin.PutLogoAsync(TestImages.TransparentPng(800, 100));
        await server.Admin.PutLogoAsync(TestImages.Png(90, 90), "/dark");
        await SayAsync(new
        {
            title = Title,
            introduction = "Weddings and coasts.\nSince 1998.",
            photographer = "Ada Holm",
            accent = "#1f6f5c",
            footer = new[] { new { label = "Imprint", url = "https://ada.example/imprint" }, new { label = "Write to us", url = "mailto:ada@ada.example" } },
            typeface = "serif",
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Visitors_see_the_title_and_the_photographer_of_the_site(bool onPhone)
    {
        await using var visit = await chromium.VisitAsync(server, onPhone);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Heading, new() { Name = Title, Level = 1 }).WaitForAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(Title);
        await Assertions.Expect(page.GetByText("Weddings and coasts.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Photographs by Ada Holm")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Img, new() { Name = Title })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText(Title, new() { Exact = true })).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour" }).First.WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the gallery of an owner");
        await visit.ShouldFitANarrowScreenAsync("the gallery of an owner");

        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour", Level = 1 }).WaitForAsync();
        await Assertions.Expect(page).ToHaveTitleAsync($"Harbour · {Title}");
        var footer = page.GetByRole(AriaRole.Contentinfo);
        var imprint = footer.GetByRole(AriaRole.Link, new() { Name = "Imprint" });
        await Assertions.Expect(imprint).ToHaveAttributeAsync("href", "https://ada.example/imprint");
        await Assertions.Expect(imprint).ToHaveAttributeAsync("rel", "noopener noreferrer");
        await Assertions.Expect(footer.GetByRole(AriaRole.Link, new() { Name = "Write to us" })).ToHaveAttributeAsync("href", "mailto:ada@ada.example");
        (await page.Locator("body").InnerTextAsync()).ShouldNotContain("ImageHub");
        await visit.ShouldBeAccessibleAsync("a group of an owner");
        await visit.ShouldFitANarrowScreenAsync("a group of an owner");
        (await page.SmallTargetsAsync()).ShouldBeEmpty();

        await page.GetByRole(AriaRole.Link, new() { Name = Title }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = Title, Level = 1 }).WaitForAsync();
    }

    [Theory]
    [InlineData("/", true, false)]
    [InlineData("/", true, true)]
    [InlineData("/groups/{group}", true, false)]
    [InlineData("/groups/{group}", true, true)]
    [InlineData("/groups/{group}", false, false)]
    [InlineData("/groups/{group}", false, true)]
    public async Task The_logo_or_the_title_is_visible_before_the_app_loads_and_does_not_move(string template, bool hasLogo, bool onPhone)
    {
        if (!hasLogo)
        {
            await RemoveLogosAsync();
        }

        await using var visit = await chromium.VisitAsync(server, onPhone, keepsFirstScreen: true);
        var page = visit.Page;
        await page.CountShiftsAsync();
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(new Uri(request.Url).AbsolutePath);
        var before = "";
        await page.RouteAsync("**/assets/main-*.js", async handler =>
        {
            // The browser can request the script before it has parsed the splash screen.
            await page.Locator(".splash :is(img, span)").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
            Func<Task<string>> display = () => page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.splash')).display");
            await display.ShouldBecomeAsync("flex");
            await page.ImagesAsync();

            // Until its font has loaded or timed out, the title is invisible and has another font's width.
            if (!hasLogo)
            {
                Func<Task<bool>> hasFace = () => page.EvaluateAsync<bool>("document.fonts.check('16px \"Instrument Serif\"')");
                await hasFace.ShouldBecomeAsync(true);
            }

            before = await PlacesAsync(".splash");
            await handler.ContinueAsync();
        });

        await page.GotoAsync(template.Replace("{group}", group.ToString(), StringComparison.Ordinal));

        // The first screen has a heading, but no header: the app renders the header.
        await page.Locator("header a[href='/'] :is(img, span)").First.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        before.ShouldStartWith(hasLogo ? "IMG" : $"SPAN {Title}");
        (await PlacesAsync("header a[href='/']")).ShouldBe(before);
        await page.ShouldStandStillAsync(below: 0.01);
        asked.ShouldNotContain("/api/v1/site");

        Task<string> PlacesAsync(string within) => page.EvaluateAsync<string>("""
            (within) => [...document.querySelectorAll(`${within} :is(img, span)`)].map((part) => {
              const { x, y, width, height } = part.getBoundingClientRect();
              return `${part.tagName} ${part.textContent} ${[x, y + height / 2, width].map(Math.round)} ${getComputedStyle(part).font}`;
            }).join("\n")
            """, within);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 220, 28)]
    [InlineData(ColorScheme.Dark, 36, 36)]
    public async Task The_header_shows_the_logo_of_the_colour_scheme_undistorted(ColorScheme scheme, int width, int height)
    {
        await using var visit = await chromium.VisitAsync(server, colorScheme: scheme);
        var page = visit.Page;
        await page.GotoAsync($"/groups/{group}");
        var logo = page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Img, new() { Name = Title });
        await logo.WaitForAsync();
        Func<Task<int>> loaded = () => logo.EvaluateAsync<int>("logo => logo.naturalWidth");
        await loaded.ShouldBecomeAsync(scheme == ColorScheme.Light ? 800 : 90);
        var box = (await logo.BoundingBoxAsync())!;
        (box.Width, box.Height).ShouldBe((width, height));
        await visit.ShouldBeAccessibleAsync($"a group in {scheme}");
        await visit.ShouldFitANarrowScreenAsync($"a group in {scheme}");
    }

    [Theory]
    [InlineData("", ColorScheme.Dark, "rgb(255, 255, 255)")]
    [InlineData("", ColorScheme.Light, "rgba(0, 0, 0, 0)")]
    [InlineData("/dark", ColorScheme.Light, "rgb(18, 18, 19)")]
    [InlineData("/dark", ColorScheme.Dark, "rgba(0, 0, 0, 0)")]
    public async Task A_single_logo_has_the_background_for_which_it_was_made(string kept, ColorScheme scheme, string background)
    {
        await server.Admin.DeleteAsync($"/api/v1/site/logo{(kept == "" ? "/dark" : "")}").StatusAsync(HttpStatusCode.NoContent);
        await using var visit = await chromium.VisitAsync(server, colorScheme: scheme);
        await visit.Page.GotoAsync($"/groups/{group}");
        var logo = visit.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Img, new() { Name = Title });
        (await logo.EvaluateAsync<string>("logo => getComputedStyle(logo).backgroundColor")).ShouldBe(background);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_header_shows_a_title_only_where_the_page_does_not(bool onPhone)
    {
        await RemoveLogosAsync();
        await using var visit = await chromium.VisitAsync(server, onPhone);
        var page = visit.Page;
        await page.GotoAsync($"/groups/{group}");
        await page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { Name = Title }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = Title, Level = 1 }).WaitForAsync();

        (await page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link).AllInnerTextsAsync()).ShouldBe(["By date"]);
        await page.GetByRole(AriaRole.Contentinfo).GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the gallery without a logo");
        await visit.ShouldFitANarrowScreenAsync("the gallery without a logo");
    }

    [Fact]
    public async Task Titles_without_serifs_have_their_face_before_the_app_loads_and_load_no_font()
    {
        await SayAsync(new { typeface = "sans" });
        await RemoveLogosAsync();
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.ResourceType);
        var before = "";
        await page.RouteAsync("**/assets/main-*.js", async handler =>
        {
            await page.Locator(".splash span").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            Func<Task<string>> display = () => page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.splash')).display");
            await display.ShouldBecomeAsync("flex");
            before = await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.splash span')).fontFamily");
            await handler.ContinueAsync();
        });

        await page.GotoAsync($"/groups/{group}");
        var title = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await title.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        before.ShouldStartWith("system-ui");
        (await title.EvaluateAsync<string>("title => getComputedStyle(title).fontFamily")).ShouldBe(before);
        asked.ShouldNotContain("font");
        await visit.ShouldBeAccessibleAsync("a group without serifs");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_locked_link_greets_with_the_logo_or_the_title(bool hasLogo)
    {
        if (!hasLogo)
        {
            await RemoveLogosAsync();
        }

        var link = (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password = ImageHubServer.LinkPassword }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("401");
        var page = visit.Page;
        await page.GotoAsync(new Uri(new Uri("http://localhost"), link).AbsolutePath);
        await page.GetByLabel("Password").WaitForAsync();

        var main = page.GetByRole(AriaRole.Main);
        await (hasLogo ? main.GetByRole(AriaRole.Img, new() { Name = Title }) : main.GetByText(Title, new() { Exact = true })).WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Banner).Locator("a[href='/']")).ToBeHiddenAsync();
        await visit.ShouldBeAccessibleAsync("a locked link");
        await visit.ShouldFitANarrowScreenAsync("a locked link");
    }

    [Fact]
    public async Task A_page_without_embedded_site_settings_requests_them()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/sign-in");
        await Assertions.Expect(page).ToHaveTitleAsync($"Sign in · {Title}");
        await page.GetByRole(AriaRole.Link, new() { Name = Title }).WaitForAsync();
        (await ColourAsync(page, "button[type=submit]", "backgroundColor")).ShouldStartWith("oklch(");
    }

    [Fact]
    public async Task Guests_of_a_link_see_the_title_of_the_site()
    {
        var link = (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.GotoAsync(new Uri(new Uri("http://localhost"), link).AbsolutePath);
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Harbour", Level = 1 }).WaitForAsync();
        await Assertions.Expect(visit.Page).ToHaveTitleAsync($"Harbour · {Title}");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Contentinfo).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await visit.ShouldBeAccessibleAsync("a shared group of an owner");
    }

    [Theory]
    [InlineData("#767676")]
    [InlineData("#0000ff")]
    [InlineData("#008000")]
    [InlineData("#d60000")]
    [InlineData("#000000")]
    [InlineData("#ffff00", HttpStatusCode.BadRequest)]
    public async Task Text_is_readable_on_every_allowed_accent_colour_in_light_and_dark_mode(string accent, HttpStatusCode status = HttpStatusCode.OK)
    {
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { accent }).StatusAsync(status);
        if (status != HttpStatusCode.OK)
        {
            return;
        }

        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Imprint" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync($"the gallery in {accent}");
        await page.GotoAsync("/sign-in");
        await page.GetByRole(AriaRole.Link, new() { Name = Title }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync($"a button in {accent}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).FocusAsync();
        (await ColourAsync(page, "button[type=submit]", "outlineColor")).ShouldBe(await ColourAsync(page, "button[type=submit]", "backgroundColor"));
    }

    [Fact]
    public async Task An_unconfigured_site_is_called_Gallery_and_its_footer_has_only_the_languages_and_the_sign_in()
    {
        await SayAsync(new { title = (string?)null, introduction = (string?)null, photographer = (string?)null, accent = (string?)null, footer = Array.Empty<object>() });
        await RemoveLogosAsync();
        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Gallery", Level = 1 }).WaitForAsync();
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("Gallery");
        var footer = visit.Page.GetByRole(AriaRole.Contentinfo);
        await Assertions.Expect(footer.GetByRole(AriaRole.Combobox, new() { Name = "Language" })).ToBeVisibleAsync();
        (await footer.GetByRole(AriaRole.Link).AllInnerTextsAsync()).ShouldBe(["Sign in"]);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Banner).Locator("img")).ToHaveCountAsync(0);
        (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).getPropertyValue('--accent')")).ShouldContain("#2a2b2d");
    }

    private static Task<string> ColourAsync(IPage page, string selector, string property) =>
        page.EvaluateAsync<string>("([selector, property]) => getComputedStyle(document.querySelector(selector))[property]", new object[] { selector, property });

    private async Task RemoveLogosAsync()
    {
        await server.Admin.DeleteAsync("/api/v1/site/logo").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync("/api/v1/site/logo/dark").StatusAsync(HttpStatusCode.NoContent);
    }

    private Task SayAsync(object site) => server.Admin.PatchAsJsonAsync("/api/v1/site", site).StatusAsync(HttpStatusCode.OK);
}
