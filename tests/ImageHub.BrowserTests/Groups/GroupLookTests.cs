using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Groups;

/// <summary>The look of a group's page: the cover above many photos, the layout of a few photos, and the transition into the viewer.</summary>
public sealed class GroupLookTests(VisitedGallery gallery, ImageHubServer server, Chromium chromium) : IClassFixture<VisitedGallery>, IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData(1280, 800)]
    [InlineData(1600, 900)]
    [InlineData(390, 844)]
    public async Task A_group_of_many_photos_starts_with_its_cover_across_the_page_a_large_title_on_it_and_photos_below_it(int width, int height)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, onPhone: width < 500, change: options => options.ViewportSize = new() { Width = width, Height = height });
        var page = visit.Page;
        await page.GotoAsync(VisitedGallery.HarbourPath);
        var title = page.GetByRole(AriaRole.Heading, new() { Name = "Harbour", Level = 1 });
        await title.WaitForAsync();
        await page.ImagesAsync();
        var cover = (await page.Locator("main img[srcset]").First.BoundingBoxAsync())!;
        var room = await page.EvaluateAsync<double>("document.getElementById('content').getBoundingClientRect().width");
        cover.Width.ShouldBe((float)room, 1);
        cover.Y.ShouldBe(60, 1);
        var words = (await title.BoundingBoxAsync())!;
        (words.Y > cover.Y && words.Y + words.Height < cover.Y + cover.Height).ShouldBeTrue($"{words.Y} is on {cover.Y} to {cover.Y + cover.Height}");

        // The first photo is the cover; the second one begins on the first screen.
        var second = (await page.Locator($"#photo-{gallery.Photos[1]}").BoundingBoxAsync())!;
        second.Y.ShouldBeInRange(cover.Y + cover.Height, height * 0.92f);
        (await page.Locator($"#photo-{gallery.Photos[0]}").BoundingBoxAsync())!.Y.ShouldBe(cover.Y, 1);
        (await title.EvaluateAsync<double>("title => parseFloat(getComputedStyle(title).fontSize)")).ShouldBeGreaterThan(32);
    }

    [Fact]
    public async Task Titles_use_a_separate_font_that_is_preloaded_with_the_page()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        var fonts = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.ResourceType == "font")
            {
                fonts.Add(request.Url);
            }
        };
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour" }).WaitForAsync();
        Func<Task<bool>> isThere = () => page.EvaluateAsync<bool>("document.fonts.check('20px \"Instrument Serif\"')");
        await isThere.ShouldBecomeAsync(true);
        fonts.ShouldHaveSingleItem().ShouldContain("latin-400");
        (await page.Locator("link[rel=preload][as=font]").GetAttributeAsync("href")).ShouldBe(new Uri(fonts[0]).AbsolutePath);
        var licence = await visit.Context.APIRequest.GetAsync("/assets/instrument-serif-licence.txt");
        (await licence.TextAsync()).ShouldContain("SIL Open Font License");
    }

    [Fact]
    public async Task A_groups_only_photo_is_centred_at_its_natural_size()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Walk 1", Exact = false }).First.ClickAsync();
        var photo = page.Locator("main a[id^=photo]");
        await photo.WaitForAsync();
        await page.ImagesAsync();
        var box = (await photo.BoundingBoxAsync())!;
        (box.Width, box.Height).ShouldBe((480, 320));
        (box.X + (box.Width / 2)).ShouldBe(await page.EvaluateAsync<float>("(({ left, right }) => (left + right) / 2)(document.getElementById('content').getBoundingClientRect())"), 1);

        // The only photo is not shown a second time as the cover.
        (await page.Locator("main img[srcset]").CountAsync()).ShouldBe(1);
        await visit.ShouldBeAccessibleAsync("a group of one photo");

        // The page of a single photo offers no selection.
        (await page.GetByRole(AriaRole.Button, new() { Name = "Download as a ZIP" }).InnerTextAsync()).ShouldBe("Download");
        (await page.GetByRole(AriaRole.Button, new() { Name = "Select" }).CountAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(2, 1280, 2)]
    [InlineData(2, 390, 1)]
    [InlineData(4, 1280, 2)]
    [InlineData(4, 390, 2)]
    public async Task Two_and_four_photos_fill_rows_with_equal_numbers_of_photos(int count, int width, int perRow)
    {
        var group = await server.Admin.CreateGroupAsync($"{count} at {width}");
        for (var number = 1; number <= count; number++)
        {
            await server.Admin.AddImageAsync(group, $"{number}.jpg", TestImages.Jpeg(900, 600, (100 * width) + (10 * count) + number));
        }

        await using var visit = await chromium.VisitAsync(server, change: options => options.ViewportSize = new() { Width = width, Height = 800 });
        var page = visit.Page;
        await page.GotoAsync($"/groups/{group}");
        var photos = page.Locator("main a[id^=photo]");
        await photos.Nth(count - 1).WaitForAsync();
        var tops = await photos.EvaluateAllAsync<double[]>("photos => photos.map((photo) => Math.round(photo.getBoundingClientRect().top))");
        tops.GroupBy(top => top).Select(row => row.Count()).ShouldBe(Enumerable.Repeat(perRow, count / perRow));
    }

    [Fact]
    public async Task A_photo_grows_from_its_place_into_the_viewer_and_shrinks_back()
    {
        foreach (var wish in (ReducedMotion[])[ReducedMotion.NoPreference, ReducedMotion.Reduce])
        {
            await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.ReducedMotion = wish);
            var page = visit.Page;

            // Notes the areas at the start and at the end of each movement of a photo.
            await page.AddInitScriptAsync("""
                window.moved = [];
                const area = (element) => { const { left, top, width, height } = element.getBoundingClientRect(); return [left, top, width, height].map(Math.round); };
                const animate = Element.prototype.animate;
                Element.prototype.animate = function (...how) {
                  const animation = animate.apply(this, how);
                  if (this.tagName === "IMG" && "transform" in how[0]) {
                    queueMicrotask(() => {
                      const from = area(this);
                      animation.finished.then(() => moved.push({ from, to: area(this) }));
                    });
                  }
                  return animation;
                };
                """);
            var code = page.WaitForResponseAsync(response => response.Url.Contains("/Viewer-", StringComparison.Ordinal) && response.Url.EndsWith(".js", StringComparison.Ordinal));
            await page.GotoAsync(VisitedGallery.HarbourPath);
            var photo = page.Locator($"#photo-{gallery.Photos[1]}");
            await photo.WaitForAsync();

            // Hovering loads the viewer's code, unless an idle page has loaded it already.
            await photo.HoverAsync();
            var viewer = await code;
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await page.EvaluateAsync("async (url) => { await import(url); }", viewer.Url);
            var place = await AreaAsync(photo);
            await photo.ClickAsync();
            await ShowsAsync(page, "2 of 130, untitled");
            Func<Task<int>> moved = () => page.EvaluateAsync<int>("moved.length");
            await moved.ShouldBecomeAsync(wish == ReducedMotion.Reduce ? 0 : 1);
            await Assertions.Expect(page.Locator("body > [aria-hidden=true] > img")).ToHaveCountAsync(0);
            if (wish == ReducedMotion.NoPreference)
            {
                await MovedAsync(page, 0, place, await AreaAsync(page.Locator(".yarl__slide_current [data-resolution]")));
            }

            await page.Keyboard.PressAsync("ArrowRight");
            await ShowsAsync(page, "3 of 130, untitled");
            Func<Task<bool>> stands = () => page.EvaluateAsync<bool>("document.querySelector('.yarl__container').getAnimations({ subtree: true }).length === 0");
            await stands.ShouldBecomeAsync(true);
            var slide = await AreaAsync(page.Locator(".yarl__slide_current [data-resolution]"));
            await page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await moved.ShouldBecomeAsync(wish == ReducedMotion.Reduce ? 0 : 2);
            var next = page.Locator($"#photo-{gallery.Photos[2]}");
            if (wish == ReducedMotion.NoPreference)
            {
                await MovedAsync(page, 1, slide, await AreaAsync(next));
            }

            await Assertions.Expect(next).ToBeFocusedAsync();
            await Assertions.Expect(page.Locator("body > [aria-hidden=true] > img")).ToHaveCountAsync(0);
        }
    }

    private static Task<int[]> AreaAsync(ILocator element) =>
        element.EvaluateAsync<int[]>("element => { const { left, top, width, height } = element.getBoundingClientRect(); return [left, top, width, height].map(Math.round); }");

    /// <summary>
    /// Asserts where a photo's movement began and ended, within 8 pixels. While the viewer is open, Chromium reserves a scrollbar's width even if scrollbars
    /// are invisible, which moves the photo in the viewer by half of this width.
    /// </summary>
    private static async Task MovedAsync(IPage page, int number, int[] from, int[] to)
    {
        var areas = await page.EvaluateAsync<int[][]>("number => [moved[number].from, moved[number].to]", number);
        areas[0].Zip(from, (area, expected) => Math.Abs(area - expected)).Max().ShouldBeLessThanOrEqualTo(8, $"from {string.Join(", ", areas[0])}, expected {string.Join(", ", from)}");
        areas[1].Zip(to, (area, expected) => Math.Abs(area - expected)).Max().ShouldBeLessThanOrEqualTo(8, $"to {string.Join(", ", areas[1])}, expected {string.Join(", ", to)}");
    }

    private static Task ShowsAsync(IPage page, string expected) =>
        Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).ToHaveTextAsync(expected);
}
