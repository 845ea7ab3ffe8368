using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Soak;

/// <summary>Compares the server with the ledger after the load.</summary>
internal static class Comparison
{
    private const int Together = 4;

    /// <summary>Reads all lists, and the originals of live photos that the server keeps as sent, and compares them with the ledger.</summary>
    /// <returns>The differences.</returns>
    public static async Task<IReadOnlyList<string>> CompareAsync(Gallery gallery)
    {
        var found = new ConcurrentDictionary<string, (Place Place, Guid Id)>(StringComparer.Ordinal);
        var differences = new ConcurrentBag<string>();
        foreach (var group in gallery.All)
        {
            var live = await ReadAsync($"/api/v1/groups/{group.Id}/images?", Place.Live);
            var pending = await ReadAsync($"/api/v1/groups/{group.Id}/images?pending=true&", Place.Pending);
            var counts = await gallery.Admin.GetAsync($"/api/v1/groups/{group.Id}").JsonAsync();
            var counted = (counts.GetProperty("imageCount").GetInt32(), counts.GetProperty("pendingCount").GetInt32());
            if (counted != (live, pending))
            {
                differences.Add($"a group counts {counted} images and pending photos, and lists {(live, pending)}");
            }
        }

        await ReadAsync("/api/v1/trash?", Place.Trash);
        await Parallel.ForEachAsync(gallery.Ledger.Photos, new ParallelOptions { MaxDegreeOfParallelism = Together }, async (photo, cancellationToken) =>
        {
            if (!found.TryGetValue(photo.FileName, out var image))
            {
                differences.Add($"{photo.FileName} was acknowledged, and is lost");
            }
            else if (image.Place != photo.Place)
            {
                differences.Add($"{photo.FileName} is {image.Place} instead of {photo.Place}");
            }
            else if (photo.Sha256 is not null && photo.Place == Place.Live
                && Convert.ToHexStringLower(SHA256.HashData(await gallery.Admin.GetByteArrayAsync($"/api/v1/images/{image.Id}/original", cancellationToken))) != photo.Sha256)
            {
                differences.Add($"{photo.FileName} has other bytes than the file sent");
            }
        });
        return [.. differences];

        async Task<int> ReadAsync(string path, Place place)
        {
            var count = 0;
            for (string? cursor = ""; cursor is not null;)
            {
                var page = await gallery.Admin.GetAsync($"{path}pageSize=100&cursor={Uri.EscapeDataString(cursor)}").JsonAsync();
                foreach (var image in page.Items())
                {
                    count++;
                    if (!found.TryAdd(image.Text("fileName")!, (place, image.Id())))
                    {
                        differences.Add($"{image.Text("fileName")} is there twice");
                    }
                }

                cursor = page.TryGetProperty("nextCursor", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
            }

            return count;
        }
    }
}
