using System.Globalization;
using System.Net;
using ImageHub.Application.Images;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Storage;

/// <summary>The job that removes location and other metadata from files of an earlier program, which left more in them.</summary>
public sealed class CleanEarlierImagesTests(PostgresServer postgres)
{
    private static readonly byte[] Sent = TestImages.WithSegment(MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.FullExif()), 0xFE, [.. "Canaryville\0"u8]);

    [Theory]
    [InlineData("true", true)]
    [InlineData("true", false)]
    [InlineData("false", false)]
    public async Task A_file_that_holds_too_much_becomes_the_next_revision_and_the_file_as_sent_is_kept(string keepOriginals, bool hadOriginal)
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new() { ["Storage:KeepOriginals"] = keepOriginals });
        var group = await server.Admin.CreateGroupAsync();
        var clean = await server.Admin.AddImageAsync(group, "clean.jpg", TestImages.Jpeg(seed: 2));
        var image = await server.Admin.AddImageAsync(group, "a.jpg", hadOriginal ? Sent : TestImages.Jpeg());
        await MakeEarlierAsync(server, image);
        await server.SqlAsync("UPDATE images SET cleaning = 1");
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full?r=1")).ShouldBe(Sent);

        await CleanAsync(server);

        var full = await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full?r=2");
        var path = Path.Combine(server.DataDirectory, "full.jpg");
        await File.WriteAllBytesAsync(path, full);
        var tags = ExifTool.ReadAll(path);
        tags.ShouldNotContain("GPS");
        tags.ShouldNotContain("Canaryville");
        TestPicture.Read(full).Samples.ShouldBe(TestPicture.Read(Sent).Samples);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(keepOriginals == "true" ? Sent : full);
        using var old = await server.Visitor.GetAsync($"/api/v1/images/{image}/full?r=1");
        old.StatusCode.ShouldBe(HttpStatusCode.Found);
        var details = await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync();
        details.GetProperty("low").Text("url").ShouldEndWith("?r=2");
        await server.Visitor.GetAsync(details.GetProperty("low").Text("url")).StatusAsync(HttpStatusCode.OK);
        Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), "*", SearchOption.AllDirectories).ShouldNotContain(file => file.Contains(Path.Combine(image.ToString(), "1"), StringComparison.Ordinal));

        // What held nothing else stays as it is, and so does all at the next time.
        (await server.Visitor.GetAsync($"/api/v1/images/{clean}").JsonAsync()).GetProperty("full").Text("url").ShouldEndWith("?r=1");
        await CleanAsync(server);
        (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("full").Text("url").ShouldEndWith("?r=2");
    }

    [Fact]
    public async Task What_was_cleaned_stays_cleaned_when_the_store_goes_away_in_between()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync();
        var images = new List<Guid>();
        foreach (var number in Enumerable.Range(0, 3))
        {
            images.Add(await server.Admin.AddImageAsync(group, $"{number}.jpg", TestImages.Jpeg(seed: number)));
        }

        await server.SqlAsync($"UPDATE images SET cleaning = 1 WHERE id <> '{images[0]}'");
        var objects = Path.Combine(server.DataDirectory, "objects");
        Directory.Move(objects, objects + "-away");
        await Should.ThrowAsync<Exception>(() => CleanAsync(server));
        (await server.SqlAsync("SELECT count(*) FROM images WHERE cleaning < 2")).ShouldBe(2L);

        Directory.Move(objects + "-away", objects);
        await CleanAsync(server);

        (await server.SqlAsync("SELECT count(*) FROM images WHERE cleaning < 2")).ShouldBe(0L);
    }

    /// <summary>Leaves an image as a program did that took the file for clean.</summary>
    private static async Task MakeEarlierAsync(ImageHubServer server, Guid image)
    {
        var path = Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), "full", SearchOption.AllDirectories).Single(path => path.Contains(image.ToString(), StringComparison.Ordinal));
        await File.WriteAllBytesAsync(path, Sent);
        var crc32 = TestImages.Crc32(Sent).ToString(CultureInfo.InvariantCulture);
        await server.SqlAsync(
            $"UPDATE images SET full_bytes = {Sent.Length}, full_crc32 = {crc32}, original_bytes = {Sent.Length}, sha256 = sha256(decode('{Convert.ToHexString(Sent)}', 'hex')) WHERE id = '{image}'");
    }

    private static async Task CleanAsync(ImageHubServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new CleanEarlierImages());
    }
}
