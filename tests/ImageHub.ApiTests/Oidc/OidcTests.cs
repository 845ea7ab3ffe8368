using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Oidc;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageHub.ApiTests.Oidc;

/// <summary>Signing in at a real OpenID Connect provider, with accounts that the first sign-in creates.</summary>
public sealed class OidcTests : IClassFixture<SharedServer>, IClassFixture<IdentityProvider>, IAsyncLifetime
{
    private static int people;

    private readonly string person;
    private readonly string address;
    private readonly PostgresServer postgres;
    private readonly SharedServer servers;
    private readonly IdentityProvider provider;
    private ImageHubServer server = null!;

    public OidcTests(PostgresServer postgres, SharedServer servers, IdentityProvider provider)
    {
        (this.postgres, this.servers, this.provider) = (postgres, servers, provider);
        var number = Interlocked.Increment(ref people);
        person = $"person-{number}";

        // Failures are counted by address.
        address = $"192.0.2.{number}";
    }

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync(provider.SettingsWith(
            ("Oidc:CreateUsers", "true"),
            ("Oidc:RoleClaim", "groups"),
            ("Oidc:AdminValues", "gallery-admins, owners"),
            ("Oidc:EditorValues", "gallery-editors"),
            ("Oidc:TierClaim", "plan"),
            ("ForwardedHeaders:KnownProxies", "127.0.0.1")));
        await provider.SetAsync(new { });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_first_sign_in_creates_an_account_and_later_ones_find_it()
    {
        await SetPersonAsync(new { preferred_username = person });
        using var first = provider.NewBrowser(server, address);
        using var second = provider.NewBrowser(server, address);

        (await first.SignInAsync(person, "?returnTo=/groups/harbour%3Fpage%3D2")).ShouldBe("/groups/harbour?page=2");
        (await second.SignInAsync(person)).ShouldBe("/account");

        var (me, again) = (await MeAsync(first), await MeAsync(second));
        (me.Text("userName"), me.Text("role"), me.GetProperty("tier").Text("name")).ShouldBe((person, "user", "Basic"));
        (await first.Client.GetAsync("/api/v1/me/oidc").JsonAsync()).GetProperty("mayUsePassword").GetBoolean().ShouldBeFalse();
        again.Id().ShouldBe(me.Id());
        (await server.Visitor.GetAsync("/api/v1/auth/methods").JsonAsync()).ToString().ShouldBe("""{"password":true,"passkey":false,"oidc":{"name":"Example"}}""");
    }

    [Fact]
    public async Task A_person_with_the_name_of_a_local_account_gets_a_separate_account()
    {
        var local = await server.Admin.CreateUserAsync(person);
        await SetPersonAsync(new { preferred_username = person, email = $"{person}@example.org", email_verified = true });
        using var browser = provider.NewBrowser(server, address);

        await browser.SignInAsync(person);

        var me = await MeAsync(browser);
        me.Id().ShouldNotBe(local);
        me.Text("userName").ShouldBe($"{person}-2");
    }

    [Fact]
    public async Task A_sign_in_uses_a_code_PKCE_state_and_nonce_and_its_cookies_are_for_the_callback_only()
    {
        using var answer = await server.Visitor.GetAsync("/api/v1/auth/oidc");

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var sent = answer.Headers.Location!;
        sent.GetLeftPart(UriPartial.Path).ShouldBe($"{provider.Issuer}/auth");
        var query = QueryHelpers.ParseQuery(sent.Query);
        new[] { "response_type", "code_challenge_method", "scope", "client_id" }.Select(name => query[name].ToString()).ShouldBe(["code", "S256", "openid profile", "imagehub"]);
        query["redirect_uri"].ToString().ShouldBe($"{server.Url.GetLeftPart(UriPartial.Authority)}/api/v1/auth/oidc/callback");
        new[] { "code_challenge", "state", "nonce" }.ShouldAllBe(name => query[name].ToString().Length >= 43);
        query.ContainsKey("client_secret").ShouldBeFalse();
        var cookies = answer.Headers.GetValues("Set-Cookie").ToArray();
        cookies.Length.ShouldBe(2);
        cookies.ShouldAllBe(cookie => cookie.Contains("path=/api/v1/auth/oidc/callback; samesite=lax; httponly", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HEAD_answers_as_GET_does_and_neither_begins_nor_completes_a_sign_in()
    {
        using var begun = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/auth/oidc"));
        begun.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        begun.Headers.Contains("Set-Cookie").ShouldBeFalse();
        await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/auth/oidc/callback")).StatusAsync(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("another issuer", """{"iss":"https://login.example"}""")]
    [InlineData("another audience", """{"aud":"another-client"}""")]
    [InlineData("two audiences and no authorized party", """{"aud":["imagehub","another-client"]}""")]
    [InlineData("another authorized party", """{"azp":"another-client"}""")]
    [InlineData("another nonce", """{"nonce":"638000000000000000.bm90IHRoZSBub25jZQ"}""")]
    [InlineData("no nonce", """{"nonce":null}""")]
    [InlineData("no subject", """{"sub":null}""")]
    [InlineData("a subject with U+0000", """{"sub":"a\u0000b"}""")]
    [InlineData("no expiry", """{"exp":null}""")]
    [InlineData("expired three minutes ago", """{"exp":-180}""")]
    [InlineData("issued in three minutes", """{"iat":180}""")]
    public async Task An_ID_token_that_is_wrong_signs_nobody_in(string wrong, string claims)
    {
        await provider.SetAsync(new { idToken = WithTimes(claims) });
        using var browser = provider.NewBrowser(server, address);

        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=answerInvalid", wrong);
        await browser.Client.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("otherKey")]
    public async Task An_ID_token_that_the_provider_has_not_signed_signs_nobody_in(string signature)
    {
        await provider.SetAsync(new { idToken = new { }, signature });
        using var browser = provider.NewBrowser(server, address);

        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=answerInvalid");
        await browser.Client.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("""{"exp":-60}""")]
    [InlineData("""{"iat":60}""")]
    public async Task Clocks_may_differ_by_a_minute(string claims) => await SignsInAsync(claims);

    [Theory]
    [InlineData("""{"sid":"a\u0000b"}""")]
    [InlineData("""{"plan":"a\u0000b"}""")]
    [InlineData("""{"plan":["\u0000"],"groups":["\u0000"],"preferred_username":"\u0000"}""")]
    public async Task Claims_with_characters_that_cannot_be_stored_are_ignored(string claims) => await SignsInAsync(claims);

    private async Task SignsInAsync(string claims)
    {
        await provider.SetAsync(new { idToken = WithTimes(claims) });
        using var browser = provider.NewBrowser(server, address);

        (await browser.SignInAsync(person)).ShouldBe("/account");
    }

    [Fact]
    public async Task UserInfo_about_another_person_signs_nobody_in()
    {
        await provider.SetAsync(new { userInfo = new { sub = "somebody-else" } });
        using var browser = provider.NewBrowser(server, address);

        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=answerInvalid");
    }

    [Fact]
    public async Task A_code_signs_in_once_and_only_in_the_browser_that_began()
    {
        using var begun = await server.Visitor.GetAsync("/api/v1/auth/oidc");
        var cookies = string.Join("; ", begun.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        using var browser = provider.NewBrowser(server, address);
        var callback = await browser.SignInAtProviderAsync(begun.Headers.Location!.ToString(), person);

        (await CallBackAsync(callback, cookies: null)).ShouldBe("/sign-in?error=signInExpired");
        (await CallBackAsync(callback, cookies)).ShouldBe("/account");
        (await CallBackAsync(callback, cookies)).ShouldBe("/sign-in?error=answerInvalid");
        (await CallBackAsync(callback.Replace("code=", "code=x", StringComparison.Ordinal), cookies)).ShouldBe("/sign-in?error=answerInvalid");
        (await CallBackAsync("/api/v1/auth/oidc/callback", cookies)).ShouldBe("/sign-in?error=signInExpired");
        (await CallBackAsync("/api/v1/auth/oidc/callback/", cookies)).ShouldBe("/sign-in?error=signInExpired");
        (await CallBackAsync("/api/v1/auth/oidc/callback?code=1&state=1", cookies)).ShouldBe("/sign-in?error=signInExpired");
    }

    [Fact]
    public async Task A_person_who_cancels_at_the_provider_returns_to_the_sign_in_page()
    {
        using var browser = provider.NewBrowser(server, address);
        (await browser.SignInAsync(null)).ShouldBe("/sign-in?error=providerRefused");
    }

    [Theory]
    [InlineData("https://evil.example/", "/account")]
    [InlineData("//evil.example/", "/account")]
    [InlineData("/\\evil.example/", "/account")]
    [InlineData("/%09/evil.example/", "/%09/evil.example/")]
    [InlineData("/\t/evil.example/", "/account")]
    [InlineData("account", "/account")]
    [InlineData("", "/account")]
    [InlineData("/sign-in?to=/admin", "/sign-in?to=/admin")]
    public async Task The_browser_returns_to_pages_of_this_site_only(string returnTo, string expected)
    {
        using var browser = provider.NewBrowser(server, address);
        (await browser.SignInAsync(person, $"?returnTo={Uri.EscapeDataString(returnTo)}")).ShouldBe(expected);
    }

    [Fact]
    public async Task Names_of_created_accounts_are_cleaned_and_numbered()
    {
        await provider.SetAsync(new
        {
            people = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [$"{person}a"] = new { preferred_username = "Anna.Berg@example.org" },
                [$"{person}b"] = new { preferred_username = "anna.berg" },
                [$"{person}c"] = new { preferred_username = "  Zoë / O'Neil <b> " },
                [$"{person}d"] = new { preferred_username = new string('x', 400) },
                [$"{person}e"] = new { preferred_username = new[] { "several", "names" } },
            },
        });

        (await Task.WhenAll("abcde".Select(suffix => FirstNameAsync($"{person}{suffix}")))).Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal)
            .ShouldBe(["anna.berg", "anna.berg-2", "several", new string('x', 54), "zo-o-neil-b"]);
    }

    [Fact]
    public async Task Role_and_tier_follow_the_claims_at_each_sign_in()
    {
        await SetPersonAsync(new { preferred_username = person, groups = new[] { "staff", "gallery-editors" }, plan = "Premium" });
        using var browser = provider.NewBrowser(server, address);
        await browser.SignInAsync(person);
        (await MeAsync(browser)).Text("role").ShouldBe("editor");

        await SetPersonAsync(new { groups = "owners" });
        await browser.SignInAsync(person);
        (await MeAsync(browser)).Text("role").ShouldBe("admin");

        await SetPersonAsync(new { plan = new[] { "Gold", "Enterprise", "Premium" } });
        await browser.SignInAsync(person);
        var user = await MeAsync(browser);
        (user.Text("role"), user.GetProperty("tier").Text("name")).ShouldBe(("user", "Enterprise"));

        await SetPersonAsync(new { groups = new { owners = true }, plan = 7 });
        await browser.SignInAsync(person);
        user = await MeAsync(browser);
        (user.Text("role"), user.GetProperty("tier").Text("name")).ShouldBe(("user", "Basic"));
    }

    [Fact]
    public async Task A_created_account_follows_the_claims_again_after_it_has_left_and_joined()
    {
        await SetPersonAsync(new { groups = "owners" });
        using var browser = provider.NewBrowser(server, address);
        await browser.SignInAsync(person);
        var me = await MeAsync(browser);
        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{me.Id()}", new { password = ImageHubServer.UserPassword }).StatusAsync(HttpStatusCode.OK);
        await browser.SignInAsync(person);
        await browser.Client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/api/v1/me/oidc") { Headers = { { "X-Requested-With", "ImageHub" } } }).StatusAsync(HttpStatusCode.NoContent);
        await browser.Client.PostAsJsonAsync("/api/v1/auth/login", new { userName = me.Text("userName"), password = ImageHubServer.UserPassword }).StatusAsync(HttpStatusCode.OK);
        (await browser.JoinAsync(person)).ShouldBe("/account/password");

        await SetPersonAsync(new { groups = "staff" });
        await browser.SignInAsync(person);
        (await MeAsync(browser)).Text("role").ShouldBe("user");
    }

    [Fact]
    public async Task The_last_admin_remains_one_whatever_the_claims_say()
    {
        await SetPersonAsync(new { groups = "owners" });
        using var browser = provider.NewBrowser(server, address);
        await browser.SignInAsync(person);
        var owner = (await server.Admin.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
        await server.SqlAsync($"UPDATE users SET is_disabled = true WHERE id = '{owner}'");
        try
        {
            await SetPersonAsync(new { groups = "staff" });
            await browser.SignInAsync(person);
            (await MeAsync(browser)).Text("role").ShouldBe("admin");
        }
        finally
        {
            await server.SqlAsync($"UPDATE users SET is_disabled = false WHERE id = '{owner}'");
        }

        await browser.SignInAsync(person);
        (await MeAsync(browser)).Text("role").ShouldBe("user");
    }

    [Fact]
    public async Task A_person_whose_account_has_left_the_provider_gets_no_other_account_and_may_join_it_again()
    {
        await SetPersonAsync(new { preferred_username = person });
        using var browser = provider.NewBrowser(server, address);
        await browser.SignInAsync(person);
        var id = (await MeAsync(browser)).Id();
        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { password = ImageHubServer.UserPassword }).StatusAsync(HttpStatusCode.OK);
        await SignInByPasswordAsync();
        await LeaveAsync();

        await ShouldStayOutAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK);
        await ShouldStayOutAsync();

        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { isDisabled = false }).StatusAsync(HttpStatusCode.OK);
        await SignInByPasswordAsync();
        (await browser.JoinAsync(person)).ShouldBe("/account/password");
        using (var another = provider.NewBrowser(server, address))
        {
            (await another.SignInAsync(person)).ShouldBe("/account");
            (await MeAsync(another)).Id().ShouldBe(id);
        }

        await LeaveAsync();
        await ShouldStayOutAsync();

        async Task SignInByPasswordAsync() =>
            await browser.Client.PostAsJsonAsync("/api/v1/auth/login", new { userName = person, password = ImageHubServer.UserPassword }).StatusAsync(HttpStatusCode.OK);

        async Task LeaveAsync() =>
            await browser.Client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/api/v1/me/oidc") { Headers = { { "X-Requested-With", "ImageHub" } } }).StatusAsync(HttpStatusCode.NoContent);

        async Task ShouldStayOutAsync()
        {
            using var another = provider.NewBrowser(server, address);
            (await another.SignInAsync(person)).ShouldBe("/sign-in?error=noAccount");
        }
    }

    [Fact]
    public async Task A_disabled_account_stays_out_and_keeps_its_role()
    {
        await SetPersonAsync(new { groups = "owners" });
        using var browser = provider.NewBrowser(server, address);
        await browser.SignInAsync(person);
        var id = (await MeAsync(browser)).Id();
        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK);

        await browser.Client.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await SetPersonAsync(new { groups = "staff" });
        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=noAccount");
        var account = await server.Admin.GetAsync($"/api/v1/users/{id}").JsonAsync();
        (account.GetProperty("isDisabled").GetBoolean(), account.Text("role")).ShouldBe((true, "admin"));
    }

    [Fact]
    public async Task An_address_may_bring_ten_invalid_answers_a_minute()
    {
        await using var other = await StartAsync();
        await provider.SetAsync(new { idToken = new { aud = "another-client" } });
        using var browser = provider.NewBrowser(other);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=answerInvalid");
        }

        await provider.SetAsync(new { });
        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=tooManyAttempts");
        using var password = await other.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword);
    }

    [Fact]
    public async Task A_sign_in_begun_on_one_instance_is_completed_on_another()
    {
        await using var second = await server.StartSecondAsync();
        using var begun = await server.Visitor.GetAsync("/api/v1/auth/oidc");
        var cookies = string.Join("; ", begun.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        using var browser = provider.NewBrowser(server, address);
        var callback = await browser.SignInAtProviderAsync(begun.Headers.Location!.ToString(), person);

        using var asked = new HttpRequestMessage(HttpMethod.Get, callback) { Headers = { { "Cookie", cookies } } };
        using var answer = await second.Visitor.SendAsync(asked);

        // The provider compares the redirect URI with the first instance's, which the state carries.
        answer.Headers.Location!.ToString().ShouldBe("/account");
    }

    [Fact]
    public async Task The_public_address_is_where_the_provider_returns_to_and_makes_cookies_secure()
    {
        await using var published = await StartAsync(("Web:PublicUrl", "https://photos.example"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/oidc") { Headers = { { "X-Forwarded-Proto", "https" }, { "Host", "photos.example" } } };
        using var answer = await published.Visitor.SendAsync(asked);

        QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["redirect_uri"].ToString().ShouldBe("https://photos.example/api/v1/auth/oidc/callback");
        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("; secure;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_public_address_the_redirect_URI_does_not_use_the_requests_host()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/oidc") { Headers = { { "Host", "evil.example" } } };
        using var answer = await server.Visitor.SendAsync(asked);
        answer.Headers.Location!.ToString().ShouldBe("/sign-in?error=publicUrlMissing");

        using var methods = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/methods") { Headers = { { "Host", "evil.example" } } };
        (await server.Visitor.SendAsync(methods).JsonAsync()).GetProperty("oidc").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task<JsonElement> MeAsync(IdentityProvider.PersonsBrowser browser) => await browser.Client.GetAsync("/api/v1/auth/me").JsonAsync();

    /// <summary>Reads claims from JSON. Numbers are seconds from now and become Unix times.</summary>
    private static Dictionary<string, object?> WithTimes(string claims) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(claims)!.ToDictionary(
        claim => claim.Key,
        claim => claim.Value.ValueKind == JsonValueKind.Number ? DateTimeOffset.UtcNow.ToUnixTimeSeconds() + claim.Value.GetInt64() : (object?)claim.Value,
        StringComparer.Ordinal);

    private Task<ImageHubServer> StartAsync(params (string Key, string Value)[] more) =>
        ImageHubServer.StartAsync(postgres, provider.SettingsWith([("Oidc:CreateUsers", "true"), .. more]));

    private Task SetPersonAsync(object claims) => provider.SetAsync(new { people = new Dictionary<string, object>(StringComparer.Ordinal) { [person] = claims } });

    private async Task<string> FirstNameAsync(string id)
    {
        using var browser = provider.NewBrowser(server, address);
        (await browser.SignInAsync(id)).ShouldBe("/account");
        return (await MeAsync(browser)).Text("userName")!;
    }

    private async Task<string> CallBackAsync(string path, string? cookies)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", address } } };
        if (cookies is not null)
        {
            asked.Headers.Add("Cookie", cookies);
        }

        using var answer = await server.Visitor.SendAsync(asked);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, path);
        return answer.Headers.Location!.ToString();
    }
}
