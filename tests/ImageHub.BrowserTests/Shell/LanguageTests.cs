using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Shell;

/// <summary>The languages of the pages.</summary>
public sealed class LanguageTests(VisitedGallery gallery, ImageHubServer server, Chromium chromium) : IClassFixture<VisitedGallery>, IClassFixture<ImageHubServer>
{
    /// <summary>Pages of the desk, and the account page.</summary>
    private static readonly string[] DeskPages =
    [
        "/admin", "/admin/site", "/admin/uploads", "/admin/links", "/admin/users", "/admin/tiers", "/admin/api-keys", "/admin/transforms", "/admin/onedrive", "/admin/trash",
        "/admin/storage", "/account/password",
    ];

    [Theory]
    [InlineData("de-AT", "Galerien und Fotos suchen")]
    [InlineData("fr-CA", "Chercher galeries et photos")]
    [InlineData("es-MX", "Buscar galerías y fotos")]
    [InlineData("ar-EG", "ابحث في المعارض والصور")]
    [InlineData("ja-JP", "Search galleries and photos")]
    public async Task The_pages_use_the_browsers_language_or_English(string locale, string search)
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.Locale = locale);
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = search }).WaitForAsync();
    }

    [Fact]
    public async Task A_language_chosen_in_the_footer_is_remembered()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByLabel("Language").SelectOptionAsync("Français");
        await page.GetByRole(AriaRole.Button, new() { Name = "Chercher galeries et photos" }).WaitForAsync();
        (await page.FocusedAsync()).ShouldBe("Langue");
        (await page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe("fr");

        // Parts that load later use the language, too.
        await page.GotoAsync($"{VisitedGallery.HarbourPath}/images/{gallery.Photos[0]}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Photo suivante" }).WaitForAsync();
        await page.GotoAsync("/");
        await page.GetByLabel("Langue").SelectOptionAsync("English");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search galleries and photos" }).WaitForAsync();
    }

    [Fact]
    public async Task Of_two_choices_of_a_language_the_later_one_counts()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync("/");
        var french = new TaskCompletionSource();
        await page.RouteAsync("**/assets/fr-*.js", async route =>
        {
            await french.Task;
            await route.ContinueAsync();
        });
        await page.GetByLabel("Language").SelectOptionAsync("Français");
        await page.GetByLabel("Language").SelectOptionAsync("Deutsch");
        await page.GetByRole(AriaRole.Button, new() { Name = "Galerien und Fotos suchen" }).WaitForAsync();
        var late = await page.RunAndWaitForRequestFinishedAsync(async () => french.SetResult(), new() { Predicate = request => request.Url.Contains("/assets/fr-", StringComparison.Ordinal) });

        // The app waits for the same module and would change the language before this import ends.
        await page.EvaluateAsync("async (url) => { await import(url); await new Promise((resolve) => setTimeout(resolve)); }", late.Url);
        (await page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe("de");
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Galerien und Fotos suchen" }).WaitForAsync();
    }

    [Fact]
    public async Task A_part_of_the_app_that_loads_during_a_change_of_the_language_follows_it()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.Locator("main a[id^=photo]").First.WaitForAsync();
        var french = new TaskCompletionSource();
        await page.RouteAsync("**/assets/fr-*.js", async route =>
        {
            await french.Task;
            await route.ContinueAsync();
        });
        await page.GetByLabel("Language").SelectOptionAsync("Français");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search galleries and photos" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search galleries and photos" }).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("main a[id^=photo]").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next photo" }).WaitForAsync();
        french.SetResult();
        await page.GetByRole(AriaRole.Button, new() { Name = "Photo suivante" }).WaitForAsync();
    }

    [Fact]
    public async Task In_Arabic_the_pages_and_the_keys_of_the_viewer_run_from_right_to_left()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server, change: options => options.Locale = "ar");
        var page = visit.Page;
        await page.GotoAsync("/");
        var link = page.GetByRole(AriaRole.Link, new() { Name = "حسب التاريخ" });
        (await link.BoundingBoxAsync())!.X.ShouldBeLessThan(200);
        await visit.ShouldBeAccessibleAsync("the gallery from right to left");

        await page.GotoAsync(VisitedGallery.HarbourPath);
        await page.GetByRole(AriaRole.Link, new() { Name = "كل المعارض" }).WaitForAsync();
        await page.ImagesAsync();
        await visit.ShouldBeAccessibleAsync("a group from right to left");

        // A title in another script starts at the page's start side.
        (await page.EvaluateAsync<double>("""
            () => {
              const title = document.querySelector("h1");
              const words = document.createRange();
              words.selectNodeContents(title);
              return title.getBoundingClientRect().right - words.getBoundingClientRect().right;
            }
            """)).ShouldBeLessThan(2);

        await page.GotoAsync($"{VisitedGallery.HarbourPath}/images/{gallery.Photos[1]}");
        await page.GetByText("2 من 130", new() { Exact = true }).WaitForAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"{gallery.Photos[2]}$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"{gallery.Photos[1]}$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var strip = page.GetByRole(AriaRole.Navigation, new() { Name = "كل الصور" });
        var first = await strip.GetByRole(AriaRole.Link).Nth(0).BoundingBoxAsync();
        var second = await strip.GetByRole(AriaRole.Link).Nth(1).BoundingBoxAsync();
        first!.X.ShouldBeGreaterThan(second!.X);
        await page.Keyboard.PressAsync("i");
        await page.GetByRole(AriaRole.Heading, new() { Name = "التفاصيل" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the viewer from right to left");
        await page.Keyboard.PressAsync("?");
        (await page.Locator("kbd").First.InnerTextAsync()).ShouldBe("→");
    }

    [Theory]
    [InlineData("a group with dates")]
    [InlineData("a photo's details")]
    [InlineData("suggestions")]
    [InlineData("the dialog for a download")]
    [InlineData("a guest's choice")]
    [InlineData("the dialog that asks for a name")]
    public async Task Visitors_pages_are_accessible_from_right_to_left_on_a_desktop_and_on_a_phone(string what)
    {
        foreach (var onPhone in (bool[])[false, true])
        {
            await using var visit = await chromium.VisitAsync(what is "a guest's choice" or "the dialog that asks for a name" ? server : gallery.Server, onPhone, change: options => options.Locale = "ar");
            var page = visit.Page;
            switch (what)
            {
                case "a group with dates":
                    await page.GotoAsync(VisitedGallery.SpecimensPath);
                    await page.GetByText("1 يوليو 2024").WaitForAsync();
                    break;
                case "a photo's details":
                    await page.GotoAsync($"{VisitedGallery.SpecimensPath}/images/{gallery.Taken}");
                    await page.GetByRole(AriaRole.Button, new() { Name = "التفاصيل" }).ClickAsync();
                    await page.GetByText("DSC_0102.jpg").WaitForAsync();
                    break;
                case "suggestions":
                    await page.GotoAsync("/");
                    await (await page.OpenSearchAsync("ابحث في المعارض والصور")).FillAsync("low");
                    var option = page.GetByRole(AriaRole.Option, new() { Name = VisitedGallery.FirstTitle });
                    await option.WaitForAsync();

                    // A name in another script stays beside its picture.
                    (await option.EvaluateAsync<double>("""
                        (option) => {
                          const range = document.createRange();
                          range.selectNodeContents(option.lastElementChild.firstElementChild);
                          return option.firstElementChild.getBoundingClientRect().left - range.getBoundingClientRect().right;
                        }
                        """)).ShouldBeInRange(0, 20);
                    break;
                case "the dialog for a download":
                    await page.GotoAsync(VisitedGallery.HarbourPath);
                    await page.GetByRole(AriaRole.Button, new() { Name = "تنزيل الكل، 130 صورة في ملف ZIP" }).ClickAsync();
                    await page.GetByRole(AriaRole.Dialog).WaitForAsync();
                    break;
                default:
                    await page.GotoAsync(await ShareAsync());
                    await page.GetByRole(AriaRole.Button, new() { Name = "اختر \u2068الصورة 1 من" }).ClickAsync();
                    await page.GetByText("المختار: 1").WaitForAsync();
                    if (what == "the dialog that asks for a name")
                    {
                        await page.GetByRole(AriaRole.Button, new() { Name = "أرسل اختياري" }).ClickAsync();
                        await page.GetByRole(AriaRole.Heading, new() { Name = "إرسال اختيارك" }).WaitForAsync();
                    }

                    break;
            }

            await page.ImagesAsync();
            (await page.EvaluateAsync<string>("document.documentElement.dir")).ShouldBe("rtl");
            await visit.ShouldBeAccessibleAsync($"{what} from right to left{(onPhone ? ", on a phone" : "")}");
        }
    }

    [Fact]
    public async Task No_language_has_cut_text_or_content_too_wide_for_a_narrow_screen()
    {
        await using var visit = await chromium.VisitAsync(gallery.Server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.SetViewportSizeAsync(320, 640);
        string[] pages =
        [
            "/", "/?q=nothing%20has%20this", "/groups/unknown", VisitedGallery.HarbourPath, $"{VisitedGallery.HarbourPath}/images/{gallery.Photos[0]}", .. DeskPages,
            $"/admin/groups/{gallery.Harbour}", $"/admin/groups/{gallery.Harbour}/stock",
        ];
        visit.Expects("404");
        var faults = new List<string>();
        foreach (var path in pages)
        {
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
            foreach (var language in (string[])["de", "fr", "es", "ar", "en"])
            {
                await ChooseAsync(page, language);
                await page.Locator("h1:visible, [role=dialog]:visible").First.WaitForAsync();
                await page.ImagesAsync();
                if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
                {
                    faults.Add($"{path} scrolls sideways in {language}");
                }

                faults.AddRange((await page.WordsThatDoNotFitAsync()).Select(words => $"{path} in {language}: {words}"));
            }
        }

        string.Join('\n', faults).ShouldBeEmpty();
    }

    /// <summary>Chooses another language in the page's footer, even if a viewer covers the footer, and waits until the page is rendered again.</summary>
    private static async Task ChooseAsync(IPage page, string language)
    {
        var select = page.Locator($"footer select:has(option[value={language}])");
        await select.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await using var field = await select.EvaluateHandleAsync("""
            (field, language) => {
              field.value = language;
              field.dispatchEvent(new Event("change", { bubbles: true }));
              return field;
            }
            """, language);
        await page.WaitForFunctionAsync("(field) => !field.isConnected", field);
        (await page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(language);
    }

    /// <summary>The address of a shared group with guests' choices.</summary>
    private async Task<string> ShareAsync()
    {
        var group = await server.Admin.CreateGroupAsync("For guests", isPublished: false);
        await server.Admin.AddImageAsync(group, "1.jpg", TestImages.Jpeg(96, 64, 1));
        await server.Admin.AddImageAsync(group, "2.jpg", TestImages.Jpeg(96, 64, 2));
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true, expiresInSeconds = 864_000 }).JsonAsync(HttpStatusCode.Created);
        return new Uri(server.Url, link.Text("url")!).ToString();
    }
}
