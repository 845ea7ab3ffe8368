using System.Net;
using System.Text;
using System.Xml;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Npgsql;

namespace ImageHub.ApiTests.StartUp;

/// <summary>The memory of the real program.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class MemoryTests(PostgresServer postgres)
{
    [Fact]
    public async Task Uploading_three_hundred_6_megapixel_photos_in_one_request_needs_little_memory()
    {
        // A few pictures under many names; trailing bytes make each file unique.
        var sources = Enumerable.Range(0, 6).Select(i => TestImages.Jpeg(3000, 2000, seed: i)).ToArray();
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();

        var sending = admin.PostImagesAsync(group, Enumerable.Range(0, 300).Select(i => ($"{i:000}.jpg", (byte[])[.. sources[i % 6], (byte)i, (byte)(i >> 8)])))
            .JsonAsync(HttpStatusCode.Created);

        var together = 0L;
        while (!sending.IsCompleted)
        {
            together = Math.Max(together, hub.ResidentBytes());
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        var report = await sending;
        report.Items("uploaded").Count.ShouldBe(300, report.GetProperty("failed").ToString());

        // The limits are in megabytes for a debug build. A release build stays below 200.
        (hub.PeakResidentBytes() / 1_000_000).ShouldBeLessThan(240);
        (together / 1_000_000).ShouldBeLessThan(600);

        // A worker keeps memory for the next photo, and releases the memory if no photo follows.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (hub.WorkersResidentBytes() is var held && (held.Count == 0 || held.Max() > 96 << 20))
        {
            await Task.Delay(100, patience.Token);
        }
    }

    [Fact]
    public async Task Listing_a_folder_of_a_hundred_thousand_photos_by_WebDAV_needs_little_memory()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (var hub = new ImageHubProcess { Environment = { ["ConnectionStrings__ImageHub"] = database, ["Jwt__SigningKey"] = ImageHubServer.SigningKey } })
        {
            using var admin = await hub.StartAndSignInAsync();
            var (few, many) = (await admin.CreateGroupAsync("Few"), await admin.CreateGroupAsync("Many"));
            await admin.AddImageAsync(few, "one.jpg", TestImages.Jpeg(seed: 1));
            await using var source = NpgsqlDataSource.Create(database);
            await using var fill = source.CreateCommand(
                $"""
                SET session_replication_role = replica;
                INSERT INTO images
                SELECT copy.* FROM images AS one, (VALUES ('{few}'::uuid, 10000), ('{many}', 100000)) AS folder (id, photos), generate_series(1, photos) AS n,
                    jsonb_populate_record(NULL::images, to_jsonb(one) || jsonb_build_object(
                        'id', gen_random_uuid(), 'group_id', folder.id, 'file_name', 'photo ' || n || '.jpg', 'sha256', sha256((folder.id || n::text)::bytea)::text)) AS copy;
                """);
            fill.CommandTimeout = 0;
            await fill.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            using var dav = new HttpClient { BaseAddress = admin.BaseAddress };
            var basic = $"{ImageHubServer.AdminName}:{await admin.CreateKeyAsync("upload")}";
            dav.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
            (await CountAsync("/dav/Few/")).ShouldBe(10_002);
            (await CountAsync("/dav/Few/")).ShouldBe(10_002);
            var before = hub.PeakResidentBytes();

            (await CountAsync("/dav/Many/")).ShouldBe(100_001);

            // As objects in memory, the entries of ninety thousand more photos would take more than 100 MB.
            ((hub.PeakResidentBytes() - before) / 1_000_000).ShouldBeLessThan(80);

            // Reads the answer as it arrives and counts its entries.
            async Task<int> CountAsync(string folder)
            {
                using var request = new HttpRequestMessage(new HttpMethod("PROPFIND"), folder) { Headers = { { "Depth", "1" } } };
                using var answer = await dav.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                answer.StatusCode.ShouldBe(HttpStatusCode.MultiStatus);
                using var reader = XmlReader.Create(await answer.Content.ReadAsStreamAsync(), new XmlReaderSettings { Async = true });
                var entries = 0;
                while (await reader.ReadAsync())
                {
                    entries += reader is { NodeType: XmlNodeType.Element, LocalName: "response" } ? 1 : 0;
                }

                return entries;
            }
        }

        await postgres.DropDatabaseAsync(database);
    }
}
