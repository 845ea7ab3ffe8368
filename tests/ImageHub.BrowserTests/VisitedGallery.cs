using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests;

/// <summary>A server with what visitors look at, 30 groups on three pages; nothing in it is changed by a test.</summary>
public sealed class VisitedGallery(PostgresServer postgres) : IAsyncLifetime
{
    /// <summary>What the first photo of the harbour is called.</summary>
    public const string FirstTitle = "Low tide";

    /// <summary>The width of <see cref="Stripes"/> in pixels; its high rendition has a third of it.</summary>
    public const int StripesWidth = 4200;

    private readonly ImageHubServer server = new(postgres);

    public ImageHubServer Server => server;

    /// <summary>A group of 130 photos, three pages of the list, on the gallery's first page.</summary>
    public Guid Harbour { get; private set; }

    /// <summary>Its photos in order, the first with a title, the others without.</summary>
    public IReadOnlyList<Guid> Photos { get; private set; } = [];

    /// <summary>A group of one photo each of what follows.</summary>
    public Guid Specimens { get; private set; }

    /// <summary>Stripes two pixels wide, which only the full image can show.</summary>
    public Guid Stripes { get; private set; }

    /// <summary>A TIFF, which browsers do not decode.</summary>
    public Guid Tiff { get; private set; }

    /// <summary>A JPEG with a camera and a time in it.</summary>
    public Guid Taken { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        var admin = server.Admin;
        for (var group = 28; group >= 1; group--)
        {
            var id = await admin.CreateGroupAsync($"Walk {group}");
            await admin.AddImageAsync(id, "DSC_0001.jpg", TestImages.Jpeg(480, 320, group));
        }

        Specimens = await admin.CreateGroupAsync("Specimens");
        byte[] black = [0, 0, 0];
        byte[] white = [255, 255, 255];
        Stripes = await admin.AddImageAsync(Specimens, "DSC_0100.png", TestPicture.Draw(StripesWidth, 1400, 3, (x, _) => (x & 2) == 0 ? black : white).ToPng());
        Tiff = await admin.AddImageAsync(Specimens, "DSC_0101.tif", TestImages.Tiff(2100, 1400));
        var exif = new ExifFixture { Make = "Nikon", Model = "Nikon Z 6", DateTimeOriginal = "2024:07:01 23:30:00", OffsetTimeOriginal = "+09:00" };
        Taken = await admin.AddImageAsync(Specimens, "DSC_0102.jpg", TestImages.WithExif(TestImages.Jpeg(600, 400, 7), exif.ToBytes()));

        Harbour = await admin.CreateGroupAsync("Harbour");
        var files = Enumerable.Range(1, 130).Select(number => ($"DSC_{number:0000}.jpg", TestImages.Jpeg(number % 4 == 0 ? 60 : 90, number % 4 == 0 ? 90 : 60, 1000 + number)));
        await admin.PostImagesAsync(Harbour, files).StatusAsync(HttpStatusCode.Created);
        var photos = new List<Guid>();
        for (var page = 1; page <= 2; page++)
        {
            photos.AddRange((await admin.GetAsync($"/api/v1/groups/{Harbour}/images?pageSize=100&page={page}").JsonAsync()).Items().Select(image => image.Id()));
        }

        Photos = photos;
        await admin.PatchAsJsonAsync($"/api/v1/images/{Photos[0]}", new { title = FirstTitle }).StatusAsync(HttpStatusCode.OK);
    }

    /// <summary>The address of a photo of the harbour in the viewer.</summary>
    /// <param name="number">Counted from 1.</param>
    public string PhotoPath(int number) => $"/groups/{Harbour}/images/{Photos[number - 1]}";

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
