using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Accounts;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Oidc;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Oidc;

/// <summary>A provider that is away, changes its keys or names wrong addresses, and passwords that are switched off.</summary>
public sealed class OidcProviderTests(PostgresServer postgres, IdentityProvider provider) : IClassFixture<IdentityProvider>
{
    private const string Person = "person";

    [Fact]
    public async Task While_the_provider_is_away_passwords_sign_in_and_afterwards_it_does_too()
    {
        await using var server = await StartAsync();
        using var browser = provider.NewBrowser(server);
        await provider.StopAsync();

        (await browser.BeginAsync()).ShouldBe("/sign-in?error=providerUnavailable");
        await server.Admin.PostAsync("/api/v1/me/oidc", null).ProblemAsync(HttpStatusCode.ServiceUnavailable, "oidcUnavailable");
        await LogoutAsync(server, "any token").ProblemAsync(HttpStatusCode.ServiceUnavailable, "oidcUnavailable");
        using var password = await server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword);
        (await server.Visitor.EventuallyReadyAsync()).Text("status").ShouldBe("ok");

        await provider.InitializeAsync();
        await EventuallyBeginsAsync(browser);
        (await browser.SignInAsync(Person)).ShouldBe("/account");
    }

    [Fact]
    public async Task A_provider_that_hangs_is_given_up_after_a_few_seconds_also_by_many()
    {
        await using var server = await StartAsync();
        await provider.FreezeAsync();
        try
        {
            var patience = Stopwatch.StartNew();
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
            {
                using var browser = provider.NewBrowser(server);
                return await browser.BeginAsync();
            }));
            answers.ShouldAllBe(location => location == "/sign-in?error=providerUnavailable");

            // The limit is 5 seconds. One after the other, six requests would take 30 seconds.
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(28));
        }
        finally
        {
            await provider.ThawAsync();
        }
    }

    [Fact]
    public async Task A_provider_that_goes_away_during_a_sign_in_is_unavailable()
    {
        await using var server = await StartAsync();
        using var browser = provider.NewBrowser(server);
        var callback = await browser.SignInAtProviderAsync(await browser.BeginAsync(), Person);
        await provider.StopAsync();
        using var answer = await browser.Client.GetAsync(callback);
        answer.Headers.Location!.ToString().ShouldBe("/sign-in?error=providerUnavailable");
        await provider.InitializeAsync();
    }

    [Fact]
    public async Task The_first_sign_in_after_a_change_of_keys_succeeds()
    {
        await using var server = await StartAsync();
        using var browser = provider.NewBrowser(server);
        (await browser.SignInAsync(Person)).ShouldBe("/account");
        await provider.RestartAsync();

        using var other = provider.NewBrowser(server);
        (await other.SignInAsync(Person)).ShouldBe("/account");
        await LogoutAsync(server, await provider.SignLogoutTokenAsync(new { sub = Person })).StatusAsync(HttpStatusCode.OK);
        await browser.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"issuer":"https://login.example"}""")]
    [InlineData("""{"authorization_endpoint":"http://login.example/auth"}""")]
    [InlineData("""{"jwks_uri":"http://login.example/keys"}""")]
    [InlineData("""{"jwks_uri":null}""")]
    public async Task Metadata_that_is_wrong_is_refused(string metadata)
    {
        await provider.SetAsync(new { metadata = JsonSerializer.Deserialize<JsonElement>(metadata) });
        await using var server = await StartAsync();
        using var browser = provider.NewBrowser(server);

        (await browser.BeginAsync()).ShouldBe("/sign-in?error=providerUnavailable");

        await provider.SetAsync(new { });
        await EventuallyBeginsAsync(browser);
        (await browser.SignInAsync(Person)).ShouldBe("/account");
    }

    [Fact]
    public async Task Only_https_addresses_get_the_code()
    {
        await provider.SetAsync(new { metadata = new { token_endpoint = "http://login.example/token" } });
        await using var server = await StartAsync();
        using var browser = provider.NewBrowser(server);
        (await browser.SignInAsync(Person)).ShouldBe("/sign-in?error=providerUnavailable");
        await provider.SetAsync(new { });
    }

    [Fact]
    public async Task Where_passwords_are_switched_off_only_a_reset_one_signs_in()
    {
        await using var server = await StartAsync(("Oidc:Only", "true"));
        (await server.Visitor.GetAsync("/api/v1/auth/methods").JsonAsync()).ToString().ShouldBe("""{"password":false,"passkey":false,"oidc":{"name":"Example"}}""");
        var refusals = new List<string?>();
        foreach (var (userName, password) in new[] { ("admin", ImageHubServer.AdminPassword), ("admin", "not the password"), ("nobody", ImageHubServer.AdminPassword) })
        {
            refusals.Add((await LoginAsync(server, userName, password).ProblemAsync(HttpStatusCode.Forbidden, "passwordsDisabled")).Text("detail"));
        }

        refusals.ShouldAllBe(detail => detail == "Passwords are switched off; sign in with Example, a passkey, or a password that reset-password has set.");
        await ChangePasswordAsync(server.Admin, ImageHubServer.AdminPassword).ProblemAsync(HttpStatusCode.Forbidden, "passwordsDisabled");

        var reset = (await ResetPasswordAsync(server)).Password;
        using var admin = await server.SignInAsync("admin", reset);
        await ChangePasswordAsync(admin, reset).StatusAsync(HttpStatusCode.NoContent);
        using var browser = provider.NewBrowser(server);
        await LoginAsync(browser.Client, "admin", "nine purple lamps drift").StatusAsync(HttpStatusCode.OK);

        // After the join, the password is switched off again, and the account signs in through the provider.
        (await browser.JoinAsync("the-owner")).ShouldBe("/account/password");
        await LoginAsync(server, "admin", "nine purple lamps drift").ProblemAsync(HttpStatusCode.Forbidden, "passwordsDisabled");
        (await browser.SignInAsync("the-owner")).ShouldBe("/account");
        await LeaveAsync(browser.Client).ProblemAsync(HttpStatusCode.Conflict, "lastSignInMethod");
    }

    [Fact]
    public async Task Only_an_admin_who_can_sign_in_takes_the_place_of_the_last_one()
    {
        await using var server = await StartAsync(("Oidc:Only", "true"));
        var second = (await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "second", password = ImageHubServer.UserPassword, role = "admin" })
            .JsonAsync(HttpStatusCode.Created)).Id();
        using var browser = provider.NewBrowser(server);
        await LoginAsync(browser.Client, "admin", (await ResetPasswordAsync(server)).Password).StatusAsync(HttpStatusCode.OK);
        var own = (await browser.Client.GetAsync("/api/v1/auth/me").JsonAsync()).Id();

        // Replacing the first admin's reset password would leave no admin who can sign in: ordinary passwords, also the second admin's, are switched off.
        await PatchAsync(new { password = "nine purple lamps drift" }).ProblemAsync(HttpStatusCode.Conflict, "lastAdmin");
        await browser.Client.GetAsync("/api/v1/users").StatusAsync(HttpStatusCode.OK);
        await DisableAsync().ProblemAsync(HttpStatusCode.Conflict, "lastAdmin");

        // A person of a former provider cannot sign in any more.
        await server.SqlAsync($"INSERT INTO oidc_identities (user_id, issuer, subject, joined_at) VALUES ('{second}', 'https://earlier.example', 'second', now())");
        await DisableAsync().ProblemAsync(HttpStatusCode.Conflict, "lastAdmin");

        await server.SqlAsync($"UPDATE oidc_identities SET issuer = '{provider.Issuer}'");
        await DisableAsync().StatusAsync(HttpStatusCode.OK);

        Task<HttpResponseMessage> DisableAsync() => PatchAsync(new { isDisabled = true });

        Task<HttpResponseMessage> PatchAsync(object change) => browser.Client.SendAsync(new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/users/{own}")
        {
            Headers = { { "X-Requested-With", "ImageHub" } },
            Content = JsonContent.Create(change),
        });
    }

    [Fact]
    public async Task An_account_without_a_password_keeps_its_last_way_to_sign_in()
    {
        await using var server = await StartAsync();
        using var browser = provider.NewBrowser(server);
        await browser.SignInAsync(Person);
        var id = (await browser.Client.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
        await LeaveAsync(browser.Client).ProblemAsync(HttpStatusCode.Conflict, "lastSignInMethod");
        var problem = await browser.Client.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/api/v1/me/password")
        {
            Headers = { { "X-Requested-With", "ImageHub" } },
            Content = JsonContent.Create(new { currentPassword = "anything", newPassword = "nine purple lamps drift" }),
        }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").GetProperty("currentPassword")[0].GetString().ShouldBe("The account has no password; an admin can set one.");
        await LoginAsync(server, (await browser.Client.GetAsync("/api/v1/auth/me").JsonAsync()).Text("userName")!, "anything").ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");

        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { password = ImageHubServer.UserPassword }).StatusAsync(HttpStatusCode.OK);
        await browser.SignInAsync(Person);
        await LeaveAsync(browser.Client).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Without_a_provider_its_routes_are_404()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        foreach (var path in new[] { "/api/v1/auth/oidc", "/api/v1/auth/oidc/callback?code=1&state=1", "/api/v1/me/oidc" })
        {
            (await server.Admin.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound")).Text("detail")
                .ShouldBe("OpenID Connect is not configured; the operator of this server must set Oidc__Authority.");
        }

        await server.Admin.PostAsync("/api/v1/me/oidc", null).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await LogoutAsync(server, "any token").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.PostAsync("/api/v1/auth/oidc/backchannel-logout", content: null).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    private Task<ImageHubServer> StartAsync(params (string Key, string Value)[] more) => ImageHubServer.StartAsync(postgres, provider.SettingsWith([("Oidc:CreateUsers", "true"), .. more]));

    /// <summary>Waits until the server reads the metadata again, at most ten seconds after its last attempt.</summary>
    private static async Task EventuallyBeginsAsync(IdentityProvider.PersonsBrowser browser)
    {
        var patience = Stopwatch.StartNew();
        while ((await browser.BeginAsync()).StartsWith("/sign-in", StringComparison.Ordinal))
        {
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            await Task.Delay(100);
        }
    }

    private static Task<HttpResponseMessage> LogoutAsync(ImageHubServer server, string token) =>
        server.Visitor.PostAsync("/api/v1/auth/oidc/backchannel-logout", new FormUrlEncodedContent([new("logout_token", token)]));

    private static Task<HttpResponseMessage> LoginAsync(ImageHubServer server, string userName, string password) => LoginAsync(server.Visitor, userName, password);

    private static Task<HttpResponseMessage> LoginAsync(HttpClient client, string userName, string password) => client.PostAsJsonAsync("/api/v1/auth/login", new { userName, password });

    private static Task<HttpResponseMessage> LeaveAsync(HttpClient client) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/api/v1/me/oidc") { Headers = { { "X-Requested-With", "ImageHub" } } });

    private static Task<HttpResponseMessage> ChangePasswordAsync(HttpClient client, string currentPassword) =>
        client.PutAsJsonAsync("/api/v1/me/password", new { currentPassword, newPassword = "nine purple lamps drift" });

    private static async Task<GeneratedPassword> ResetPasswordAsync(ImageHubServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ResetPassword("admin"));
    }
}
