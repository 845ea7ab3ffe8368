using System.Net;
using FsCheck.Fluent;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Models;

/// <summary>The positions of announced files in a group, compared with the order of the announcements.</summary>
public sealed class BatchPlacesModelTests(PostgresServer postgres)
{
    private enum Kind
    {
        Announce,
        SendOne,
        SendTwoAtOnce,
        Add,
    }

    [Fact]
    public async Task Images_stand_in_the_order_of_their_announcement_whatever_order_they_arrive_in()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var seed = 0;
        var operations =
            from kind in Gen.Elements(Kind.Announce, Kind.SendOne, Kind.SendOne, Kind.SendTwoAtOnce, Kind.Add)
            from number in Gen.Choose(0, 99)
            from count in Gen.Choose(1, 4)
            select (Kind: kind, Number: number, Count: count);

        await ModelCheck.HoldsAsync(operations, async sequence =>
        {
            var group = await server.Admin.CreateGroupAsync();

            // All file names in the order of their positions, and the names of the files that have arrived.
            var places = new List<string>();
            var arrived = new HashSet<string>(StringComparer.Ordinal);
            var waiting = new List<(string Name, string Url, byte[] Content)>();
            foreach (var (kind, number, count) in sequence)
            {
                switch (kind)
                {
                    case Kind.Announce:
                        var files = Enumerable.Range(0, count).Select(_ => (FileName: $"{++seed}.jpg", Content: TestImages.Jpeg(16, 12, seed))).ToArray();
                        var (_, urls) = await server.Admin.AnnounceAsync(group, files);
                        waiting.AddRange(files.Zip(urls, (file, url) => (file.FileName, url, file.Content)));
                        places.AddRange(files.Select(file => file.FileName));
                        break;
                    case Kind.SendOne or Kind.SendTwoAtOnce when waiting.Count > 0:
                        var sent = Enumerable.Range(number, kind == Kind.SendOne ? 1 : 2).Select(at => waiting[at % waiting.Count]).Distinct().ToArray();
                        await Task.WhenAll(sent.Select(file => server.Admin.TusPatchAsync(file.Url, 0, file.Content).StatusAsync(HttpStatusCode.NoContent)));
                        waiting.RemoveAll(sent.Contains);
                        arrived.UnionWith(sent.Select(file => file.Name));
                        break;
                    case Kind.Add:
                        var name = $"{++seed}.jpg";
                        await server.Admin.AddImageAsync(group, name, TestImages.Jpeg(16, 12, seed));
                        places.Add(name);
                        arrived.Add(name);
                        break;
                }

                (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items("items").Select(image => image.Text("fileName"))
                    .ShouldBe(places.Where(arrived.Contains));
            }
        });
    }
}
