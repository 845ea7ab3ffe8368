using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Soak.Traffic;

/// <summary>Admins edit, move, delete, restore, approve and search photos, and remove photos so that the gallery stays small.</summary>
internal static class Curation
{
    private const int MaxPhotos = 1_500;
    private const int MaxRemoved = 200;
    private const int MaxApproved = 20;

    /// <summary>Makes one change, or reads a list.</summary>
    public static Task ActAsync(Gallery gallery, Answers answers, Random random) => random.Next(6) switch
    {
        0 => ChangeAsync(gallery, answers, random, "edit", Place.Live, Place.Live, photo => gallery.Admin.PatchAsJsonAsync($"/api/v1/images/{photo.Id}", new { title = $"Title {random.Next(1_000)}" })),
        1 => ChangeAsync(gallery, answers, random, "move", Place.Live, Place.Live, photo => gallery.Admin.PatchAsJsonAsync($"/api/v1/images/{photo.Id}", new { groupId = gallery.Choose(random).Id })),
        2 => ChangeAsync(gallery, answers, random, "delete", Place.Live, Place.Trash, photo => gallery.Admin.DeleteAsync($"/api/v1/images/{photo.Id}")),
        3 => ChangeAsync(gallery, answers, random, "restore", Place.Trash, Place.Live, photo => gallery.Admin.PostAsync($"/api/v1/images/{photo.Id}/restore", null)),
        4 => ApproveAsync(gallery, answers, random),
        _ => SearchAsync(gallery, answers, random),
    };

    /// <summary>Deletes at most <see cref="MaxRemoved"/> photos for good if there are more than <see cref="MaxPhotos"/>.</summary>
    public static async Task RemoveOldAsync(Gallery gallery, Answers answers, Random random)
    {
        if (gallery.Ledger.Count <= MaxPhotos)
        {
            return;
        }

        var photos = gallery.Ledger.Take(Place.Live, MaxRemoved, random);
        if (photos.Count > 0 && await BulkAsync(gallery, answers, "delete", photos, Place.Trash) is { Count: > 0 } deleted)
        {
            await BulkAsync(gallery, answers, "purge", deleted, null);
        }
    }

    private static async Task ChangeAsync(Gallery gallery, Answers answers, Random random, string kind, Place before, Place after, Func<Kept, Task<HttpResponseMessage>> send)
    {
        if (gallery.Ledger.Take(before, 1, random) is not [var photo])
        {
            return;
        }

        var answer = await answers.AskAsync(kind, () => send(photo));
        if (answer.IsSuccess)
        {
            photo.Place = after;
        }

        // Without an answer, the change may have been made or not. Such a photo is no longer compared.
        if (answer.Status is not null)
        {
            gallery.Ledger.Put(photo);
        }
    }

    private static async Task ApproveAsync(Gallery gallery, Answers answers, Random random)
    {
        if (gallery.Ledger.Take(Place.Pending, MaxApproved, random) is { Count: > 0 } photos)
        {
            await BulkAsync(gallery, answers, "approve", photos, Place.Live);
        }

        await IdentifyAsync(gallery, answers, $"/api/v1/groups/{gallery.All[0].Id}/images?pending=true&pageSize=100");
    }

    private static Task SearchAsync(Gallery gallery, Answers answers, Random random) =>
        IdentifyAsync(gallery, answers, $"/api/v1/images?groupId={gallery.Choose(random).Id}&sort=-createdAt&pageSize=100");

    /// <summary>Reads a list to find the ids of photos that guests and WebDAV clients have sent.</summary>
    private static async Task IdentifyAsync(Gallery gallery, Answers answers, string path)
    {
        var list = await answers.AskAsync("search", () => gallery.Admin.GetAsync(path));
        if (list.IsSuccess)
        {
            gallery.Ledger.Identify(JsonSerializer.Deserialize<JsonElement>(list.Body).Items().ToDictionary(image => image.Text("fileName")!, image => image.Id(), StringComparer.Ordinal));
        }
    }

    /// <summary>Changes several photos. If there is an answer, puts the photos back into the ledger, except deleted and purged ones.</summary>
    /// <returns>The changed photos.</returns>
    private static async Task<IReadOnlyList<Kept>> BulkAsync(Gallery gallery, Answers answers, string action, IReadOnlyList<Kept> photos, Place? after)
    {
        var answer = await answers.AskAsync($"bulk {action}", () => gallery.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action, ids = photos.Select(photo => photo.Id) }));
        if (answer.Status is null)
        {
            return [];
        }

        var statuses = answer.IsSuccess
            ? JsonSerializer.Deserialize<JsonElement>(answer.Body).Items().ToDictionary(item => item.Id(), item => item.GetProperty("status").GetInt32())
            : [];
        var changed = photos.Where(photo => statuses.GetValueOrDefault(photo.Id!.Value) is >= 200 and < 300).ToList();
        foreach (var photo in photos.Except(changed).Where(photo => statuses.GetValueOrDefault(photo.Id!.Value) is not (0 or 503 or (int)HttpStatusCode.TooManyRequests)))
        {
            answers.AddFinding($"bulk {action}: {statuses[photo.Id!.Value]} for an acknowledged photo");
        }

        foreach (var photo in changed)
        {
            photo.Place = after ?? photo.Place;
        }

        foreach (var photo in after is null || action == "delete" ? photos.Except(changed) : photos)
        {
            gallery.Ledger.Put(photo);
        }

        return changed;
    }
}
