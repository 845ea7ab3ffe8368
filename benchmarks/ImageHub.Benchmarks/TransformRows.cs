using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.Benchmarks;

/// <summary>Pictures by signed address, compared with servers that resize the same photos or serve the same file; and kept thumbnails.</summary>
internal static class TransformRows
{
    private const int Rounds = 5;

    /// <summary>The number of simultaneous requests for new pictures.</summary>
    private const int Clients = 8;

    /// <summary>The number of widths of each photo that a row requests in a round. Each row and round uses new widths.</summary>
    private const int WidthsARound = 6;

    /// <summary>
    /// The number of rounds before the measurement, with other images. After these 2,000 pictures, the JIT compiler has optimized the code for new pictures.
    /// Until then, the compiler takes a fifth of the server's processor time.
    /// </summary>
    private const int WarmUpRounds = 14;

    private const int WarmUpImages = 24;

    private const int SmallestWidth = 400;

    public static async Task<List<Row>> MeasureAsync()
    {
        await using var postgres = new PostgresServer();
        await using var server = new ImageHubProcess(Tools.NewFolder())
        {
            Environment =
            {
                ["ConnectionStrings__ImageHub"] = await postgres.CreateDatabaseAsync(),
                ["Jwt__SigningKey"] = ImageHubServer.SigningKey,
                ["RateLimits__AtWorkPerAddress"] = "1000",
                ["Throttles__Thumbnails__Burst"] = "10000000",
                ["Throttles__Thumbnails__PerMinute"] = "10000000",
                ["Logging__LogLevel__Default"] = "Warning",

                // The peers make no alternates in the background.
                ["Imaging__Alternates"] = "None",
            },
        };
        using var admin = await server.StartAndSignInAsync();
        using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };
        using var photos = await Photos.MakeAsync();
        var group = await admin.CreateGroupAsync("Photos");
        var signer = await TransformSigner.CreateAsync(admin);
        var folder = Tools.NewFolder();
        var images = new Dictionary<string, Guid>(StringComparer.Ordinal);
        string[] unique = await photos.MakeUniqueAsync(WarmUpImages);
        string[] measured = [.. photos.Small.Select(path => Path.GetFileName(path))];
        string[] copies = [.. unique.Select(path => Path.GetFileName(path))];
        foreach (var path in (string[])[.. photos.Small, .. unique])
        {
            images[Path.GetFileName(path)] = await admin.AddImageAsync(group, Path.GetFileName(path), await File.ReadAllBytesAsync(path));
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
        }

        using var nginx = await Nginx.StartAsync(folder);
        using var ipx = await Ipx.StartAsync(folder);
        string Sign(string photo, int width) => signer.Sign(string.Create(CultureInfo.InvariantCulture, $"w:{width},q:80"), images[photo]);
        Uri Ours(string photo, int width) => new(visitor.BaseAddress!, Sign(photo, width));
        Uri ByIpx(string photo, int width) => new(ipx.Url, string.Create(CultureInfo.InvariantCulture, $"w_{width},q_80/{photo}"));
        Row slowIpx = new("first answers of a JPEG by signed address, photos of 6 megapixels", "pictures/s", "ipx (sharp)", 1);
        Row slowNginx = new("first answers of a JPEG by signed address, photos of 6 megapixels", "pictures/s", "nginx, image_filter", 1);
        Console.WriteLine("  warming up ...");
        for (var round = 0; round < WarmUpRounds; round++)
        {
            var width = SmallestWidth + (round * WidthsARound);
            await FirstAnswersAsync(copies, width, Ours);
            await FirstAnswersAsync(copies, width, ByIpx);
        }

        for (var round = 0; round <= Rounds; round++)
        {
            // Each row uses different widths, because ImageHub caches the pictures. The first round is not counted.
            var (first, second) = (SmallestWidth + (2 * round * WidthsARound), SmallestWidth + (((2 * round) + 1) * WidthsARound));
            var rates = (
                OursIpx: await FirstAnswersAsync(measured, first, Ours),
                Ipx: await FirstAnswersAsync(measured, first, ByIpx),
                OursNginx: await FirstAnswersAsync(measured, second, Ours),
                Nginx: await FirstAnswersAsync(measured, second, (photo, width) => new(nginx.Url, string.Create(CultureInfo.InvariantCulture, $"width/{width}/{photo}"))));
            if (round > 0)
            {
                slowIpx.Ours.Add(rates.OursIpx);
                slowIpx.Theirs.Add(rates.Ipx);
                slowNginx.Ours.Add(rates.OursNginx);
                slowNginx.Theirs.Add(rates.Nginx);
            }
        }

        var kept = Sign(measured[0], SmallestWidth);
        await File.WriteAllBytesAsync(Path.Combine(folder, "kept.jpg"), await visitor.GetByteArrayAsync(kept));
        var thumbnail = new Uri(visitor.BaseAddress!, $"/api/v1/images/{images[measured[0]]}/thumbnails/240");
        await admin.GetByteArrayAsync(thumbnail);
        Row thumbnails = new("a thumbnail of 240 pixels, kept", "requests/s", null, 4_000);
        for (var round = 0; round <= Rounds; round++)
        {
            var rate = await Tools.RateAsync(thumbnail, token: admin.DefaultRequestHeaders.Authorization!.Parameter);
            if (round > 0)
            {
                thumbnails.Ours.Add(rate);
            }
        }

        return
        [
            slowIpx,
            slowNginx,
            await DeliveryRows.CompareAsync(new("a picture by signed address, kept", "requests/s", "nginx, the same file", 0.6), new(visitor.BaseAddress!, kept), new(nginx.Url, "kept.jpg")),
            thumbnails,
        ];
    }

    /// <summary>Requests each photo in <see cref="WidthsARound"/> widths, with up to <see cref="Clients"/> simultaneous requests.</summary>
    /// <returns>Pictures a second.</returns>
    private static async Task<double> FirstAnswersAsync(IEnumerable<string> photos, int smallest, Func<string, int, Uri> address)
    {
        Uri[] pictures = [.. Enumerable.Range(smallest, WidthsARound).SelectMany(width => photos.Select(photo => address(photo, width)))];
        using var client = new HttpClient();
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(pictures, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (picture, cancellation) =>
        {
            var bytes = await client.GetByteArrayAsync(picture, cancellation);
            if (bytes is not [0xFF, 0xD8, ..])
            {
                throw new InvalidOperationException($"{picture} is no JPEG.");
            }
        });
        return pictures.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
