using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.Inventory;

public sealed class InventoryTests(InventoryTests.Unlimited unlimited) : IClassFixture<InventoryTests.Unlimited>
{
    private const string Records = "/api/v1/inventory/records";

    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static int products;

    private readonly ImageHubServer server = unlimited.Server;
    private readonly string product = $"P-{Interlocked.Increment(ref products)}";

    [Fact]
    public async Task Records_are_listed_and_counted_in_a_time_range_that_includes_both_ends()
    {
        using (var answer = await PostAsync((product, 3, Noon.AddHours(2)), (product, 1, Noon), ("another", 9, Noon), (product, 2, Noon.AddHours(1))))
        {
            (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.Created, ""));
        }

        var all = await server.Admin.GetAsync($"{Records}?productId={product}").JsonAsync();
        all.EnumerateObject().Select(field => field.Name).ShouldBe(["items", "limit", "offset", "count"], ignoreOrder: true);
        (all.GetProperty("count").GetInt32(), all.GetProperty("limit").GetInt32(), all.GetProperty("offset").GetInt32()).ShouldBe((3, 50, 0));
        all.Items().Select(item => (item.Text("productId"), item.GetProperty("quantity").GetInt64(), item.Text("timestamp"))).ShouldBe(
            [(product, 1, "2026-05-01T12:00:00Z"), (product, 2, "2026-05-01T13:00:00Z"), (product, 3, "2026-05-01T14:00:00Z")]);
        all.Items().Select(item => item.Id().Version).ShouldAllBe(version => version == 7);

        // The end of the range, 14:00 UTC, is written in another time zone.
        var some = await server.Admin.GetAsync($"{Records}?productId={product}&from=2026-05-01T13:00:00Z&to=2026-05-01T16:00:00%2B02:00&limit=1").JsonAsync();
        (some.GetProperty("count").GetInt32(), some.Items().Single().GetProperty("quantity").GetInt64()).ShouldBe((2, 2L));
        var last = await server.Admin.GetAsync($"{Records}?productId={product}&limit=500&offset=2").JsonAsync();
        last.Items().Single().GetProperty("quantity").GetInt64().ShouldBe(3);
        (await server.Admin.GetAsync($"{Records}?productId={product}&offset=99999").JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_cursor_form_gives_every_record_once_and_the_page_form_has_totals()
    {
        await RecordAsync(Enumerable.Range(0, 30).Select(i => (product, (long)i, Noon.AddSeconds(i))));

        var followed = new List<long>();
        string? cursor = "";
        while (cursor is not null)
        {
            var part = await server.Admin.GetAsync($"{Records}?productId={product}&from=2026-05-01T12:00:05Z&pageSize=7&cursor={cursor}").JsonAsync();
            part.EnumerateObject().Select(field => field.Name).ShouldBe(["items", "nextCursor"], ignoreOrder: true);
            followed.AddRange(part.Items().Select(Quantity));
            cursor = part.Text("nextCursor");
        }

        followed.ShouldBe(Enumerable.Range(5, 25).Select(i => (long)i));
        using var answer = await server.Admin.GetAsync($"{Records}?productId={product}&page=2&pageSize=20");
        answer.Headers.GetValues("Link").Single().ShouldContain("rel=\"prev\"");
        var page = await Task.FromResult(answer).JsonAsync();
        (page.Items().Count, page.GetProperty("totalItems").GetInt32(), page.TryGetProperty("count", out _)).ShouldBe((10, 30, false));

        var first = (await server.Admin.GetAsync($"{Records}?productId={product}&pageSize=1&cursor=").JsonAsync()).Text("nextCursor");
        await ErrorAsync($"{Records}?productId=another&cursor={first}", "cursor");
        await ErrorAsync($"{Records}?productId={product}&to=2026-05-02T00:00:00Z&cursor={first}", "cursor");
    }

    [Theory]
    [InlineData("records", "productId")]
    [InlineData("records?productId=", "productId")]
    [InlineData("records?productId=P&limit=501", "limit")]
    [InlineData("records?productId=P&limit=0", "limit")]
    [InlineData("records?productId=P&offset=100000", "offset")]
    [InlineData("records?productId=P&limit=5&cursor=", "limit")]
    [InlineData("records?productId=P&pageSize=501", "pageSize")]
    [InlineData("records?productId=P&from=2026-05-01", "from")]
    [InlineData("records?productId=P&from=2026-05-01T00:00:01Z&to=2026-05-01T00:00:00Z", "to")]
    [InlineData("history", "productId")]
    [InlineData("history?productId=P&points=0", "points")]
    [InlineData("history?productId=P&points=1001", "points")]
    [InlineData("history?productId=P&from=2026-05-01T00:00:01Z&to=2026-05-01T00:00:00Z", "to")]
    [InlineData("levels", "productIds")]
    [InlineData("levels?productIds=", "productIds")]
    [InlineData("levels?productIds=A,,B", "productIds")]
    public async Task A_wrong_query_names_the_field(string path, string field) => await ErrorAsync($"/api/v1/inventory/{path}", field);

    [Fact]
    public async Task A_query_for_levels_of_more_than_a_hundred_products_is_refused()
    {
        await server.Visitor.GetAsync($"/api/v1/inventory/levels?productIds={string.Join(',', Enumerable.Range(1, 100))}").StatusAsync(HttpStatusCode.OK);
        await ErrorAsync($"/api/v1/inventory/levels?productIds={string.Join(',', Enumerable.Range(1, 101))}", "productIds");
    }

    [Theory]
    [InlineData("""{"productId":"P","quantity":-1,"timestamp":"2026-05-01T00:00:00Z"}""", "quantity", "is -1; 0 to 9007199254740991")]
    [InlineData("""{"productId":"P","quantity":9007199254740992,"timestamp":"2026-05-01T00:00:00Z"}""", "quantity", "is 9007199254740992; 0 to 9007199254740991")]
    [InlineData("""{"productId":"P","quantity":1.5,"timestamp":"2026-05-01T00:00:00Z"}""", "quantity", "not a whole number")]
    [InlineData("""{"productId":"P","quantity":"1","timestamp":"2026-05-01T00:00:00Z"}""", "quantity", "is text; a whole number is allowed")]
    [InlineData("""{"productId":"","quantity":1,"timestamp":"2026-05-01T00:00:00Z"}""", "productId", "1 to 200 characters")]
    [InlineData("""{"productId":"\u0000","quantity":1,"timestamp":"2026-05-01T00:00:00Z"}""", "productId", "control character")]
    [InlineData("""{"productId":"P","quantity":1,"timestamp":"2026-05-01T00:00:00"}""", "timestamp", "is '2026-05-01T00:00:00', which is not a time; send date and time with Z or an offset")]
    [InlineData("""{"productId":"P","quantity":1,"timestamp":1777593600}""", "timestamp", "send date and time with Z or an offset")]
    [InlineData("""{"productId":"P","quantity":1,"timestamp":"1969-12-31T23:59:59Z"}""", "timestamp", "is 1969-12-31T23:59:59.0000000+00:00; 1970-01-01T00:00:00Z to ")]
    [InlineData("""{"productId":"P","quantity":1,"timestamp":"9999-12-31T23:59:59Z"}""", "timestamp", "at most 5 minutes ahead")]
    [InlineData("""{"productId":"P","quantity":1}""", "timestamp", "is missing")]
    [InlineData("""{"productId":"P","quantity":1,"timestamp":"2026-05-01T00:00:00Z","unit":"kg"}""", "unit", "There is no field 'unit'. Allowed are: productId, quantity, timestamp.")]
    public async Task An_invalid_item_is_reported_with_its_value_and_the_allowed_values_and_nothing_is_recorded(string item, string field, string text)
    {
        var body = $$"""{"items":[{"productId":"{{product}}","quantity":1,"timestamp":"2026-05-01T00:00:00Z"},{{item}}]}""";
        var problem = await server.Admin.PostAsync(Records, new StringContent(body, Encoding.UTF8, "application/json")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        var error = problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem();
        error.Name.ShouldBe($"items[1].{field}");
        error.Value[0].GetString()!.ShouldContain(text);
        (await server.Admin.GetAsync($"{Records}?productId={product}").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_product_id_has_at_most_200_characters()
    {
        var longest = string.Concat(Enumerable.Repeat("📦", 200));
        await RecordAsync((longest, 1, Noon));
        (await server.Admin.GetAsync($"{Records}?productId={Uri.EscapeDataString(longest)}").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(1);

        var problem = await PostAsync((longest + "x", 1, Noon)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("items[0].productId")[0].GetString().ShouldBe("items[0].productId has 201 characters; at most 200 are allowed.");
    }

    [Fact]
    public async Task A_record_time_may_be_five_minutes_in_the_future()
    {
        await RecordAsync((product, 1, DateTimeOffset.UtcNow.AddMinutes(4)));

        var problem = await PostAsync((product, 1, DateTimeOffset.UtcNow.AddMinutes(6))).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("items[0].timestamp");
    }

    [Fact]
    public async Task A_request_records_one_to_ten_thousand_items()
    {
        var many = Enumerable.Range(0, 10_001).Select(i => (product, (long)i, Noon.AddSeconds(i))).ToArray();
        foreach (var wrong in new[] { [], many })
        {
            var problem = await PostAsync(wrong).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").GetProperty("items")[0].GetString()!.ShouldContain("1 to 10,000 are allowed");
        }

        await RecordAsync(many[..10_000]);
        (await server.Admin.GetAsync($"{Records}?productId={product}&limit=1").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(10_000);
    }

    [Fact]
    public async Task An_answer_names_at_most_a_hundred_invalid_items()
    {
        var problem = await PostAsync([.. Enumerable.Range(0, 300).Select(i => (product, -1L, Noon.AddSeconds(i)))]).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Count().ShouldBe(100);
    }

    [Fact]
    public async Task A_body_over_four_mebibytes_is_refused_with_the_advice_to_split_it()
    {
        var longest = new string('x', 200);
        var items = Enumerable.Range(0, 10_000).Select(i => (longest + new string('y', 200), (long)i, Noon.AddSeconds(i))).ToArray();
        var problem = await PostAsync(items).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "bodyTooLarge");

        problem.Text("detail")!.ShouldContain("several requests");
    }

    [Fact]
    public async Task An_existing_record_time_is_a_conflict_that_names_the_first_item_and_records_nothing()
    {
        await RecordAsync((product, 1, Noon), (product, 2, Noon.AddHours(1)));

        var problem = await PostAsync((product, 5, Noon.AddHours(5)), (product, 6, Noon.AddHours(1)), (product, 7, Noon)).ProblemAsync(HttpStatusCode.Conflict, "duplicateRecord");

        problem.Text("detail")!.ShouldStartWith($"items[1] has the productId '{product}' and the time 2026-05-01T13:00:00.0000000Z");
        (await QuantitiesAsync()).ShouldBe([1, 2]);
        (await HistoryAsync("points=1")).Single().Last.ShouldBe(2);
    }

    [Fact]
    public async Task Equal_times_within_one_request_are_a_conflict_also_in_microseconds_and_in_another_time_zone()
    {
        var twice = await PostAsync((product, 1, Noon), ("another", 1, Noon), (product, 2, Noon.AddTicks(9).ToOffset(TimeSpan.FromHours(2)))).ProblemAsync(HttpStatusCode.Conflict, "duplicateRecord");
        twice.Text("detail")!.ShouldStartWith("items[2] ");
        twice.Text("detail")!.ShouldContain("items[0] of the same request");
        (await QuantitiesAsync()).ShouldBeEmpty();

        await RecordAsync((product, 1, Noon), (product, 2, Noon.AddTicks(10)));
        await PostAsync((product, 1, Noon.AddTicks(19))).ProblemAsync(HttpStatusCode.Conflict, "duplicateRecord");
    }

    [Fact]
    public async Task Product_ids_are_compared_in_Unicode_form_C()
    {
        var (composed, decomposed) = ($"Caf\u00e9 {product}", $"Cafe\u0301 {product}");
        await RecordAsync((decomposed, 4, Noon));

        await PostAsync((composed, 4, Noon)).ProblemAsync(HttpStatusCode.Conflict, "duplicateRecord");
        foreach (var name in (string[])[composed, decomposed])
        {
            (await server.Admin.GetAsync($"{Records}?productId={Uri.EscapeDataString(name)}").JsonAsync()).Items().Single().Text("productId").ShouldBe(composed);
            (await LevelsAsync(server.Admin, name)).Single().ShouldBe((composed, 4));
        }

        (await LevelsAsync(server.Admin, $"{decomposed},{composed}")).ShouldBe([(composed, 4)]);
    }

    [Fact]
    public async Task When_parallel_requests_record_the_same_item_one_succeeds_and_the_others_are_conflicts()
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            // The callers insert in opposite orders, which could deadlock.
            var items = Enumerable.Range(0, 500).Select(i => ($"{product}-{i}", (long)caller, Noon)).ToArray();
            using var answer = await PostAsync(caller % 2 == 0 ? items : [.. items.Reverse()]);
            return answer.StatusCode;
        }));

        statuses.Order().ShouldBe([HttpStatusCode.Created, .. Enumerable.Repeat(HttpStatusCode.Conflict, 7)]);
    }

    [Fact]
    public async Task Rollups_of_parallel_requests_add_up()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => RecordAsync(Enumerable.Range(0, 100).Select(i => (product, (long)((caller * 100) + i), Noon.AddMinutes((caller * 100) + i))))));

        (await HistoryAsync("points=1")).Single().ShouldSatisfyAllConditions(
            point => point.Min.ShouldBe(0),
            point => point.Max.ShouldBe(799),
            point => point.Last.ShouldBe(799));
    }

    [Fact]
    public async Task Each_interval_of_the_history_has_its_smallest_largest_and_last_quantity()
    {
        await RecordAsync(
            (product, 5, Noon),
            (product, 9, Noon.AddMinutes(10)),
            (product, 2, Noon.AddMinutes(59)),
            (product, 7, Noon.AddMinutes(60)),
            (product, 4, Noon.AddMinutes(179)));

        // Records that arrive late are counted. Such a record is the last of its interval only if its time is the latest.
        await RecordAsync((product, 1, Noon.AddMinutes(30)), (product, 8, Noon.AddMinutes(61)));

        (await HistoryAsync("from=2026-05-01T12:00:00Z&to=2026-05-01T14:59:59Z&points=3")).ShouldBe(
        [
            ("2026-05-01T12:00:00Z", 1, 9, 2),
            ("2026-05-01T13:00:00Z", 7, 8, 8),
            ("2026-05-01T14:00:00Z", 4, 4, 4),
        ]);

        // Without a range, the history spans the first to the last record.
        (await HistoryAsync("points=1")).ShouldBe([("2026-05-01T12:00:00Z", 1, 9, 4)]);
        (await HistoryAsync("from=2026-06-01T00:00:00Z")).ShouldBeEmpty();
        (await HistoryAsync("from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z&points=1")).Single().Last.ShouldBe(4);
    }

    [Theory]
    [InlineData("2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", 1_000)]
    [InlineData("2026-05-01T12:00:07.000001Z", "2026-05-01T12:03:41.5Z", 2)]
    [InlineData("2026-05-01T12:00:07Z", "2026-05-01T19:03:41.5Z", 7)]
    [InlineData("2026-04-20T23:59:59.999999Z", "2026-05-09T03:00:00Z", 10)]
    [InlineData("2026-04-20T23:59:59.999999Z", "2026-05-09T03:00:00Z", 1_000)]
    [InlineData("2025-01-31T07:11:13Z", "2026-05-09T03:00:00Z", 13)]
    [InlineData("2025-01-31T07:11:13Z", "2026-05-09T03:00:00Z", 1)]
    [InlineData("2024-01-01T00:00:00Z", "2026-05-09T03:00:00Z", 200)]
    public async Task The_history_counts_exactly_the_records_of_its_range(string from, string to, int points)
    {
        var random = new Random(7);
        var records = Enumerable.Range(0, 3_000)
            .Select(i => i % 3 == 0 ? Noon.AddSeconds(random.Next(25_000)) : i % 3 == 1 ? Noon.AddMinutes(-random.Next(20_000)) : Noon.AddHours(-random.Next(17_000)))
            .Append(Noon)
            .Distinct()
            .Select(time => (Product: product, Quantity: (long)random.Next(1_000_000), Time: time))
            .ToArray();
        await RecordAsync(records);
        var (start, end) = (DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), DateTimeOffset.Parse(to, CultureInfo.InvariantCulture));
        var within = records.Where(record => record.Time >= start && record.Time <= end).OrderBy(record => record.Time).ToArray();

        (await server.Admin.GetAsync($"{Records}?productId={product}&from={from}&to={to}&limit=1").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(within.Length);
        var history = await HistoryAsync($"from={from}&to={to}&points={points}");

        history.Count.ShouldBeInRange(Math.Min(1, within.Length), points);
        var starts = history.Select(point => DateTimeOffset.Parse(point.At, CultureInfo.InvariantCulture)).ToArray();
        starts.ShouldBe(starts.Order());
        starts[0].ShouldBeGreaterThanOrEqualTo(start);
        var expected = within
            .GroupBy(record => starts.Last(at => at <= record.Time))
            .Select(part => (part.Min(record => record.Quantity), part.Max(record => record.Quantity), part.Last().Quantity));
        history.Select(point => (point.Min, point.Max, point.Last)).ShouldBe(expected);
    }

    [Fact]
    public async Task Levels_are_the_latest_quantities_in_the_requested_order()
    {
        var other = product + "-other";
        await RecordAsync((product, 1, Noon), (product, 12, Noon.AddHours(2)), (product, 3, Noon.AddHours(1)), (other, 0, Noon));

        var levels = await server.Admin.GetAsync($"/api/v1/inventory/levels?productIds={other},unknown,{product},{other}").JsonAsync();

        levels.Items().Select(level => (level.Text("productId"), Quantity(level), level.Text("timestamp"))).ShouldBe(
            [(other, 0, "2026-05-01T12:00:00Z"), (product, 12, "2026-05-01T14:00:00Z")]);
    }

    [Fact]
    public async Task Visitors_get_only_the_levels_of_published_groups()
    {
        string[] ids = [$"{product}-published", $"{product}-hidden", $"{product}-trashed", $"{product}-none", $"{product}, with a comma"];
        await RecordAsync(ids.Select(id => (id, 1L, Noon)));
        await GroupAsync(ids[0], isPublished: true);
        await GroupAsync(ids[0], isPublished: false);
        await GroupAsync(ids[1], isPublished: false);
        await server.Admin.DeleteAsync($"/api/v1/groups/{await GroupAsync(ids[2], isPublished: true)}").StatusAsync(HttpStatusCode.NoContent);
        await GroupAsync(ids[4], isPublished: true);
        var all = string.Join(',', ids[..4]);

        (await LevelsAsync(server.Visitor, all)).ShouldBe([(ids[0], 1)]);
        (await LevelsAsync(server.Visitor, ids[4])).ShouldBe([(ids[4], 1)]);
        (await LevelsAsync(server.Admin, all)).Count.ShouldBe(4);
        foreach (var (scope, count) in (ValueTuple<string, int>[])[("inventory", 4), ("admin", 4), ("read", 2), ("upload", 1)])
        {
            using var key = server.WithKey(await server.Admin.CreateKeyAsync(scope));
            (await LevelsAsync(key, all)).Count.ShouldBe(count, scope);
        }
    }

    [Fact]
    public async Task A_key_with_the_inventory_scope_records_and_lists()
    {
        using var key = server.WithKey(await server.Admin.CreateKeyAsync("inventory"));
        await key.PostAsJsonAsync(Records, new { items = new[] { new { productId = product, quantity = 5, timestamp = Noon } } }).StatusAsync(HttpStatusCode.Created);

        (await key.GetAsync($"{Records}?productId={product}").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(1);
    }

    private static long Quantity(JsonElement item) => item.GetProperty("quantity").GetInt64();

    private static async Task<List<(string ProductId, long Quantity)>> LevelsAsync(HttpClient client, string productIds) =>
        [.. (await client.GetAsync($"/api/v1/inventory/levels?productIds={Uri.EscapeDataString(productIds)}").JsonAsync()).Items().Select(level => (level.Text("productId")!, Quantity(level)))];

    private Task<HttpResponseMessage> PostAsync(params (string ProductId, long Quantity, DateTimeOffset Timestamp)[] items) =>
        server.Admin.PostAsJsonAsync(Records, new { items = items.Select(item => new { productId = item.ProductId, quantity = item.Quantity, timestamp = item.Timestamp }) });

    private Task RecordAsync(params IEnumerable<(string ProductId, long Quantity, DateTimeOffset Timestamp)> items) => PostAsync([.. items]).StatusAsync(HttpStatusCode.Created);

    private async Task<IEnumerable<long>> QuantitiesAsync() =>
        (await server.Admin.GetAsync($"{Records}?productId={product}").JsonAsync()).Items().Select(Quantity);

    private async Task<List<(string At, long Min, long Max, long Last)>> HistoryAsync(string query) =>
    [
        .. (await server.Admin.GetAsync($"/api/v1/inventory/history?productId={product}&{query}").JsonAsync()).Items()
            .Select(point => (point.Text("at")!, point.GetProperty("min").GetInt64(), point.GetProperty("max").GetInt64(), point.GetProperty("last").GetInt64())),
    ];

    private async Task<Guid> GroupAsync(string productId, bool isPublished) =>
        (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = productId, productId, isPublished }).JsonAsync(HttpStatusCode.Created)).Id();

    private async Task ErrorAsync(string path, string field)
    {
        var problem = await server.Admin.GetAsync(path).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
    }

    /// <summary>A server with inventory limits that the tests do not reach.</summary>
    public sealed class Unlimited(PostgresServer postgres) : IAsyncLifetime
    {
        public ImageHubServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await ImageHubServer.StartAsync(
            postgres,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["RateLimits:Routes:InventoryWrites:Burst"] = "10000",
                ["RateLimits:Routes:InventoryReads:Burst"] = "10000",
            });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
