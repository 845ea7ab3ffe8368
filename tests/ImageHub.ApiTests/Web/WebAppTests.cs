using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ImageHub.Api.Web;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Web;

/// <summary>The delivery of a web app, tested with a small app.</summary>
public sealed class WebAppTests(WebAppTests.Site site, PostgresServer postgres) : IClassFixture<WebAppTests.Site>
{
    private const string FirstPage = "<!doctype html><title>The web app</title>";
    private const string Script = "console.log('The web app')";
    private const string Asset = "/assets/index-1a2b3c4d.js";

    private readonly ImageHubServer server = site.Server;

    [Theory]
    [InlineData("/index.html")]
    [InlineData("/search?q=harbour")]
    [InlineData("/timeline/")]
    [InlineData("/Sign-In")]
    [InlineData("/account/images/01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80")]
    [InlineData("/admin/groups/01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80/stock")]
    [InlineData("/admin/onedrive?state=x.y")]
    public async Task Every_route_of_the_app_returns_the_start_page(string path)
    {
        using var answer = await server.Visitor.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(FirstPage);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        answer.Headers.ETag.ShouldNotBeNull().IsWeak.ShouldBeFalse();
    }

    [Theory]
    [InlineData("/groups")]
    [InlineData("/groups/01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80/edit")]
    [InlineData("/apiary")]
    [InlineData("/healthy/")]
    [InlineData("/no-such-page")]
    [InlineData("/admin/nothing")]
    public async Task A_path_without_a_page_is_404_with_the_apps_page(string path)
    {
        using var answer = await server.Visitor.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(FirstPage);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store");
        using var head = await SendAsync(HttpMethod.Head, path, null);
        (head.StatusCode, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.NotFound, FirstPage.Length));
    }

    [Theory]
    [InlineData("src/App.tsx")]
    [InlineData("src/desk/Desk.tsx")]
    [InlineData("src/accounts/Account.tsx")]
    public void The_server_knows_every_route_of_the_app(string file)
    {
        var source = File.ReadAllText(Repository.PathOf("src", "ImageHub.Web", file));

        var routes = Regex.Matches(source, "<Route path=\"(?<path>[^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups["path"].Value).Where(route => !route.EndsWith('*')).ToList();

        routes.Count.ShouldBeGreaterThan(3);
        foreach (var route in routes)
        {
            var page = "/" + Regex.Replace(route, ":[A-Za-z]+", "*", RegexOptions.None, TimeSpan.FromSeconds(1));
            AppPaths.All.ShouldContain(path => path.EndsWith(page, StringComparison.Ordinal), $"{route} of {file}");
        }
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK, "<!doctype html><title>Gallery</title><meta name=\"description\"")]
    [InlineData("/groups/01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80", HttpStatusCode.NotFound, "<!doctype html><title>Gallery</title><meta name=\"robots\" content=\"noindex\">")]
    [InlineData("/shared/kZ3y_-", HttpStatusCode.NotFound, "<!doctype html><title>Gallery</title><meta name=\"robots\" content=\"noindex\">")]
    public async Task A_page_with_a_preview_is_the_start_page_with_another_head(string path, HttpStatusCode status, string begin)
    {
        using var answer = await server.Visitor.GetAsync(path);

        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith(begin);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
    }

    [Fact]
    public async Task A_start_page_without_a_title_is_served_unchanged()
    {
        await using var other = new Site(postgres);
        other.Write("/index.html", "<!doctype html>");
        await other.InitializeAsync();

        (await other.Server.Visitor.GetStringAsync("/")).ShouldBe("<!doctype html>");
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/API/v1/nothing")]
    [InlineData("/health")]
    [InlineData("/openapi/v2")]
    [InlineData("/docs/nothing")]
    [InlineData("/s")]
    [InlineData("/s/nothing")]
    [InlineData("/t/nothing")]
    [InlineData("/t/key/signature/w:100/photo")]
    [InlineData("/assets")]
    [InlineData("/assets/nothing")]
    [InlineData("/assets/nothing.js")]
    [InlineData("/nothing.html")]
    [InlineData("/groups/nothing.png")]
    [InlineData("/assets/../../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/..%2fappsettings.json")]
    public async Task A_path_that_cannot_be_a_page_is_not_found(string path) =>
        await server.Visitor.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound");

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("PUT", "/groups/x")]
    [InlineData("DELETE", Asset)]
    public async Task A_page_accepts_no_writing_method(string method, string path) =>
        await server.Admin.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)).ProblemAsync(HttpStatusCode.NotFound, "notFound");

    [Fact]
    public async Task API_routes_take_precedence_over_pages()
    {
        await using var other = new Site(postgres);
        other.Write("/api", FirstPage);
        await other.InitializeAsync();

        (await other.Server.Visitor.GetAsync("/api").JsonAsync()).Text("name").ShouldBe("ImageHub");
        using var answer = await other.Server.Visitor.DeleteAsync("/api/v1/groups");
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData(Asset, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable")]
    [InlineData("/sw.js", "text/javascript; charset=utf-8", "no-cache")]
    [InlineData("/favicon.svg", "image/svg+xml", "no-cache")]
    public async Task A_file_has_its_media_type_and_caches_keep_content_hashed_files_forever(string path, string type, string caching)
    {
        using var answer = await server.Visitor.GetAsync(path);

        (await answer.Content.ReadAsStringAsync()).ShouldBe(await File.ReadAllTextAsync(site.PathOf(path)));
        answer.Content.Headers.ContentType!.ToString().ShouldBe(type);
        answer.Headers.GetValues("Cache-Control").Single().ShouldBe(caching);
        answer.Content.Headers.ContentLength.ShouldBe(new FileInfo(site.PathOf(path)).Length);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("identity", null)]
    [InlineData("br;q=0", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0.5, gzip;q=1.0", "br")]
    public async Task A_client_that_accepts_a_compression_gets_the_file_compressed_by_the_build(string? accept, string? encoding)
    {
        using var answer = await SendAsync(HttpMethod.Get, Asset, accept);

        answer.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(encoding);
        answer.Headers.Vary.Single().ShouldBe("Accept-Encoding");
        await using var body = await answer.Content.ReadAsStreamAsync();
        await using var plain = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        (await new StreamReader(plain).ReadToEndAsync()).ShouldBe(Script);
    }

    [Fact]
    public async Task Each_encoding_of_a_file_has_a_separate_entity_tag_that_changes_with_the_content()
    {
        var tags = new List<EntityTagHeaderValue>();
        foreach (var accept in (string?[])[null, "gzip", "br"])
        {
            using var answer = await SendAsync(HttpMethod.Get, Asset, accept);
            tags.Add(answer.Headers.ETag!);
            using var again = await SendAsync(HttpMethod.Get, Asset, accept, answer.Headers.ETag);
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }

        tags.Distinct().Count().ShouldBe(3);
        await using var next = new Site(postgres);
        next.Write("/index.html", FirstPage + "<p>New");
        await next.InitializeAsync();
        (await TagAsync(next, "/favicon.svg")).ShouldBe(await TagAsync(site, "/favicon.svg"));
        (await TagAsync(next, "/")).ShouldNotBe(await TagAsync(site, "/"));
    }

    [Fact]
    public async Task A_head_request_has_the_headers_and_no_body()
    {
        using var answer = await SendAsync(HttpMethod.Head, "/timeline", null);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldBe(FirstPage.Length);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/groups/x")]
    [InlineData("/sw.js")]
    [InlineData(Asset)]
    public async Task The_content_security_policy_allows_only_the_web_apps_own_resources(string path)
    {
        using var answer = await server.Visitor.GetAsync(path);

        Header(answer, "Content-Security-Policy").Split("; ").ShouldBe(
            [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'",
                "worker-src 'self'", "manifest-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
            ],
            ignoreOrder: true);
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(answer, "Referrer-Policy").ShouldBe("same-origin");
        Header(answer, "Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        Header(answer, "Permissions-Policy").ShouldContain("camera=()");
    }

    [Theory]
    [InlineData("Redirect", "true", "http://s3.example:9000")]
    [InlineData("Redirect", "false", "http://photos.s3.example:9000")]
    [InlineData("Proxy", "true", null)]
    public async Task The_policy_allows_images_from_the_store_that_images_are_redirected_to(string delivery, string pathStyle, string? origin)
    {
        await using var redirecting = new Site(postgres)
        {
            Settings =
            {
                ["Storage:Provider"] = "S3",
                ["Storage:S3:ServiceUrl"] = "http://s3.example:9000/",
                ["Storage:S3:Bucket"] = "photos",
                ["Storage:S3:AccessKey"] = "key",
                ["Storage:S3:SecretKey"] = "secret",
                ["Storage:S3:ForcePathStyle"] = pathStyle,
                ["Storage:S3:Delivery"] = delivery,
            },
        };
        await redirecting.InitializeAsync();
        using var answer = await redirecting.Server.Visitor.GetAsync("/");

        var policy = Header(answer, "Content-Security-Policy").Split("; ");
        var suffix = origin is null ? "" : " " + origin;
        policy.ShouldContain("img-src 'self' data: blob:" + suffix);
        policy.ShouldContain("connect-src 'self'" + suffix);
    }

    [Fact]
    public async Task An_image_opened_directly_runs_no_scripts()
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg());
        using var answer = await server.Visitor.GetAsync($"/api/v1/images/{image}/full");

        Header(answer, "Content-Security-Policy").ShouldBe("default-src 'none'; sandbox; frame-ancestors 'none'");
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
    }

    [Fact]
    public async Task The_documentation_page_complies_with_its_content_security_policy()
    {
        using var client = server.NewClient(followRedirects: true);
        using var answer = await client.GetAsync("/docs");
        var page = await answer.Content.ReadAsStringAsync();

        var policy = Header(answer, "Content-Security-Policy");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldNotContain("unsafe-eval");
        foreach (var script in page.Split("<script")[1..])
        {
            // Every script of the page is a file of this server.
            script[..script.IndexOf('>', StringComparison.Ordinal)].ShouldContain("src=\"");
            script[..script.IndexOf('>', StringComparison.Ordinal)].ShouldNotContain("//");
            script[(script.IndexOf('>', StringComparison.Ordinal) + 1)..script.IndexOf("</script>", StringComparison.Ordinal)].Trim().ShouldBeEmpty();
        }
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? acceptEncoding, EntityTagHeaderValue? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (acceptEncoding is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.IfNoneMatch.Add(ifNoneMatch);
        }

        return server.Visitor.SendAsync(request);
    }

    private static async Task<EntityTagHeaderValue> TagAsync(Site site, string path)
    {
        using var answer = await site.Server.Visitor.GetAsync(path);
        return answer.Headers.ETag!;
    }

    /// <summary>A server with a web app of a few files.</summary>
    public sealed class Site(PostgresServer postgres) : IAsyncLifetime
    {
        private readonly string folder = TemporaryFolders.Create();

        public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal);

        public ImageHubServer Server { get; private set; } = null!;

        public string PathOf(string path) => Path.Combine(folder, path.TrimStart('/'));

        public void Write(string path, string content) => File.WriteAllText(PathOf(path), content);

        public async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(PathOf("/assets"));
            if (!File.Exists(PathOf("/index.html")))
            {
                Write("/index.html", FirstPage);
            }

            Write("/sw.js", Script);
            Write("/favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
            Write(Asset, Script);
            await CompressAsync(Asset + ".br", stream => new BrotliStream(stream, CompressionLevel.Optimal));
            await CompressAsync(Asset + ".gz", stream => new GZipStream(stream, CompressionLevel.Optimal));
            Server = await ImageHubServer.StartAsync(postgres, Settings, builder => builder.Environment.WebRootPath = folder);
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        private async Task CompressAsync(string path, Func<Stream, Stream> compress)
        {
            await using var file = File.Create(PathOf(path));
            await using var stream = compress(file);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Script));
        }
    }
}
