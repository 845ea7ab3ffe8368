using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Images;

/// <summary>Photos are sharp on the screen, and the page fetches the smallest sharp rendition.</summary>
public sealed class SharpnessTests(PostgresServer postgres, Chromium chromium) : IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid first;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Imaging:Large:Width"] = "2880", ["Imaging:Large:Height"] = "2880" });
        await FillAsync("Upright", 2000, 3000);
        first = await FillAsync("Wide", 3000, 2000);
        await server.RenderInBackgroundAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(1440, 900, 2)]
    [InlineData(2560, 1440, 1)]
    [InlineData(390, 844, 3)]
    public async Task Covers_heads_rows_and_the_viewer_are_sharp_and_fetch_the_smallest_sharp_rendition(int width, int height, int scale)
    {
        await using var visit = await chromium.VisitAsync(server, onPhone: width < 500, change: options =>
        {
            options.ViewportSize = new() { Width = width, Height = height };
            options.DeviceScaleFactor = scale;
        });
        var page = visit.Page;
        foreach (var path in (string[])["/", "/groups/wide", "/groups/upright", $"/groups/wide/images/{first}"])
        {
            await page.GotoAsync(path);
            await page.ImagesAsync();
            Func<Task<string>> faults = () => FaultsAsync(page, path.Contains("/images/", StringComparison.Ordinal) ? ".yarl__slide_current picture img" : "main picture img");
            await faults.ShouldBecomeAsync("");
        }
    }

    /// <summary>
    /// Lists the visible photos whose file has less than 95 % of the photo's pixels on the screen, and photos whose next smaller rendition would be sharp, too.
    /// For a cropped photo, the width of the uncropped photo counts.
    /// </summary>
    private static Task<string> FaultsAsync(IPage page, string photos) => page.EvaluateAsync<string>("""
        async (photos) => {
          const sizes = { low: [345, 153], medium: [720, 360], high: [1400, 700], large: [2880, 1920] };
          const faults = [];
          const shown = [...document.querySelectorAll(photos)].filter((image) => {
            const { top, bottom } = image.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
          });
          if (shown.length === 0) return "no photos";
          for (const image of shown) {
            const { width, height } = image.getBoundingClientRect();
            if (!image.complete || !image.currentSrc) return "loading";
            const bitmap = await createImageBitmap(await (await fetch(image.currentSrc)).blob());
            const painted = Math.max(width, (height / bitmap.height) * bitmap.width) * devicePixelRatio;
            const [, name] = /\/(low|medium|high|large)\?/.exec(image.currentSrc);
            const smaller = Object.values(sizes).map((pair) => pair[bitmap.width > bitmap.height ? 0 : 1]).filter((each) => each < bitmap.width).at(-1);
            const says = `${image.alt} ${name} ${bitmap.width} for ${Math.round(painted)}`;
            if (bitmap.width / painted < 0.95 && name !== "large") faults.push(`soft: ${says}`);
            if (bitmap.width / painted < 0.95 && name === "large") faults.push(`enlarged: ${says}`);
            if (smaller / painted > 0.955) faults.push(`heavy: ${says}`);
          }
          return faults.join("\n");
        }
        """, photos);

    private async Task<Guid> FillAsync(string title, int width, int height)
    {
        var group = await server.Admin.CreateGroupAsync(title);
        var images = new List<Guid>();
        for (var number = 0; number < 6; number++)
        {
            images.Add(await server.Admin.AddImageAsync(group, $"{number}.jpg", TestImages.Jpeg(width, height, (width * 10) + number)));
        }

        return images[0];
    }
}
