using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.StartUp;

/// <summary>The memory of the real program.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class MemoryTests
{
    [Fact]
    public async Task Uploading_three_hundred_6_megapixel_photos_in_one_request_needs_little_memory()
    {
        // A few pictures under many names; trailing bytes make each file unique.
        var sources = Enumerable.Range(0, 6).Select(i => TestImages.Jpeg(3000, 2000, seed: i)).ToArray();
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();

        var sending = admin.PostImagesAsync(group, Enumerable.Range(0, 300).Select(i => ($"{i:000}.jpg", (byte[])[.. sources[i % 6], (byte)i, (byte)(i >> 8)])))
            .JsonAsync(HttpStatusCode.Created);

        var together = 0L;
        while (!sending.IsCompleted)
        {
            together = Math.Max(together, hub.ResidentBytes());
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        var report = await sending;
        report.Items("uploaded").Count.ShouldBe(300, report.GetProperty("failed").ToString());

        // The limits are in megabytes for a debug build. A release build stays below 200.
        (hub.PeakResidentBytes() / 1_000_000).ShouldBeLessThan(240);
        (together / 1_000_000).ShouldBeLessThan(600);

        // A worker keeps memory for the next photo, and releases the memory if no photo follows.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (hub.WorkersResidentBytes() is var held && (held.Count == 0 || held.Max() > 96 << 20))
        {
            await Task.Delay(100, patience.Token);
        }
    }
}
