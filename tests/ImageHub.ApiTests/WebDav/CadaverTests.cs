using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.WebDav;

/// <summary>cadaver (https://notroj.github.io/cadaver/), an interactive client, with a script.</summary>
public sealed class CadaverTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Cadaver_writes_reads_copies_moves_locks_and_deletes()
    {
        var folder = Directory.CreateTempSubdirectory("cadaver").FullName;
        try
        {
            var content = TestImages.Jpeg(seed: 1);
            await File.WriteAllBytesAsync(Path.Combine(folder, "one.jpg"), content);
            await File.WriteAllTextAsync(
                Path.Combine(folder, ".netrc"), $"machine {server.Url.Host} login {ImageHubServer.AdminName} password {await server.Admin.CreateKeyAsync("admin")}\n");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "script"),
                """
                mkcol Trip
                cd Trip
                put one.jpg
                lock one.jpg
                propset one.jpg place Lisbon
                propget one.jpg place
                unlock one.jpg
                mkcol Best
                copy one.jpg Best/same.jpg
                move one.jpg first.jpg
                get first.jpg read.jpg
                ls
                rmcol Best
                quit

                """);

            var output = await DavPrograms.RunAsync(
                "cadaver", folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = folder }, "-r", "script", new Uri(server.Url, "/dav/").AbsoluteUri);

            output.ShouldContain("Lisbon");
            output.ShouldNotContain("failed");
            (await File.ReadAllBytesAsync(Path.Combine(folder, "read.jpg"))).ShouldBe(content);
            var groups = (await server.Admin.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items();
            var trip = groups.Single(group => group.Text("title") == "Trip");
            (await server.Admin.GetAsync($"/api/v1/groups/{trip.Id()}/images").JsonAsync()).Items().ShouldHaveSingleItem().Text("fileName").ShouldBe("first.jpg");
            groups.ShouldNotContain(group => group.Text("title") == "Best");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
