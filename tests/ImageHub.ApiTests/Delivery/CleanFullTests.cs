using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Delivery;

/// <summary>The metadata that remains visible, for every way of delivery.</summary>
public sealed class CleanFullTests(PostgresServer postgres)
{
    private static readonly byte[] Place = [.. "Canaryville\0"u8];

    private static readonly Dictionary<string, byte[]> Files = new(StringComparer.Ordinal)
    {
        ["a.jpg"] = [.. TestImages.WithSegment(MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.FullExif(6)), 0xFE, Place), .. Place],
        ["b.png"] = TestImages.WithChunk(MetadataFixtures.Embed(ImageFormat.Png, MetadataFixtures.FullExif(6)), "tEXt", [.. "City\0"u8, .. Place[..^1]]),
        ["c.webp"] = MetadataFixtures.Embed(ImageFormat.WebP, MetadataFixtures.FullExif(6)),
        ["d.tiff"] = new TiffFixture { HasGps = true, Further = [(270, 2, Place), (271, 2, [.. "Canon\0"u8])] }.ToBytes(),
    };

    [Fact]
    public async Task No_route_to_the_full_image_reveals_its_location()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync(isPublished: false);
        var full = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, file) in Files)
        {
            var id = await server.Admin.AddImageAsync(group, name, file);
            full[name] = await server.Admin.GetByteArrayAsync($"/api/v1/images/{id}/full");
            (await server.Admin.GetByteArrayAsync($"/api/v1/images/{id}/original")).ShouldBe(file);

            var link = await server.Admin.PostAsJsonAsync($"/api/v1/images/{id}/links", new { variant = "full", expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);
            (await server.Visitor.GetByteArrayAsync(link.Text("url"))).ShouldBe(full[name]);
        }

        var shared = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created);
        var below = "/api/v1" + shared.Text("url");
        foreach (var image in (await server.Visitor.GetAsync($"{below}/images").JsonAsync()).Items())
        {
            (await server.Visitor.GetByteArrayAsync(image.GetProperty("full").Text("url"))).ShouldBe(full[image.Text("fileName")!]);
        }

        using var archive = new ZipArchive(await server.Visitor.GetStreamAsync($"{below}/archive"));
        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            await using (var stream = await entry.OpenAsync())
            {
                await stream.CopyToAsync(content);
            }

            content.ToArray().ShouldBe(full[entry.Name]);
        }

        full.Count.ShouldBe(Files.Count);
        foreach (var (name, bytes) in full)
        {
            var path = Path.Combine(server.DataDirectory, name);
            await File.WriteAllBytesAsync(path, bytes);
            var tags = ExifTool.ReadAll(path);
            tags.ShouldNotContain("GPS");
            tags.ShouldNotContain("Canaryville");
            tags.ShouldContain("Canon");
            TestPicture.Read(bytes).Samples.ShouldBe(TestPicture.Read(Files[name]).Samples);
        }
    }

    [Fact]
    public async Task An_archive_of_files_of_every_format_contains_no_location()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync();
        var report = await server.Admin.PostImagesAsync(group, LocationSamples.All.Values.Select((sample, number) => ($"{number}.{sample.Format.Name().ToLowerInvariant()}", sample.File))).JsonAsync(HttpStatusCode.Created);
        report.Items("uploaded").Count.ShouldBeGreaterThanOrEqualTo(60, report.GetProperty("failed").ToString());

        var folder = Directory.CreateDirectory(Path.Combine(server.DataDirectory, "archive")).FullName;
        using (var archive = new ZipArchive(await server.Visitor.GetStreamAsync($"/api/v1/groups/{group}/archive")))
        {
            archive.Entries.Count.ShouldBe(report.Items("uploaded").Count);
            await archive.ExtractToDirectoryAsync(folder);
        }

        foreach (var path in Directory.EnumerateFiles(folder))
        {
            (await File.ReadAllBytesAsync(path)).AsSpan().IndexOf("Canaryville"u8).ShouldBe(-1, path);
        }

        var tags = ExifTool.ReadAll(folder);
        tags.ShouldContain("ImageWidth");
        foreach (var trace in (string[])["Canaryville", "GPS", "Latitude", "City", "MakerNote"])
        {
            tags.ShouldNotContain(trace);
        }
    }

    [Fact]
    public async Task When_originals_are_not_stored_original_returns_the_full_bytes_and_uses_no_space()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new() { ["Storage:KeepOriginals"] = "false" });
        var group = await server.Admin.CreateGroupAsync();
        var id = await server.Admin.AddImageAsync(group, "a.jpg", Files["a.jpg"]);

        var full = await server.Visitor.GetByteArrayAsync($"/api/v1/images/{id}/full");

        full.ShouldNotBe(Files["a.jpg"]);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{id}/original")).ShouldBe(full);
        Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), "original", SearchOption.AllDirectories).ShouldBeEmpty();
        var bytes = (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes");
        bytes.GetProperty("original").GetInt64().ShouldBe(0);

        // Duplicates are detected by the hash of the uploaded file, which no longer exists.
        (await server.Admin.PutImageAsync(group, "again.jpg", Files["a.jpg"]).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent")).Id("existingId").ShouldBe(id);
    }

    [Fact]
    public async Task The_storage_page_reports_the_space_of_originals()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(group, "a.jpg", Files["a.jpg"]);
        await server.Admin.AddImageAsync(group, "clean.png", TestImages.Png(seed: 3));

        var bytes = (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes");

        bytes.GetProperty("original").GetInt64().ShouldBe(Files["a.jpg"].Length);
    }
}
