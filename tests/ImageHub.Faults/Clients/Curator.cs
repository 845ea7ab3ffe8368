using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Faults.Clients;

/// <summary>A curator: batches, resumable uploads, deletions, restores, moves, captions, rotations and permanent deletions.</summary>
internal sealed class Curator(Gallery gallery, int number) : Sender(gallery, number)
{
    private HttpClient Admin => Gallery.Admin;

    protected override Task StepAsync() => Random.Next(12) switch
    {
        0 or 1 or 2 => SendBatchAsync(),
        3 or 4 => SendInPartsAsync(),
        5 => DeleteAsync(),
        6 => RestoreAsync(),
        7 or 8 => MoveAsync(),
        9 => EditAsync(),
        10 => RotateAsync(),
        _ => PurgeAsync(),
    };

    private async Task SendBatchAsync()
    {
        var group = ChooseGroup();
        var files = Enumerable.Range(0, Random.Next(1, 5)).Select(_ => NewPhoto()).Select(photo => (Photo: photo, Next: new PhotoState(group, NewName(), Place.Live, null))).ToList();
        files.ForEach(file => file.Photo.Begin(file.Next));
        Gallery.CountBegun();
        using var answer = await Admin.PostImagesAsync(group, files.Select(file => (file.Next.FileName, file.Photo.Content)));
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            return;
        }

        // A file that failed may still have been recorded if the database was lost during the commit; the comparison accepts both.
        foreach (var uploaded in JsonSerializer.Deserialize<JsonElement>(text).Items("uploaded"))
        {
            var (photo, next) = files[uploaded.GetProperty("index").GetInt32()];
            photo.Confirm(next);
            photo.Id = uploaded.Id();
            Gallery.CountAcknowledged();
        }
    }

    private async Task SendInPartsAsync()
    {
        var group = ChooseGroup();
        var photo = NewPhoto();
        var next = new PhotoState(group, NewName(), Place.Live, null);
        using var announced = await Admin.AnnounceAsync(group, [new { fileName = next.FileName, bytes = photo.Content.Length }]);
        if (!announced.IsSuccessStatusCode)
        {
            return;
        }

        var url = JsonSerializer.Deserialize<JsonElement>(await announced.Content.ReadAsStringAsync()).Items("files")[0].Text("uploadUrl")!;
        await PartialUpload.SendAsync(Gallery, Admin, new PartialFile(photo, url, next, null), Random);
        if (photo is { IsCertain: true, State: not null })
        {
            await FindIdAsync(photo, $"/api/v1/groups/{group}/images/{next.FileName}", image => [image]);
        }
    }

    private async Task DeleteAsync()
    {
        if (Choose(state => state.Place == Place.Live) is { } photo)
        {
            await ChangeAsync(photo, photo.State! with { Place = Place.Trash }, () => Admin.DeleteAsync($"/api/v1/images/{photo.Id}"));
        }
    }

    private async Task RestoreAsync()
    {
        if (Choose(state => state.Place == Place.Trash) is { } photo)
        {
            await ChangeAsync(photo, photo.State! with { Place = Place.Live }, () => Admin.PostAsync($"/api/v1/images/{photo.Id}/restore", null));
        }
    }

    private async Task MoveAsync()
    {
        if (Choose(state => state.Place == Place.Live) is { } photo)
        {
            var group = Model.Shared.First(each => each != photo.State!.Group);
            await ChangeAsync(photo, photo.State! with { Group = group }, () => Admin.PatchAsJsonAsync($"/api/v1/images/{photo.Id}", new { groupId = group }));
        }
    }

    private async Task EditAsync()
    {
        if (Choose(state => state.Place == Place.Live) is { } photo)
        {
            var title = $"Title {Random.Next(1_000_000)}";
            await ChangeAsync(photo, photo.State! with { Title = title }, () => Admin.PatchAsJsonAsync($"/api/v1/images/{photo.Id}", new { title }));
        }
    }

    /// <summary>Rotates a photo, so that the server renders it anew. The new revision must be complete or absent.</summary>
    private async Task RotateAsync()
    {
        if (Choose(state => state.Place == Place.Live && state.FileName.EndsWith(".jpg", StringComparison.Ordinal)) is { } photo)
        {
            await ChangeAsync(photo, photo.State, () => Admin.PatchAsJsonAsync($"/api/v1/images/{photo.Id}", new { rotate = 90 }));
        }
    }

    private async Task PurgeAsync()
    {
        if (Choose(state => state.Place == Place.Trash) is { } photo)
        {
            await ChangeAsync(photo, null, () => Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { photo.Id } }));
        }
    }
}
