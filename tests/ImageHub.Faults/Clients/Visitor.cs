using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Faults.Clients;

/// <summary>A guest who sends photos by a link, and the curator who approves them.</summary>
internal sealed class Visitor(Gallery gallery, int number) : Sender(gallery, number)
{
    private readonly Guest guest = new(gallery.LinkPath, new CookieContainer());
    private HttpClient? client;

    private Guid Group => Model.Shared[0];

    public override void Dispose()
    {
        client?.Dispose();
        base.Dispose();
    }

    protected override Task StepAsync() => Random.Next(4) == 0 ? ApproveAsync() : SendAsync();

    private async Task SendAsync()
    {
        if (client is null)
        {
            // The link's first answer sets the guest's cookie.
            client = Gallery.NewGuestClient(guest);
            using var opened = await client.GetAsync(guest.Path);
        }

        var photo = NewPhoto(isGuests: true);
        var next = new PhotoState(Group, NewName(), Place.Pending, null);
        using var sender = new SendingGuest(Gallery.NewGuestClient(guest), guest.Path);
        using var announced = await sender.AnnounceAsync("Grace", (next.FileName, photo.Content));
        if (!announced.IsSuccessStatusCode)
        {
            return;
        }

        var url = JsonSerializer.Deserialize<JsonElement>(await announced.Content.ReadAsStringAsync()).Items("files")[0].Text("uploadUrl")!;
        await PartialUpload.SendAsync(Gallery, client, new PartialFile(photo, url, next, guest), Random);
        if (photo is { IsCertain: true, State: not null })
        {
            await FindIdAsync(photo, $"/api/v1/groups/{Group}/images?pending=true&pageSize=100", pending => pending.Items().Where(image => image.Text("fileName") == next.FileName));
        }
    }

    private async Task ApproveAsync()
    {
        if (Choose(state => state.Place == Place.Pending) is { } photo)
        {
            await ChangeAsync(
                photo,
                photo.State! with { Place = Place.Live },
                () => Gallery.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "approve", ids = new[] { photo.Id } }));
        }
    }
}
