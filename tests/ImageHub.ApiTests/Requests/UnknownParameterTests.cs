using System.Net;
using System.Text;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Requests;

/// <summary>JSON routes reject unknown parameters and fields. Pages, image files and feeds ignore unknown parameters.</summary>
public sealed class UnknownParameterTests(ImageHubServer server, PostgresServer postgres) : IClassFixture<ImageHubServer>
{
    private static int seed = 70_000;

    [Theory]
    [InlineData("groups?per_page=50", "per_page", "There is no parameter 'per_page'; the nearest is 'page'. Allowed are: cursor, page, pageSize, parentId, q, slug.")]
    [InlineData("groups?pagesize=5&PageSizes=5", "PageSizes", "There is no parameter 'PageSizes'; the nearest is 'pageSize'. Allowed are: cursor, page, pageSize, parentId, q, slug.")]
    [InlineData("groups?utm_source=newsletter", "utm_source", "There is no parameter 'utm_source'. Allowed are: cursor, page, pageSize, parentId, q, slug.")]
    [InlineData("groups?q=a&q=b", "q", "q is given 2 times; once is allowed.")]
    [InlineData("groups?page=1&PAGE=2", "page", "page is given 2 times; once is allowed.")]
    [InlineData("site?x=1", "x", "There is no parameter 'x'; this route has no parameters.")]
    [InlineData("images?tags=a", "tags", "There is no parameter 'tags'; the nearest is 'tag'.")]
    [InlineData("groups?=1", "", "There is no parameter ''. Allowed are: cursor, page, pageSize, parentId, q, slug.")]
    public async Task A_JSON_route_names_a_parameter_that_is_unknown_or_repeated(string path, string field, string text)
    {
        var problem = await server.Admin.GetAsync($"/api/v1/{path}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        var error = problem.GetProperty("errors").EnumerateObject().Single();
        error.Name.ShouldBe(field);
        error.Value[0].GetString()!.ShouldStartWith(text);
    }

    [Fact]
    public async Task An_unknown_parameter_of_a_change_is_refused_too_and_nothing_is_changed()
    {
        var problem = await server.Admin.PostAsync("/api/v1/groups?publish=false", Json("""{"title":"Not made"}""")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty("publish")[0].GetString().ShouldBe("There is no parameter 'publish'; this route has no parameters.");
        (await server.Admin.GetAsync("/api/v1/groups?q=Not%20made").JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repeatable_parameter_is_accepted_several_times() =>
        await server.Visitor.GetAsync("/api/v1/images?tag=a&tag=b").StatusAsync(HttpStatusCode.OK);

    [Fact]
    public async Task Pages_images_and_feeds_ignore_unknown_parameters_that_other_sites_add_to_links()
    {
        await using var site = await ImageHubServer.StartAsync(postgres, new() { ["Web:PublicUrl"] = "https://photos.example" });
        var group = await site.Admin.CreateGroupAsync("Harbour");
        var image = await site.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(64, 48, ++seed));
        var link = await site.Admin.PostAsync($"/api/v1/groups/{group}/links", null).JsonAsync(HttpStatusCode.Created);
        string[] paths =
        [
            "/", "/groups/harbour", $"/groups/harbour/images/{image}", link.Text("url")!, $"/api/v1/images/{image}/low", $"/api/v1/images/{image}/full?r=1", $"/api/v1/groups/{group}/archive",
            "/sitemap.xml", "/feed.xml", "/robots.txt", "/manifest.webmanifest", $"/oembed?url=https://photos.example/groups/{group}", "/health/live", "/api",
        ];
        foreach (var path in paths)
        {
            await site.Visitor.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}fbclid=IwAR0&fbclid=2").StatusAsync(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("""{"titel":"x"}""", "titel", "There is no field 'titel'; the nearest is 'title'. Allowed are: description, downloads, isPublished, parentId, productId, title, watermark.")]
    [InlineData("""{"title":"x","x":1}""", "x", "There is no field 'x'. Allowed are: description, downloads, isPublished, parentId, productId, title, watermark.")]
    [InlineData("""{"title":5}""", "title", "title is a number; text is allowed.")]
    [InlineData("""{"title":["x"]}""", "title", "title is a list; text is allowed.")]
    [InlineData("""{"title":"x","isPublished":"yes"}""", "isPublished", "isPublished is text; true or false is allowed.")]
    [InlineData("""["x"]""", "body", "The body must be an object with the fields description, downloads, isPublished, parentId, productId, title, watermark.")]
    [InlineData("\"x\"", "body", "The body must be an object with the fields description, downloads, isPublished, parentId, productId, title, watermark.")]
    public async Task An_unreadable_field_is_reported_with_its_value_and_the_allowed_values(string json, string field, string text) =>
        await ShouldBeRefusedAsync("groups", json, field, text);

    [Theory]
    [InlineData("images/bulk", """{"action":"explode","ids":[]}""", "action", "action is 'explode'; delete, move, restore, purge, edit and approve are allowed.")]
    [InlineData("images/bulk", """{"action":1,"ids":[]}""", "action", "action is a number; delete, move, restore, purge, edit and approve are allowed.")]
    [InlineData("images/bulk", """{"action":"delete","ids":["x"]}""", "ids[0]", "ids[0] must be an id such as 01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80.")]
    [InlineData("images/bulk", """{"action":"delete","ids":"x"}""", "ids", "ids must be a list.")]
    [InlineData("api-keys", """{"name":"x","scopes":["write"]}""", "scopes[0]", "scopes[0] is 'write'; read, upload, inventory and admin are allowed.")]
    [InlineData("users", """{"userName":"ada","password":"nine purple lamps drift","role":"owner"}""", "role", "role is 'owner'; user, admin and editor are allowed.")]
    [InlineData("inventory/records", """[{"productId":"A","quantity":1,"timestamp":"2026-05-01T10:34:56Z"}]""", "body", "The body must be an object with the fields items.")]
    [InlineData("inventory/records", """{"items":[{"productId":"A","quantity":"1","timestamp":"2026-05-01T10:34:56Z"}]}""", "items[0].quantity", "items[0].quantity is text; a whole number is allowed.")]
    [InlineData("inventory/records", """{"items":[{"product_id":"A","quantity":1,"timestamp":"2026-05-01T10:34:56Z"}]}""", "items[0].product_id", "There is no field 'product_id'; the nearest is 'productId'.")]
    [InlineData("tiers", """{"name":"x","thumbnailHeights":["200"]}""", "thumbnailHeights[0]", "thumbnailHeights[0] is text; a whole number is allowed.")]
    public async Task An_invalid_value_names_the_allowed_values(string path, string json, string field, string text) =>
        await ShouldBeRefusedAsync(path, json, field, text);

    [Fact]
    public async Task An_invalid_patch_field_is_reported_with_the_allowed_values()
    {
        var group = await server.Admin.CreateGroupAsync();

        var problem = await server.Admin.PatchAsync($"/api/v1/groups/{group}", Json("""{"isPublished":"no"}""")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty("isPublished")[0].GetString().ShouldBe("isPublished is text; true or false is allowed.");
    }

    [Fact]
    public async Task An_error_about_malformed_JSON_says_where_and_what_to_do()
    {
        var problem = await server.Admin.PostAsync("/api/v1/groups", Json("{'title':'x'}")).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");

        problem.GetProperty("errors").GetProperty("body")[0].GetString()
            .ShouldBe("The JSON is malformed at line 1, byte 2; look there for a wrong quote, a comma or bracket too many or too few, or an unfinished text (RFC 8259).");
    }

    [Fact]
    public async Task An_error_about_an_API_key_sent_as_an_access_token_names_the_right_header()
    {
        using var program = server.NewClient();
        program.DefaultRequestHeaders.Add("Authorization", $"Bearer {await server.Admin.CreateKeyAsync("read")}");

        var problem = await program.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");

        problem.Text("detail").ShouldBe("Authorization contains an API key instead of an access token; send the key in the header X-API-Key.");
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private async Task ShouldBeRefusedAsync(string path, string json, string field, string text)
    {
        var problem = await server.Admin.PostAsync($"/api/v1/{path}", Json(json)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        var error = problem.GetProperty("errors").EnumerateObject().Single();
        error.Name.ShouldBe(field);
        error.Value[0].GetString()!.ShouldStartWith(text);
    }
}
