using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.Faults.Clients;

/// <summary>A curator who adds photos, one at a time, to a group that no other client uses, and sorts the photos by hand.</summary>
internal sealed class Sorter(Gallery gallery, int number) : Sender(gallery, number)
{
    private bool isUncertain;

    protected override async Task StepAsync()
    {
        if (isUncertain)
        {
            // After a request without an answer, two orders are possible. Each further change would double the number of orders.
            return;
        }

        isUncertain = true;
        isUncertain = !(Model.Orders[0].Count < 4 || Random.Next(2) == 0 ? await AddAsync() : await SortAsync());
    }

    private async Task<bool> AddAsync()
    {
        var photo = NewPhoto();
        var next = new PhotoState(Model.Sorted, NewName(), Place.Live, null);
        Model.Orders[0] = [.. Model.Orders[0], photo];
        return await ChangeAsync(photo, next, () => Gallery.Admin.PutImageAsync(Model.Sorted, next.FileName, photo.Content));
    }

    /// <summary>Moves one or two photos to the front, or directly after another photo.</summary>
    private async Task<bool> SortAsync()
    {
        var before = Model.Orders[0];
        var moved = Random.GetItems([.. before], 2).Distinct().ToList();
        var rest = before.Except(moved).ToList();
        var after = Random.Next(2) == 0 ? null : rest[Random.Next(rest.Count)];
        List<Photo> next = [.. rest];
        next.InsertRange(after is null ? 0 : rest.IndexOf(after) + 1, moved);
        Model.Orders.Add(next);
        Gallery.CountBegun();
        using var answer = await Gallery.Admin.PutAsJsonAsync($"/api/v1/groups/{Model.Sorted}/order", new { ids = moved.Select(photo => photo.Id), after = after?.Id });
        if (answer.IsSuccessStatusCode)
        {
            Model.Orders.RemoveAt(0);
            Gallery.CountAcknowledged();
            return true;
        }

        if (IsDefinite(answer.StatusCode))
        {
            Gallery.AddRefusal($"PUT order: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        return false;
    }
}
