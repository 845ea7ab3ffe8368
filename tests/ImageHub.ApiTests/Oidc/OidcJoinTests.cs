using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Accounts;
using ImageHub.Testing;
using ImageHub.Testing.Oidc;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Oidc;

/// <summary>Joining accounts to persons at the OpenID Connect provider. In these tests, sign-ins create no accounts.</summary>
public sealed class OidcJoinTests(SharedServer servers, IdentityProvider provider) : IClassFixture<SharedServer>, IClassFixture<IdentityProvider>, IAsyncLifetime
{
    private static int people;

    private readonly string person = $"person-{Interlocked.Increment(ref people)}";
    private ImageHubServer server = null!;
    private ShiftedClock clock = null!;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await servers.TakeAsync(provider.SettingsWith(("Oidc:RoleClaim", "groups"), ("Oidc:AdminValues", "owners")));
        await provider.SetAsync(new { people = new Dictionary<string, object>(StringComparer.Ordinal) { [person] = new { preferred_username = "admin", email = "admin@example.org", groups = "owners" } } });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_person_without_a_joined_account_stays_out_whatever_name_and_groups_the_claims_say()
    {
        using var browser = provider.NewBrowser(server);
        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=noAccount");
    }

    [Fact]
    public async Task A_joined_account_signs_in_keeps_its_role_and_can_leave()
    {
        using var browser = await SignedInAsync(person);
        var none = await browser.Client.GetAsync("/api/v1/me/oidc").JsonAsync();
        (none.Text("name"), none.GetProperty("joinedAt").ValueKind).ShouldBe(("Example", JsonValueKind.Null));

        (await browser.JoinAsync(person)).ShouldBe("/account/password");

        var joined = await browser.Client.GetAsync("/api/v1/me/oidc").JsonAsync();
        (joined.GetProperty("joinedAt").ValueKind, joined.GetProperty("followsClaims").GetBoolean(), joined.GetProperty("mayUsePassword").GetBoolean()).ShouldBe((JsonValueKind.String, false, true));
        using var other = provider.NewBrowser(server);
        (await other.SignInAsync(person)).ShouldBe("/account");
        var me = await other.Client.GetAsync("/api/v1/auth/me").JsonAsync();
        (me.Text("userName"), me.Text("role")).ShouldBe((person, "user"));

        await SendAsync(browser, HttpMethod.Delete, "/api/v1/me/oidc").StatusAsync(HttpStatusCode.NoContent);
        await SendAsync(browser, HttpMethod.Delete, "/api/v1/me/oidc").StatusAsync(HttpStatusCode.NoContent);
        (await other.SignInAsync(person)).ShouldBe("/sign-in?error=noAccount");
        await other.Client.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_person_is_joined_to_one_account_and_an_account_to_one_person()
    {
        using var browser = await SignedInAsync(person);
        using var other = await SignedInAsync($"{person}-other");
        await browser.JoinAsync(person);

        (await other.JoinAsync(person)).ShouldBe("/account/password?error=identityTaken");
        (await browser.JoinAsync(person)).ShouldBe("/account/password");
        using var anothersSession = provider.NewBrowser(server);
        await SignInByPasswordAsync(anothersSession, person);
        (await anothersSession.JoinAsync($"{person}-replacement")).ShouldBe("/account/password");

        using var former = provider.NewBrowser(server);
        (await former.SignInAsync(person)).ShouldBe("/sign-in?error=noAccount");
    }

    [Theory]
    [InlineData("another browser")]
    [InlineData("twice")]
    [InlineData("after signing out")]
    [InlineData("after another join began")]
    [InlineData("after a new password")]
    [InlineData("eleven minutes later")]
    public async Task A_join_is_completed_once_in_time_in_its_browser_and_session(string wrong)
    {
        using var browser = await SignedInAsync(person);
        using var begun = await SendAsync(browser, HttpMethod.Post, "/api/v1/me/oidc");
        begun.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("imagehub_oidc_join=", StringComparison.Ordinal))
            .ShouldContain("; max-age=600; path=/api/v1/auth/oidc/callback; samesite=lax; httponly");
        var cookies = begun.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]).ToList();
        var url = (await begun.Content.ReadFromJsonAsync<JsonElement>()).Text("url")!;
        var callback = await browser.SignInAtProviderAsync(url, person);
        switch (wrong)
        {
            case "another browser":
                cookies.RemoveAll(cookie => cookie.StartsWith("imagehub_oidc_join=", StringComparison.Ordinal));
                break;
            case "twice":
                (await CallBackAsync(callback, cookies)).ShouldBe("/account/password");
                await SendAsync(browser, HttpMethod.Delete, "/api/v1/me/oidc").StatusAsync(HttpStatusCode.NoContent);
                break;
            case "after signing out":
                await SendAsync(browser, HttpMethod.Post, "/api/v1/auth/logout").StatusAsync(HttpStatusCode.NoContent);
                break;
            case "after another join began":
                await SendAsync(browser, HttpMethod.Post, "/api/v1/me/oidc").StatusAsync(HttpStatusCode.OK);
                break;
            case "after a new password":
                await ResetPasswordAsync(person);
                break;
            case "eleven minutes later":
                clock.Advance(TimeSpan.FromMinutes(11));
                break;
        }

        // The provider refuses a used code before the server reads the intent.
        (await CallBackAsync(callback, cookies)).ShouldBe($"/account/password?error={(wrong == "twice" ? "answerInvalid" : "signInExpired")}");
        (await server.SqlAsync("SELECT count(*) FROM oidc_identities WHERE subject = '" + person + "'")).ShouldBe(0L);
    }

    [Fact]
    public async Task Joining_needs_a_recent_sign_in()
    {
        using var browser = await SignedInAsync(person);
        clock.Advance(TimeSpan.FromMinutes(6));
        var problem = await SendAsync(browser, HttpMethod.Post, "/api/v1/me/oidc").ProblemAsync(HttpStatusCode.Forbidden, "recentSignInNeeded");
        problem.Text("detail").ShouldBe("The sign-in is older than 5 minutes, or the session has ended; sign in again to join the account.");
    }

    [Fact]
    public async Task Reset_password_removes_the_join()
    {
        using var browser = await SignedInAsync(person);
        await browser.JoinAsync(person);
        (await ResetPasswordAsync(person)).HasLeftProvider.ShouldBeTrue();
        (await browser.SignInAsync(person)).ShouldBe("/sign-in?error=noAccount");
    }

    private async Task<IdentityProvider.PersonsBrowser> SignedInAsync(string userName)
    {
        await server.Admin.CreateUserAsync(userName);
        var browser = provider.NewBrowser(server);
        await SignInByPasswordAsync(browser, userName);
        return browser;
    }

    private static Task SignInByPasswordAsync(IdentityProvider.PersonsBrowser browser, string userName) =>
        browser.Client.PostAsJsonAsync("/api/v1/auth/login", new { userName, password = ImageHubServer.UserPassword }).StatusAsync(HttpStatusCode.OK);

    private static Task<HttpResponseMessage> SendAsync(IdentityProvider.PersonsBrowser browser, HttpMethod method, string path) =>
        browser.Client.SendAsync(new HttpRequestMessage(method, path) { Headers = { { "X-Requested-With", "ImageHub" } } });

    private async Task<GeneratedPassword> ResetPasswordAsync(string userName)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ResetPassword(userName));
    }

    private async Task<string> CallBackAsync(string path, IEnumerable<string> cookies)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", string.Join("; ", cookies) } } };
        using var answer = await server.Visitor.SendAsync(asked);
        return answer.Headers.Location!.ToString();
    }
}
