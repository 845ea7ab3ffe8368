using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Links;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Links;

/// <summary>Groups shared by links: the guests' access, and how it ends.</summary>
public sealed class GroupLinkTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ShiftedClock clock = null!;
    private ImageHubServer server = null!;
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await servers.TakeAsync();
        group = await server.Admin.CreateGroupAsync("Wedding", isPublished: false);
        image = await server.Admin.AddImageAsync(group, "kiss.jpg", TestImages.Jpeg(seed: 1));
        await server.Admin.AddImageAsync(group, "cake.jpg", TestImages.Jpeg(seed: 2));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_guest_sees_an_unpublished_group_its_images_their_bytes_and_its_archive()
    {
        var link = await ShareAsync(new { });
        link.Text("url").ShouldStartWith("/shared/");
        link.Text("expiresAt").ShouldBeNull();
        using var guest = server.NewClient();
        var api = Below(link);

        var shared = await guest.GetAsync(api).JsonAsync();
        shared.Text("title").ShouldBe("Wedding");
        shared.GetProperty("imageCount").GetInt32().ShouldBe(2);
        shared.GetProperty("cover").Text("fileName").ShouldBe("kiss.jpg");
        var images = (await guest.GetAsync($"{api}/images").JsonAsync()).Items();
        images.Select(item => item.Text("fileName")).ShouldBe(["kiss.jpg", "cake.jpg"]);
        foreach (var variant in (string[])["low", "medium", "high", "full"])
        {
            var url = images[0].GetProperty(variant).Text("url")!;
            url.ShouldBe($"{api}/images/{image}/{variant}?r=1");
            using var answer = await guest.GetAsync(url);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
            answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        }

        using var archive = new ZipArchive(await guest.GetStreamAsync($"{api}/archive"));
        archive.Entries.Select(entry => entry.Name).ShouldBe(["kiss.jpg", "cake.jpg"]);
    }

    [Fact]
    public async Task A_guest_gets_a_full_size_JPEG_of_an_image_that_browsers_cannot_show()
    {
        var tiff = await server.Admin.AddImageAsync(group, "scan.tif", TestImages.Tiff(seed: 3));
        var link = await ShareAsync(new { password = "open sesame" });
        using var guest = server.NewClient(useCookies: true);
        var url = $"{Below(link)}/images/{tiff}/full?r=1&format=jpeg";
        await guest.GetAsync(url).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        await guest.PostAsJsonAsync($"{Below(link)}/unlock", new { password = "open sesame" }).StatusAsync(HttpStatusCode.NoContent);

        using var answer = await guest.GetAsync(url + "&download=true");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        answer.Content.Headers.ContentDisposition!.ToString().ShouldStartWith("attachment; filename=scan.jpg");
        var picture = TestPicture.Read(await answer.Content.ReadAsByteArrayAsync());
        (picture.Width, picture.Height).ShouldBe((640, 480));
        await guest.GetAsync($"{Below(link)}/images/{image}/full?format=png").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task An_unsigned_guest_cookie_is_ignored()
    {
        var link = await ShareAsync(new { maxViews = 5 });
        foreach (var forged in (string[])[new('_', 76), new('A', 76), new('_', 75), "x"])
        {
            await AskAsync("", forged, HttpStatusCode.OK);
            await AskAsync("/images", forged, HttpStatusCode.NotFound);
        }

        async Task AskAsync(string path, string cookie, HttpStatusCode status)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Below(link) + path) { Headers = { { "Cookie", $"imagehub_share={cookie}" } } };
            await server.Visitor.SendAsync(request).StatusAsync(status);
        }
    }

    [Fact]
    public async Task No_answer_to_a_guest_names_the_group_or_a_route_outside_the_link()
    {
        var link = await ShareAsync(new { });
        using var guest = server.NewClient();
        foreach (var path in (string[])["", "/images", "/images?cursor=", "/images/" + Guid.NewGuid() + "/low"])
        {
            using var answer = await guest.GetAsync(Below(link) + path);
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldNotContain(group.ToString());
            text.ShouldNotContain("groupId");
            text.ShouldNotContain("/api/v1/images/");
            text.ShouldNotContain("/api/v1/groups/");
        }

        // The ids are useless without the link.
        await guest.GetAsync($"/api/v1/images/{image}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await guest.GetAsync($"/api/v1/groups/{group}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Unknown_expired_revoked_and_used_up_links_return_the_same_404()
    {
        var expired = await ShareAsync(new { expiresInSeconds = 300 });
        var revoked = await ShareAsync(new { });
        var usedUp = await ShareAsync(new { maxViews = 1 });
        using var first = server.NewClient(useCookies: true);
        await first.GetAsync(Below(usedUp)).StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync($"/api/v1/links/{revoked.Id()}").StatusAsync(HttpStatusCode.NoContent);
        clock.Advance(TimeSpan.FromSeconds(301));

        using var guest = server.NewClient();
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var api in (string[])[Below(expired), Below(revoked), Below(usedUp), "/api/v1/shared/AAAAAAAAAAAAAAAAAAAAAA", "/api/v1/shared/x"])
        {
            foreach (var path in (string[])["", "/images", $"/images/{image}/low", "/archive"])
            {
                var problem = await guest.GetAsync(api + path).ProblemAsync(HttpStatusCode.NotFound, "notFound");
                problem.Text("instance").ShouldBe("/api/v1/shared/-" + path);
                bodies.Add(problem.Text("title") + problem.Text("detail") + problem.Text("type"));
            }
        }

        bodies.Count.ShouldBe(1);

        // A guest who opened a used-up link before can continue.
        await first.GetAsync($"{Below(usedUp)}/images/{image}/low").StatusAsync(HttpStatusCode.OK);
        await first.GetAsync(Below(usedUp)).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_password_protects_the_bytes_as_well_as_the_page_and_guesses_are_limited()
    {
        var link = await ShareAsync(new { password = ImageHubServer.LinkPassword });
        using var guest = server.NewClient(useCookies: true);
        foreach (var path in (string[])["", "/images", $"/images/{image}/low", $"/images/{image}/full", "/archive"])
        {
            await guest.GetAsync(Below(link) + path).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        }

        await guest.PostAsJsonAsync($"{Below(link)}/unlock", new { password = "wrong" }).ProblemAsync(HttpStatusCode.Unauthorized, "wrongPassword");
        await guest.PostAsJsonAsync($"{Below(link)}/unlock", new { password = ImageHubServer.LinkPassword }).StatusAsync(HttpStatusCode.NoContent);
        foreach (var path in (string[])["", "/images", $"/images/{image}/low", "/archive"])
        {
            await guest.GetAsync(Below(link) + path).StatusAsync(HttpStatusCode.OK);
        }

        // The cookie is valid for this link only.
        var second = await ShareAsync(new { password = "another one" });
        using var earlier = server.NewClient(useCookies: true);
        await earlier.PostAsJsonAsync($"{Below(second)}/unlock", new { password = "another one" }).StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync(Below(second)).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        using var without = server.NewClient();
        using var unlocked = await without.PostAsJsonAsync($"{Below(link)}/unlock", new { password = ImageHubServer.LinkPassword });
        var cookie = unlocked.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        await SendCookieAsync(link).StatusAsync(HttpStatusCode.OK);
        await SendCookieAsync(second).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        using var guesser = server.NewClient();
        for (var guess = 0; guess < 10; guess++)
        {
            await guesser.PostAsJsonAsync($"{Below(second)}/unlock", new { password = $"guess {guess}" }).ProblemAsync(HttpStatusCode.Unauthorized, "wrongPassword");
        }

        using var limited = await guesser.PostAsJsonAsync($"{Below(second)}/unlock", new { password = "another one" });
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter.ShouldNotBeNull();
        await earlier.PostAsJsonAsync($"{Below(second)}/unlock", new { password = "another one" }).StatusAsync(HttpStatusCode.NoContent);

        // The unlocked access ends after an hour.
        clock.Advance(TimeSpan.FromMinutes(61));
        await guest.GetAsync(Below(link)).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");

        async Task<HttpResponseMessage> SendCookieAsync(JsonElement to)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Below(to)) { Headers = { { "Cookie", cookie } } };
            return await without.SendAsync(request);
        }
    }

    [Fact]
    public async Task Guesses_at_one_link_do_not_lock_the_same_address_out_of_other_links()
    {
        var (guessed, other) = (await ShareAsync(new { password = ImageHubServer.LinkPassword }), await ShareAsync(new { password = "another one" }));
        using var guest = server.NewClient();
        for (var guess = 0; guess < 10; guess++)
        {
            await guest.PostAsJsonAsync($"{Below(guessed)}/unlock", new { password = $"guess {guess}" }).ProblemAsync(HttpStatusCode.Unauthorized, "wrongPassword");
        }

        await guest.PostAsJsonAsync($"{Below(guessed)}/unlock", new { password = ImageHubServer.LinkPassword }).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        await guest.PostAsJsonAsync($"{Below(other)}/unlock", new { password = "another one" }).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_returning_guest_stays_unlocked_and_uses_no_further_view_within_the_hour()
    {
        var (counted, locked) = (await ShareAsync(new { maxViews = 1 }), await ShareAsync(new { password = ImageHubServer.LinkPassword }));
        using var guest = server.NewClient(useCookies: true);
        await guest.GetAsync(Below(counted)).StatusAsync(HttpStatusCode.OK);
        await guest.PostAsJsonAsync($"{Below(locked)}/unlock", new { password = ImageHubServer.LinkPassword }).StatusAsync(HttpStatusCode.NoContent);
        clock.Advance(TimeSpan.FromMinutes(40));
        await guest.GetAsync(Below(counted)).StatusAsync(HttpStatusCode.OK);
        await guest.GetAsync(Below(locked)).StatusAsync(HttpStatusCode.OK);

        clock.Advance(TimeSpan.FromMinutes(21));
        await guest.GetAsync(Below(counted)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await guest.GetAsync(Below(locked)).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
    }

    [Theory]
    [InlineData("%20")]
    [InlineData("%09")]
    [InlineData("%0D%0A")]
    [InlineData("%C2%A0")]
    public async Task Whitespace_instead_of_a_token_is_not_found(string token)
    {
        foreach (var address in (string[])[$"/s/{token}", $"/api/v1/shared/{token}", $"/api/v1/shared/{token}/images", $"/api/v1/archives/{token}"])
        {
            await server.Visitor.GetAsync(address).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }
    }

    [Fact]
    public async Task An_error_below_a_link_reveals_neither_the_links_token_nor_the_referring_address()
    {
        var link = await ShareAsync(new { password = ImageHubServer.LinkPassword });
        var token = link.Text("url")!.Split('/')[^1];
        using var guest = server.NewClient();
        string[] addresses =
        [
            Below(link), Below(link) + "/nothing", Below(link) + "/images/x/low", $"/api/v1/shared//{token}", $"/api/v1//shared/{token}/images", $"/s//{token}", $"/s/{token}/x",
        ];
        foreach (var address in addresses)
        {
            using var answer = await guest.GetAsync(address);
            ((int)answer.StatusCode).ShouldBeInRange(400, 499);
            answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"], address);
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain(token);
        }

        using var posted = await guest.PostAsync(Below(link), null);
        posted.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        posted.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
    }

    [Theory]
    [InlineData("archive", "end")]
    [InlineData("archive", "new password")]
    [InlineData("archives", "new password")]
    public async Task A_running_archive_download_breaks_off_when_its_link_ends_or_gets_a_new_password(string route, string change)
    {
        // Add many files, with far more bytes than the socket buffers hold.
        for (var number = 0; number < 16; number++)
        {
            await server.Admin.AddImageAsync(group, $"{number}.jpg", TestPicture.Noise(1000, 1000, seed: number).ToJpeg(quality: 100));
        }

        var link = await ShareAsync(new { });
        using var guest = server.NewClient();
        var address = $"{Below(link)}/archive";
        if (route == "archives")
        {
            address = (await guest.PostAsJsonAsync($"{Below(link)}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        }

        using var answer = await guest.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var sent = await answer.Content.ReadAsStreamAsync();
        await sent.ReadExactlyAsync(new byte[1000]);
        await (change == "end"
            ? server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent)
            : server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", new { password = "open sesame" }).StatusAsync(HttpStatusCode.OK));

        // The server checks the link once a second.
        clock.Advance(TimeSpan.FromSeconds(1.1));
        await Should.ThrowAsync<IOException>(() => sent.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task Links_that_expired_over_a_month_ago_are_deleted()
    {
        var ended = await ShareAsync(new { expiresInSeconds = 300 });
        var (recent, endless) = (await ShareAsync(new { expiresInSeconds = 86_400 }), await ShareAsync(new { }));
        clock.Advance(TimeSpan.FromDays(30.5));
        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneLinks());
        }

        using var later = await server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword);
        var kept = (await later.GetAsync("/api/v1/links?cursor=&pageSize=100").JsonAsync()).Items().Select(link => link.Id()).ToList();
        kept.ShouldContain(recent.Id());
        kept.ShouldContain(endless.Id());
        kept.ShouldNotContain(ended.Id());
    }

    [Fact]
    public async Task Parallel_guests_get_exactly_the_allowed_views_and_no_content_without_one()
    {
        var link = await ShareAsync(new { maxViews = 5 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            using var guest = server.NewClient(useCookies: true);
            using var answer = await guest.GetAsync(Below(link));
            using var bytes = await guest.GetAsync($"{Below(link)}/images/{image}/low");
            bytes.StatusCode.ShouldBe(answer.StatusCode);
            return answer.StatusCode;
        }));
        answers.Count(status => status == HttpStatusCode.OK).ShouldBe(5);
        answers.Count(status => status == HttpStatusCode.NotFound).ShouldBe(11);
        (await LinkAsync(link.Id())).GetProperty("views").GetInt32().ShouldBe(5);

        using var stranger = server.NewClient();
        var open = await ShareAsync(new { maxViews = 5 });
        await stranger.GetAsync($"{Below(open)}/images/{image}/low").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_link_to_a_trashed_group_is_not_found()
    {
        var link = await ShareAsync(new { });
        using var guest = server.NewClient();
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync(Below(link)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync(Below(link)).StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync($"{Below(link)}/images/{image}/low").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Theory]
    [InlineData("""{"expiresInSeconds":299}""", "expiresInSeconds")]
    [InlineData("""{"expiresInSeconds":31536001}""", "expiresInSeconds")]
    [InlineData("""{"maxViews":0}""", "maxViews")]
    [InlineData("""{"password":"abc"}""", "password")]
    [InlineData("""{"view":1}""", "view")]
    public async Task An_invalid_value_is_refused_with_the_name_of_the_field(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await server.Admin.PostAsync($"/api/v1/groups/{group}/links", content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.ToString());
    }

    [Fact]
    public async Task Links_are_listed_without_their_tokens()
    {
        var link = await ShareAsync(new { expiresInSeconds = 3600, password = ImageHubServer.LinkPassword, maxViews = 3 });
        var listed = await LinkAsync(link.Id());
        listed.Text("kind").ShouldBe("group");
        listed.Id("targetId").ShouldBe(group);
        listed.GetProperty("hasPassword").GetBoolean().ShouldBeTrue();
        listed.GetProperty("maxViews").GetInt32().ShouldBe(3);
        listed.Text("expiresAt").ShouldBe(link.Text("expiresAt"));
        listed.ToString().ShouldNotContain(link.Text("url")!.Split('/')[^1]);
    }

    private static string Below(JsonElement link) => "/api/v1" + link.Text("url");

    private Task<JsonElement> ShareAsync(object body) => server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", body).JsonAsync(HttpStatusCode.Created);

    private async Task<JsonElement> LinkAsync(Guid id) => (await server.Admin.GetAsync("/api/v1/links?cursor=").JsonAsync()).Items().Single(link => link.Id() == id);
}
