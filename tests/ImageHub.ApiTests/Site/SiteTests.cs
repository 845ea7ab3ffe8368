using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Site;

/// <summary>The owner's site profile, and its appearance to visitors.</summary>
public sealed class SiteTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private const string Url = "/api/v1/site";

    /// <summary>Resets the fields that the tests change.</summary>
    public async ValueTask InitializeAsync() =>
        await server.SqlAsync("UPDATE site_profiles SET title = NULL, introduction = NULL, photographer = NULL, about = NULL, email = NULL, accent = NULL, footer_labels = '{}', footer_urls = '{}', layout = 0, typeface = 0");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Until_the_owner_configures_the_site_it_is_called_Gallery()
    {
        var site = await EventuallySeenAsync(seen => seen.Text("title") == "Gallery");

        foreach (var field in (string[])["introduction", "photographer", "about", "email", "accent", "logo", "logoDark"])
        {
            site.GetProperty(field).ValueKind.ShouldBe(JsonValueKind.Null, field);
        }

        site.Items("footer").ShouldBeEmpty();
        (site.Text("layout"), site.Text("typeface")).ShouldBe(("rows", "serif"));
    }

    [Fact]
    public async Task The_owners_site_settings_are_stored_until_they_are_changed()
    {
        var said = await PatchAsync(new
        {
            title = "  Ada’s harbours ",
            introduction = "Ships,\nmostly.",
            photographer = "Ada",
            about = "Born by the sea.\n\nNever left.",
            email = "ada@example.com",
            accent = "#1F5F8B",
            layout = "single",
            typeface = "sans",
            footer = new[] { new { label = "Imprint", url = "https://ada.example/imprint" }, new { label = "Mail", url = "mailto:ada@example.com" } },
        });

        said.Text("title").ShouldBe("Ada’s harbours");
        said.Text("accent").ShouldBe("#1f5f8b");
        (said.Text("about"), said.Text("email")).ShouldBe(("Born by the sea.\n\nNever left.", "ada@example.com"));
        (said.Text("layout"), said.Text("typeface")).ShouldBe(("single", "sans"));
        said.Items("footer").Select(link => (link.Text("label"), link.Text("url"))).ShouldBe([("Imprint", "https://ada.example/imprint"), ("Mail", "mailto:ada@example.com")]);
        (await server.Visitor.GetStringAsync(Url)).ShouldBe(said.ToString());
        (await PatchAsync(new { })).ToString().ShouldBe(said.ToString());

        var changed = await PatchAsync(new { introduction = (string?)null, accent = (string?)null, footer = (object?)null, title = (string?)null });

        changed.Text("title").ShouldBe("Gallery");
        changed.Text("photographer").ShouldBe("Ada");
        (changed.Text("introduction"), changed.Text("accent"), changed.Items("footer").Count).ShouldBe((null, null, 0));
    }

    [Theory]
    [InlineData("""{"title":""}""", "title")]
    [InlineData("""{"title":" "}""", "title")]
    [InlineData("""{"title":"$101"}""", "title")]
    [InlineData("""{"introduction":"$2001"}""", "introduction")]
    [InlineData("""{"about":"$4001"}""", "about")]
    [InlineData("""{"email":"ada"}""", "email")]
    [InlineData("""{"email":"ada@"}""", "email")]
    [InlineData("""{"email":"ada@example.com?bcc=eve@example.com"}""", "email")]
    [InlineData("""{"email":"ada @example.com"}""", "email")]
    [InlineData("""{"email":""}""", "email")]
    [InlineData("""{"photographer":"$101"}""", "photographer")]
    [InlineData("""{"accent":"red"}""", "accent")]
    [InlineData("""{"accent":"#12345"}""", "accent")]
    [InlineData("""{"accent":"#1234567"}""", "accent")]
    [InlineData("""{"accent":"#12345g"}""", "accent")]
    [InlineData("""{"accent":"1f5f8b0"}""", "accent")]
    [InlineData("""{"accent":"#ffffff"}""", "accent")]
    [InlineData("""{"accent":"#ffcc00"}""", "accent")]
    [InlineData("""{"accent":"#777777"}""", "accent")]
    [InlineData("""{"footer":[{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"},{"label":"a","url":"https://a.example"}]}""", "footer")]
    [InlineData("""{"footer":[null]}""", "footer[0]")]
    [InlineData("""{"footer":[{"label":"","url":"https://a.example"}]}""", "footer[0].label")]
    [InlineData("""{"footer":[{"label":"$61","url":"https://a.example"}]}""", "footer[0].label")]
    [InlineData("""{"footer":[{"label":"a","url":""}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"http://a.example"}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"javascript:alert(1)"}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"/imprint"}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"//a.example"}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"https:a.example"}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"https://bank.example@a.example"}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"https://a.example/ b"}]}""", "footer[0].url")]
    [InlineData("""{"footer":[{"label":"a","url":"mailto:nobody"}]}""", "footer[0].url")]
    [InlineData("""{"layout":null}""", "layout")]
    [InlineData("""{"layout":"grid"}""", "layout")]
    [InlineData("""{"typeface":null}""", "typeface")]
    [InlineData("""{"typeface":1}""", "typeface")]
    public async Task An_invalid_site_setting_is_refused_with_the_name_of_its_field(string body, string field)
    {
        foreach (var length in (int[])[61, 101, 2_001, 4_001])
        {
            body = body.Replace($"\"${length}\"", $"\"{new string('a', length)}\"", StringComparison.Ordinal);
        }

        var problem = await SendAsync(body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Theory]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"logoImageId":null}""")]
    [InlineData("""{"footer":[{"label":"a"}]}""")]
    [InlineData("""{"footer":[{"label":"a","url":"https://a.example","target":"_blank"}]}""")]
    public async Task An_unknown_or_missing_field_is_refused(string body) => await SendAsync(body).StatusAsync(HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("#000000")]
    [InlineData("#767676")]
    [InlineData("#1d4ed8")]
    [InlineData("#b91c1c")]
    public async Task A_colour_on_which_white_text_is_readable_is_accepted(string accent) => (await PatchAsync(new { accent })).Text("accent").ShouldBe(accent);

    [Fact]
    public async Task Visitors_read_the_site_settings_without_the_database_and_see_a_change_at_once_on_every_instance()
    {
        await using var second = await server.StartSecondAsync();
        await PatchAsync(new { title = "Before" });
        await EventuallySeenAsync(seen => seen.Text("title") == "Before");
        await EventuallySeenAsync(seen => seen.Text("title") == "Before", second.Visitor);
        await using (var locked = await server.LockTablesAsync("site_profiles"))
        {
            (await server.Visitor.GetAsync(Url).JsonAsync()).Text("title").ShouldBe("Before");
        }

        await PatchAsync(new { title = "After" });

        (await server.Visitor.GetAsync(Url).JsonAsync()).Text("title").ShouldBe("After");
        await EventuallySeenAsync(seen => seen.Text("title") == "After", second.Visitor);
        await server.SqlAsync("UPDATE site_profiles SET title = 'By another program'");
        await EventuallySeenAsync(seen => seen.Text("title") == "By another program");
    }

    private async Task<JsonElement> PatchAsync(object change) => await server.Admin.PatchAsJsonAsync(Url, change).JsonAsync();

    private Task<HttpResponseMessage> SendAsync(string body) => server.Admin.PatchAsync(Url, new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>Waits until a visitor's answer meets a condition.</summary>
    private async Task<JsonElement> EventuallySeenAsync(Func<JsonElement, bool> isSo, HttpClient? visitor = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var seen = await (visitor ?? server.Visitor).GetAsync(Url).JsonAsync();
            if (isSo(seen))
            {
                return seen;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
