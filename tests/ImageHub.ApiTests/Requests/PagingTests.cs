using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Requests;

public sealed class PagingTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private const int Count = 30;

    private Guid group;

    public async ValueTask InitializeAsync()
    {
        var groups = await server.Admin.GetAsync("/api/v1/groups").JsonAsync();
        if (groups.Items() is [.., var made])
        {
            group = made.Id();
            return;
        }

        group = await server.Admin.CreateGroupAsync("Paged");
        await server.Admin.PostImagesAsync(group, Enumerable.Range(0, Count).Select(i => ($"{i:00}.png", TestImages.Png(10 + i, 8, seed: i)))).StatusAsync(HttpStatusCode.Created);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_page_form_has_totals_and_working_links_to_the_neighbouring_pages()
    {
        using var answer = await server.Visitor.GetAsync($"/api/v1/groups/{group}/images?page=2&pageSize=7");
        var links = answer.Headers.GetValues("Link").Single();
        var page = await Task.FromResult(answer).JsonAsync();

        (page.GetProperty("page").GetInt32(), page.GetProperty("pageSize").GetInt32()).ShouldBe((2, 7));
        (page.GetProperty("totalItems").GetInt32(), page.GetProperty("totalPages").GetInt32()).ShouldBe((Count, 5));
        page.EnumerateObject().Select(field => field.Name).ShouldBe(["items", "page", "pageSize", "totalItems", "totalPages"], ignoreOrder: true);
        page.Items().Select(item => item.Text("fileName")).ShouldBe(Enumerable.Range(7, 7).Select(i => $"{i:00}.png"));
        foreach (var (relation, number) in (ValueTuple<string, int>[])[("first", 1), ("prev", 1), ("next", 3), ("last", 5)])
        {
            var url = links.Split(", ").Single(link => link.Contains($"rel=\"{relation}\"", StringComparison.Ordinal)).Split('<', '>')[1];
            (await server.Visitor.GetAsync(url).JsonAsync()).GetProperty("page").GetInt32().ShouldBe(number);
            url.ShouldContain("pageSize=7");
        }
    }

    [Fact]
    public async Task A_page_has_twelve_items_by_default_and_a_page_past_the_end_has_none()
    {
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Count.ShouldBe(12);
        var beyond = await server.Visitor.GetAsync($"/api/v1/groups/{group}/images?page=8334").JsonAsync();
        beyond.Items().ShouldBeEmpty();
        beyond.GetProperty("totalItems").GetInt32().ShouldBe(Count);
    }

    [Theory]
    [InlineData("createdAt", "\"2026-01-01T00:00:00+02:00\"")]
    [InlineData("takenAt", "\"2026-01-01T00:00:00Z\"")]
    [InlineData("fileName", "\"\\u0000\"")]
    [InlineData("bytes", "1e30")]
    public async Task An_invented_cursor_is_400(string sort, string key)
    {
        // Take a valid cursor and change only its key, so that nothing else can be the reason.
        var given = (await server.Visitor.GetAsync($"/api/v1/images?sort={sort}&pageSize=1&cursor=").JsonAsync()).Text("nextCursor");
        var place = JsonNode.Parse(Base64Url.DecodeFromChars(given))!;
        place["Key"] = JsonNode.Parse(key);
        var cursor = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(place));
        var problem = await server.Visitor.GetAsync($"/api/v1/images?sort={sort}&cursor={cursor}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty("cursor", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("position")]
    [InlineData("-position")]
    [InlineData("createdAt")]
    [InlineData("-createdAt")]
    [InlineData("takenAt")]
    [InlineData("-takenAt")]
    [InlineData("fileName")]
    [InlineData("-fileName")]
    [InlineData("bytes")]
    [InlineData("-bytes")]
    public async Task The_cursor_form_returns_every_item_once_in_the_order_of_the_page_form(string sort)
    {
        var all = (await server.Visitor.GetAsync($"/api/v1/images?sort={sort}&pageSize=100").JsonAsync()).Items().Select(item => item.Id()).ToArray();
        all.Length.ShouldBe(Count);

        var followed = new List<Guid>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await server.Visitor.GetAsync($"/api/v1/images?sort={sort}&pageSize=7&cursor={cursor}").JsonAsync();
            page.EnumerateObject().Select(field => field.Name).ShouldBe(["items", "nextCursor"], ignoreOrder: true);
            followed.AddRange(page.Items().Select(item => item.Id()));
            cursor = page.Text("nextCursor");
        }

        followed.ShouldBe(all);
    }

    [Fact]
    public async Task No_cursor_follows_a_page_that_ends_with_the_last_item()
    {
        var page = await server.Visitor.GetAsync($"/api/v1/images?pageSize={Count}&cursor=").JsonAsync();

        page.Items().Count.ShouldBe(Count);
        page.GetProperty("nextCursor").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task The_offset_form_counts_all_matches()
    {
        var page = await server.Visitor.GetAsync($"/api/v1/images?groupId={group}&limit=5&offset=28").JsonAsync();

        page.EnumerateObject().Select(field => field.Name).ShouldBe(["items", "limit", "offset", "totalItems"], ignoreOrder: true);
        page.Items().Select(item => item.Text("fileName")).ShouldBe(["28.png", "29.png"]);
        page.GetProperty("totalItems").GetInt32().ShouldBe(Count);
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=-1", "page")]
    [InlineData("page=x", "page")]
    [InlineData("page=99999999999", "page")]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=1000", "pageSize")]
    [InlineData("page=1&cursor=", "page")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("cursor=bnVsbA", "cursor")]
    public async Task An_invalid_page_names_the_field(string query, string field)
    {
        foreach (var list in (string[])["/api/v1/groups", $"/api/v1/groups/{group}/images", "/api/v1/images", "/api/v1/trash", "/api/v1/users", "/api/v1/tiers", "/api/v1/api-keys", "/api/v1/transform-keys", "/api/v1/onedrive/imports"])
        {
            var problem = await server.Admin.GetAsync($"{list}?{query}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field, $"{list}?{query}");
        }
    }

    [Theory]
    [InlineData("limit=5&page=1", "limit")]
    [InlineData("limit=5&cursor=", "limit")]
    [InlineData("offset=5&pageSize=3", "offset")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("offset=-1", "offset")]
    public async Task Mixed_or_invalid_offset_forms_name_the_field(string query, string field)
    {
        var problem = await server.Visitor.GetAsync($"/api/v1/images?{query}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field);
    }

    [Theory]
    [InlineData("limit=5", "limit")]
    [InlineData("page=1&limit=5", "limit")]
    [InlineData("offset=5", "offset")]
    public async Task The_offset_form_is_refused_by_lists_that_do_not_support_it(string query, string field)
    {
        foreach (var list in (string[])["/api/v1/groups", $"/api/v1/groups/{group}/images", "/api/v1/trash", "/api/v1/users", "/api/v1/tiers", "/api/v1/links", "/api/v1/api-keys", "/api/v1/transform-keys", "/api/v1/onedrive/imports"])
        {
            var problem = await server.Admin.GetAsync($"{list}?{query}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field], $"{list}?{query}");
        }
    }

    [Fact]
    public async Task A_cursor_of_a_list_in_another_order_is_refused()
    {
        var cursor = (await server.Visitor.GetAsync("/api/v1/images?sort=fileName&pageSize=3&cursor=").JsonAsync()).Text("nextCursor");

        await server.Visitor.GetAsync($"/api/v1/images?sort=bytes&cursor={cursor}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Visitor.GetAsync($"/api/v1/images?sort=-fileName&cursor={cursor}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Theory]
    [InlineData("groups/{0}/images?page=8335", "page")]
    [InlineData("groups/{0}/images?page=1001&pageSize=100", "page")]
    [InlineData("groups/{0}/images?page=2147483647&pageSize=100", "page")]
    [InlineData("images?offset=100000", "offset")]
    public async Task A_page_beyond_100000_rows_is_refused_with_a_reference_to_the_cursor_form(string path, string field)
    {
        var problem = await server.Visitor.GetAsync($"/api/v1/{string.Format(System.Globalization.CultureInfo.InvariantCulture, path, group)}")
            .ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        var error = problem.GetProperty("errors").EnumerateObject().Single();
        (error.Name, error.Value[0].GetString()).ShouldSatisfyAllConditions(
            found => found.Name.ShouldBe(field),
            found => found.Item2!.ShouldContain("cursor"));
    }

    [Fact]
    public async Task The_last_of_100000_rows_can_be_requested()
    {
        await server.Visitor.GetAsync($"/api/v1/groups/{group}/images?page=1000&pageSize=100").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync("/api/v1/images?offset=99999").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_cursor_is_valid_only_for_the_list_the_group_and_the_filter_it_was_issued_for()
    {
        var other = await server.Admin.CreateGroupAsync("Another", isPublished: false);
        var ofGroup = await CursorAsync($"groups/{group}/images?pageSize=2&cursor=");
        var ofTag = await CursorAsync("images?sort=position&pageSize=2&q=png&cursor=");

        await RefusedAsync($"groups/{other}/images?cursor={ofGroup}");
        await RefusedAsync($"images?sort=position&cursor={ofGroup}");
        await RefusedAsync($"images?groupId={group}&cursor={ofGroup}");
        await RefusedAsync($"images?sort=position&q=0&cursor={ofTag}");
        await RefusedAsync($"images?sort=position&cursor={ofTag}");

        // The page size is not part of the list's identity.
        (await server.Admin.GetAsync($"/api/v1/images?sort=position&pageSize=5&q=png&cursor={ofTag}").JsonAsync()).Items().Count.ShouldBe(5);
        await server.Admin.DeleteAsync($"/api/v1/groups/{other}").StatusAsync(HttpStatusCode.NoContent);

        async Task<string> CursorAsync(string path) => (await server.Admin.GetAsync($"/api/v1/{path}").JsonAsync()).Text("nextCursor")!;

        async Task RefusedAsync(string path)
        {
            var problem = await server.Admin.GetAsync($"/api/v1/{path}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("cursor");
        }
    }
}
