using System.Net;
using ImageHub.Application.Delivery;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Credentials and connections of WebDAV clients. <see cref="Accounts.AccessTests"/> covers the scopes of keys.</summary>
public sealed class DavAccessTests(ImageHubServer server, PostgresServer postgres) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Only_the_user_name_with_a_key_of_the_account_is_accepted()
    {
        var key = await server.Admin.CreateKeyAsync("admin");

        (await StatusAsync(ImageHubServer.AdminName, key)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("ADMIN", key)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("other", key)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(ImageHubServer.AdminName, key + "x")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !")]
    [InlineData("Basic YWRtaW4=")]
    [InlineData("Basic //8=")]
    [InlineData("Digest x")]
    public async Task Malformed_credentials_are_401_with_a_challenge_for_Basic(string header)
    {
        using var answer = await server.Visitor.DavAsync("OPTIONS", "/dav/", null, ("Authorization", header));

        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Basic realm=\"ImageHub\", charset=\"UTF-8\"");
        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task Cookies_and_tokens_do_not_authenticate_WebDAV()
    {
        using var browser = server.NewAdminsBrowser();
        browser.DefaultRequestHeaders.Add("X-Requested-With", "ImageHub");
        await browser.DavAsync("OPTIONS", "/dav/").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await server.Admin.DavAsync("OPTIONS", "/dav/").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        using var program = server.WithKey(await server.Admin.CreateKeyAsync("admin"));
        await program.DavAsync("OPTIONS", "/dav/").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");

        // Outside of WebDAV, Basic credentials are ignored.
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.GetAsync("/api/v1/trash").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task Requests_that_another_site_causes_are_refused()
    {
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));

        await dav.DavAsync("PROPFIND", "/dav/", null, ("Depth", "0"), ("Sec-Fetch-Site", "cross-site")).ProblemAsync(HttpStatusCode.Forbidden, "crossSite");
        await dav.DavAsync("PROPFIND", "/dav/", null, ("Depth", "0"), ("Sec-Fetch-Site", "same-origin")).StatusAsync((HttpStatusCode)207);
    }

    [Fact]
    public async Task A_client_elsewhere_needs_https_and_a_known_proxy_may_provide_it()
    {
        await using var proxied = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" });
        using var dav = proxied.NewDavClient(await proxied.Admin.CreateKeyAsync("admin"));

        await dav.DavAsync("OPTIONS", "/dav/").StatusAsync(HttpStatusCode.OK);
        await dav.DavAsync("OPTIONS", "/dav/", null, ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https")).StatusAsync(HttpStatusCode.OK);
        await dav.DavAsync("OPTIONS", "/dav/", null, ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "http")).ProblemAsync(HttpStatusCode.Forbidden, "httpsRequired");
        await dav.DavAsync("OPTIONS", "/dav/", null, ("X-Forwarded-For", "192.0.2.7")).ProblemAsync(HttpStatusCode.Forbidden, "httpsRequired");

        // Without a known proxy, the headers are ignored.
        await using var remote = await ImageHubServer.StartAsync(postgres, configure: builder => builder.Services.AddSingleton<IStartupFilter, RemoteSender>());
        using var far = remote.NewDavClient(await remote.Admin.CreateKeyAsync("admin"));
        await far.DavAsync("OPTIONS", "/dav/", null, ("X-Forwarded-Proto", "https")).ProblemAsync(HttpStatusCode.Forbidden, "httpsRequired");
    }

    [Fact]
    public async Task The_options_name_the_classes_and_what_Windows_looks_for()
    {
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("upload"));

        using var answer = await dav.DavAsync("OPTIONS", "/dav/anything");

        answer.Headers.GetValues("DAV").ShouldBe(["1, 2, 3"]);
        answer.Headers.GetValues("MS-Author-Via").ShouldBe(["DAV"]);
        string.Join(", ", answer.Content.Headers.Allow).ShouldBe("OPTIONS, PROPFIND, PROPPATCH, GET, HEAD, PUT, DELETE, MKCOL, MOVE, COPY, LOCK, UNLOCK");
        await dav.DavAsync("PATCH", "/dav/anything").ProblemAsync(HttpStatusCode.MethodNotAllowed, "methodNotAllowed");
    }

    [Fact]
    public async Task Requests_that_only_read_do_not_wait_for_cached_answers_to_be_dropped()
    {
        var answers = new SettledAnswers();
        await using var counted = await ImageHubServer.StartAsync(postgres, configure: builder => answers.Wrap(builder.Services));
        using var dav = counted.NewDavClient(await counted.Admin.CreateKeyAsync("admin"));
        var before = answers.Count;

        await dav.DavAsync("OPTIONS", "/dav/").StatusAsync(HttpStatusCode.OK);
        await dav.PropfindAsync("/dav/", 1);
        answers.Count.ShouldBe(before);

        await dav.MkcolAsync("/dav/New");
        answers.Count.ShouldBe(before + 1);
    }

    private async Task<HttpStatusCode> StatusAsync(string userName, string key)
    {
        using var dav = server.NewDavClient(key, userName);
        using var answer = await dav.DavAsync("OPTIONS", "/dav/");
        return answer.StatusCode;
    }

    /// <summary>Counts the requests that wait for the invalidation of cached answers.</summary>
    private sealed class SettledAnswers
    {
        private int count;

        public int Count => count;

        public void Wrap(IServiceCollection services)
        {
            var real = services.Last(service => service.ServiceType == typeof(IKeptAnswers));
            services.Remove(real);
            services.AddSingleton<IKeptAnswers>(provider => new Answers((IKeptAnswers)real.ImplementationFactory!(provider), this));
        }

        private sealed class Answers(IKeptAnswers real, SettledAnswers counts) : IKeptAnswers
        {
            public bool MayServeStale => real.MayServeStale;

            public long Generation => real.Generation;

            public long Statements => real.Statements;

            public ValueTask<KeptAnswerUse> CheckAsync() => real.CheckAsync();

            public KeptContent? Find(string key) => real.Find(key);

            public void Keep(string key, KeptContent answer, IReadOnlyList<string> tags, long generation) => real.Keep(key, answer, tags, generation);

            public Task ConfirmAsync() => real.ConfirmAsync();

            public Task SettleAsync()
            {
                Interlocked.Increment(ref counts.count);
                return real.SettleAsync();
            }

            public Task ReportOutageAsync() => real.ReportOutageAsync();
        }
    }

    /// <summary>Makes all requests come from another machine.</summary>
    private sealed class RemoteSender : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
                return rest(context);
            });
            next(app);
        };
    }
}
