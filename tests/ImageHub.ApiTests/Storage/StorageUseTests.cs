using System.Globalization;
using System.Net;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Storage;

/// <summary>The storage used by images, and the uploads of each month.</summary>
public sealed class StorageUseTests(SharedServer servers) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task Received_bytes_are_reported_by_month_and_sent_bytes_are_not()
    {
        var (server, clock) = await servers.TakeAsync();
        var first = clock.GetUtcNow();
        var group = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(group, "1.jpg", TestImages.Jpeg(seed: 1));
        clock.Advance(TimeSpan.FromDays(70));
        var second = clock.GetUtcNow();
        using var admin = await server.SignInAsync("admin", ImageHubServer.AdminPassword);
        await admin.AddImageAsync(group, "2.jpg", TestImages.Jpeg(seed: 2));
        var third = await admin.AddImageAsync(group, "3.jpg", TestImages.Jpeg(seed: 3));

        var (images, months, bytes) = await ReadAsync();
        images.ShouldBe(3);
        months.Count.ShouldBe(12);
        months.Select(month => month.Text("month")).ShouldBe(Enumerable.Range(-11, 12).Select(distance => NameOf(second.AddMonths(distance))));
        Find(first).GetProperty("images").GetInt32().ShouldBe(1);
        Find(second).GetProperty("images").GetInt32().ShouldBe(2);
        months.Sum(month => month.GetProperty("bytes").GetInt64()).ShouldBe(bytes);

        await admin.DeleteAsync($"/api/v1/images/{third}").StatusAsync(HttpStatusCode.NoContent);
        await admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        (_, months, bytes) = await ReadAsync();
        Find(second).GetProperty("images").GetInt32().ShouldBe(1);
        months.Sum(month => month.GetProperty("bytes").GetInt64()).ShouldBe(bytes);

        // A year later, no reported month has any uploads.
        clock.Advance(TimeSpan.FromDays(370));
        using var later = await server.SignInAsync("admin", ImageHubServer.AdminPassword);
        var storage = await later.GetAsync("/api/v1/storage").JsonAsync();
        storage.GetProperty("images").GetInt32().ShouldBe(2);
        storage.Items("added").ShouldAllBe(month => month.GetProperty("images").GetInt32() == 0 && month.GetProperty("bytes").GetInt64() == 0);

        JsonElement Find(DateTimeOffset time) => months.Single(month => month.Text("month") == NameOf(time));

        async Task<(int Images, IReadOnlyList<JsonElement> Months, long Bytes)> ReadAsync()
        {
            var use = await admin.GetAsync("/api/v1/storage").JsonAsync();
            var total = use.GetProperty("bytes").EnumerateObject().Where(part => part.Name != "thumbnails").Sum(part => part.Value.GetInt64());
            return (use.GetProperty("images").GetInt32(), use.Items("added"), total);
        }
    }

    private static string NameOf(DateTimeOffset time) => time.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
