using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Search;

/// <summary>The search of groups and photos, and the photos by date.</summary>
public sealed class SearchTests(SearchTests.Filled filled, ImageHubServer other, Chromium chromium) : IClassFixture<SearchTests.Filled>, IClassFixture<ImageHubServer>
{
    private readonly ImageHubServer server = filled.Server;

    [Fact]
    public async Task Groups_and_photos_are_suggested_while_typing_and_chosen_by_keyboard()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        var box = await page.OpenSearchAsync();
        await box.FillAsync("harb");
        var list = page.GetByRole(AriaRole.Listbox, new() { Name = "Suggestions" });
        await list.GetByRole(AriaRole.Option).Nth(2).WaitForAsync();
        (await list.GetByRole(AriaRole.Option).AllInnerTextsAsync()).ShouldBe(["Harbour", "Harbour at dawn\nHarbour", "All results for “harb”"]);
        (await list.Locator("mark").AllInnerTextsAsync()).ShouldBe(["Harb", "Harb"]);
        await Assertions.Expect(box).ToHaveAttributeAsync("aria-expanded", "true");

        // The Escape that cancels an input method's composition keeps the field and its text.
        await box.EvaluateAsync("field => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true }))");
        await Assertions.Expect(box).ToHaveValueAsync("harb");
        await visit.ShouldBeAccessibleAsync("suggestions");
        await visit.ShouldFitANarrowScreenAsync("suggestions");

        await box.PressAsync("ArrowDown");
        await box.PressAsync("ArrowDown");
        await Assertions.Expect(list.GetByRole(AriaRole.Option, new() { Selected = true })).ToContainTextAsync("Harbour at dawn");
        await Assertions.Expect(box).ToBeFocusedAsync();
        await box.PressAsync("Escape");
        await Assertions.Expect(list).ToBeHiddenAsync();
        (await box.InputValueAsync()).ShouldBe("harb");
        await box.PressAsync("ArrowDown");
        await list.WaitForAsync();
        await box.PressAsync("ArrowDown");
        await box.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Harbour", Level = 1 }).WaitForAsync();
        page.Url.ShouldEndWith("/groups/harbour");
    }

    [Fact]
    public async Task Typing_on_deselects_the_suggestion()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        var box = await page.OpenSearchAsync();
        await box.FillAsync("harb");
        var options = page.GetByRole(AriaRole.Listbox, new() { Name = "Suggestions" }).GetByRole(AriaRole.Option);
        await options.Nth(2).WaitForAsync();
        await box.PressAsync("ArrowDown");
        await Assertions.Expect(options.First).ToHaveAttributeAsync("aria-selected", "true");
        await box.PressSequentiallyAsync("our");
        await Assertions.Expect(page.GetByRole(AriaRole.Listbox, new() { Name = "Suggestions" }).GetByRole(AriaRole.Option, new() { Selected = true })).ToHaveCountAsync(0);
        await box.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Results for “harbour”", Level = 1 }).WaitForAsync();
    }

    [Fact]
    public async Task A_group_with_many_photos_gets_a_few_suggestions_in_natural_order_beside_those_of_other_groups()
    {
        var (harbour, winter) = (await other.Admin.CreateGroupAsync("Harbour"), await other.Admin.CreateGroupAsync("Winter"));
        var photos = (IEnumerable<(Guid, string)>)[(winter, "The cafe"), (harbour, "Cafe 9"), (harbour, "Cafe 10"), (harbour, "Cafe 11"), (harbour, "Cafe 12")];
        foreach (var (group, title) in photos)
        {
            var id = await other.Admin.AddImageAsync(group, $"{title}.jpg", TestImages.Jpeg(60, 40, 500 + title.Length + title[^1]));
            await other.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { title }).StatusAsync(HttpStatusCode.OK);
        }

        await using var visit = await chromium.VisitAsync(other);
        var page = visit.Page;
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(new Uri(request.Url).AbsolutePath);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Winter" }).WaitForAsync();
        asked.Clear();
        await (await page.OpenSearchAsync()).FillAsync("cafe");
        var list = page.GetByRole(AriaRole.Listbox, new() { Name = "Suggestions" });
        await list.GetByRole(AriaRole.Option).Nth(4).WaitForAsync();
        (await list.GetByRole(AriaRole.Option).AllInnerTextsAsync())
            .ShouldBe(["Cafe 9\nHarbour", "Cafe 10\nHarbour", "Cafe 11\nHarbour", "The cafe\nWinter", "All results for “cafe”"]);

        // The groups' titles come from the gallery's data.
        asked.Count(path => path.StartsWith("/api/v1/groups", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task The_request_for_an_outdated_search_term_is_cancelled()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var asked = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        page.RequestFailed += (_, request) =>
        {
            if (request.Url.Contains("q=harbx", StringComparison.Ordinal))
            {
                cancelled.TrySetResult();
            }
        };
        await page.RouteAsync("**/api/v1/*q=harbx*", _ =>
        {
            asked.TrySetResult();
            return Task.CompletedTask;
        });
        await page.GotoAsync("/");
        await (await page.OpenSearchAsync()).FillAsync("harbx");
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await Box(page).FillAsync("harb");
        await cancelled.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await page.GetByRole(AriaRole.Option, new() { Name = "Harbour", Exact = true }).WaitForAsync();
    }

    [Fact]
    public async Task Results_list_groups_before_photos_and_the_address_contains_the_search()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await (await page.OpenSearchAsync()).FillAsync("harb");
        await Box(page).PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync("/search?q=harb");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Results for “harb”", Level = 1 }).WaitForAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Galleries" }).GetByRole(AriaRole.Link, new() { Name = "Harbour" }).WaitForAsync();
        await PhotosAsync(page, "Harbour at dawn");
        await visit.ShouldBeAccessibleAsync("results");
        await visit.ShouldFitANarrowScreenAsync("results");

        // The viewer opens above the results and returns to them.
        await page.GetByRole(AriaRole.Link, new() { Name = "Harbour at dawn" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/search/images/[^?]+\\?q=harb$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page).ToHaveURLAsync("/search?q=harb");
        await PhotosAsync(page, "Harbour at dawn");

        await Box(page).FillAsync("nothing of the kind");
        await Box(page).PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Nothing was found" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a search without a result");
        await page.GoBackAsync();
        await PhotosAsync(page, "Harbour at dawn");
        (await Box(page).InputValueAsync()).ShouldBe("harb");
    }

    [Fact]
    public async Task Tags_filter_photos_and_the_details_of_a_photo_link_to_its_tags()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync($"/groups/{filled.Harbour}/images/{filled.Dawn}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "sea", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/search?tag=sea");
        await PhotosAsync(page, "Waves", "Harbour at dawn");

        var sea = page.GetByRole(AriaRole.Button, new() { Name = "sea 2" });
        await Assertions.Expect(sea).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByRole(AriaRole.Button, new() { Name = "boat 1" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/search?tag=sea&tag=boat");
        await PhotosAsync(page, "Harbour at dawn");
        await sea.ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/search?tag=boat");
        await page.GoBackAsync();
        await page.GoBackAsync();
        await PhotosAsync(page, "Waves", "Harbour at dawn");

        await page.GetByLabel("Sort by").SelectOptionAsync("createdAt");
        await Assertions.Expect(page).ToHaveURLAsync("/search?tag=sea&sort=createdAt");
        await PhotosAsync(page, "Harbour at dawn", "Waves");
    }

    [Fact]
    public async Task A_tag_in_the_details_opens_with_the_first_tap_after_a_while_of_reading()
    {
        await using var visit = await chromium.VisitAsync(server, onPhone: true);
        var page = visit.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync($"/groups/{filled.Harbour}/images/{filled.Dawn}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Details" }).TapAsync();
        var tag = page.GetByRole(AriaRole.Link, new() { Name = "sea", Exact = true });
        await tag.WaitForAsync();
        await page.Clock.RunForAsync(4_000);
        await Assertions.Expect(page.Locator(".yarl__toolbar")).ToHaveCSSAsync("opacity", "0");
        await tag.TapAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/search?tag=sea");
    }

    [Fact]
    public async Task Photos_are_grouped_by_month_and_the_visitor_can_jump_to_years_and_months()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "By date" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/timeline");
        await MonthsAsync(page, "July 2026: Waves, Harbour at dawn", "December 2019: Snow", "January 2019: Ice");
        await visit.ShouldBeAccessibleAsync("the photos by date");
        await visit.ShouldFitANarrowScreenAsync("the photos by date");

        await page.GetByRole(AriaRole.Navigation, new() { Name = "Years" }).GetByRole(AriaRole.Link, new() { Name = "2019" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync("/timeline?month=2019-12");
        await MonthsAsync(page, "December 2019: Snow", "January 2019: Ice");
        await page.GetByLabel("Month").SelectOptionAsync("2019-01");
        await MonthsAsync(page, "January 2019: Ice");
        await page.GetByRole(AriaRole.Link, new() { Name = "Newer photos" }).ClickAsync();
        await MonthsAsync(page, "December 2019: Snow", "January 2019: Ice");

        // The viewer moves on across months. Escape leads back to the page that starts at December 2019.
        await page.GetByRole(AriaRole.Link, new() { Name = "Snow" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Status)).ToHaveTextAsync("1 of 2, Snow");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/timeline/images/{filled.Ice}\\?month=2019-12$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page).ToHaveURLAsync("/timeline?month=2019-12");
        await MonthsAsync(page, "December 2019: Snow", "January 2019: Ice");
    }

    [Fact]
    public async Task The_month_list_keeps_the_focus_while_the_photos_of_the_month_load()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync("/timeline");
        var month = page.GetByLabel("Month");
        await month.FocusAsync();
        await month.SelectOptionAsync("2019-12");
        await MonthsAsync(page, "December 2019: Snow", "January 2019: Ice");
        await Assertions.Expect(month).ToBeFocusedAsync();
        await Assertions.Expect(month).ToHaveValueAsync("2019-12");
    }

    [Fact]
    public async Task Admins_find_hidden_items_but_no_users_images()
    {
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync();
        var page = visit.Page;
        await page.GotoAsync("/search?q=secret");
        await PhotosAsync(page, "Secret");
        await page.GotoAsync("/search?q=.jpg");
        await PhotosAsync(page, "Secret", "Ice", "Snow", "Waves", "Harbour at dawn");

        // The tags and months are those of the photos shown.
        await page.GotoAsync("/search");
        await page.GetByRole(AriaRole.Button, new() { Name = "boat" }).WaitForAsync();
        await Assertions.Expect(page.GetByText("passport")).ToHaveCountAsync(0);
        await page.GotoAsync("/timeline");
        await Assertions.Expect(page.GetByLabel("Month").Locator("option:checked")).ToHaveTextAsync("July 2026");
        (await page.GetByLabel("Month").Locator("option").AllInnerTextsAsync()).ShouldBe(["July 2026", "December 2019", "January 2019"]);
    }

    private static ILocator Box(IPage page) => page.GetByRole(AriaRole.Combobox, new() { Name = "Search galleries and photos" });

    private static Task PhotosAsync(IPage page, params string[] expected)
    {
        Func<Task<string>> photos = () => page.EvaluateAsync<string>("[...document.querySelectorAll('[id^=photo-] img[srcset]')].map(image => image.alt).join(', ')");
        return photos.ShouldBecomeAsync(string.Join(", ", expected));
    }

    private static Task MonthsAsync(IPage page, params string[] expected)
    {
        Func<Task<string>> months = () => page.EvaluateAsync<string>("""
            () => [...document.querySelectorAll('main section')]
              .map((section) => `${section.querySelector('h2').innerText}: ${[...section.querySelectorAll('[id^=photo-] img[srcset]')].map(image => image.alt).join(', ')}`)
              .join('; ')
            """);
        return months.ShouldBecomeAsync(string.Join("; ", expected));
    }

    [Fact]
    public async Task A_photo_that_is_deleted_disappears_from_the_list_by_date_when_the_visitor_returns_to_the_tab()
    {
        var group = await other.Admin.CreateGroupAsync("Dated");
        var (kept, deleted) = (await other.Admin.AddImageAsync(group, "kept.jpg", TestImages.Jpeg(60, 40, 701)), await other.Admin.AddImageAsync(group, "deleted.jpg", TestImages.Jpeg(60, 40, 702)));
        await using var visit = await chromium.VisitAsync(other);
        visit.Expects("404");
        var page = visit.Page;
        await page.GotoAsync("/timeline");
        await page.Locator($"#photo-{deleted}").WaitForAsync();
        await other.Admin.DeleteAsync($"/api/v1/images/{deleted}").StatusAsync(HttpStatusCode.NoContent);
        await page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 60_000; dispatchEvent(new Event('visibilitychange')); }");
        await Assertions.Expect(page.Locator($"#photo-{deleted}")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator($"#photo-{kept}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_photo_that_a_search_no_longer_finds_is_shown_alone()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.GotoAsync($"/search/images/{filled.Ice}?q=sea");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Next photo" })).ToBeDisabledAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Previous photo" })).ToBeDisabledAsync();
    }

    /// <summary>A server with content to search. No test changes it.</summary>
    public sealed class Filled(ImageHub.Testing.Database.PostgresServer postgres) : IAsyncLifetime
    {
        public ImageHubServer Server { get; private set; } = null!;

        public Guid Harbour { get; private set; }

        public Guid Dawn { get; private set; }

        public Guid Ice { get; private set; }

        public async ValueTask InitializeAsync()
        {
            Server = await ImageHubServer.StartAsync(postgres);
            Harbour = await Server.Admin.CreateGroupAsync("Harbour");
            var winter = await Server.Admin.CreateGroupAsync("Winter");
            var hidden = await Server.Admin.CreateGroupAsync("Hidden", isPublished: false);
            Dawn = await AddAsync(Harbour, "Harbour at dawn", "2026-07-01T05:00:00", "sea", "boat");
            await AddAsync(Harbour, "Waves", "2026-07-31T23:59:00", "sea");
            await AddAsync(winter, "Snow", "2019-12-31T12:00:00", "snow");
            Ice = await AddAsync(winter, "Ice", "2019-01-01T12:00:00");
            await AddAsync(hidden, "Secret", "2019-01-01T12:00:00");
            await Server.Admin.CreateUserAsync("ada");
            using var ada = await Server.SignInAsync("ada", ImageHubServer.UserPassword);
            var own = (await ada.PutAsync("/api/v1/me/images/secret-own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 99))).JsonAsync(HttpStatusCode.Created)).Id();
            await Server.Admin.PatchAsJsonAsync($"/api/v1/images/{own}", new { tags = (string[])["passport"] }).StatusAsync(HttpStatusCode.OK);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private async Task<Guid> AddAsync(Guid group, string title, string taken, params string[] tags)
        {
            var id = await Server.Admin.AddImageAsync(group, $"{title.Length}.jpg", TestImages.Jpeg(480, 320, title.Length));
            await Server.SqlAsync($"UPDATE images SET taken_at = '{taken}', taken_or_created_at = '{taken}' WHERE id = '{id}'");
            await Server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { title, tags }).StatusAsync(HttpStatusCode.OK);
            return id;
        }
    }
}
