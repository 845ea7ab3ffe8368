using System.Net;
using System.Text.Json;
using ImageHub.ApiTests.Delivery;
using ImageHub.Testing;
using ImageHub.Testing.Oidc;

namespace ImageHub.ApiTests.Oidc;

/// <summary>Back-channel logout: the provider ends sessions.</summary>
public sealed class OidcLogoutTests(SharedServer servers, IdentityProvider provider) : IClassFixture<SharedServer>, IClassFixture<IdentityProvider>, IAsyncLifetime
{
    private const string Logout = "/api/v1/auth/oidc/backchannel-logout";

    private static int people;

    private readonly string person = $"person-{Interlocked.Increment(ref people)}";
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync(provider.SettingsWith(("Oidc:CreateUsers", "true")));
        await provider.SetAsync(new { logoutUri = new Uri(server.Url, Logout) });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Signing_out_at_the_provider_ends_its_session_on_every_instance_and_no_other()
    {
        await using var second = await server.StartSecondAsync();
        using var browser = await SignedInAsync();
        using var phone = await SignedInAsync();
        using var elsewhere = second.NewClient();
        elsewhere.DefaultRequestHeaders.Add("Cookie", browser.Cookies);
        await elsewhere.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);

        await browser.SignOutAtProviderAsync();

        await browser.Client.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await KeptAnswerTests.WithinASecondAsync(async () => (await elsewhere.GetAsync("/api/v1/auth/me")).StatusCode == HttpStatusCode.Unauthorized);
        await phone.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_without_a_session_ends_all_sessions_of_the_person()
    {
        using var browser = await SignedInAsync();
        using var phone = await SignedInAsync();

        using var answer = await SendAsync(await provider.SignLogoutTokenAsync(new { sub = person }));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await browser.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.Unauthorized);
        await phone.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("sid")]
    [InlineData("sub", "sid")]
    public async Task A_token_that_arrives_while_the_code_is_exchanged_ends_the_sign_in(params string[] claims)
    {
        using var browser = provider.NewBrowser(server);
        await provider.SetAsync(new { logoutUri = new Uri(server.Url, Logout), logoutDuringExchange = claims });

        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=signInExpired");

        await browser.Client.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await provider.SetAsync(new { logoutUri = new Uri(server.Url, Logout) });
        using var later = await SignedInAsync();
        await later.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_works_once()
    {
        var token = await provider.SignLogoutTokenAsync(new { sub = person });
        await SendAsync(token).StatusAsync(HttpStatusCode.OK);
        using var browser = await SignedInAsync();

        (await SendAsync(token).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed")).Text("detail").ShouldBe("logout_token has been used before.");
        await browser.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("another issuer", """{"iss":"https://login.example"}""")]
    [InlineData("another audience", """{"aud":"another-client"}""")]
    [InlineData("a nonce", """{"nonce":"n"}""")]
    [InlineData("no event", """{"events":null}""")]
    [InlineData("another event", """{"events":{"http://schemas.openid.net/event/other":{}}}""")]
    [InlineData("an event that is no object", """{"events":{"http://schemas.openid.net/event/backchannel-logout":true}}""")]
    [InlineData("no id", """{"jti":null}""")]
    [InlineData("neither person nor session", """{"sub":null}""")]
    [InlineData("a person with U+0000", """{"sub":"a\u0000b"}""")]
    [InlineData("an id with U+0000", """{"jti":"a\u0000b"}""")]
    [InlineData("no time", """{"iat":null}""")]
    [InlineData("issued in three minutes", """{"iat":180}""")]
    [InlineData("issued eleven minutes ago", """{"iat":-660}""")]
    [InlineData("expired three minutes ago", """{"exp":-180}""")]
    public async Task A_token_that_is_wrong_ends_no_session(string wrong, string claims)
    {
        using var browser = await SignedInAsync();
        var given = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sub"] = person };
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(claims)!)
        {
            given[name] = value.ValueKind == JsonValueKind.Number ? DateTimeOffset.UtcNow.ToUnixTimeSeconds() + value.GetInt64() : value;
        }

        using var answer = await SendAsync(await provider.SignLogoutTokenAsync(given));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, wrong);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await browser.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_that_the_provider_has_not_signed_ends_no_session()
    {
        using var browser = await SignedInAsync();
        var token = await provider.SignLogoutTokenAsync(new { sub = person });
        var unsigned = $"eyJhbGciOiJub25lIn0.{token.Split('.')[1]}.";
        var altered = $"{token[..^8]}AAAAAAAA";
        foreach (var refused in new[] { unsigned, altered, "no token", new string('x', 60_000) })
        {
            await SendAsync(refused).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        }

        await SendAsync(new string('x', 70_000)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Visitor.PostAsync(Logout, new StringContent("""{"logout_token":"x"}""")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Visitor.PostAsync(Logout, new FormUrlEncodedContent([])).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        var malformed = new ByteArrayContent("logout_token=x"u8.ToArray());
        malformed.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; =x").ShouldBeTrue();
        await server.Visitor.PostAsync(Logout, malformed).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await browser.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);
    }

    private async Task<IdentityProvider.PersonsBrowser> SignedInAsync()
    {
        var browser = provider.NewBrowser(server);
        (await browser.SignInAsync(person)).ShouldBe("/account");
        return browser;
    }

    private Task<HttpResponseMessage> SendAsync(string token) => server.Visitor.PostAsync(Logout, new FormUrlEncodedContent([new("logout_token", token)]));
}
