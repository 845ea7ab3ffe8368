using System.Net;
using System.Text.Json;
using ImageHub.Api.Requests;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Requests;

/// <summary>The accepted values in queries and JSON, and the errors that list them.</summary>
public sealed class ValueTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData("2026-05-01T10:34:56Z")]
    [InlineData("2026-05-01T10:34:56.123456Z")]
    [InlineData("2026-05-01T10:34Z")]
    [InlineData("2026-05-01T12:34:56%2B02:00")]
    [InlineData("2026-05-01T12:34:56-0530")]
    public async Task A_time_consists_of_a_date_and_a_time_with_a_zone(string time) =>
        await server.Visitor.GetAsync($"/api/v1/images?from={time}").StatusAsync(HttpStatusCode.OK);

    [Theory]
    [InlineData("2026-05-01T10:34:56")]
    [InlineData("2026-05-01")]
    [InlineData("2026-11")]
    [InlineData("12:00")]
    [InlineData("12:00Z")]
    [InlineData("05/01/2026 10:34:56 +02:00")]
    [InlineData("2026-05-01T10:34:56+02:00")]
    [InlineData("2026-02-30T10:34:56Z")]
    [InlineData("junk")]
    public async Task A_time_without_a_zone_is_refused_with_the_allowed_form(string time)
    {
        var problem = await server.Visitor.GetAsync($"/api/v1/images?from={time}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty("from")[0].GetString()!.ShouldContain("2026-05-01T10:34:56Z");
    }

    [Fact]
    public void Times_in_JSON_have_a_zone_too()
    {
        var options = new JsonSerializerOptions();
        ApiJson.Configure(options);

        JsonSerializer.Deserialize<DateTimeOffset>("\"2026-05-01T12:34:56+02:00\"", options).ShouldBe(new DateTimeOffset(2026, 5, 1, 10, 34, 56, TimeSpan.Zero));
        foreach (var refused in (string[])["\"2026-05-01T10:34:56\"", "\"2026-05-01\"", "\"12:00\"", "1714559696", "null"])
        {
            Should.Throw<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(refused, options), refused);
        }
    }

    [Theory]
    [InlineData("images?page=x", "page", "whole number")]
    [InlineData("images?groupId=x", "groupId", "id")]
    [InlineData("images/01980f3b-02aa-7c11-8e5f-6a7b8c9d0e1f/full?download=1", "download", "true or false")]
    public async Task A_value_of_the_wrong_type_is_refused_with_the_allowed_values(string path, string field, string allowed)
    {
        var problem = await server.Visitor.GetAsync($"/api/v1/{path}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty(field)[0].GetString()!.ShouldContain(allowed);
    }

    [Theory]
    [InlineData("{{{0}}}")]
    [InlineData("({0})")]
    [InlineData(" {0}")]
    [InlineData("{0} ")]
    [InlineData("{1}")]
    [InlineData("+{2}")]
    [InlineData("0x{3}")]
    public async Task An_id_is_accepted_only_in_the_form_that_answers_use(string form)
    {
        var group = await server.Admin.CreateGroupAsync("Called by its id");
        await server.Visitor.GetAsync($"/api/v1/groups/{group.ToString().ToUpperInvariant()}").StatusAsync(HttpStatusCode.OK);
        var other = Uri.EscapeDataString(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, group, $"{group:N}", group.ToString()[1..], group.ToString()[2..]));

        await server.Visitor.GetAsync($"/api/v1/groups/{other}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync($"/api/v1/groups/{other}/images").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync($"/api/v1/images/{other}/low").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync($"/api/v1/images?groupId={other}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task Apostrophes_are_not_escaped_in_JSON()
    {
        var group = await server.Admin.CreateGroupAsync("The sailors' inn & <more>");
        (await server.Visitor.GetStringAsync($"/api/v1/groups/{group}")).ShouldContain("\"The sailors' inn & <more>\"");

        using var problem = await server.Visitor.GetAsync("/api/v1/images?format=bmp");
        (await problem.Content.ReadAsStringAsync()).ShouldContain("format is 'bmp'; jpeg,");
    }

    [Fact]
    public async Task A_body_whose_fields_are_all_optional_may_be_absent()
    {
        var group = await server.Admin.CreateGroupAsync("Untouched");

        await server.Admin.PostAsync($"/api/v1/groups/{group}/links", null).StatusAsync(HttpStatusCode.Created);
        var before = await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync();
        var after = await server.Admin.PatchAsync($"/api/v1/groups/{group}", null).JsonAsync();

        after.ToString().ShouldBe(before.ToString());
    }

    [Fact]
    public async Task A_missing_body_is_refused_with_the_names_of_its_required_fields()
    {
        var problem = await server.Visitor.PostAsync("/api/v1/auth/login", null).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["userName", "password"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_request_that_changes_nothing_leaves_the_time_of_the_last_change()
    {
        var group = await server.Admin.CreateGroupAsync("Same");
        var image = await server.Admin.AddImageAsync(group, "a.png", Testing.Images.TestImages.Png(16, 16, seed: 91));
        var before = (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt");

        await server.Admin.PatchAsync($"/api/v1/groups/{group}", Json("""{"title":"Same","description":null,"isPublished":true}""")).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsync($"/api/v1/images/{image}", Json("""{"title":null,"tags":[],"fileName":"a.png"}""")).StatusAsync(HttpStatusCode.OK);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt").ShouldBe(before);

        await server.Admin.PatchAsync($"/api/v1/images/{image}", Json("""{"tags":["sea"]}""")).StatusAsync(HttpStatusCode.OK);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt").ShouldNotBe(before);
    }

    [Fact]
    public async Task An_unsupported_media_type_is_refused_with_the_supported_one()
    {
        var problem = await server.Admin.PostAsync("/api/v1/groups", new StringContent("title=x", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"))
            .ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");

        problem.Text("detail")!.ShouldContain("application/json");
    }

    [Fact]
    public async Task The_storage_page_reports_the_free_space_of_its_disk() =>
        (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("freeBytes").GetInt64().ShouldBeGreaterThan(0);

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}
