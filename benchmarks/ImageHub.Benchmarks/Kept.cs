using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageHub.Benchmarks;

/// <summary>What visitors read, kept and not kept, beside a bare Kestrel that has the same bytes in an array.</summary>
internal static partial class Kept
{
    private const int Connections = 64;
    private const int Rounds = 3;
    private const int SecondsARound = 4;
    private const double WantedRatio = 0.5;

    /// <summary>Makes a gallery, checks the answers, and has wrk (Debian's package) ask for them: ours and the array's in turns.</summary>
    /// <returns>Whether kept answers reach half of the array's rate.</returns>
    public static async Task<bool> MeasureAsync(PostgresServer postgres)
    {
        // Without a log, whose line of each request costs half as much again.
        await using var server = await ImageHubServer.StartAsync(
            postgres,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["RateLimits:AtWorkPerAddress"] = "1000" },
            builder => builder.Logging.ClearProviders());
        string? group = null;
        for (var i = 0; i < 12; i++)
        {
            var id = await server.Admin.CreateGroupAsync($"Group {i + 1}");
            for (var photo = 0; photo < 4; photo++)
            {
                await server.Admin.AddImageAsync(id, $"{photo}.jpg", TestImages.Jpeg(1200, 800, seed: (i * 4) + photo));
            }

            group ??= id.ToString();
        }

        var image = (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0];
        var isGood = true;
        foreach (var (name, path) in new[]
        {
            ("a page of 12 groups", "/api/v1/groups?page=1&pageSize=12"),
            ("the images of a group", $"/api/v1/groups/{group}/images"),
            ("a low image", image.GetProperty("low").Text("url")!),
        })
        {
            var bytes = await server.Visitor.GetByteArrayAsync(path);
            await using var array = await StartArrayAsync(bytes);
            if (!(await server.Visitor.GetByteArrayAsync(path)).AsSpan().SequenceEqual(bytes))
            {
                throw new InvalidOperationException($"{path} answers differently the second time.");
            }

            // A parameter that is not known is passed over, and its answers are not kept.
            var unkept = path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "unkept=1";
            List<double> kept = [], not = [], fromArray = [];
            for (var round = 0; round < Rounds; round++)
            {
                kept.Add(await RateAsync(new Uri(server.Url, path)));
                fromArray.Add(await RateAsync(new Uri(array.Urls.Single())));
                not.Add(await RateAsync(new Uri(server.Url, unkept)));
            }

            var ratio = Median(kept) / Median(fromArray);
            isGood &= ratio >= WantedRatio;
            Console.WriteLine($"{name}, {bytes.Length:n0} bytes: kept {Show(kept)}, an array in Kestrel {Show(fromArray)}, not kept {Show(not)} requests/s");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  kept / array {ratio:f2} (wanted: {WantedRatio:f1}), kept / not kept {Median(kept) / Median(not):f1}"));
        }

        return isGood;
    }

    private static async Task<WebApplication> StartArrayAsync(byte[] bytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>Requests a second.</summary>
    private static async Task<double> RateAsync(Uri url)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", $"-c{Connections}", $"-d{SecondsARound}", url.ToString()]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || Rate().Match(output) is not { Success: true } match)
        {
            throw new InvalidOperationException($"wrk says of {url}: {output}");
        }

        return double.Parse(match.Groups["rate"].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);

    private static string Show(List<double> rates) => $"{Median(rates):n0} ({rates.Min():n0} to {rates.Max():n0})";

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Rate();
}
