using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Oidc;

namespace ImageHub.BrowserTests.Oidc;

/// <summary>
/// Signing in at an OpenID Connect provider, and connecting an account to the provider. The provider and the application are different sites, so the browser
/// applies its rules for cookies of other sites.
/// </summary>
public sealed class OidcTests(PostgresServer postgres, Chromium chromium) : IAsyncLifetime
{
    /// <summary>The languages of the pages, each with the name of the button that signs in with a passkey.</summary>
    private static readonly (string Language, string SignIn)[] Languages =
    [
        ("ar", "تسجيل الدخول بمفتاح مرور"), ("de", "Mit Passkey anmelden"), ("es", "Iniciar sesión con una llave de acceso"), ("fr", "Se connecter avec une clé d’accès"),
        ("en", "Sign in with a passkey"),
    ];

    private readonly IdentityProvider provider = new();
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync()
    {
        await provider.InitializeAsync();
        server = await ImageHubServer.StartAsync(postgres, provider.SettingsWith(("Oidc:CreateUsers", "true")));
        await provider.SetAsync(new { people = new { ada = new { preferred_username = "ada" } } });
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task The_first_button_of_the_sign_in_page_signs_in_at_the_provider_and_opens_the_page_that_was_asked_for()
    {
        await using var visit = await chromium.VisitAsync(AtLocalhost());
        visit.Expects("401|404|409");
        var page = visit.Page;
        await page.GotoAsync("/account/links");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example" }).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the sign-in page with a provider");
        await visit.ShouldFitANarrowScreenAsync("the sign-in page with a provider");
        await SignInAtProviderAsync(page, "ada");

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/account/links$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByRole(AriaRole.Heading, new() { Name = "Links", Exact = true }).WaitForAsync();

        // The account has no password and keeps its only way to sign in.
        await page.GotoAsync("/account/password");
        await page.GetByText("You cannot sign in with a password.").WaitForAsync();
        await page.GetByText("Connected to Example since").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the account page of a created account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await page.GetByText("You would not be able to sign in any more.").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(AtLocalhost().ToString());
        await page.GotoAsync("/api/v1/auth/oidc");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/account$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByRole(AriaRole.Heading, new() { Name = "My images" }).WaitForAsync();
    }

    [Fact]
    public async Task An_account_is_connected_and_disconnected()
    {
        await using var visit = await chromium.VisitAsync(AtLocalhost());
        var page = visit.Page;
        await visit.SignInByFormAsync("/account/password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect to Example" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("the-owner");
        await page.Keyboard.PressAsync("Enter");

        await page.GetByText("Connected to Example since").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the account page of a connected account");
        await visit.ShouldFitANarrowScreenAsync("the account page of a connected account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await page.GetByText("Disconnected from Example.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect to Example" }).WaitForAsync();
    }

    [Fact]
    public async Task On_a_phone_the_account_and_the_sign_in_page_with_every_method_are_readable_in_every_language()
    {
        await using var visit = await chromium.VisitAsync(AtLocalhost(), onPhone: true);
        visit.Expects("401|404");
        var page = visit.Page;
        await visit.AddAuthenticatorAsync();
        await page.GotoAsync("/account/password");
        await SignInAtProviderAsync(page, "ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Phone");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("not used yet").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("PhotoSync");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByText("never used").WaitForAsync();

        var firstWords = new List<string>();
        foreach (var (language, _) in Languages)
        {
            await OpenInAsync(page, language, "/account/password");
            await page.GetByRole(AriaRole.Button, new() { Name = "PhotoSync" }).WaitForAsync();
            foreach (var step in await page.Locator("summary").AllAsync())
            {
                await step.ClickAsync();
            }

            firstWords.Add(string.Join(' ', (await page.Locator("details[open] > p").AllInnerTextsAsync()).Select(text => text.Split(' ')[0])));
            await ShouldBeReadableAsync("the account page");
        }

        firstWords.ShouldBe(["ثبّت في في", "Installieren Wählen Wählen", "Instale En En", "Installez Dans Dans", "Install In In"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(AtLocalhost().ToString());
        foreach (var (language, signIn) in Languages)
        {
            await OpenInAsync(page, language, "/sign-in");
            await page.GetByRole(AriaRole.Link, new() { Name = "Example" }).WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = signIn, Exact = true }).WaitForAsync();
            await ShouldBeReadableAsync("the sign-in page");
        }

        async Task ShouldBeReadableAsync(string what)
        {
            var language = await page.EvaluateAsync<string>("document.documentElement.lang");
            await visit.ShouldBeAccessibleAsync($"{what} in {language}");
            await visit.ShouldFitANarrowScreenAsync($"{what} in {language}");
            (await page.WordsThatDoNotFitAsync()).ShouldBeEmpty($"{what} in {language}");
        }
    }

    [Fact]
    public async Task The_sign_in_page_explains_why_a_sign_in_failed()
    {
        await using var visit = await chromium.VisitAsync(AtLocalhost());
        await provider.StopAsync();
        await visit.Page.GotoAsync("/api/v1/auth/oidc");
        await visit.Page.GetByText("The sign-in service does not respond.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the sign-in page with the reason of a failure");
        await visit.SignInByFormAsync("/admin");
    }

    private static async Task SignInAtProviderAsync(IPage page, string person)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(person);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task OpenInAsync(IPage page, string language, string path)
    {
        await page.EvaluateAsync("(language) => localStorage.setItem('imagehub.language', language)", language);
        await page.GotoAsync(path);
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
        (await page.EvaluateAsync<string[]>("[document.documentElement.lang, document.documentElement.dir]")).ShouldBe([language, language == "ar" ? "rtl" : "ltr"]);
    }

    private Uri AtLocalhost() => new UriBuilder(server.Url) { Host = "localhost" }.Uri;
}
