using ImageHub.Testing;

namespace ImageHub.BrowserTests;

/// <summary>
/// One Chromium for all tests: the program in <c>IMAGEHUB_CHROMIUM</c>, or else an installed one. Debian's headless shell is preferred, because it takes
/// a third less processor time than a complete headless browser. Playwright's own download is not used.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    /// <summary>The timeout of all waits, in milliseconds.</summary>
    private const float TimeoutMilliseconds = 60_000;

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("IMAGEHUB_CHROMIUM")
            ?? Array.Find(["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"], File.Exists)
            ?? throw new InvalidOperationException("Chromium is missing. Install it (on Debian: apt-get install chromium-headless-shell), or name it in IMAGEHUB_CHROMIUM.");
        // A busy machine makes tests slow but must not fail them: the timeouts only end a hanging test.
        Assertions.SetDefaultExpectTimeout(TimeoutMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments, Headless = true });
    }

    /// <summary>
    /// Opens a browser profile for a server, with a window of 1280 × 800 or a phone's touch screen of 390 × 844. By default, the profile prefers reduced
    /// motion, and the server's first screen, which the app replaces, is removed.
    /// </summary>
    public Task<Visit> VisitAsync(ImageHubServer server, bool onPhone = false, ColorScheme colorScheme = ColorScheme.Light, Action<BrowserNewContextOptions>? change = null, bool keepsFirstScreen = false) =>
        VisitAsync(server.Url, onPhone, colorScheme, change, keepsFirstScreen);

    /// <inheritdoc cref="VisitAsync(ImageHubServer, bool, ColorScheme, Action{BrowserNewContextOptions}?, bool)"/>
    public async Task<Visit> VisitAsync(Uri url, bool onPhone = false, ColorScheme colorScheme = ColorScheme.Light, Action<BrowserNewContextOptions>? change = null, bool keepsFirstScreen = false)
    {
        var options = new BrowserNewContextOptions
        {
            BaseURL = url.ToString(),
            ColorScheme = colorScheme,
            ViewportSize = onPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 800 },
            DeviceScaleFactor = onPhone ? 2 : 1,
            HasTouch = onPhone,
            IsMobile = onPhone,
            ReducedMotion = ReducedMotion.Reduce,
            ServiceWorkers = ServiceWorkerPolicy.Block,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        };
        change?.Invoke(options);

        // Neither opening a profile nor opening a tab has a timeout of its own.
        var cancellationToken = TestContext.Current.CancellationToken;
        var context = await browser!.NewContextAsync(options).WaitAsync(cancellationToken);
        context.SetDefaultTimeout(TimeoutMilliseconds);
        if (!keepsFirstScreen)
        {
            await context.AddInitScriptAsync("""
                new MutationObserver((_, observer) => {
                  const main = document.querySelector("#root > main");
                  if (main === null) return;
                  observer.disconnect();
                  if (main.id !== "content") main.remove();
                }).observe(document, { childList: true, subtree: true });
                """);
        }

        return new Visit(context, await context.NewPageAsync().WaitAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}
