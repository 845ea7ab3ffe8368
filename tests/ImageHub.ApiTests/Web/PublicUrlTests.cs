using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.Web;

/// <summary>The service behind a TLS-terminating proxy, at its public address.</summary>
public sealed class PublicUrlTests(ImageHubServer plain, PostgresServer postgres) : IClassFixture<ImageHubServer>
{
    private const string Host = "photos.example";

    [Fact]
    public async Task HTTP_requests_to_the_public_URL_are_redirected_and_browsers_are_told_to_stay_with_HTTPS()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Web:PublicUrl"] = $"https://{Host}",
            ["ForwardedHeaders:KnownProxies"] = "127.0.0.1",
        });

        using var http = await SendAsync(server, "/api/v1/groups?page=1", Host, "http");
        (http.StatusCode, http.Headers.Location?.OriginalString).ShouldBe((HttpStatusCode.PermanentRedirect, $"https://{Host}/api/v1/groups?page=1"));
        http.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
        using var link = await SendAsync(server, "/s/token", Host, "http");
        (link.StatusCode, link.Headers.CacheControl?.NoStore, link.Headers.GetValues("Referrer-Policy").Single()).ShouldBe((HttpStatusCode.PermanentRedirect, true, "no-referrer"));

        for (var round = 0; round < 2; round++)
        {
            using var secure = await SendAsync(server, "/api/v1/groups?page=1", Host, "https");
            secure.StatusCode.ShouldBe(HttpStatusCode.OK);
            secure.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);
        }

        using var health = await SendAsync(server, "/health/live", Host, "http");
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CookiesAsync(server, Host, "https")).ShouldAllBe(cookie => cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));

        // A request to the local address of the same machine is not redirected.
        using var other = await SendAsync(server, "/api/v1/groups", "192.168.1.7", "http");
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        other.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
        (await CookiesAsync(server, "192.168.1.7", "http")).ShouldAllBe(cookie => !cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_international_domain_name_matches_in_either_form()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Web:PublicUrl"] = "https://xn--mnchen-3ya.example" });

        using var http = await SendAsync(server, "/api", "xn--mnchen-3ya.example", "http");

        (http.StatusCode, http.Headers.Location?.OriginalString).ShouldBe((HttpStatusCode.PermanentRedirect, "https://xn--mnchen-3ya.example/api"));
    }

    [Fact]
    public async Task Localhost_is_not_pinned_to_HTTPS()
    {
        await using var server = await ImageHubServer.StartAsync(
            postgres, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Web:PublicUrl"] = "https://localhost", ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" });

        using var secure = await SendAsync(server, "/api", "localhost", "https");

        secure.StatusCode.ShouldBe(HttpStatusCode.OK);
        secure.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_public_URL_requests_are_neither_redirected_nor_pinned_to_HTTPS()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" });

        foreach (var scheme in new[] { "http", "https" })
        {
            using var answer = await SendAsync(server, "/api/v1/groups", Host, scheme);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/v1/groups")]
    [InlineData("/api/v1/users")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/s/unknown")]
    [InlineData("/nowhere.txt")]
    [InlineData("/assets/nothing.js")]
    [InlineData("/docs/index.html")]
    public async Task Every_answer_has_the_security_headers(string path)
    {
        using var answer = await plain.Visitor.GetAsync(path);

        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").Single().ShouldBeOneOf("same-origin", "no-referrer");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
    }

    private static Task<HttpResponseMessage> SendAsync(ImageHubServer server, string path, string host, string scheme, object? body = null)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path) { Headers = { Host = host }, Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Forwarded-Proto", scheme);
        return server.Visitor.SendAsync(request);
    }

    private static async Task<string[]> CookiesAsync(ImageHubServer server, string host, string scheme)
    {
        using var answer = await SendAsync(server, "/api/v1/auth/login", host, scheme, new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return [.. answer.Headers.GetValues("Set-Cookie")];
    }
}
