using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Requests;

/// <summary>Requests from pages of other origins (the Fetch Standard, section 3.3).</summary>
public sealed class CrossOriginTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Studio = "https://studio.example";
    private const string Stranger = "https://stranger.example";

    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() =>
        server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Web:AllowedOrigins"] = $"{Studio}, http://localhost:3000" });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("PATCH", "/api/v1/uploads/tus/01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80", "authorization,tus-resumable,upload-offset,content-type")]
    [InlineData("POST", "/api/v1/uploads/tus", "x-api-key,tus-resumable,upload-length,upload-metadata")]
    [InlineData("DELETE", "/api/v1/groups/01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80", "x-api-key")]
    [InlineData("GET", "/api/v1/images", "authorization")]
    public async Task An_allowed_origin_may_use_every_route_with_a_token_or_a_key(string method, string path, string headers)
    {
        using var answer = await PreflightAsync(server, Studio, method, path, headers);

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Studio]);
        answer.Headers.GetValues("Access-Control-Allow-Methods").Single().ShouldContain(method);
        answer.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldBe(headers);
        answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        using var other = await PreflightAsync(server, Stranger, method, path, headers);
        other.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Fact]
    public async Task An_allowed_origin_can_read_answers_errors_and_cached_answers_with_the_headers_that_programs_need()
    {
        var group = await server.Admin.CreateGroupAsync();
        using var program = server.WithKey(await server.Admin.CreateKeyAsync("admin"));
        program.DefaultRequestHeaders.Add("Origin", Studio);
        using (var created = await program.PostAsJsonAsync("/api/v1/groups", new { title = "From elsewhere" }))
        {
            created.StatusCode.ShouldBe(HttpStatusCode.Created);
            created.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Studio]);
            string.Join(", ", created.Headers.GetValues("Access-Control-Expose-Headers")).Split(',', StringSplitOptions.TrimEntries).ShouldBe(
                [
                    "Link", "Location", "ETag", "Content-Disposition", "Content-Range", "Accept-Ranges", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "X-ImageHub-Stale",
                    "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Expires", "Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm",
                    "ImageHub-Image-Id", "ImageHub-Duplicate", "WWW-Authenticate",
                ],
                ignoreOrder: true);
        }

        using (var problem = await program.GetAsync($"/api/v1/groups/{Guid.CreateVersion7()}"))
        {
            problem.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            problem.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Studio]);
        }

        // One cached answer, with the CORS headers of each request's origin.
        foreach (var (origin, allowed) in new[] { (null, null), (Studio, Studio), (Stranger, null), ("http://localhost:3000", "http://localhost:3000"), (null, null) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/groups/{group}");
            request.Headers.TryAddWithoutValidation("Origin", origin);
            using var answer = await server.Visitor.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null).ShouldBe(allowed, origin);
            answer.Headers.Vary.ShouldContain("Origin");
        }
    }

    [Fact]
    public async Task An_allowed_origin_cannot_act_through_a_session_cookie()
    {
        using var login = await server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword });
        var cookie = login.Headers.GetValues("Set-Cookie").Select(value => value.Split(';')[0]).First(value => value.StartsWith("imagehub_access=", StringComparison.Ordinal));
        var hidden = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);

        (await GetAsync(Studio)).ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(null)).ShouldBe(HttpStatusCode.OK);
        (await GetAsync(server.Url.GetLeftPart(UriPartial.Authority))).ShouldBe(HttpStatusCode.OK);

        using var change = new HttpRequestMessage(HttpMethod.Post, "/api/v1/groups") { Content = JsonContent.Create(new { title = "Forged" }) };
        change.Headers.Add("Cookie", cookie);
        change.Headers.Add("Origin", Studio);
        change.Headers.Add("X-Requested-With", "ImageHub");
        await server.Visitor.SendAsync(change).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");

        async Task<HttpStatusCode> GetAsync(string? origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/groups/{hidden}");
            request.Headers.Add("Cookie", cookie);
            request.Headers.TryAddWithoutValidation("Origin", origin);
            using var answer = await server.Visitor.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Without_the_setting_no_origin_is_allowed_and_pages_never_allow_one()
    {
        await using var closed = await ImageHubServer.StartAsync(postgres);
        using (var answer = await PreflightAsync(closed, Studio, "GET", "/api/v1/groups", "authorization"))
        {
            answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        }

        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(seed: 7_001));
        using var page = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Origin", Studio } } };
        using var shown = await server.Visitor.SendAsync(page);
        shown.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        using var bytes = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{image}/low") { Headers = { { "Origin", Studio } } };
        using var picture = await server.Visitor.SendAsync(bytes);
        picture.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Studio]);
    }

    private static async Task<HttpResponseMessage> PreflightAsync(ImageHubServer server, string origin, string method, string path, string headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return await server.Visitor.SendAsync(request);
    }
}
