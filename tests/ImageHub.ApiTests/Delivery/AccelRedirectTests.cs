using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Delivery;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;

namespace ImageHub.ApiTests.Delivery;

/// <summary>A server with <c>Delivery__AccelRedirect</c> behind an nginx configured as documented.</summary>
public sealed class BehindNginx(PostgresServer postgres) : IAsyncLifetime
{
    private readonly NginxServer nginx = new();

    public ImageHubServer Server { get; private set; } = null!;

    /// <summary>A client of nginx without credentials.</summary>
    public HttpClient Visitor { get; private set; } = null!;

    /// <summary>A client of nginx signed in as the admin.</summary>
    public HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Delivery:AccelRedirect"] = "/objects/", ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" });
        await nginx.StartAsync(Server.Url, Server.DataDirectory);
        Visitor = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = nginx.Url };
        Admin = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = nginx.Url };
        Admin.DefaultRequestHeaders.Authorization = Server.Admin.DefaultRequestHeaders.Authorization;
    }

    public async ValueTask DisposeAsync()
    {
        Visitor.Dispose();
        Admin.Dispose();
        await nginx.DisposeAsync();
        await Server.DisposeAsync();
    }
}

/// <summary>nginx sends whole images; every other answer is the same as without nginx.</summary>
public sealed class AccelRedirectTests(BehindNginx behind, PostgresServer postgres) : IClassFixture<BehindNginx>, IAsyncLifetime
{
    private const string Header = "X-Accel-Redirect";

    private const UnixFileMode SharedFolder =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private const UnixFileMode SharedFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly ImageHubServer server = behind.Server;
    private readonly byte[] content = TestImages.Jpeg(seed: 21);
    private Guid image;
    private Guid hidden;

    public async ValueTask InitializeAsync()
    {
        image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "Größe.jpg", content);
        hidden = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(isPublished: false), "hidden.jpg", content);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false, "full?r=1", "public, max-age=86400, immutable")]
    [InlineData(false, "full", "no-cache")]
    [InlineData(false, "full?r=1&download=true", "public, max-age=86400, immutable")]
    [InlineData(true, "full?r=1", "private, no-store")]
    [InlineData(true, "original", "private, no-store")]
    [InlineData(true, "low", "private, no-store")]
    [InlineData(true, "thumbnails/200", "private, no-store")]
    public async Task Nginx_sends_a_whole_image_with_all_its_headers(bool isHidden, string variant, string cacheControl)
    {
        var path = $"/api/v1/images/{(isHidden ? hidden : image)}/{variant}";
        var credential = isHidden ? server.Admin.DefaultRequestHeaders.Authorization : null;

        // After a start, the server itself answers until it has compared the object with the image's row.
        using var first = await AskAsync(path, credential);
        first.Headers.Contains(Header).ShouldBeFalse();
        var bytes = await first.Content.ReadAsByteArrayAsync();
        bytes.Length.ShouldBeGreaterThan(500);

        using var second = await AskAsync(path, credential);
        var address = second.Headers.GetValues(Header).Single();
        var name = variant.Split('?')[0].Replace("original", "full", StringComparison.Ordinal);
        address.ShouldMatch($"^/objects/images/[0-9a-f]{{2}}/{(isHidden ? hidden : image)}/1/{name}$");
        (await second.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();

        using var direct = await (isHidden ? server.Admin : server.Visitor).GetAsync(path);
        direct.Headers.Contains(Header).ShouldBeFalse();
        (await direct.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        using var sent = await (isHidden ? behind.Admin : behind.Visitor).GetAsync(path);
        sent.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await sent.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        sent.Headers.NonValidated["Cache-Control"].ToString().ShouldBe(cacheControl);
        sent.Headers.GetValues("Server").Single().ShouldStartWith("nginx");
        HeadersOf(sent).ShouldBe(HeadersOf(direct));

        // The internal location is not accessible to clients.
        await behind.Admin.GetAsync(address).StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nginx_sends_kept_transforms()
    {
        // The server does not cache transforms in memory if their address expires.
        var path = (await TransformSigner.CreateAsync(server.Admin)).Sign($"w:200,exp:{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}", image);
        var bytes = await server.Visitor.GetByteArrayAsync(path);

        using var answer = await AskAsync(path);
        answer.Headers.GetValues(Header).Single().ShouldMatch($"^/objects/images/[0-9a-f]{{2}}/{image}/1/thumbnails/200x150-1002-80-jpeg$");
        (await behind.Visitor.GetByteArrayAsync(path)).ShouldBe(bytes);
    }

    [Fact]
    public async Task The_headers_compared_include_the_important_ones()
    {
        await server.Visitor.GetAsync($"/api/v1/images/{image}/full").StatusAsync(HttpStatusCode.OK);
        using var sent = await behind.Visitor.GetAsync($"/api/v1/images/{image}/full?r=1");

        HeadersOf(sent).Where(header => !header.StartsWith("Last-Modified", StringComparison.Ordinal)).ShouldBe([
            "Accept-Ranges: bytes",
            "Cache-Control: public, max-age=86400, immutable",
            "Content-Disposition: inline; filename=Gr__e.jpg; filename*=UTF-8''Gr%C3%B6%C3%9Fe.jpg",
            $"Content-Length: {content.Length}",
            "Content-Security-Policy: default-src 'none'; sandbox; frame-ancestors 'none'",
            "Content-Type: image/jpeg",
            $"ETag: \"{image:N}-1-full\"",
            "Referrer-Policy: same-origin",
            "X-Content-Type-Options: nosniff",
        ]);
        sent.Content.Headers.LastModified.ShouldNotBeNull();
        sent.Headers.GetValues("X-Request-Id").Single().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Conditional_range_and_HEAD_requests_are_answered_as_without_nginx()
    {
        var path = $"/api/v1/images/{image}/full?r=1";
        await server.Visitor.GetAsync(path).StatusAsync(HttpStatusCode.OK);
        using var whole = await behind.Visitor.GetAsync(path);
        var tag = whole.Headers.ETag!;

        using var same = await SendAsync(path, request => request.Headers.IfNoneMatch.Add(tag));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        same.Headers.ETag.ShouldBe(tag);
        using var unchanged = await SendAsync(path, request => request.Headers.IfModifiedSince = whole.Content.Headers.LastModified);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var other = await SendAsync(path, request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\"")));
        (other.StatusCode, (await other.Content.ReadAsByteArrayAsync()).Length).ShouldBe((HttpStatusCode.OK, content.Length));
        using var expected = await SendAsync(path, request => request.Headers.IfMatch.Add(tag));
        expected.StatusCode.ShouldBe(HttpStatusCode.OK);
        await SendAsync(path, request => request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"other\""))).ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");

        using var part = await SendAsync(path, request =>
        {
            request.Headers.Range = new RangeHeaderValue(10, 19);
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        });
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(content[10..20]);
        part.Headers.ETag.ShouldBe(tag);
        await SendAsync(path, request => request.Headers.Range = new RangeHeaderValue(content.Length, null)).ProblemAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "rangeNotSatisfiable");

        using var head = await SendAsync(path, request => request.Method = HttpMethod.Head);
        HeadersOf(head).ShouldBe(HeadersOf(whole));
        await behind.Visitor.GetAsync($"/api/v1/images/{hidden}/full").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Answers_cached_in_memory_are_sent_from_there_with_and_without_nginx()
    {
        var path = $"/api/v1/images/{image}/low?r=1";
        var bytes = await server.Visitor.GetByteArrayAsync(path);
        for (var time = 0; time < 3; time++)
        {
            using var forwarded = await AskAsync(path);
            forwarded.Headers.Contains(Header).ShouldBeFalse();
            (await forwarded.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
            (await behind.Visitor.GetByteArrayAsync(path)).ShouldBe(bytes);
            (await server.Visitor.GetByteArrayAsync(path)).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task A_client_that_is_not_a_listed_proxy_gets_bytes_whatever_its_headers_say()
    {
        await using var own = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Delivery:AccelRedirect"] = "/objects", ["ForwardedHeaders:KnownProxies"] = "192.0.2.7" });
        var id = await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync(), "a.jpg", content);
        for (var time = 0; time < 2; time++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{id}/full") { Headers = { { "X-Forwarded-For", "192.0.2.7" }, { "X-Original-For", "192.0.2.7" } } };
            using var answer = await own.Visitor.SendAsync(request);
            answer.Headers.Contains(Header).ShouldBeFalse();
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        }
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("cut")]
    [InlineData("changed")]
    public async Task Damaged_bytes_are_rendered_again_or_reported_as_without_nginx(string damage)
    {
        var group = await server.Admin.CreateGroupAsync();
        var made = await server.Admin.AddImageAsync(group, "here.jpg", MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif()));
        var plain = await server.Admin.AddImageAsync(group, "plain.jpg", TestImages.Jpeg(seed: 22));
        var good = await File.ReadAllBytesAsync(ObjectOf(made, "full"));
        if (damage != "changed")
        {
            // After the comparison, nginx sends the objects. Changes that keep the object's length are detected only by the first read and by the weekly check.
            foreach (var id in (Guid[])[made, plain])
            {
                await behind.Visitor.GetAsync($"/api/v1/images/{id}/full").StatusAsync(HttpStatusCode.OK);
                using var accel = await AskAsync($"/api/v1/images/{id}/full");
                accel.Headers.Contains(Header).ShouldBeTrue();
            }
        }

        await DamagedFile.DamageAsync(ObjectOf(made, "full"), damage);
        await DamagedFile.DamageAsync(ObjectOf(plain, "full"), damage);

        (await behind.Visitor.GetByteArrayAsync($"/api/v1/images/{made}/full")).ShouldBe(good);
        await behind.Visitor.GetAsync($"/api/v1/images/{plain}/full").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
    }

    [Fact]
    public async Task Views_of_a_link_are_counted_when_nginx_sends_the_image()
    {
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/images/{hidden}/links", new { variant = "full", expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);
        for (var time = 0; time < 3; time++)
        {
            (await behind.Visitor.GetByteArrayAsync(link.Text("url"))).ShouldBe(content);
        }

        using var accel = await AskAsync(link.Text("url")!);
        accel.Headers.Contains(Header).ShouldBeTrue();
        using var part = await SendAsync(link.Text("url")!, request => request.Headers.Range = new RangeHeaderValue(0, 9));
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().Single(one => one.Id() == link.Id()).GetProperty("views").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task The_group_of_the_data_directory_can_read_objects_and_nothing_else()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await server.Admin.GetAsync($"/api/v1/images/{hidden}/thumbnails/100").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);
        var (data, objects) = (server.DataDirectory, Path.Combine(server.DataDirectory, "objects"));

        // If the server runs as root, the data folder belongs to PostgreSQL's group, so nginx needs the permission of others to enter the folder.
        var others = Environment.IsPrivilegedProcess ? UnixFileMode.OtherExecute : UnixFileMode.None;
        File.GetUnixFileMode(data).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | others);
        File.GetUnixFileMode(objects).ShouldBe(SharedFolder);

        // Check only this image's folder, because other tests write objects themselves.
        var stored = Directory.EnumerateDirectories(objects, $"{hidden}", SearchOption.AllDirectories).First();
        WrongModes(stored, SharedFolder, SharedFile).ShouldBeEmpty();
        for (var folder = stored; folder != objects; folder = Path.GetDirectoryName(folder)!)
        {
            File.GetUnixFileMode(folder).ShouldBe(SharedFolder, folder);
        }

        foreach (var folder in Directory.EnumerateDirectories(data).Where(folder => folder != objects))
        {
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, folder);
        }

        foreach (var file in Directory.EnumerateFiles(data))
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Fact]
    public async Task Nginx_can_read_objects_older_than_the_setting_once_they_are_requested_and_new_ones_in_older_folders()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var own = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" });
        var id = await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync(), "a.jpg", content);
        File.GetUnixFileMode(own.DataDirectory).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // The folder of each further photo is in a folder that is as old.
        for (var end = 0; end <= 0xff; end++)
        {
            Directory.CreateDirectory(Path.Combine(own.DataDirectory, "objects", "images", $"{end:x2}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        own.Settings["Delivery:AccelRedirect"] = "/objects/";
        await own.RestartAsync();
        await using var nginx = new NginxServer();
        await nginx.StartAsync(own.Url, own.DataDirectory);
        using var visitor = new HttpClient { BaseAddress = nginx.Url };
        var newContent = TestImages.Jpeg(seed: 22);
        var newId = await own.Admin.AddImageAsync(await own.Admin.CreateGroupAsync(), "b.jpg", newContent);

        foreach (var (one, bytes) in (ValueTuple<Guid, byte[]>[])[(newId, newContent), (id, content)])
        {
            for (var time = 0; time < 2; time++)
            {
                (await visitor.GetByteArrayAsync($"/api/v1/images/{one}/full")).ShouldBe(bytes);
            }
        }

        var files = Directory.GetFiles(own.DataDirectory, "full", SearchOption.AllDirectories);
        files.Length.ShouldBe(2);
        foreach (var full in files)
        {
            File.GetUnixFileMode(full).ShouldBe(SharedFile);
            for (var folder = Path.GetDirectoryName(full)!; folder != own.DataDirectory; folder = Path.GetDirectoryName(folder)!)
            {
                File.GetUnixFileMode(folder).ShouldBe(SharedFolder, folder);
            }
        }
    }

    /// <summary>Returns the headers of an answer, without values that differ between answers or between servers.</summary>
    private static List<string> HeadersOf(HttpResponseMessage answer) =>
    [
        .. answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => header.Key is not ("Server" or "Date" or "Connection" or "X-Request-ID" or "RateLimit"))
            .Select(header => $"{header.Key}: {string.Join(" | ", (IEnumerable<string>)header.Value)}")
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> WrongModes(string root, UnixFileMode folder, UnixFileMode file) =>
        new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Where(entry => entry.UnixFileMode != (entry is DirectoryInfo ? folder : file))
            .Select(entry => $"{Convert.ToString((int)entry.UnixFileMode, 8)} {entry.FullName}");

    private string ObjectOf(Guid id, string variant) => Directory
        .EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), variant, SearchOption.AllDirectories)
        .Single(path => path.Contains(id.ToString(), StringComparison.Ordinal));

    /// <summary>Sends a request directly to the server, as nginx does.</summary>
    private Task<HttpResponseMessage> AskAsync(string path, AuthenticationHeaderValue? credential = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", "198.51.100.1" } } };
        request.Headers.Authorization = credential;
        return server.Visitor.SendAsync(request);
    }

    /// <summary>Sends a request to nginx.</summary>
    private Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage> prepare)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        prepare(request);
        return behind.Visitor.SendAsync(request);
    }
}
