using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.BrowserTests.Inventory;

/// <summary>Stock on a group's page, and at the desk.</summary>
public sealed class StockTests(StockTests.Products products, PostgresServer postgres, Chromium chromium) : IClassFixture<StockTests.Products>
{
    private readonly ImageHubServer server = products.Server;

    [Fact]
    public async Task The_page_of_a_group_shows_its_latest_stock_level()
    {
        var group = await GroupAsync("Chair", "P-chair");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var answered = page.WaitForResponseAsync("**/inventory/levels?*");
        await page.GotoAsync($"/groups/{group}");
        (await (await answered).TextAsync()).ShouldBe("""{"items":[]}""");
        await page.GetByText("0 photos").WaitForAsync();
        (await page.GetByText("in stock").CountAsync()).ShouldBe(0);

        await RecordAsync("P-chair", (1_500, Hours(-3)), (1_234, Hours(-1)));
        await page.ReloadAsync();
        var level = page.GetByText("1,234 in stock");
        await level.WaitForAsync();
        (await level.GetAttributeAsync("title"))!.ShouldStartWith("Counted ");
        await visit.ShouldBeAccessibleAsync("a group with a level");
        await visit.ShouldFitANarrowScreenAsync("a group with a level");
    }

    [Fact]
    public async Task Without_the_setting_no_page_shows_products()
    {
        await using var plain = await ImageHubServer.StartAsync(postgres);
        var group = (await plain.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Chair", productId = "P-chair", isPublished = true }).JsonAsync(HttpStatusCode.Created)).Id();
        await plain.Admin.PostAsJsonAsync("/api/v1/inventory/records", new { items = new[] { new { productId = "P-chair", quantity = 5, timestamp = Hours(-1) } } }).StatusAsync(HttpStatusCode.Created);
        (await plain.Visitor.GetAsync("/api/v1/inventory/levels?productIds=P-chair").JsonAsync()).Items().ShouldHaveSingleItem();
        await using var visit = await chromium.VisitAsync(plain);
        var page = visit.Page;
        await page.GotoAsync($"/groups/{group}");
        await page.GetByText("0 photos").WaitForAsync();
        (await page.GetByText("in stock").CountAsync()).ShouldBe(0);

        await visit.SignInAsync($"/admin/groups/{group}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Chair" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).WaitForAsync();
        (await page.GetByRole(AriaRole.Menuitem, new() { Name = "Stock" }).CountAsync()).ShouldBe(0);
        await page.Keyboard.PressAsync("Escape");
        (await page.GetByText("P-chair").CountAsync()).ShouldBe(0);
        await page.GotoAsync($"/admin/groups/{group}/stock");
        await page.GetByText("There is nothing here").WaitForAsync();
    }

    [Fact]
    public async Task An_admin_sets_changes_and_removes_a_product_id_at_the_desk()
    {
        var group = await server.Admin.CreateGroupAsync("Lamp");
        await RecordAsync("P-lamp", (7, Hours(-1)));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}");

        await MenuAsync("Add a product ID");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Product ID" }).FillAsync("P-lamp");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("7 in stock").WaitForAsync();
        Func<Task<string?>> saved = async () => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("productId");
        await saved.ShouldBecomeAsync("P-lamp");

        await page.GetByRole(AriaRole.Button, new() { Name = "P-lamp, edit product id" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Product ID" }).FillAsync("");
        await page.Keyboard.PressAsync("Enter");
        await saved.ShouldBecomeAsync(null);
        await page.GetByRole(AriaRole.Link, new() { Name = "Stock", Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Actions for Lamp");
        await MenuAsync("Stock");
        await page.GetByText("This group has no product ID").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("stock of a group without a product");

        async Task MenuAsync(string action)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Lamp" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = action, Exact = true }).ClickAsync();
        }
    }

    [Fact]
    public async Task The_history_is_a_chart_with_a_table_of_the_chosen_period()
    {
        var group = await GroupAsync("Table", "P-table");
        await RecordAsync("P-table", [.. Enumerable.Range(0, 100).Select(i => ((long)(40 + (i % 25)), Hours(-6 * i)))]);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}/stock");

        // 30 days include all records. The last quantity is 40.
        await page.GetByRole(AriaRole.Img, new() { Name = "lowest 40, highest 64, last 40" }).WaitForAsync();
        await page.GetByText("40 in stock").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a chart");
        await page.GetByText("Show as a table").ClickAsync();
        (await page.GetByRole(AriaRole.Row).CountAsync()).ShouldBe(101);
        await visit.ShouldBeAccessibleAsync("a chart with its table");
        await visit.ShouldFitANarrowScreenAsync("a chart with its table");

        // 24 hours include the records of now and of 6, 12 and 18 hours ago, and no others.
        await page.GetByRole(AriaRole.Link, new() { Name = "24 hours" }).ClickAsync();
        await page.GetByRole(AriaRole.Img, new() { Name = "lowest 40, highest 43, last 40" }).WaitForAsync();
        (await page.GetByRole(AriaRole.Link, new() { Name = "24 hours" }).GetAttributeAsync("aria-current")).ShouldBe("page");
    }

    [Fact]
    public async Task The_chart_names_its_oldest_time_on_the_left_in_Arabic_too()
    {
        var group = await GroupAsync("Clock", "P-clock");
        await RecordAsync("P-clock", (5, Hours(-3)), (7, Hours(-1)));
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.EvaluateAsync("localStorage.setItem('imagehub.language', 'ar')");
        await page.GotoAsync($"/admin/groups/{group}/stock");
        await page.Locator("figure [role=img]").WaitForAsync();
        (await page.EvaluateAsync<bool>("""
            () => {
              const [from, to] = document.querySelectorAll("figure [role=img] + [aria-hidden] span");
              return from.getBoundingClientRect().left < to.getBoundingClientRect().left;
            }
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_CSV_file_is_shown_with_its_errors_and_recorded_once_after_they_are_corrected()
    {
        var group = await GroupAsync("Shelf", "P-shelf");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}/stock");
        await page.GetByText("No stock recorded in this time").WaitForAsync();

        await ChooseAsync(page, $"productId,quantity,timestamp\n,12,{Hours(-1):O}\nP-other,minus one,2026-05-01\n");
        await page.GetByText("1 line is ready, 1 line needs correcting").WaitForAsync();
        var complaints = page.GetByRole(AriaRole.List, new() { Name = "Errors" }).GetByRole(AriaRole.Listitem);
        (await complaints.AllInnerTextsAsync()).Select(text => string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(
        [
            "Line 3, quantity minus one A whole number from 0 to 9,007,199,254,740,991.",
            "Line 3, timestamp 2026-05-01 Date and time with a time zone, such as 2026-05-01T10:34:56Z.",
        ]);
        await visit.ShouldBeAccessibleAsync("a file with complaints");
        await visit.ShouldFitANarrowScreenAsync("a file with complaints");
        (await page.GetByRole(AriaRole.Button, new() { Name = "Record " }).CountAsync()).ShouldBe(0);

        await ChooseAsync(page, $"productId,quantity,timestamp\n,99,{Hours(-1):O}\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record 1 line" }).WaitForAsync();

        // A corrected file with the same name is read again.
        await ChooseAsync(page, $"productId,quantity,timestamp\n,12,{Hours(-1):O}\nP-other,1,{Hours(-2):O}\n");
        await visit.ShouldBeAccessibleAsync("a file that is ready");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record 2 lines" }).ClickAsync();
        await page.GetByText("2 lines recorded.").WaitForAsync();
        await page.GetByText("12 in stock").WaitForAsync();
        (await server.Admin.GetAsync("/api/v1/inventory/levels?productIds=P-shelf,P-other").JsonAsync()).Items().Select(level => level.GetProperty("quantity").GetInt32()).ShouldBe([12, 1]);
    }

    [Fact]
    public async Task A_file_that_is_not_in_UTF_8_is_refused()
    {
        var group = await GroupAsync("Sizes", "P-sizes");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}/stock");

        await ChooseAsync(page, Encoding.Latin1.GetBytes($"quantity;timestamp;productId\n1;{Hours(-1):O};Größe-1\n"));
        await page.GetByText("stock.csv: The file is not in UTF-8. In Excel, save it as “CSV UTF-8” and choose it again.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a file in another encoding");
        (await page.GetByRole(AriaRole.Button, new() { Name = "Record " }).CountAsync()).ShouldBe(0);

        await ChooseAsync(page, $"quantity;timestamp;productId\n1;{Hours(-1):O};Größe-1\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record 1 line" }).WaitForAsync();
        (await page.GetByRole(AriaRole.Alert).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_needs_more_requests_than_a_minute_allows_is_recorded_completely()
    {
        await using var slow = await ImageHubServer.StartAsync(
            postgres, new() { ["Inventory:Enabled"] = "true", ["RateLimits:Routes:InventoryWrites:Burst"] = "1", ["RateLimits:Routes:InventoryWrites:PerMinute"] = "60" });
        var group = (await slow.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Many", productId = "P-many" }).JsonAsync(HttpStatusCode.Created)).Id();
        await using var visit = await chromium.VisitAsync(slow);
        visit.Expects("429");
        await visit.SignInAsync($"/admin/groups/{group}/stock");

        var first = Hours(-20_000);
        await ChooseAsync(visit.Page, $"quantity,timestamp\n{string.Join('\n', Enumerable.Range(0, 20_001).Select(i => $"{i},{first.AddMinutes(i):O}"))}\n");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record 20,001 lines" }).ClickAsync();

        await visit.Page.GetByText("20,001 lines recorded.").WaitForAsync();
        (await slow.Admin.GetAsync("/api/v1/inventory/levels?productIds=P-many").JsonAsync()).Items().ShouldHaveSingleItem().GetProperty("quantity").GetInt32().ShouldBe(20_000);
    }

    [Fact]
    public async Task Items_that_the_server_refuses_are_reported_and_recorded_items_are_not_sent_again()
    {
        var group = await GroupAsync("Long", "P-long");
        var first = Hours(-20_000);
        await RecordAsync("P-long", (1, first.AddMinutes(15_000)));
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("409");
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}/stock");

        var lines = Enumerable.Range(0, 20_005).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{first.AddMinutes(i):O}"));
        await ChooseAsync(page, "quantity,timestamp\n" + string.Join('\n', lines));
        await page.GetByRole(AriaRole.Button, new() { Name = "Record 20,005 lines" }).ClickAsync();
        await page.GetByText("10,000 of 20,005 lines were recorded. For 1 line, the same product and time are recorded with another quantity, first for P-long at").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Record 10,005 lines" }).WaitForAsync();
        (await server.Admin.GetAsync("/api/v1/inventory/records?productId=P-long&limit=1").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(10_001);
    }

    [Fact]
    public async Task Lines_that_a_request_without_an_answer_has_recorded_are_left_out_of_the_next_one()
    {
        await using var own = await ImageHubServer.StartAsync(postgres, new() { ["Inventory:Enabled"] = "true" });
        var group = (await own.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Lost", productId = "P-lost" }).JsonAsync(HttpStatusCode.Created)).Id();
        await using var visit = await chromium.VisitAsync(own);
        visit.Expects("409|ERR_FAILED");
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}/stock");
        var first = Hours(-20_000);
        await ChooseAsync(page, $"quantity,timestamp\n{string.Join('\n', Enumerable.Range(0, 10_002).Select(i => $"{i},{first.AddMinutes(i):O}"))}\n");
        var isLost = false;
        await page.RouteAsync("**/api/v1/inventory/records", async route =>
        {
            if (isLost)
            {
                await route.ContinueAsync();
                return;
            }

            isLost = true;
            (await route.FetchAsync()).Status.ShouldBe(201);
            await route.AbortAsync();
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Record 10,002 lines" }).ClickAsync();
        await page.GetByText("It is not known whether anything was recorded. Record again: lines that are recorded already are left out.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a recording without an answer");

        await page.GetByRole(AriaRole.Button, new() { Name = "Record 10,002 lines" }).ClickAsync();
        await page.GetByText("2 lines recorded. 10,000 lines were recorded before.").WaitForAsync();
        (await own.Admin.GetAsync("/api/v1/inventory/records?productId=P-lost&limit=1").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(10_002);
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Choose a CSV file");
    }

    [Fact]
    public async Task While_a_file_is_recorded_no_other_is_chosen_and_a_failure_is_reported_on_the_next_page()
    {
        var group = await GroupAsync("Left", "P-left");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("500");
        var page = visit.Page;
        await visit.SignInAsync($"/admin/groups/{group}/stock");
        await ChooseAsync(page, $"quantity,timestamp\n1,{Hours(-1):O}\n");
        var answers = new TaskCompletionSource();
        await page.RouteAsync("**/api/v1/inventory/records", async route =>
        {
            await answers.Task;
            await route.FulfillAsync(new() { Status = 500 });
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Record 1 line" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Choose a CSV file" })).ToHaveAttributeAsync("aria-disabled", "true");
        await visit.GoToAsync("Uploads");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Uploads", Level = 1 }).WaitForAsync();
        answers.SetResult();
        await page.GetByText("It is not known whether anything was recorded.").WaitForAsync();
    }

    private static DateTimeOffset Hours(int hours) => DateTimeOffset.UtcNow.AddHours(hours);

    private static Task ChooseAsync(IPage page, string csv) => ChooseAsync(page, Encoding.UTF8.GetBytes(csv));

    private static Task ChooseAsync(IPage page, byte[] csv) =>
        page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "stock.csv", MimeType = "text/csv", Buffer = csv });

    private async Task<Guid> GroupAsync(string title, string productId) =>
        (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title, productId }).JsonAsync(HttpStatusCode.Created)).Id();

    private Task RecordAsync(string productId, params (long Quantity, DateTimeOffset Timestamp)[] items) => server.Admin
        .PostAsJsonAsync("/api/v1/inventory/records", new { items = items.Select(item => new { productId, quantity = item.Quantity, timestamp = item.Timestamp }) })
        .StatusAsync(HttpStatusCode.Created);

    /// <summary>A server whose pages show products.</summary>
    public sealed class Products(PostgresServer postgres) : IAsyncLifetime
    {
        internal ImageHubServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await ImageHubServer.StartAsync(postgres, new() { ["Inventory:Enabled"] = "true" });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
