using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Faults;

/// <summary>Compares a server with the model of a run.</summary>
internal sealed class Comparison
{
    private const int Together = 4;

    private readonly HttpClient admin;
    private readonly Model model;
    private readonly ConcurrentBag<string> differences = [];
    private readonly Dictionary<string, (PhotoState State, JsonElement Image)> found = new(StringComparer.Ordinal);
    private readonly List<string> sorted = [];

    private Comparison(HttpClient admin, Model model) => (this.admin, this.model) = (admin, model);

    /// <summary>Reads the lists of the run's groups and the files of the photos outside the trash, and compares them with the model.</summary>
    /// <returns>The differences, and the state of each photo on the server.</returns>
    public static async Task<(IReadOnlyList<string> Differences, Dictionary<Photo, PhotoState?> States)> CompareAsync(HttpClient admin, Model model)
    {
        var comparison = new Comparison(admin, model);
        await comparison.ReadAsync();
        var states = comparison.FindStates();
        await Parallel.ForEachAsync(
            states.Where(pair => pair.Value is { Place: not Place.Trash }),
            new ParallelOptions { MaxDegreeOfParallelism = Together },
            async (pair, _) => await comparison.CompareFilesAsync(pair.Key, pair.Value!));
        comparison.CompareOrder(states);
        return ([.. comparison.differences.Order(StringComparer.Ordinal)], states);
    }

    private async Task ReadAsync()
    {
        foreach (var group in model.Groups)
        {
            var live = await ReadAllAsync($"/api/v1/groups/{group}/images?");
            var pending = await ReadAllAsync($"/api/v1/groups/{group}/images?pending=true&");
            live.ForEach(image => Add(image, group, Place.Live));
            pending.ForEach(image => Add(image, group, Place.Pending));
            if (group == model.Sorted)
            {
                sorted.AddRange(live.Select(image => image.Text("fileName")!));
            }

            var counts = await admin.GetAsync($"/api/v1/groups/{group}").JsonAsync();
            if (counts.GetProperty("imageCount").GetInt32() != live.Count)
            {
                differences.Add($"group {group} has {live.Count} images, but counts {counts.GetProperty("imageCount")}");
            }

            if (counts.GetProperty("pendingCount").GetInt32() != pending.Count)
            {
                differences.Add($"group {group} has {pending.Count} pending photos, but counts {counts.GetProperty("pendingCount")}");
            }
        }

        foreach (var item in await ReadAllAsync("/api/v1/trash?"))
        {
            if (item.Text("kind") == "image" && model.Groups.Contains(item.Id("groupId")))
            {
                Add(item, item.Id("groupId"), Place.Trash);
            }
        }
    }

    private async Task<List<JsonElement>> ReadAllAsync(string path)
    {
        var all = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await admin.GetAsync($"{path}pageSize=100&cursor={Uri.EscapeDataString(cursor)}").JsonAsync();
            all.AddRange(page.Items());
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        return all;
    }

    private void Add(JsonElement image, Guid group, Place place)
    {
        var state = new PhotoState(group, image.Text("fileName")!, place, image.Text("title"));
        if (!found.TryAdd(state.FileName, (state, image)))
        {
            differences.Add($"{state.FileName} exists twice: {found[state.FileName].State} and {state}");
        }
    }

    private Dictionary<Photo, PhotoState?> FindStates()
    {
        var states = new Dictionary<Photo, PhotoState?>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var photo in model.Photos)
        {
            var names = photo.Possible.OfType<PhotoState>().Select(state => state.FileName).Distinct(StringComparer.Ordinal).Where(found.ContainsKey).ToList();
            known.UnionWith(names);
            var state = names.Count == 0 ? null : found[names[0]].State;
            states.Add(photo, state);
            if (names.Count > 1)
            {
                differences.Add($"one photo has two names: {string.Join(", ", names)}");
            }

            if (!photo.Possible.Contains(state))
            {
                differences.Add($"{(photo.IsCertain ? "acknowledged" : "possible")}: {string.Join(" or ", photo.Possible.Select(Describe))}; the server has {Describe(state)}");
            }
        }

        foreach (var name in found.Keys.Except(known, StringComparer.Ordinal))
        {
            differences.Add($"nobody has sent {name}");
        }

        return states;
    }

    private static string Describe(PhotoState? state) => state?.ToString() ?? "nothing";

    private async Task CompareFilesAsync(Photo photo, PhotoState state)
    {
        var image = found[state.FileName].Image;
        var id = image.Id();
        var details = await admin.GetAsync($"/api/v1/images/{id}").JsonAsync();
        if (details.Text("sha256") != photo.Sha256)
        {
            differences.Add($"{state.FileName}: the server reports the hash {details.Text("sha256")}, the file has {photo.Sha256}");
        }

        foreach (var variant in (string[])["low", "medium", "high", "full"])
        {
            var link = image.GetProperty(variant);
            using var answer = await admin.GetAsync(link.Text("url"));
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            if (!answer.IsSuccessStatusCode || bytes.Length != link.GetProperty("bytes").GetInt64() || answer.Content.Headers.ContentType?.MediaType != link.Text("contentType"))
            {
                differences.Add($"{state.FileName}: {variant} is {(int)answer.StatusCode} {answer.Content.Headers.ContentType} with {bytes.Length} bytes instead of {link.GetProperty("bytes")} bytes of {link.Text("contentType")}");
            }

            if (variant == "full" && photo.IsGuests)
            {
                CompareBytes(photo, state, bytes);
            }
        }

        if (!photo.IsGuests)
        {
            using var original = await admin.GetAsync($"/api/v1/images/{id}/original");
            if (original.IsSuccessStatusCode)
            {
                CompareBytes(photo, state, await original.Content.ReadAsByteArrayAsync());
            }
            else
            {
                differences.Add($"{state.FileName}: the original is {(int)original.StatusCode} {await original.Content.ReadAsStringAsync()}");
            }
        }
    }

    private void CompareBytes(Photo photo, PhotoState state, byte[] bytes)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != photo.Sha256)
        {
            differences.Add($"{state.FileName}: the server returns {bytes.Length} bytes that differ from the {photo.Content.Length} bytes sent");
        }
    }

    private void CompareOrder(Dictionary<Photo, PhotoState?> states)
    {
        var possible = model.Orders.Select(order => string.Join(' ', order.Select(photo => states[photo]).OfType<PhotoState>().Where(state => state.Group == model.Sorted).Select(state => state.FileName))).ToList();
        if (!possible.Contains(string.Join(' ', sorted), StringComparer.Ordinal))
        {
            differences.Add($"the order is {string.Join(' ', sorted)} instead of {string.Join(" or ", possible)}");
        }
    }
}
