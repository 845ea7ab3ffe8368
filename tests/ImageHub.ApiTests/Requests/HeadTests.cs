using System.Net;
using System.Net.Http.Json;
using ImageHub.ApiTests.Web;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Requests;

public sealed class HeadTests(PreviewTests.PublicSite site) : IClassFixture<PreviewTests.PublicSite>
{
    private readonly ImageHubServer server = site.Server;

    /// <summary>Headers that may differ between two equal answers, and headers about the transfer of the body.</summary>
    private static readonly HashSet<string> Differing = new(["Date", "X-Request-Id", "Transfer-Encoding", "Set-Cookie", "RateLimit"], StringComparer.OrdinalIgnoreCase);

    [Fact]
    public async Task HEAD_returns_the_same_status_and_headers_as_GET_on_every_route()
    {
        var group = await server.Admin.CreateGroupAsync("Heads");
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());
        var user = await server.Admin.CreateUserAsync("ada");
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);
        var share = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created);
        var archive = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { }).JsonAsync(HttpStatusCode.Created);
        await server.Admin.PutLogoAsync(TestImages.Png());
        await server.Admin.PutLogoAsync(TestImages.Png(), "/dark");
        var tier = (await server.Admin.GetAsync("/api/v1/tiers").JsonAsync()).Items()[0].Id();
        var key = await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name = "Read", scopes = new[] { "read" } }).JsonAsync(HttpStatusCode.Created);
        var signer = await TransformSigner.CreateAsync(server.Admin);
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        var patterns = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("GET"))

            // The callback changes state: see ConnectTests. The routes of OpenID Connect need a provider: see OidcTests.
            .Where(endpoint => !endpoint.RoutePattern.RawText!.EndsWith("onedrive/callback", StringComparison.Ordinal) && !endpoint.RoutePattern.RawText.Contains("/oidc", StringComparison.Ordinal))
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .ToList();
        patterns.Count.ShouldBeGreaterThan(25);

        foreach (var pattern in patterns)
        {
            var owner = pattern.Contains("/users/", StringComparison.Ordinal) ? user : pattern.Contains("/tiers/", StringComparison.Ordinal) ? tier : pattern.Contains("/groups/", StringComparison.Ordinal) ? group : pattern.Contains("/links/", StringComparison.Ordinal) ? share.Id() : pattern.Contains("/api-keys/", StringComparison.Ordinal) ? key.Id() : image;
            var path = pattern
                .Replace("/t/{keyId}/{signature}/{options}/{file}", signer.Sign("w:100", image), StringComparison.Ordinal)
                .Replace("{id:guid}", owner.ToString(), StringComparison.Ordinal)
                .Replace("{fileName}", "a.jpg", StringComparison.Ordinal)
                .Replace("{height:int}", "200", StringComparison.Ordinal)
                .Replace("{documentName}", "v1", StringComparison.Ordinal)
                .Replace("{token}", (pattern.StartsWith("/s/", StringComparison.Ordinal) ? link : pattern.Contains("/archives/", StringComparison.Ordinal) ? archive : share).Text("url")!.Split('/')[^1], StringComparison.Ordinal);
            path += pattern.Contains("/inventory/", StringComparison.Ordinal) ? pattern.EndsWith("/levels", StringComparison.Ordinal) ? "?productIds=P-1" : "?productId=P-1" : "";
            path += pattern == "/oembed" ? $"?url={PreviewTests.Root}/groups/{group}" : "";
            path = path.Replace("{**path}", "Heads/a.jpg", StringComparison.Ordinal);
            var client = path.StartsWith("/dav/", StringComparison.Ordinal) ? dav : server.Admin;
            using var get = await client.GetAsync(path);
            using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

            get.StatusCode.ShouldBe(Expected(pattern), path);
            head.StatusCode.ShouldBe(get.StatusCode, path);
            Headers(head).ShouldBe(Headers(get), path);
            (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty(path);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/timeline")]
    [InlineData("/manifest.webmanifest")]
    [InlineData("/docs/index.html")]
    public async Task Pages_answer_HEAD_too(string path) =>
        await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, path)).StatusAsync(HttpStatusCode.OK);

    [Fact]
    public async Task HEAD_on_a_shared_group_counts_no_view_and_sets_no_cookie()
    {
        var group = await server.Admin.CreateGroupAsync();
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created);

        using var head = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1" + link.Text("url")));

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().Single(row => row.Id() == link.Id()).GetProperty("views").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task The_Range_header_applies_only_to_GET_and_to_byte_ranges()
    {
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 5));
        var low = $"/api/v1/images/{image}/low";

        await AskAsync(HttpMethod.Get, "bytes=0-9").StatusAsync(HttpStatusCode.PartialContent);
        await AskAsync(HttpMethod.Get, "rows=0-9").StatusAsync(HttpStatusCode.OK);
        await AskAsync(HttpMethod.Head, "bytes=0-9").StatusAsync(HttpStatusCode.OK);
        await AskAsync(HttpMethod.Head, "bytes=99999999-").StatusAsync(HttpStatusCode.OK);

        Task<HttpResponseMessage> AskAsync(HttpMethod method, string range)
        {
            var request = new HttpRequestMessage(method, low);
            request.Headers.TryAddWithoutValidation("Range", range);
            return server.Visitor.SendAsync(request);
        }
    }

    private static HttpStatusCode Expected(string pattern) => pattern switch
    {
        _ when pattern.EndsWith("/me/images", StringComparison.Ordinal) => HttpStatusCode.Forbidden,
        _ when pattern.EndsWith("/onedrive/imports", StringComparison.Ordinal) => HttpStatusCode.OK,
        _ when pattern.Contains("/onedrive/", StringComparison.Ordinal) => HttpStatusCode.Conflict,
        _ when pattern.Contains("/imports/", StringComparison.Ordinal) || pattern.Contains("/uploads/", StringComparison.Ordinal) => HttpStatusCode.NotFound,
        _ => HttpStatusCode.OK,
    };

    private static IEnumerable<string> Headers(HttpResponseMessage answer) => answer.Headers.Concat<KeyValuePair<string, IEnumerable<string>>>(answer.Content.Headers)
        .Where(header => !Differing.Contains(header.Key))
        .Select(header => $"{header.Key}: {string.Join(',', header.Value)}")
        .Order(StringComparer.Ordinal);
}
