using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Calls;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.OpenApi;

/// <summary>Calls that are generated from the OpenAPI document, and the check of their answers.</summary>
public sealed class GeneratedCallsTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    /// <summary>The time limit of an answer, in seconds. It is long, because other tests run at the same time.</summary>
    private const int SlowSeconds = 120;

    private static readonly Call GetGroup = new() { Number = 1, Caller = "visitor", Method = "GET", Target = $"/api/v1/groups/{Guid.Empty}" };

    [Fact]
    public async Task Every_answer_to_a_generated_call_is_as_the_document_says() =>
        (await TestPrograms.RunAsync("ImageHub.Calls", "--seed", "1", "--requests", "600", "--slow", $"{SlowSeconds}")).ShouldMatch("^seed 1: 600 calls in [0-9]+ s, 0 findings$");

    [Fact]
    public async Task The_seed_and_the_number_determine_a_call()
    {
        var document = new ApiDocument(JsonSerializer.SerializeToElement(await DocumentAsync()));

        Calls(document, 5).ShouldBe(Calls(document, 5));
        Calls(document, 5).ShouldNotBe(Calls(document, 6));
    }

    [Fact]
    public async Task A_status_that_the_document_does_not_name_is_a_finding()
    {
        var document = await DocumentAsync();
        var answer = await AnswerAsync(GetGroup);
        (answer.Status, Findings(document, answer)).ShouldBe((404, ""));

        document["paths"]!["/api/v1/groups/{id}"]!["get"]!["responses"]!.AsObject().Remove("404");

        Findings(document, answer).ShouldBe("GET /api/v1/groups/{id}: status 404 notFound is not named");
    }

    [Fact]
    public async Task A_preview_without_a_cover_is_as_the_document_says()
    {
        var group = await server.Admin.CreateGroupAsync("Empty");
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password = ImageHubServer.LinkPassword, previewTitle = true }).JsonAsync(HttpStatusCode.Created);

        await MatchesAsync(GetGroup with { Target = $"/api/v1/shared/{link.Text("url")!.Split('/')[^1]}" }, 401);
    }

    [Fact]
    public async Task Conflicts_with_the_watermark_and_the_trash_are_as_the_document_says()
    {
        var group = await server.Admin.CreateGroupAsync("Marks");
        var inside = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Inside", parentId = group }).JsonAsync(HttpStatusCode.Created)).Id();
        var mark = await server.Admin.AddImageAsync(group, "mark.png", TestImages.Png(24, 16, 38_005));
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = new { imageId = mark, position = "center", opacity = 1, widthPercent = 50 } }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = true, downloads = "high" }).StatusAsync(HttpStatusCode.OK);
        var call = GetGroup with { Caller = "admin", Credentials = [KeyValuePair.Create("Authorization", server.Admin.DefaultRequestHeaders.Authorization!.ToString())] };

        await MatchesAsync(call with { Method = "DELETE", Target = $"/api/v1/images/{mark}" }, 409);
        await MatchesAsync(call with { Method = "DELETE", Target = $"/api/v1/groups/{group}" }, 409);
        await MatchesAsync(call with { Method = "PATCH", Target = "/api/v1/site", Body = [.. """{"watermark":null}"""u8], ContentType = "application/json" }, 409);

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { watermark = false }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync("/api/v1/site", new { watermark = (object?)null }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await MatchesAsync(call with { Method = "POST", Target = $"/api/v1/groups/{inside}/restore" }, 409);
    }

    [Theory]
    [InlineData("groups/{0}/archive")]
    [InlineData("shared/{0}/archive")]
    [InlineData("images/{0}/original")]
    public async Task An_API_key_beside_an_access_token_is_400_as_the_document_says(string path) =>
        await MatchesAsync(
            GetGroup with
            {
                Target = $"/api/v1/{string.Format(CultureInfo.InvariantCulture, path, Guid.Empty)}",
                Credentials = [KeyValuePair.Create("X-API-Key", "x"), KeyValuePair.Create("Authorization", server.Admin.DefaultRequestHeaders.Authorization!.ToString())],
            },
            400);

    [Theory]
    [InlineData(200, "application/json", "{}", "GET /api/v1/groups/{id}: the body violates its schema at : required")]
    [InlineData(200, "text/html", "<p>", "GET /api/v1/groups/{id}: status 200 with the unnamed media type text/html")]
    [InlineData(204, "application/json", "{}", "GET /api/v1/groups/{id}: status 204 is not named; GET /api/v1/groups/{id}: status 204 with a body")]
    [InlineData(500, "text/plain", "", "GET /api/v1/groups/{id}: status 500; GET /api/v1/groups/{id}: status 500 is not named")]
    [InlineData(503, "application/json", "", "GET /api/v1/groups/{id}: status 503 without Retry-After")]
    public async Task An_answer_that_contradicts_the_document_is_a_finding(int status, string mediaType, string body, string findings) =>
        Findings(await DocumentAsync(), new Answer(status, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = mediaType }, Encoding.UTF8.GetBytes(body), TimeSpan.Zero))
            .ShouldBe(findings);

    private string[] Calls(ApiDocument document, int seed)
    {
        var pool = new IdPool();
        var generator = new CallGenerator(document, pool, new Cast(server.Url, pool), seed);
        return [.. Enumerable.Range(0, 100).SelectMany(generator.Make).Select(call => call.ToString())];
    }

    private static string Findings(JsonNode document, Answer answer, Call? call = null) =>
        string.Join("; ", new Checker(new ApiDocument(JsonSerializer.SerializeToElement(document)), TimeSpan.FromSeconds(SlowSeconds)).Check(call ?? GetGroup, answer));

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await server.Visitor.GetStringAsync("/openapi/v1.json"))!;

    private async Task<Answer> AnswerAsync(Call call)
    {
        using var wire = new Wire(server.Url);
        return await wire.SendAsync(call);
    }

    private async Task MatchesAsync(Call call, int status)
    {
        var answer = await AnswerAsync(call);
        (answer.Status, Findings(await DocumentAsync(), answer, call)).ShouldBe((status, ""));
    }
}
