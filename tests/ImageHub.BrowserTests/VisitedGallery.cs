using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests;

/// <summary>
/// A server with content for visitors: 30 groups on three pages. No test changes it, because classes that run at the same time share
/// it.
/// </summary>
public sealed class VisitedGallery(PostgresServer postgres) : IAsyncLifetime
{
    /// <summary>The title of the harbour's first photo.</summary>
    public const string FirstTitle = "Low tide";

    /// <summary>The description of the harbour's first photo.</summary>
    public const string FirstDescription = "The boats lie on their sides until noon.";

    /// <summary>The path of the page of <see cref="Harbour"/>.</summary>
    public const string HarbourPath = "/groups/harbour";

    /// <summary>The path of the page of <see cref="Specimens"/>.</summary>
    public const string SpecimensPath = "/groups/specimens";

    /// <summary>The width of <see cref="Stripes"/> in pixels; its high rendition has a third of it.</summary>
    public const int StripesWidth = 4200;

    private static readonly SemaphoreSlim Turn = new(1);
    private static Content? shared;
    private static int visitors;

    private Content content = null!;

    public ImageHubServer Server => content.Server;

    /// <summary>A group of 130 photos, three pages of the list, on the gallery's first page.</summary>
    public Guid Harbour => content.Harbour;

    /// <summary>The harbour's photos in order. Only the first has a title and a description.</summary>
    public IReadOnlyList<Guid> Photos => content.Photos;

    /// <summary>A group of special photos: stripes, a TIFF and a photo with camera data.</summary>
    public Guid Specimens => content.Specimens;

    /// <summary>Stripes two pixels wide, which only the full image can show.</summary>
    public Guid Stripes => content.Stripes;

    /// <summary>A TIFF, which browsers do not decode.</summary>
    public Guid Tiff => content.Tiff;

    /// <summary>A JPEG whose metadata contains a camera, a time and an exposure.</summary>
    public Guid Taken => content.Taken;

    public async ValueTask InitializeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            content = shared ??= await FillAsync(new ImageHubServer(postgres) { Settings = { ["Inventory:Enabled"] = "true" } });
            visitors++;
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>The address of a photo of the harbour in the viewer.</summary>
    /// <param name="number">Counted from 1.</param>
    public string PhotoPath(int number) => $"{HarbourPath}/images/{Photos[number - 1]}";

    public async ValueTask DisposeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            if (--visitors == 0)
            {
                await content.Server.DisposeAsync();
                shared = null;
            }
        }
        finally
        {
            Turn.Release();
        }
    }

    private static async Task<Content> FillAsync(ImageHubServer server)
    {
        await server.InitializeAsync();
        var admin = server.Admin;
        for (var group = 28; group >= 1; group--)
        {
            var id = await admin.CreateGroupAsync($"Walk {group}");
            await admin.AddImageAsync(id, "DSC_0001.jpg", TestImages.Jpeg(480, 320, group));
        }

        var specimens = await admin.CreateGroupAsync("Specimens");
        byte[] black = [0, 0, 0];
        byte[] white = [255, 255, 255];
        var stripes = await admin.AddImageAsync(specimens, "DSC_0100.png", TestPicture.Draw(StripesWidth, 1400, 3, (x, _) => (x & 2) == 0 ? black : white).ToPng());
        var tiff = await admin.AddImageAsync(specimens, "DSC_0101.tif", TestImages.Tiff(2100, 1400));
        var exif = MetadataFixtures.ExposedExif() with { Make = "Nikon", Model = "Nikon Z 6", DateTimeOriginal = "2024:07:01 23:30:00", OffsetTimeOriginal = "+09:00" };
        var taken = await admin.AddImageAsync(specimens, "DSC_0102.jpg", TestImages.WithExif(TestImages.Jpeg(600, 400, 7), exif.ToBytes()));

        var harbour = await admin.CreateGroupAsync("Harbour");
        var files = Enumerable.Range(1, 130).Select(number => ($"DSC_{number:0000}.jpg", TestImages.Jpeg(number % 4 == 0 ? 60 : 90, number % 4 == 0 ? 90 : 60, 1000 + number)));
        await admin.PostImagesAsync(harbour, files).StatusAsync(HttpStatusCode.Created);
        var photos = new List<Guid>();
        for (var page = 1; page <= 2; page++)
        {
            photos.AddRange((await admin.GetAsync($"/api/v1/groups/{harbour}/images?pageSize=100&page={page}").JsonAsync()).Items().Select(image => image.Id()));
        }

        await admin.PatchAsJsonAsync($"/api/v1/images/{photos[0]}", new { title = FirstTitle, description = FirstDescription }).StatusAsync(HttpStatusCode.OK);
        return new(server, harbour, photos, specimens, stripes, tiff, taken);
    }

    private sealed record Content(ImageHubServer Server, Guid Harbour, IReadOnlyList<Guid> Photos, Guid Specimens, Guid Stripes, Guid Tiff, Guid Taken);
}
