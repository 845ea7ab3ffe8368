using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;

namespace ImageHub.ApiTests.Backups;

/// <summary>Tests that share the server, its backups and its objects run one after another.</summary>
[CollectionDefinition]
public sealed class BackedUpGallery : ICollectionFixture<BackedUpServer>, ICollectionFixture<S3Server>;

/// <summary>A server with a gallery, and a backup of the gallery that was made while the server ran.</summary>
public sealed class BackedUpServer : IAsyncLifetime
{
    private readonly ImageHubProcess process = new();

    public string DataDirectory => process.DataDirectory;

    public string Backups { get; } = TemporaryFolders.Create();

    public HttpClient Admin { get; private set; } = null!;

    public AuthenticationHeaderValue Session => Admin.DefaultRequestHeaders.Authorization!;

    public Guid Group { get; private set; }

    public Guid OtherGroup { get; private set; }

    /// <summary>The photos of <see cref="Group"/>, as sent.</summary>
    public Dictionary<Guid, byte[]> Photos { get; } = [];

    public Dictionary<(Guid Image, string Size), byte[]> Sizes { get; } = [];

    /// <summary>The bodies of the server's answers just before the backup, by path.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    public string SignedAddress { get; private set; } = "";

    public byte[] Unfinished { get; } = TestImages.Jpeg(640, 480, 50);

    public string UnfinishedUpload { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Admin = await process.StartAndSignInAsync();
        Group = await Admin.CreateGroupAsync("Harbour");
        OtherGroup = await Admin.CreateGroupAsync("Hidden", isPublished: false);
        for (var number = 0; number < 6; number++)
        {
            var photo = TestImages.WithExif(TestImages.Jpeg(640, 480, number), TestImages.ExifWithOrientation(1));
            Photos.Add(await Admin.AddImageAsync(Group, $"IMG_{number}.jpg", photo), photo);
        }

        var images = Photos.Keys.ToArray();
        await Admin.PatchAsJsonAsync($"/api/v1/images/{images[0]}", new { title = "Dawn", tags = (string[])["sea", "boats"] }).StatusAsync(HttpStatusCode.OK);
        await Admin.PatchAsJsonAsync($"/api/v1/groups/{OtherGroup}", new { parentId = Group }).StatusAsync(HttpStatusCode.OK);
        await Admin.CreateUserAsync("berta");
        await Admin.CreateKeyAsync("upload");
        await Admin.PostAsJsonAsync($"/api/v1/groups/{Group}/links", new { password = "open sesame" }).StatusAsync(HttpStatusCode.Created);
        SignedAddress = (await TransformSigner.CreateAsync(Admin)).Sign("w:200", images[1]);
        await Admin.GetAsync(SignedAddress).StatusAsync(HttpStatusCode.OK);
        var trashed = await Admin.AddImageAsync(Group, "trashed.jpg", TestImages.Jpeg(320, 240, 40));
        await Admin.DeleteAsync($"/api/v1/images/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        UnfinishedUpload = await Admin.TusBeginAsync(Unfinished.Length, Group, "unfinished.jpg");
        await Admin.TusPatchAsync(UnfinishedUpload, 0, Unfinished[..1_000]).StatusAsync(HttpStatusCode.NoContent);
        foreach (var image in images)
        {
            foreach (var size in (string[])["low", "medium", "high"])
            {
                Sizes.Add((image, size), await Admin.GetByteArrayAsync($"/api/v1/images/{image}/{size}"));
            }
        }

        foreach (var path in (string[])["groups", "groups?parentId=root", $"groups/{Group}/images", "images", $"images/{images[0]}", "tags", "users", "tiers", "links", "api-keys", "transform-keys", "trash", "uploads", "site"])
        {
            Answers.Add($"/api/v1/{path}", await Admin.GetStringAsync($"/api/v1/{path}"));
        }

        var (exitCode, _, error) = await BackupConsole.RunAsync("backup", Backups, DataDirectory);
        (exitCode, error).ShouldBe((0, ""));
    }

    /// <summary>Deletes an image for good.</summary>
    public async Task PurgeAsync(Guid image)
    {
        await Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "purge", ids = new[] { image } }).StatusAsync(HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await process.DisposeAsync();
        Directory.Delete(Backups, recursive: true);
    }
}
