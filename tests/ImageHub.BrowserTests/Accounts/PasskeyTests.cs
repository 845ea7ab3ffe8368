using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageHub.BrowserTests.Accounts;

/// <summary>Passkeys on the account page and at sign-in, with Chromium's virtual authenticator.</summary>
public sealed class PasskeyTests(PostgresServer postgres, Chromium chromium) : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() =>
        server = await ImageHubServer.StartAsync(postgres, configure: builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_passkey_signs_in_until_it_is_deleted()
    {
        await using var visit = await chromium.VisitAsync(AtLocalhost());
        visit.Expects("401|403");
        var page = visit.Page;
        await visit.AddAuthenticatorAsync();
        await visit.SignInByFormAsync("/account/password");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Passkeys" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the dialog for a passkey");
        await page.GetByLabel("Name").FillAsync("Phone");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("not used yet").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the account page with a passkey");
        await visit.ShouldFitANarrowScreenAsync("the account page with a passkey");

        // The authenticator already has a passkey for this account.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Phone again");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("This device already has a passkey for your account.").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SignInAsync(page);
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/admin$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GotoAsync("/account/password");
        await page.GetByText("last used").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the passkey “Phone”" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.GetByText("Passkey “Phone” deleted.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SignInAsync(page);
        await page.GetByText("This passkey was not accepted.").WaitForAsync();
    }

    [Fact]
    public async Task Passkeys_that_cannot_be_read_are_not_shown_as_no_passkeys()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("500");
        var page = visit.Page;
        await page.RouteAsync("**/api/v1/me/passkeys", route => route.FulfillAsync(new() { Status = 500, Body = "" }));
        await visit.SignInByFormAsync("/account/password");

        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).WaitForAsync();
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task After_a_key_is_revoked_the_focus_is_not_on_a_passkeys_button()
    {
        await server.Admin.CreateUserAsync("ada");
        await using var visit = await chromium.VisitAsync(AtLocalhost());
        var page = visit.Page;
        await visit.AddAuthenticatorAsync();
        await visit.SignInByFormAsync("/account/password", "ada", ImageHubServer.UserPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Laptop");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("not used yet").WaitForAsync();
        foreach (var name in (string[])["Phone", "Tablet"])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
            await page.GetByLabel("Name").FillAsync(name);
            await page.Keyboard.PressAsync("Enter");
            await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).PressAsync("Enter");
            await page.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}" }).WaitForAsync();
        }

        Func<Task<string>> focused = page.FocusedAsync;
        await RevokeAsync("Tablet");
        await focused.ShouldBecomeAsync("Revoke Phone");
        await RevokeAsync("Phone");
        Func<Task<string>> at = () => page.EvaluateAsync<string>("document.activeElement.id");
        await at.ShouldBecomeAsync("content");

        async Task RevokeAsync(string name)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}" }).PressAsync("Enter");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).PressAsync("Enter");
            await page.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
    }

    [Fact]
    public async Task An_old_sign_in_is_confirmed_with_the_password()
    {
        await using var visit = await chromium.VisitAsync(AtLocalhost());
        visit.Expects("401|403");
        var page = visit.Page;
        await visit.AddAuthenticatorAsync();
        await visit.SignInByFormAsync("/account/password");
        clock.Advance(TimeSpan.FromMinutes(6));
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();

        var password = page.GetByRole(AriaRole.Dialog).GetByLabel("Current password");
        await password.FillAsync("not the password");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("This is not your password.").WaitForAsync();
        await password.FillAsync(ImageHubServer.AdminPassword);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("not used yet").WaitForAsync();
    }

    [Fact]
    public async Task Passkeys_are_not_offered_at_an_address_that_they_are_not_bound_to()
    {
        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.GotoAsync("/sign-in");
        await visit.Page.GetByLabel("User name").WaitForAsync();
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        (await visit.Page.GetByText("Sign in with a passkey").CountAsync()).ShouldBe(0);
        await visit.SignInByFormAsync("/account/password");
        await visit.Page.GetByText("Passkeys need an address with a host name and https, which the admin must set.").WaitForAsync();
        (await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_double_click_begins_one_sign_in()
    {
        await using var visit = await chromium.VisitAsync(AtLocalhost());
        visit.Expects("401|403");
        var page = visit.Page;
        await visit.AddAuthenticatorAsync();
        await visit.SignInByFormAsync("/account/password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();

        // Spaces are no name, so the device is not asked.
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.EndsWith("/passkeys/options", StringComparison.Ordinal) || request.Url.EndsWith("/passkey/options", StringComparison.Ordinal) ? 1 : 0;
        await page.GetByLabel("Name").FillAsync("   ");
        await page.Keyboard.PressAsync("Enter");
        (await page.GetByLabel("Name").EvaluateAsync<bool>("field => field.matches(':user-invalid')")).ShouldBeTrue();
        asked.ShouldBe(0);
        await page.GetByLabel("Name").FillAsync("Phone");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("not used yet").WaitForAsync();
        asked.ShouldBe(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync("/sign-in");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).DblClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/admin$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        asked.ShouldBe(2);
    }

    private Uri AtLocalhost() => new UriBuilder(server.Url) { Host = "localhost" }.Uri;

    private static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
    }
}
