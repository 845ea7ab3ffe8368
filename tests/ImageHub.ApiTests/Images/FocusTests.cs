using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Images;

/// <summary>The point of an image that crops keep.</summary>
public sealed class FocusTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_focus_point_is_set_shown_in_summaries_and_cleared()
    {
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
        (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("focus").ValueKind.ShouldBe(JsonValueKind.Null);

        var changed = await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { focus = new { x = 0.25, y = 1 } }).JsonAsync();

        FocusOf(changed).ShouldBe((0.25, 1));
        FocusOf((await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single()).ShouldBe((0.25, 1));
        FocusOf((await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("cover")).ShouldBe((0.25, 1));
        (await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Kept" }).JsonAsync()).GetProperty("focus").ValueKind.ShouldBe(JsonValueKind.Object);
        var cleared = await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { focus = (object?)null }).JsonAsync();
        cleared.GetProperty("focus").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("""{"focus":{"x":1.01,"y":0.5}}""", "focus.x")]
    [InlineData("""{"focus":{"x":0.5,"y":-0.1}}""", "focus.y")]
    [InlineData("""{"focus":{"x":0.5}}""", "focus")]
    [InlineData("""{"focus":{"x":"left","y":0}}""", "focus")]
    [InlineData("""{"focus":[0.5,0.5]}""", "focus")]
    [InlineData("""{"focus":{"x":0.5,"y":0.5,"z":1}}""", "focus")]
    public async Task An_invalid_focus_point_is_refused(string body, string field)
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(seed: 2));
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await server.Admin.PatchAsync($"/api/v1/images/{image}", content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(name => name.StartsWith(field, StringComparison.Ordinal));
    }

    private static (double X, double Y) FocusOf(JsonElement image) =>
        (image.GetProperty("focus").GetProperty("x").GetDouble(), image.GetProperty("focus").GetProperty("y").GetDouble());
}
