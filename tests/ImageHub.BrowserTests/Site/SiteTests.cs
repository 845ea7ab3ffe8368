using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Site;

/// <summary>The site's settings as visitors see them.</summary>
public sealed class SiteTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private const string Title = "Ada Holm & Daughters";

    private Guid group;
    private Guid logo;

    public async ValueTask InitializeAsync()
    {
        group = await server.Admin.CreateGroupAsync("Harbour");
        await server.Admin.AddImageAsync(group, "harbour.jpg", TestImages.Jpeg(480, 320, 1));
        logo = await server.Admin.AddImageAsync(group, "logo.jpg", TestImages.Jpeg(300, 150, 2));
        await SayAsync(new
        {
            title = Title,
            introduction = "Weddings and coasts.\nSince 1998.",
            photographer = "Ada Holm",
            accent = "#1f6f5c",
            footer = new[] { new { label = "Imprint", url = "https://ada.example/imprint" }, new { label = "Write to us", url = "mailto:ada@ada.example" } },
            logoImageId = logo,
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
        await Assertions.Expect(page.GetByRole(AriaRole.Banner).Locator("img")).ToHaveAttributeAsync("src", new Regex($"^/api/v1/images/{logo}/low", RegexOptions.None, TimeSpan.FromSeconds(1)));
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
    [InlineData("/", false)]
    [InlineData("/", true)]
    [InlineData("/groups/{group}", false)]
    [InlineData("/groups/{group}", true)]
    public async Task The_title_and_the_logo_are_visible_before_the_app_loads_and_do_not_move(string template, bool onPhone)
    {
        await using var visit = await chromium.VisitAsync(server, onPhone);
        var page = visit.Page;
        await page.CountShiftsAsync();
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(new Uri(request.Url).AbsolutePath);
        var before = "";
        await page.RouteAsync("**/assets/main-*.js", async handler =>
        {
            Func<Task<string>> display = () => page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.splash')).display");
            await display.ShouldBecomeAsync("flex");
            await page.ImagesAsync();

            // Until its font has loaded or timed out, the title is invisible and has another font's width.
            Func<Task<bool>> hasFace = () => page.EvaluateAsync<bool>("document.fonts.check('16px \"Instrument Serif\"')");
            await hasFace.ShouldBecomeAsync(true);
            before = await PlacesAsync(".splash");
            await handler.ContinueAsync();
        });

        await page.GotoAsync(template.Replace("{group}", group.ToString(), StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        before.ShouldContain(Title);
        (await PlacesAsync("header a")).ShouldBe(before);
        await page.ShouldStandStillAsync(below: 0.01);
        asked.ShouldNotContain("/api/v1/site");

        Task<string> PlacesAsync(string within) => page.EvaluateAsync<string>("""
            (within) => [...document.querySelector(within).children].map((part) => {
              const { x, y, width, height } = part.getBoundingClientRect();
              return `${part.tagName} ${part.textContent} ${[x, y + height / 2, width].map(Math.round)} ${getComputedStyle(part).font}`;
            }).join("\n")
            """, within);
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
    public async Task An_unconfigured_site_is_called_Gallery_and_its_footer_has_only_the_languages()
    {
        await SayAsync(new { title = (string?)null, introduction = (string?)null, photographer = (string?)null, accent = (string?)null, footer = Array.Empty<object>(), logoImageId = (Guid?)null });
        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Gallery", Level = 1 }).WaitForAsync();
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("Gallery");
        var footer = visit.Page.GetByRole(AriaRole.Contentinfo);
        await Assertions.Expect(footer.GetByRole(AriaRole.Combobox, new() { Name = "Language" })).ToBeVisibleAsync();
        await Assertions.Expect(footer.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Banner).Locator("img")).ToHaveCountAsync(0);
        (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).getPropertyValue('--accent')")).ShouldContain("#1f5fd0");
    }

    private static Task<string> ColourAsync(IPage page, string selector, string property) =>
        page.EvaluateAsync<string>("([selector, property]) => getComputedStyle(document.querySelector(selector))[property]", new object[] { selector, property });

    private Task SayAsync(object site) => server.Admin.PatchAsJsonAsync("/api/v1/site", site).StatusAsync(HttpStatusCode.OK);
}
