using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.BrowserTests.Shell;

/// <summary>The gallery during a database outage.</summary>
public sealed class StaleGalleryTests(Chromium chromium)
{
    [Fact]
    public async Task While_the_database_is_down_visitors_see_the_last_known_gallery_with_a_notice()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            await using var postgres = new EmbeddedPostgres(folder, NullLogger.Instance, durable: false);
            await postgres.StartAsync(CancellationToken.None);
            await using var hub = new ImageHubProcess
            {
                Environment = { ["ConnectionStrings__ImageHub"] = postgres.ConnectionString("gallery"), ["Jwt__SigningKey"] = ImageHubServer.SigningKey },
            };
            using var admin = await hub.StartAndSignInAsync();
            var group = await admin.CreateGroupAsync("Harbour");
            await admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
            await using var visit = await chromium.VisitAsync(admin.BaseAddress!);
            var page = visit.Page;
            var told = page.GetByText("as it was a moment ago");
            await page.GotoAsync("/");
            await page.GetByText("Harbour").First.WaitForAsync();

            // The server can repeat only responses that were requested before the outage, so wait for the cover.
            Func<Task<bool>> isCoverSeen = () => page.EvaluateAsync<bool>("[...document.images].some((image) => image.currentSrc.includes('/api/v1/images/') && image.complete && image.naturalWidth > 0)");
            await isCoverSeen.ShouldBecomeAsync(true);
            await Assertions.Expect(told).ToHaveCountAsync(0);

            await postgres.StopAsync();
            await page.ReloadAsync();

            await page.GetByText("Harbour").First.WaitForAsync();
            await told.WaitForAsync();
            await visit.ShouldBeAccessibleAsync("the gallery without the database");

            await postgres.StartAsync(CancellationToken.None);
            await Assertions.Expect(told).ToHaveCountAsync(0);
            await admin.EventuallyPreparedAsync();
            await admin.AddImageAsync(await admin.CreateGroupAsync("Quay"), "b.jpg", TestImages.Jpeg(96, 64, seed: 51));
            await page.ReloadAsync();
            await page.GetByText("Quay").First.WaitForAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
