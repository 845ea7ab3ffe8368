using ImageHub.Testing;

namespace ImageHub.Faults.Clients;

/// <summary>A WebDAV client: PUT, MOVE to another name or folder, and DELETE.</summary>
internal sealed class DavClient(Gallery gallery, int number) : Sender(gallery, number)
{
    private readonly HttpClient dav = gallery.NewDavClient();

    public override void Dispose()
    {
        dav.Dispose();
        base.Dispose();
    }

    protected override Task StepAsync() => Random.Next(4) switch
    {
        0 => MoveAsync(),
        1 => DeleteAsync(),
        _ => PutAsync(),
    };

    private async Task PutAsync()
    {
        var photo = NewPhoto();
        var next = new PhotoState(ChooseGroup(), NewName(), Place.Live, null);
        if (await ChangeAsync(photo, next, () => dav.PutAsync(Gallery.Folders[next.Group] + next.FileName, new ByteArrayContent(photo.Content))))
        {
            await FindIdAsync(photo, $"/api/v1/groups/{next.Group}/images/{next.FileName}", image => [image]);
        }
    }

    private async Task MoveAsync()
    {
        if (Choose(state => state.Place == Place.Live) is { } photo)
        {
            var before = photo.State!;
            var next = before with { Group = ChooseGroup(), FileName = "moved-" + before.FileName };
            await ChangeAsync(
                photo, next, () => dav.DavAsync("MOVE", Gallery.Folders[before.Group] + before.FileName, null, ("Destination", Gallery.Folders[next.Group] + next.FileName)));
        }
    }

    private async Task DeleteAsync()
    {
        if (Choose(state => state.Place == Place.Live) is { } photo)
        {
            var before = photo.State!;
            await ChangeAsync(photo, before with { Place = Place.Trash }, () => dav.DeleteAsync(Gallery.Folders[before.Group] + before.FileName));
        }
    }
}
