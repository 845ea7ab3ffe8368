using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Links;

/// <summary>Links to groups can be named, copied again, extended and edited without becoming new links.</summary>
public sealed class GroupLinkChangeTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
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
    public async Task A_link_can_be_named_and_signed_in_admins_can_read_its_address_again()
    {
        var made = await ShareAsync(new { name = "  The couple  ", previewTitle = true, favourites = true, maxFavourites = 2 });
        var link = await server.Admin.GetAsync($"/api/v1/links/{made.Id()}").JsonAsync();
        (link.Text("name"), link.GetProperty("previewTitle").GetBoolean(), link.GetProperty("maxFavourites").GetInt32(), link.Text("url")).ShouldBe(("The couple", true, 2, made.Text("url")));
        ((string)(await server.SqlAsync($"SELECT protected_token FROM links WHERE id = '{made.Id()}'"))!).ShouldNotContain(made.Text("url")!["/shared/".Length..]);

        // Lists do not contain the address, and neither do answers to API keys.
        (await server.Admin.GetAsync("/api/v1/links").JsonAsync()).Items().Single(item => item.Id() == made.Id()).TryGetProperty("url", out _).ShouldBeFalse();
        var key = (await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name = "curator", scopes = new[] { "admin" } }).JsonAsync(HttpStatusCode.Created)).Text("key");
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Patch])
        {
            using var request = new HttpRequestMessage(method, $"/api/v1/links/{made.Id()}") { Headers = { { "X-API-Key", key } }, Content = method == HttpMethod.Patch ? JsonContent.Create(new { }) : null };
            (await server.Visitor.SendAsync(request).JsonAsync()).TryGetProperty("url", out _).ShouldBeFalse(method.Method);
        }

        // Simulate a link that was created before the server stored links' addresses.
        await server.SqlAsync($"UPDATE links SET protected_token = NULL WHERE id = '{made.Id()}'");
        (await server.Admin.GetAsync($"/api/v1/links/{made.Id()}").JsonAsync()).GetProperty("url").ValueKind.ShouldBe(JsonValueKind.Null);
        await server.Admin.GetAsync($"/api/v1/links/{Guid.NewGuid()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_change_of_a_link_changes_everything_but_its_address_and_leaves_absent_fields()
    {
        var made = await ShareAsync(new { name = "Guests", expiresInSeconds = 300, maxViews = 5 });
        clock.Advance(TimeSpan.FromSeconds(200));
        var changed = await ChangeAsync(made, new { expiresInSeconds = 3_600 });
        (Time(changed, "expiresAt") - clock.GetUtcNow()).TotalSeconds.ShouldBeInRange(3_500, 3_600);
        (changed.Text("url"), changed.Text("name"), changed.GetProperty("maxViews").GetInt32()).ShouldBe((made.Text("url"), "Guests", 5));

        clock.Advance(TimeSpan.FromSeconds(400));
        using var guest = server.NewClient(useCookies: true);
        await guest.GetAsync(Below(made)).StatusAsync(HttpStatusCode.OK);
        changed = await ChangeAsync(made, new { expiresInSeconds = (int?)null, name = (string?)null, maxViews = (int?)null, favourites = true, maxFavourites = 1, previewTitle = true });
        (changed.Text("expiresAt"), changed.Text("name"), changed.GetProperty("maxViews").ValueKind, changed.GetProperty("views").GetInt32()).ShouldBe((null, null, JsonValueKind.Null, 1));
        (changed.GetProperty("favourites").GetBoolean(), changed.GetProperty("maxFavourites").GetInt32(), changed.GetProperty("previewTitle").GetBoolean()).ShouldBe((true, 1, true));

        // The new limit applies from the guest's next choice on.
        (await guest.GetAsync(Below(made)).JsonAsync()).GetProperty("maxFavourites").GetInt32().ShouldBe(1);
        var images = (await guest.GetAsync($"{Below(made)}/images").JsonAsync()).Items();
        await guest.PutAsJsonAsync($"{Below(made)}/favourites/{images[0].Id()}", new { }).StatusAsync(HttpStatusCode.NoContent);
        await guest.PutAsJsonAsync($"{Below(made)}/favourites/{images[0].Id()}", new { note = "again" }).StatusAsync(HttpStatusCode.NoContent);
        (await guest.PutAsJsonAsync($"{Below(made)}/favourites/{images[1].Id()}", new { }).ProblemAsync(HttpStatusCode.Conflict, "tooManyFavourites")).Text("detail").ShouldStartWith("1 image is chosen");
    }

    [Theory]
    [InlineData("""{"expiresInSeconds":299}""", "expiresInSeconds")]
    [InlineData("""{"expiresInSeconds":31536001}""", "expiresInSeconds")]
    [InlineData("""{"password":"abc"}""", "password")]
    [InlineData("""{"maxViews":0}""", "maxViews")]
    [InlineData("""{"maxFavourites":0}""", "maxFavourites")]
    [InlineData("""{"favourites":null}""", "favourites")]
    [InlineData("""{"previewTitle":null}""", "previewTitle")]
    [InlineData("""{"token":"x"}""", "token")]
    public async Task An_invalid_change_of_a_link_names_the_field(string json, string field)
    {
        var made = await ShareAsync(new { });
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        var problem = await server.Admin.PatchAsync($"/api/v1/links/{made.Id()}", content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{made.Id()}", new { name = new string('x', 101) }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task An_ended_link_stays_ended_and_does_not_reveal_its_address()
    {
        var expired = await ShareAsync(new { expiresInSeconds = 300 });
        var usedUp = await ShareAsync(new { maxViews = 1 });
        await server.Visitor.GetAsync(Below(usedUp)).StatusAsync(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromSeconds(301));
        foreach (var link in (JsonElement[])[expired, usedUp])
        {
            foreach (var change in (object[])[new { expiresInSeconds = 3_600 }, new { expiresInSeconds = (int?)null }, new { maxViews = 10 }, new { maxViews = (int?)null }, new { name = "x" }])
            {
                await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", change).ProblemAsync(HttpStatusCode.Conflict, "linkEnded");
            }

            await server.Visitor.GetAsync(Below(link)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
            (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}").JsonAsync()).GetProperty("url").ValueKind.ShouldBe(JsonValueKind.Null);
        }

        // Links to images cannot be changed.
        var ofImage = await server.Admin.PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{ofImage.Id()}", new { name = "x" }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_new_link_password_locks_guests_out_who_used_the_old_one()
    {
        var made = await ShareAsync(new { password = "first one", maxViews = 1 });
        using var guest = server.NewClient(useCookies: true);
        await guest.PostAsJsonAsync($"{Below(made)}/unlock", new { password = "first one" }).StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync($"{Below(made)}").StatusAsync(HttpStatusCode.OK);
        await guest.GetAsync($"{Below(made)}/images").StatusAsync(HttpStatusCode.OK);

        // A used-up link cannot be changed. The next link still has a view left.
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{made.Id()}", new { password = "second one" }).ProblemAsync(HttpStatusCode.Conflict, "linkEnded");
        made = await ShareAsync(new { password = "first one", maxViews = 2 });
        await guest.PostAsJsonAsync($"{Below(made)}/unlock", new { password = "first one" }).StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync($"{Below(made)}").StatusAsync(HttpStatusCode.OK);
        await ChangeAsync(made, new { name = "unchanged password" });
        await guest.GetAsync($"{Below(made)}/images").StatusAsync(HttpStatusCode.OK);
        var prepared = (await guest.PostAsJsonAsync($"{Below(made)}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        await guest.GetAsync(prepared).StatusAsync(HttpStatusCode.OK);
        await ChangeAsync(made, new { password = "second one" });
        await guest.GetAsync(prepared).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        foreach (var below in (string[])["", "/images", $"/images/{image}/low?r=1", "/archive"])
        {
            await guest.GetAsync(Below(made) + below).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        }

        await guest.PostAsJsonAsync($"{Below(made)}/unlock", new { password = "first one" }).ProblemAsync(HttpStatusCode.Unauthorized, "wrongPassword");
        await guest.PostAsJsonAsync($"{Below(made)}/unlock", new { password = "second one" }).StatusAsync(HttpStatusCode.NoContent);

        // The guest's counted view remains valid.
        await guest.GetAsync($"{Below(made)}/images").StatusAsync(HttpStatusCode.OK);
        (await server.Admin.GetAsync($"/api/v1/links/{made.Id()}").JsonAsync()).GetProperty("views").GetInt32().ShouldBe(1);
        await ChangeAsync(made, new { password = (string?)null });
        await guest.GetAsync($"{Below(made)}/images").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_link_can_show_its_title_and_cover_before_the_password_and_shows_nothing_else()
    {
        foreach (var limits in (object[])[new { password = "open sesame" }, new { maxViews = 1 }])
        {
            var made = await ShareAsync(limits);
            (await server.Visitor.GetStringAsync(made.Text("url"))).ShouldNotContain("Wedding");
            if (limits.ToString()!.Contains("password", StringComparison.Ordinal))
            {
                (await server.Visitor.GetAsync(Below(made)).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired")).TryGetProperty("preview", out _).ShouldBeFalse();
                await server.Visitor.GetAsync($"{Below(made)}/images/{image}/high").ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
            }

            await ChangeAsync(made, new { previewTitle = true });
            var html = await server.Visitor.GetStringAsync(made.Text("url"));
            html.ShouldContain("<meta property=\"og:title\" content=\"Wedding\">");
            html.ShouldContain($"{Below(made)}/images/{image}/high?r=1");
            if (limits.ToString()!.Contains("password", StringComparison.Ordinal))
            {
                var preview = (await server.Visitor.GetAsync(Below(made)).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired")).GetProperty("preview");
                (preview.Text("title"), preview.GetProperty("cover").Text("url")).ShouldBe(("Wedding", $"{Below(made)}/images/{image}/high?r=1"));
                await server.Visitor.GetAsync($"{Below(made)}/images").ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
            }

            foreach (var (path, status) in ((string, HttpStatusCode)[])[("high?r=1", HttpStatusCode.OK), ("low?r=1", HttpStatusCode.OK)])
            {
                await server.Visitor.GetAsync($"{Below(made)}/images/{image}/{path}").StatusAsync(status);
            }

            using var full = await server.Visitor.GetAsync($"{Below(made)}/images/{image}/full?r=1");
            full.IsSuccessStatusCode.ShouldBeFalse();
            var other = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[1].Id();
            using var notCover = await server.Visitor.GetAsync($"{Below(made)}/images/{other}/high?r=1");
            notCover.IsSuccessStatusCode.ShouldBeFalse();
            (await server.Admin.GetAsync($"/api/v1/links/{made.Id()}").JsonAsync()).GetProperty("views").GetInt32().ShouldBe(0);
        }
    }

    private static string Below(JsonElement link) => "/api/v1" + link.Text("url");

    private static DateTimeOffset Time(JsonElement json, string field) => json.GetProperty(field).GetDateTimeOffset();

    private Task<JsonElement> ShareAsync(object body) => server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", body).JsonAsync(HttpStatusCode.Created);

    private Task<JsonElement> ChangeAsync(JsonElement link, object body) => server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", body).JsonAsync();
}
