using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace ImageHub.Testing.Oidc;

/// <summary>
/// A certified OpenID Connect provider, npm's <c>oidc-provider</c>. Its sign-in page accepts any name as the person's id. A test can replace claims in its answers,
/// stop it, and start it again at the same address with other keys.
/// </summary>
public sealed partial class IdentityProvider : IAsyncLifetime
{
    private readonly HttpClient control = new();
    private string port = "0";
    private Process? process;

    /// <summary>The address of the provider, and its issuer.</summary>
    public string Issuer => $"http://127.0.0.1:{port}";

    /// <summary>The settings of an application that uses this provider.</summary>
    /// <param name="more">Further settings.</param>
    public Dictionary<string, string?> SettingsWith(params IEnumerable<(string Key, string Value)> more)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Oidc:Authority"] = Issuer,
            ["Oidc:ClientId"] = "imagehub",
            ["Oidc:ClientSecret"] = "the client secret of the tests",
            ["Oidc:Name"] = "Example",
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    public async ValueTask InitializeAsync()
    {
        process?.Dispose();
        (process, port) = await NodeTools.StartServerAsync("oidc.mjs", port);
        process.BeginErrorReadLine();
    }

    /// <summary>Stops the provider. Its keys and sessions are lost.</summary>
    public async Task StopAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>Stops the provider and starts it again with other keys.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    /// <summary>Freezes the provider without closing its connections.</summary>
    public Task FreezeAsync() => ProcessSignals.SendAsync("STOP", process!.Id);

    /// <summary>Continues the frozen provider.</summary>
    public Task ThawAsync() => ProcessSignals.SendAsync("CONT", process!.Id);

    /// <summary>Sets the people and the claims to replace: see <c>oidc.mjs</c>.</summary>
    public async Task SetAsync(object state)
    {
        using var answer = await control.PutAsJsonAsync($"{Issuer}/test/state", state);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Signs a logout token.</summary>
    /// <param name="claims">Claims to replace; null removes one.</param>
    public async Task<string> SignLogoutTokenAsync(object claims)
    {
        using var answer = await control.PostAsJsonAsync($"{Issuer}/test/logout-token", claims);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>Starts a browser that has not signed in at the provider.</summary>
    /// <param name="server">The application.</param>
    /// <param name="address">The browser's IP address, to send as X-Forwarded-For to an application that trusts a proxy on this machine.</param>
    public PersonsBrowser NewBrowser(ImageHubServer server, string? address = null)
    {
        var browser = new PersonsBrowser(this, server);
        if (address is not null)
        {
            browser.Client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        }

        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await StopAsync();
        }

        process?.Dispose();
        control.Dispose();
    }

    [GeneratedRegex("name=\"xsrf\" value=\"(?<xsrf>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Xsrf();

    /// <summary>A browser without pages: it follows redirects between the application and the provider, and keeps the cookies of both.</summary>
    public sealed class PersonsBrowser(IdentityProvider provider, ImageHubServer server) : IDisposable
    {
        private readonly HttpClient atProvider = new(new SocketsHttpHandler { AllowAutoRedirect = false });

        private readonly CookieContainer cookies = new();

        /// <summary>The client for the application.</summary>
        public HttpClient Client => field ??= new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = server.Url };

        /// <summary>The application's cookies, to send to its other instances.</summary>
        public string Cookies => cookies.GetCookieHeader(server.Url);

        /// <summary>Begins to sign in.</summary>
        /// <returns>The provider's address, or the page of the application that shows the reason of a failure.</returns>
        public Task<string> BeginAsync(string query = "") => LocationAsync(Client.GetAsync($"/api/v1/auth/oidc{query}"));

        /// <summary>Signs in at the provider.</summary>
        /// <param name="address">The provider's address.</param>
        /// <param name="person">The person's id; null: the person cancels.</param>
        /// <returns>The application's address to which the provider sends the browser, without the host.</returns>
        public async Task<string> SignInAtProviderAsync(string address, string? person)
        {
            var location = await LocationAsync(atProvider.GetAsync(address));
            if (location.Contains("/interaction/", StringComparison.Ordinal))
            {
                using var form = new FormUrlEncodedContent(person is null ? [] : [new("login", person)]);
                location = await LocationAsync(atProvider.PostAsync(new Uri(new Uri(provider.Issuer), location), form));
                location = await LocationAsync(atProvider.GetAsync(location));
            }

            return new Uri(location).PathAndQuery;
        }

        /// <summary>Signs in at the application through the provider.</summary>
        /// <returns>The application's page to which the browser is sent.</returns>
        public async Task<string> SignInAsync(string? person, string query = "") =>
            await LocationAsync(Client.GetAsync(await SignInAtProviderAsync(await BeginAsync(query), person)));

        /// <summary>Joins the account that is signed in at the application to a person.</summary>
        /// <returns>The application's page to which the browser is sent.</returns>
        public async Task<string> JoinAsync(string person)
        {
            using var asked = new HttpRequestMessage(HttpMethod.Post, "/api/v1/me/oidc") { Headers = { { "X-Requested-With", "ImageHub" } } };
            var url = (await Client.SendAsync(asked).JsonAsync()).Text("url")!;
            return await LocationAsync(Client.GetAsync(await SignInAtProviderAsync(url, person)));
        }

        /// <summary>Signs out at the provider, which notifies the application.</summary>
        public async Task SignOutAtProviderAsync()
        {
            var page = await atProvider.GetStringAsync($"{provider.Issuer}/session/end");
            using var form = new FormUrlEncodedContent([new("xsrf", Xsrf().Match(page).Groups["xsrf"].Value), new("logout", "yes")]);
            using var answer = await atProvider.PostAsync($"{provider.Issuer}/session/end/confirm", form);
        }

        public void Dispose()
        {
            atProvider.Dispose();
            Client.Dispose();
        }

        private static async Task<string> LocationAsync(Task<HttpResponseMessage> answering)
        {
            using var answer = await answering;
            return answer.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Found && answer.Headers.Location is { } location
                ? location.ToString()
                : throw new InvalidOperationException($"{answer.RequestMessage?.RequestUri} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
