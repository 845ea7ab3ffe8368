using System.Collections.Concurrent;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>Photos in smaller formats, wherever they are shown.</summary>
public sealed class AlternatesTests(PostgresServer postgres, Chromium chromium) : IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { [ImageHubServer.AlternatesKey] = "Both" });
        group = await server.Admin.CreateGroupAsync("Harbour");
        foreach (var seed in (int[])[1, 2, 3])
        {
            image = await server.Admin.AddImageAsync(group, $"{seed}.jpg", TestImages.Jpeg(1600, 1200, seed));
        }

        await server.RenderInBackgroundAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/groups/{group}")]
    [InlineData("/groups/{group}/images/{image}")]
    [InlineData("{shared}")]
    public async Task A_browser_that_supports_the_alternates_fetches_only_them_and_each_once(string address)
    {
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(System.Net.HttpStatusCode.Created);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        var fetched = Photos(page);
        await page.GotoAsync(address
            .Replace("{group}", group.ToString(), StringComparison.Ordinal)
            .Replace("{image}", image.ToString(), StringComparison.Ordinal)
            .Replace("{shared}", link.Text("url"), StringComparison.Ordinal));
        await page.ImagesAsync();
        Func<Task<bool>> areThere = () => page.EvaluateAsync<bool>("""
            (() => {
              const photos = [...document.querySelectorAll("picture img")].filter((image) => image.getClientRects().length > 0);
              return photos.length > 0 && photos.every((image) => image.naturalWidth > 0 && /format=(avif|webp)$/.test(image.currentSrc));
            })()
            """);
        await areThere.ShouldBecomeAsync(true);

        fetched.ShouldNotBeEmpty();
        fetched.ShouldAllBe(url => url.Contains("format=", StringComparison.Ordinal));
        fetched.ShouldBeUnique();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_page_of_a_group_requests_the_cover_once_and_before_any_script_arrives(int scale)
    {
        var covered = await server.Admin.CreateGroupAsync("Covered");
        foreach (var seed in (int[])[11, 12, 13, 14, 15])
        {
            await server.Admin.AddImageAsync(covered, $"{seed}.jpg", TestImages.Jpeg(1600, 1200, seed));
        }

        await server.RenderInBackgroundAsync();
        await using var visit = await chromium.VisitAsync(server, onPhone: true, change: options => options.DeviceScaleFactor = scale);
        var page = visit.Page;
        var fetched = Photos(page);
        string? first = null;
        await page.RouteAsync("**/assets/*.js", async route =>
        {
            Func<Task<bool>> isAsked = () => Task.FromResult(!fetched.IsEmpty);
            await isAsked.ShouldBecomeAsync(true);
            first ??= fetched.First();
            await route.ContinueAsync();
        });
        await page.GotoAsync($"/groups/{covered}");

        Func<Task<string>> cover = () => page.EvaluateAsync<string>("document.querySelector('main picture img')?.currentSrc ?? ''");
        await cover.ShouldBecomeAsync(first!);
        first.ShouldEndWith("format=avif");
        fetched.ShouldBeUnique();
    }

    [Fact]
    public async Task A_browser_that_supports_no_alternate_fetches_JPEG()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;

        // Browsers skip sources of unknown formats, so the script gives all sources an unknown format.
        await page.AddInitScriptAsync("""
            new MutationObserver((changes) => {
              for (const { addedNodes } of changes)
                for (const node of addedNodes) if (node.querySelectorAll) for (const source of node.matches("source") ? [node] : node.querySelectorAll("source")) source.type = "image/unknown";
            }).observe(document, { subtree: true, childList: true });
            """);
        await page.GotoAsync($"/groups/{group}");
        await page.ImagesAsync();
        Func<Task<bool>> areThere = () => page.EvaluateAsync<bool>(
            "document.querySelector('picture source') !== null && [...document.querySelectorAll('picture img')].every((image) => image.naturalWidth > 0 && image.currentSrc.endsWith('?r=1'))");
        await areThere.ShouldBecomeAsync(true);
    }

    [Fact]
    public async Task Leaving_a_photo_before_it_has_loaded_cancels_its_request()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        visit.Expects("ERR_ABORTED");
        var ended = new ConcurrentBag<string>();
        var released = new TaskCompletionSource();
        page.RequestFailed += (_, request) => ended.Add(new Uri(request.Url).PathAndQuery);
        await page.RouteAsync("**/high*", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync($"/groups/{group}");
        await page.RunAndWaitForRequestAsync(() => page.Locator("a[id^=photo-]").First.ClickAsync(), "**/high?r=1&format=*");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Func<Task<bool>> hasEnded = () => Task.FromResult(ended.Any(url => url.Contains("/high?r=1&format=", StringComparison.Ordinal)));
        await hasEnded.ShouldBecomeAsync(true);
        released.SetResult();
    }

    private static ConcurrentBag<string> Photos(IPage page)
    {
        var fetched = new ConcurrentBag<string>();
        page.Request += (_, request) =>
        {
            if (request.ResourceType == "image" && request.Url.Contains("/images/", StringComparison.Ordinal))
            {
                fetched.Add(request.Url);
            }
        };
        return fetched;
    }
}
