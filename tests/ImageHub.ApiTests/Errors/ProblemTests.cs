using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Errors;

public sealed class ProblemTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData("/nothing.txt")]
    [InlineData("/assets/nothing")]
    [InlineData("/health/nothing")]
    [InlineData("/api/nothing")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/groups/x/y/z")]
    [InlineData("/api/v2/groups")]
    [InlineData("/openapi/v2.json")]
    public async Task An_unknown_route_is_not_found(string path)
    {
        var problem = await server.Visitor.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        problem.Text("instance").ShouldBe(path);
        problem.Text("type").ShouldBe("urn:imagehub:problem:notFound");
    }

    [Fact]
    public async Task An_unsupported_method_is_405_with_the_methods_that_the_route_supports()
    {
        using var answer = await server.Visitor.DeleteAsync("/api/v1/groups");
        answer.Content.Headers.Allow.Order().ShouldBe(["GET", "HEAD", "POST"]);
        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.MethodNotAllowed, "methodNotAllowed");
    }

    [Theory]
    [InlineData("{", "malformedBody")]
    [InlineData("", "validationFailed")]
    [InlineData("[]", "validationFailed")]
    [InlineData("null", "validationFailed")]
    [InlineData("{\"title\":\"x\",}", "malformedBody")]
    public async Task Malformed_json_is_400_and_reveals_no_type_names(string json, string code)
    {
        var problem = await server.Admin.PostAsync("/api/v1/groups", new StringContent(json, Encoding.UTF8, "application/json")).ProblemAsync(HttpStatusCode.BadRequest, code);
        problem.ToString().ShouldNotContain("ImageHub.");
        problem.ToString().ShouldNotContain("System.");
    }

    [Theory]
    [InlineData("tag", "/api/v1/images?tag=%00", null)]
    [InlineData("q", "/api/v1/images?q=%00", null)]
    [InlineData("userName", "/api/v1/auth/login", "{\"userName\":\"\\u0000\",\"password\":\"correct horse battery\"}")]
    public async Task Characters_that_the_database_cannot_store_are_400(string field, string path, string? json)
    {
        var answering = json is null ? server.Visitor.GetAsync(path) : server.Visitor.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        var problem = await answering.ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.ToString());
    }

    [Fact]
    public async Task Json_in_another_charset_than_it_declares_is_400() =>
        await server.Visitor.PostAsync("/api/v1/auth/login", new StringContent("{\"userName\":\"od\"}", Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-16")))
            .ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");

    [Fact]
    public async Task Deeply_nested_json_is_400() =>
        await server.Admin.PostAsync("/api/v1/groups", new StringContent(new string('[', 5_000), Encoding.UTF8, "application/json"))
            .StatusAsync(HttpStatusCode.BadRequest);

    [Fact]
    public async Task An_unsupported_media_type_is_415() =>
        await server.Admin.PostAsync("/api/v1/groups", new StringContent("title=x", Encoding.UTF8, "application/x-www-form-urlencoded"))
            .ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_to_a_body_beyond_the_limit_reaches_a_client_that_still_sends(bool expectsContinue)
    {
        await SendAsync(server.Admin, "/api/v1/groups").ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "bodyTooLarge");
        await SendAsync(server.Visitor, "/api/v1/groups").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await SendAsync(server.Visitor, "/api/v1/nothing").ProblemAsync(HttpStatusCode.NotFound, "notFound");

        // The body is larger than the kernel's buffers.
        async Task<HttpResponseMessage> SendAsync(HttpClient client, string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent($"{{\"title\":\"{new string('x', 40_000_000)}\"}}", Encoding.UTF8, "application/json"),
                Headers = { ExpectContinue = expectsContinue },
            };
            return await client.SendAsync(request);
        }
    }

    [Fact]
    public async Task The_answer_to_a_request_without_credentials_says_how_to_send_them()
    {
        using var answer = await server.Visitor.PostAsync("/api/v1/groups", new StringContent("{}", Encoding.UTF8, "application/json"));
        answer.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Bearer");
        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task An_answer_401_says_how_to_authenticate()
    {
        using var refused = new HttpRequestMessage(HttpMethod.Get, "/api/v1/groups") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "not.a.token") } };
        using var answer = await server.Visitor.SendAsync(refused);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.Single().ToString().ShouldBe("Bearer error=\"invalid_token\"");

        using var login = await server.Visitor.PostAsync("/api/v1/auth/login", new StringContent("""{"userName":"nobody","password":"x"}""", Encoding.UTF8, "application/json"));
        login.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        login.Headers.WwwAuthenticate.Single().ToString().ShouldBe("Bearer");
    }

    [Fact]
    public async Task Answers_that_depend_on_the_caller_are_not_cached()
    {
        using var seen = await server.Visitor.GetAsync("/api/v1/groups");
        seen.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        using var own = await server.Admin.GetAsync("/api/v1/groups");
        own.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
    }

    [Fact]
    public async Task The_address_of_the_API_names_the_service_and_the_health_addresses_report_that_it_works()
    {
        var welcome = await server.Visitor.GetAsync("/api").JsonAsync();
        (welcome.Text("name"), welcome.Text("docs")).ShouldBe(("ImageHub", "/docs"));
        welcome.Text("version").ShouldNotBeNullOrEmpty();
        (await server.Visitor.GetAsync("/health/live").JsonAsync()).Text("status").ShouldBe("ok");
        var ready = await server.Visitor.GetAsync("/health/ready").JsonAsync();
        ready.Text("status").ShouldBe("ok");
        ready.GetProperty("checks").EnumerateObject().Select(check => (check.Name, check.Value.GetString())).ShouldBe([("database", "ok"), ("storage", "ok")]);
        await server.NewClient(followRedirects: true).GetAsync("/docs").StatusAsync(HttpStatusCode.OK);
    }
}
