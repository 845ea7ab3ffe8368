using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using ImageHub.Testing;

namespace ImageHub.BrowserTests;

/// <summary>
/// A user with a browser profile. Console errors, exceptions and violations of the Content-Security-Policy fail the test at the end,
/// unless the test expects them. The text of the open pages and the last 80 events of requests to the API are written to the test's output.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private readonly List<string> errors = [];
    private readonly List<Regex> expected = [];
    private readonly ConcurrentQueue<string> traffic = [];
    private static readonly SemaphoreSlim OneClipboard = new(1);

    private readonly IBrowserContext context;
    private readonly CancellationTokenRegistration hanging;

    internal Visit(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;

        // A hanging script has no timeout. Closing the profile makes the call fail, and with it the cancelled test. If closing hangs as well, the test's
        // output is never shown, so the events are written at once.
        hanging = TestContext.Current.CancellationToken.Register(() =>
        {
            Console.Error.WriteLine($"A test with the page {Page.Url} hangs:\n{LastTraffic()}");
            _ = context.CloseAsync();
        });
        context.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add($"{message.Text} ({message.Location})");
            }
        };
        context.WebError += (_, error) => errors.Add(error.Error);
        context.Request += (_, request) => Note(request, "asks");
        context.Response += (_, response) => Note(response.Request, response.Status.ToString(CultureInfo.InvariantCulture));
        context.RequestFailed += (_, request) => Note(request, request.Failure ?? "failed");
    }

    public IPage Page { get; }

    /// <summary>Another tab of the same profile.</summary>
    public Task<IPage> NewTabAsync() => context.NewPageAsync().WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>The browser profile: its cookies, its network state and its routes.</summary>
    public IBrowserContext Context => context;

    /// <summary>
    /// Grants the page access to the clipboard. All profiles of a Chromium share one clipboard, so a test holds it until the result is
    /// disposed, and no test reads another test's text.
    /// </summary>
    public async Task<Clipboard> HoldClipboardAsync()
    {
        await OneClipboard.WaitAsync(TestContext.Current.CancellationToken);
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        return new Clipboard(Page, OneClipboard);
    }

    /// <summary>Accepts the errors that match a regular expression.</summary>
    public void Expects(string pattern) => expected.Add(new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1)));

    /// <summary>Signs in through the API, as the admin by default, and opens a page for signed-in users. <c>signOut</c> is the button's name in the page's language.</summary>
    public async Task SignInAsync(string path = "/admin", string userName = ImageHubServer.AdminName, string password = ImageHubServer.AdminPassword, string signOut = "Sign out")
    {
        // Send the request without opening the form. The profile keeps the cookies, and the page stores the time to renew them.
        var answer = await context.APIRequest.PostAsync("/api/v1/auth/login", new() { DataObject = new { userName, password } });
        answer.Status.ShouldBe(200);
        await Page.GotoAsync("/offline.html");
        await Page.EvaluateAsync("seconds => localStorage.setItem('imagehub.session', Date.now() + seconds * 500)", (await answer.JsonAsync())!.Value.GetProperty("expiresIn").GetInt32());
        await Page.GotoAsync(path);
        await Page.GetByRole(AriaRole.Button, new() { Name = signOut }).WaitForAsync();
    }

    /// <summary>Opens a page for signed-in users and signs in by its form, as the admin by default.</summary>
    public async Task SignInByFormAsync(string path = "/admin", string userName = ImageHubServer.AdminName, string password = ImageHubServer.AdminPassword)
    {
        await Page.GotoAsync(path);
        await Page.GetByLabel("User name").FillAsync(userName);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).WaitForAsync();
    }

    /// <summary>Gives the page a virtual authenticator that verifies the user and stores passkeys.</summary>
    public async Task AddAuthenticatorAsync()
    {
        var session = await context.NewCDPSessionAsync(Page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new(StringComparer.Ordinal)
        {
            ["options"] = new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = true,
                automaticPresenceSimulation = true,
            },
        });
    }

    /// <summary>Opens another page through the header, which shows its later entries (on narrow windows all entries) in a menu.</summary>
    public async Task GoToAsync(string name)
    {
        var header = Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        var link = header.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });
        var menu = header.GetByRole(AriaRole.Button);
        await link.Or(menu).First.WaitForAsync();
        if (await link.CountAsync() == 0)
        {
            await menu.ClickAsync();
            link = Page.GetByRole(AriaRole.Menuitem, new() { Name = name, Exact = true });
        }

        await link.ClickAsync();
    }

    /// <summary>
    /// Asserts that axe finds no violation of WCAG 2.2 A and AA or of its own best practices in the light colour scheme. In the dark scheme, axe checks only
    /// the contrast of texts and of links in texts.
    /// </summary>
    public async Task ShouldBeAccessibleAsync(string what)
    {
        await ScanAsync(ColorScheme.Light, "tag", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");
        await ScanAsync(ColorScheme.Dark, "rule", "color-contrast", "link-in-text-block");

        async Task ScanAsync(ColorScheme scheme, string type, params string[] values)
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });

            // The test runs the script itself. The package's method opens another tab at each call, for frames of other origins.
            if (!await Page.EvaluateAsync<bool>("'axe' in window"))
            {
                await Page.EvaluateAsync(Axe);
            }

            // axe recognizes an open dialog once the dialog is visible, so appearances must have ended.
            var found = await Page.EvaluateAsync<string>("""
                async ([type, values]) => {
                  const appearing = document.getAnimations()
                    .filter(({ playState, effect }) => playState === "running" && Number.isFinite(effect.getComputedTiming().endTime));
                  await Promise.allSettled(appearing.map(({ finished }) => finished));
                  const { violations } = await axe.run({ runOnly: { type, values }, resultTypes: ["violations"] });
                  return violations.map(({ id, help, nodes }) =>
                    [`${id}: ${help}`, ...nodes.map(({ html, any }) => `  ${html} ${any.map(({ message }) => message).join(" ")}`)].join("\n")).join("\n");
                }
                """, new object[] { type, values });
            found.ShouldBeEmpty($"{what}, {scheme}");
        }
    }

    /// <summary>
    /// Asserts that at a width of 320 pixels the page does not scroll sideways, and that each visible control is at least 24 pixels wide and high. Links in
    /// texts may be smaller.
    /// </summary>
    public async Task ShouldFitANarrowScreenAsync(string what)
    {
        var size = Page.ViewportSize!;
        await Page.SetViewportSizeAsync(320, 640);
        Func<Task<string>> wide = () => Page.EvaluateAsync<string>("""
            () => [...document.querySelectorAll('body *')]
              .map((element) => [element, element.getBoundingClientRect()])
              .filter(([, { left, right }]) => right > document.documentElement.clientWidth + 1 || left < -1)
              .map(([element]) => element)
              .filter((element) => document.documentElement.scrollWidth > document.documentElement.clientWidth)
              .map((element) => element.outerHTML.slice(0, 120))
              .join('\n')
            """);
        await wide.ShouldBecomeAsync("");
        var small = await Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('a[href], button, input:not([hidden]), select, [role=button], [role=checkbox], [role=menuitem]')]
              .filter((element) => element.checkVisibility() && getComputedStyle(element.parentElement).display !== 'inline')
              .map((element) => [element, (element.closest('label') ?? element).getBoundingClientRect()])
              .filter(([element, box]) => box.width > 1 && (box.width < 24 || box.height < 24) && !element.closest('.visuallyHidden, [data-react-aria-hidden]') && getComputedStyle(element.parentElement).clipPath === 'none')
              .map(([element, box]) => `${element.outerHTML.slice(0, 120)} ${Math.round(box.width)} × ${Math.round(box.height)}`)
            """);
        small.ShouldBeEmpty(what);
        await Page.SetViewportSizeAsync(size.Width, size.Height);
    }

    public async ValueTask DisposeAsync()
    {
        await hanging.DisposeAsync();
        await TellAsync();
        await CloseAsync();
        string.Join('\n', errors.Where(error => !expected.Exists(pattern => pattern.IsMatch(error)))).ShouldBeEmpty("the page's console");
    }

    /// <summary>Closes the profile. What does not close within two minutes closes with the browser, because the test no longer depends on it.</summary>
    private async Task CloseAsync()
    {
        try
        {
            await context.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2), CancellationToken.None);
        }
        catch (TimeoutException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("The browser profile did not close.");
        }
    }

    private async Task TellAsync()
    {
        var output = TestContext.Current.TestOutputHelper;
        foreach (var page in context.Pages)
        {
            try
            {
                output?.WriteLine($"{page.Url} says:\n{await page.Locator("body").InnerTextAsync(new() { Timeout = 1_000 })}");
            }
            catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
            {
                output?.WriteLine($"{page.Url} cannot be read: {exception.Message}");
            }
        }

        output?.WriteLine(LastTraffic());
    }

    private string LastTraffic() => string.Join('\n', traffic.TakeLast(80));

    private void Note(IRequest request, string what)
    {
        if (request.Url.Contains("/api/", StringComparison.Ordinal))
        {
            traffic.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {request.Method} {new Uri(request.Url).PathAndQuery} {what}"));
        }
    }
}
