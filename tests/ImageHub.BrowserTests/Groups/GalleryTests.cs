using System.Text.Json.Nodes;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Groups;

/// <summary>The gallery and its pages, as visitors see them.</summary>
public sealed class GalleryTests(PostgresServer postgres, VisitedGallery gallery, Chromium chromium) : IClassFixture<VisitedGallery>
{
    [Fact]
    public async Task The_gallery_shows_twelve_groups_to_a_page_and_each_page_has_an_address()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await TitlesAsync(page, "Harbour", "Specimens", "Walk 1", "Walk 2", "Walk 3", "Walk 4", "Walk 5", "Walk 6", "Walk 7", "Walk 8", "Walk 9", "Walk 10");
        (await Cards(page).First.InnerTextAsync()).ShouldContain("130 photos");
        (await Cards(page).Nth(2).InnerTextAsync()).ShouldContain("1 photo");

        await page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/?page=2");
        await TitlesAsync(page, [.. Enumerable.Range(11, 12).Select(number => $"Walk {number}")]);
        await page.GetByRole(AriaRole.Link, new() { Name = "Page 3", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/?page=3");
        await TitlesAsync(page, [.. Enumerable.Range(23, 6).Select(number => $"Walk {number}")]);
        (await page.GetByRole(AriaRole.Link, new() { Name = "Page 3", Exact = true }).GetAttributeAsync("aria-current")).ShouldBe("page");
        await page.GetByRole(AriaRole.Link, new() { Name = "Previous", Exact = true }).ClickAsync();
        await TitlesAsync(page, [.. Enumerable.Range(11, 12).Select(number => $"Walk {number}")]);

        // Each page has a real address, which works in the history and in another tab.
        await page.GoBackAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/?page=3");
        await TitlesAsync(page, [.. Enumerable.Range(23, 6).Select(number => $"Walk {number}")]);
        var href = await page.GetByRole(AriaRole.Link, new() { Name = "Page 2", Exact = true }).GetAttributeAsync("href");
        var tab = await visit.NewTabAsync();
        await tab.GotoAsync(href!);
        await TitlesAsync(tab, [.. Enumerable.Range(11, 12).Select(number => $"Walk {number}")]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_page_opens_with_the_first_groups_cover_across_the_window(bool onPhone)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone);
        var page = visit.Page;
        await page.GotoAsync("/");
        var opening = page.GetByRole(AriaRole.Link, new() { Name = "Harbour" });
        await opening.WaitForAsync();
        (await opening.CountAsync()).ShouldBe(1);
        var picture = (await opening.BoundingBoxAsync())!;
        var title = (await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).BoundingBoxAsync())!;
        var card = (await page.GetByRole(AriaRole.Link, new() { Name = "Specimens" }).BoundingBoxAsync())!;
        (picture.X, picture.Y).ShouldBe((0, 0));
        picture.Width.ShouldBe(await page.EvaluateAsync<float>("document.getElementById('content').clientWidth"));
        (title.Y + title.Height).ShouldBeLessThanOrEqualTo(picture.Height);
        card.Y.ShouldBeInRange(picture.Height, page.ViewportSize!.Height * 0.85f);

        // In the server's HTML, only this photo has a high fetch priority.
        var written = await gallery.Server.Visitor.GetStringAsync("/", TestContext.Current.CancellationToken);
        written.Split("fetchpriority=\"high\"").Length.ShouldBe(2);

        // Later pages have no large picture; they begin with the cards.
        await page.GotoAsync("/?page=2");
        (await page.GetByRole(AriaRole.Link, new() { Name = "Walk 11" }).BoundingBoxAsync())!.Width.ShouldBeLessThan(page.ViewportSize!.Width / 2f);
    }

    [Fact]
    public async Task No_card_is_alone_in_the_last_row_and_covers_are_as_wide_as_their_sizes_say()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var answer = JsonNode.Parse(await gallery.Server.Visitor.GetStringAsync("/api/v1/groups?page=1&pageSize=12", TestContext.Current.CancellationToken))!;
        var groups = answer["items"]!.AsArray().Select(group => group!.ToJsonString()).ToList();
        for (var count = 1; count <= groups.Count; count++)
        {
            answer["items"] = new JsonArray([.. groups.Take(count).Select(group => JsonNode.Parse(group))]);
            var fewer = answer.ToJsonString();
            await page.UnrouteAllAsync();
            await page.RouteAsync("**/api/v1/groups?*", route => route.FulfillAsync(new() { Body = fewer, ContentType = "application/json" }));
            await page.GotoAsync("/");
            await Assertions.Expect(page.Locator("main li picture")).ToHaveCountAsync(count);
            foreach (var (width, height) in ((int, int)[])[(390, 844), (820, 1180), (1024, 768), (1440, 900), (1920, 1080), (2560, 1440)])
            {
                await page.SetViewportSizeAsync(width, height);
                (await page.EvaluateAsync<string>("""
                    () => {
                      const faults = [];
                      const list = document.querySelector("main ul").getBoundingClientRect();
                      const covers = [...document.querySelectorAll("main li picture img")];
                      const boxes = covers.map((cover) => cover.getBoundingClientRect());
                      const isAlone = ({ top, width }) => width < list.width / 2.5 && boxes.filter((box) => box.top === top).length === 1;
                      if (boxes.length > 2 && isAlone(boxes.at(-1))) faults.push("alone");
                      const probe = document.body.appendChild(document.createElement("div"));
                      covers.forEach((cover, index) => {
                        let depth = 0;
                        const entries = [""];
                        for (const letter of cover.sizes) {
                          depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
                          if (letter === "," && depth === 0) entries.push("");
                          else entries[entries.length - 1] += letter;
                        }
                        const [, , value] = entries.map((entry) => /^ ?(\(max-width: \d+px\))? ?(.*)$/.exec(entry)).find(([, media]) => !media || matchMedia(media).matches);
                        probe.style.width = value;
                        const shown = Math.max(boxes[index].width, (boxes[index].height * cover.getAttribute("width")) / cover.getAttribute("height"));
                        const said = probe.getBoundingClientRect().width;
                        if (Math.abs(said / shown - 1) > 0.05) faults.push(`${index}: ${said} for ${shown} by ${cover.sizes}`);
                      });
                      probe.remove();
                      return faults.join("\n");
                    }
                    """)).ShouldBeEmpty($"{count} groups at {width} px");
            }
        }
    }

    [Fact]
    public async Task The_next_page_of_the_gallery_starts_at_its_top_and_the_way_back_ends_at_the_pager()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        Func<Task<bool>> isAtTop = () => page.EvaluateAsync<bool>("scrollY === 0");
        await page.GotoAsync("/?page=2");
        await page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true }).ScrollIntoViewIfNeededAsync();
        await isAtTop.ShouldBecomeAsync(false);
        await page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true }).ClickAsync();

        await TitlesAsync(page, [.. Enumerable.Range(23, 6).Select(number => $"Walk {number}")]);
        await isAtTop.ShouldBecomeAsync(true);
        await page.GoBackAsync();
        await TitlesAsync(page, [.. Enumerable.Range(11, 12).Select(number => $"Walk {number}")]);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true })).ToBeInViewportAsync();
    }

    [Fact]
    public async Task The_first_and_last_buttons_of_the_pager_stay_and_keep_the_focus()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync("/?page=2");
        var next = page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true });
        await next.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync("/?page=3");
        await Assertions.Expect(next).ToHaveAttributeAsync("aria-disabled", "true");
        (await page.FocusedAsync()).ShouldBe("Next");
        await page.Keyboard.PressAsync("Enter");
        page.Url.ShouldEndWith("?page=3");
        (await page.FocusedAsync()).ShouldBe("Next");
    }

    [Fact]
    public async Task A_cover_shows_its_blurred_placeholder_until_its_image_loads_and_nothing_shifts()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, keepsFirstScreen: true);
        var page = visit.Page;
        var released = new TaskCompletionSource();
        await page.RouteAsync("**/api/v1/images/**", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await page.CountShiftsAsync();
        await page.GotoAsync("/", new() { WaitUntil = WaitUntilState.DOMContentLoaded });

        var (placeholder, image) = (Cards(page).First.Locator("img").Nth(0), Cards(page).First.Locator("img").Nth(1));
        (await placeholder.GetAttributeAsync("src"))!.ShouldStartWith("data:image/webp;base64,");
        (await placeholder.EvaluateAsync<string>("image => getComputedStyle(image).filter")).ShouldStartWith("blur(");
        Func<Task<bool>> hasPlaceholder = () => placeholder.EvaluateAsync<bool>("image => image.complete && image.naturalWidth > 0");
        await hasPlaceholder.ShouldBecomeAsync(true);
        (await image.EvaluateAsync<int>("image => image.naturalWidth")).ShouldBe(0);

        // The dimensions come from the API.
        var cover = (await gallery.Server.Visitor.GetAsync("/api/v1/groups").JsonAsync()).Items()[0].GetProperty("cover");
        (await image.GetAttributeAsync("width")).ShouldBe(cover.GetProperty("width").ToString());
        (await image.GetAttributeAsync("height")).ShouldBe(cover.GetProperty("height").ToString());

        released.SetResult();
        Func<Task<bool>> haveCome = () => page.EvaluateAsync<bool>("[...document.querySelectorAll('main li img[srcset]')].every(image => image.naturalWidth > 0)");
        await haveCome.ShouldBecomeAsync(true);
        await page.Mouse.WheelAsync(0, 2000);
        await page.ImagesAsync();
        await page.ShouldStandStillAsync();
    }

    [Fact]
    public async Task An_empty_gallery_and_an_empty_group_say_so()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        await using var visit = await chromium.VisitAsync(own);
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "No photos yet" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("an empty gallery");

        await visit.Page.GotoAsync($"/groups/{await own.Admin.CreateGroupAsync("Nothing yet")}");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "No photos yet" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("an empty group");
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/?page=99")]
    [InlineData("/groups/01890000-0000-7000-8000-000000000000")]
    [InlineData("/groups/nonsense")]
    public async Task A_page_that_does_not_exist_says_so_and_links_to_the_gallery(string path)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        visit.Expects("404");
        await visit.Page.GotoAsync(path);
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here", Level = 1 }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync($"the not-found page at {path}");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Back to all galleries" }).ClickAsync();
        await Cards(visit.Page).First.WaitForAsync();
    }

    [Fact]
    public async Task A_banner_says_that_the_server_is_busy_and_the_page_recovers_without_a_reload()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        visit.Expects("503");
        var attempts = 0;
        await page.RouteAsync("**/api/v1/groups?*", route =>
        {
            attempts++;
            return route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "1" } });
        });
        await page.GotoAsync("/");
        await Assertions.Expect(Banner(page, "The server is busy")).ToBeVisibleAsync();

        // The notice and the focus on its button stay while the page tries again by itself.
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server cannot answer at the moment.");
        var again = page.GetByRole(AriaRole.Button, new() { Name = "Try again" });
        await again.FocusAsync();
        var before = attempts;
        Func<Task<bool>> hasTriedTwice = () => Task.FromResult(attempts >= before + 2);
        await hasTriedTwice.ShouldBecomeAsync(true);
        await Assertions.Expect(again).ToBeFocusedAsync();
        await page.UnrouteAllAsync();
        await Cards(page).First.WaitForAsync();
        await Assertions.Expect(Banner(page, "The server is busy")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_banner_says_that_the_visitor_is_offline_and_the_loaded_content_stays()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        visit.Expects("ERR_INTERNET_DISCONNECTED");
        await page.GotoAsync("/");
        await Cards(page).First.WaitForAsync();
        await visit.Context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true }).ClickAsync();
        await Assertions.Expect(Banner(page, "You are offline")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await TitlesAsync(page, "Harbour", "Specimens", "Walk 1", "Walk 2", "Walk 3", "Walk 4", "Walk 5", "Walk 6", "Walk 7", "Walk 8", "Walk 9", "Walk 10");

        await visit.Context.SetOfflineAsync(false);
        await Assertions.Expect(Banner(page, "You are offline")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_page_that_is_opened_while_the_server_is_away_says_so_in_the_visitors_language()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        await using var english = await OpenAsync("en-GB");
        await using var german = await OpenAsync("de-AT");
        await using var arabic = await OpenAsync("ar-EG");
        await own.StopAsync();
        await IsAwayAsync(english, "No connection", "ltr");
        await IsAwayAsync(german, "Keine Verbindung", "ltr");
        await IsAwayAsync(arabic, "لا يوجد اتصال", "rtl");

        // Opens the gallery and waits for the service worker.
        async Task<Visit> OpenAsync(string locale)
        {
            var visit = await chromium.VisitAsync(own, change: options => (options.Locale, options.ServiceWorkers) = (locale, ServiceWorkerPolicy.Allow));
            visit.Expects("ERR_CONNECTION_REFUSED");
            await visit.Page.GotoAsync("/");
            await visit.Page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => undefined)");
            return visit;
        }

        async Task IsAwayAsync(Visit visit, string heading, string direction)
        {
            var page = visit.Page;
            await page.GotoAsync("/timeline");
            await page.GetByRole(AriaRole.Heading, new() { Name = heading }).WaitForAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Heading)).ToHaveCountAsync(1);
            await Assertions.Expect(page).ToHaveTitleAsync(heading);
            (await page.GetByRole(AriaRole.Heading).EvaluateAsync<string>("heading => getComputedStyle(heading).direction")).ShouldBe(direction);
        }
    }

    [Fact]
    public async Task The_banner_disappears_once_the_server_answers_again_even_without_a_request_by_the_visitor()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        var group = await own.Admin.CreateGroupAsync("Kept");
        await own.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(96, 64, seed: 54));
        await using var visit = await chromium.VisitAsync(own);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        await page.GotoAsync("/");
        await Cards(page).First.WaitForAsync();

        // Prefetching on hover fails, and so does every check of whether the server is back.
        await page.RouteAsync(url => url.Contains("/api/", StringComparison.Ordinal) || url.Contains("/health/", StringComparison.Ordinal), route => route.AbortAsync("failed"));
        await Cards(page).First.HoverAsync();
        await Assertions.Expect(Banner(page, "the server does not answer")).ToBeVisibleAsync();
        await page.Mouse.MoveAsync(2, 2);
        await page.UnrouteAllAsync();
        await Assertions.Expect(Banner(page, "the server does not answer")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_title_of_a_card_takes_at_most_two_lines()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync(string.Join(' ', Enumerable.Repeat("a rather long title", 9))), "a.jpg", TestImages.Jpeg(96, 64, seed: 52));
        await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync(new string('w', 150)), "b.jpg", TestImages.Jpeg(96, 64, seed: 53));
        await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync("Opening"), "c.jpg", TestImages.Jpeg(96, 64, seed: 55));
        foreach (var onPhone in (bool[])[false, true])
        {
            await using var visit = await chromium.VisitAsync(own, onPhone);
            await visit.Page.GotoAsync("/");
            var cards = Cards(visit.Page).Filter(new() { HasNotText = "Opening" });
            await cards.Nth(1).WaitForAsync();
            var lines = await cards.EvaluateAllAsync<double[]>("""
                cards => cards.map((card) => {
                  const title = [...card.querySelectorAll('span')].find((span) => /long title|www/.test(span.textContent) && span.children.length === 0);
                  return title.getBoundingClientRect().height / parseFloat(getComputedStyle(title).lineHeight);
                })
                """);
            lines.ShouldAllBe(count => Math.Abs(count - 2) < 0.1, string.Join(", ", lines));
        }
    }

    private static ILocator Cards(IPage page) => page.Locator("main li").Filter(new() { Has = page.Locator("img, svg"), HasText = "photo" });

    private static ILocator Banner(IPage page, string text) => page.GetByRole(AriaRole.Status).Filter(new() { HasText = text });

    private static Task TitlesAsync(IPage page, params string[] expected)
    {
        Func<Task<string>> titles = async () => string.Join(", ", await Cards(page).EvaluateAllAsync<string[]>("cards => cards.map(card => card.innerText.split('\\n')[0])"));
        return titles.ShouldBecomeAsync(string.Join(", ", expected));
    }
}
