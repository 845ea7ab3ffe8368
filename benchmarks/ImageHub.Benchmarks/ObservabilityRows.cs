using System.Net;
using ImageHub.Testing;

namespace ImageHub.Benchmarks;

/// <summary>The cost of metrics: a server whose metrics are scraped every five seconds, compared with a server without metrics.</summary>
internal static class ObservabilityRows
{
    /// <summary>The number of pairs of servers. Equal processes differ by up to 3 %, because the runtime compiles and places their code differently.</summary>
    private const int Pairs = 5;

    private const int PageRounds = 8;
    private const int UploadRounds = 6;
    private const int Count = 60;

    // Code that runs tens of thousands of times a second gets faster for about ten seconds, until the JIT compiler has optimized it.
    private const int WarmUpRounds = 6;

    private static readonly TimeSpan ScrapeEvery = TimeSpan.FromSeconds(5);

    public static async Task<List<Row>> MeasureAsync()
    {
        using var photos = await Photos.MakeAsync();
        var sources = await photos.MakeUniqueAsync(Count);
        Row uploads = new($"{Count} photographs of 6 MP in one request, with metrics that are scraped every 5 s", "photos/s", "the same server without metrics", 0.98);
        Row pages = new("a page of 12 groups, cached, with metrics that are scraped every 5 s", "requests/s", "the same server without metrics", 0.98);
        for (var pair = 0; pair < Pairs; pair++)
        {
            await MeasurePairAsync(sources, uploads, pages);
        }

        return [pages, uploads];
    }

    private static async Task MeasurePairAsync(string[] sources, Row uploads, Row pages)
    {
        var metrics = new Uri($"http://127.0.0.1:{FreePort.Find()}/metrics");
        await using var observed = Server();
        observed.Environment["Metrics__Urls"] = metrics.GetLeftPart(UriPartial.Authority);
        await using var plain = Server();
        using var observedAdmin = await observed.StartAndSignInAsync();
        using var plainAdmin = await plain.StartAndSignInAsync();
        using var end = new CancellationTokenSource();
        var scraping = ScrapeAsync(metrics, end.Token);
        await InTurnAsync(uploads, UploadRounds, round => UploadRows.UploadAsync(observedAdmin, sources, round), round => UploadRows.UploadAsync(plainAdmin, sources, round));
        const string page = "/api/v1/groups?page=1&pageSize=12";
        Uri with = new(observedAdmin.BaseAddress!, page), without = new(plainAdmin.BaseAddress!, page);
        await InTurnAsync(pages, PageRounds, _ => Tools.RateAsync(with), _ => Tools.RateAsync(without));
        await end.CancelAsync();
        await scraping;
    }

    private static ImageHubProcess Server() => new(Tools.NewFolder())
    {
        IsFirstStart = true,
        Environment = { ["RateLimits__AtWorkPerAddress"] = "1000", ["Logging__LogLevel__Default"] = "Warning" },
    };

    /// <summary>Measures both servers in turn; the first rounds warm up the JIT compiler and are not counted. The order alternates.</summary>
    private static async Task InTurnAsync(Row row, int rounds, Func<int, Task<double>> ours, Func<int, Task<double>> theirs)
    {
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            double mine, other;
            if (round % 2 == 0)
            {
                mine = await ours(round);
                other = await theirs(round);
            }
            else
            {
                other = await theirs(round);
                mine = await ours(round);
            }

            if (round >= 0)
            {
                row.Ours.Add(mine);
                row.Theirs.Add(other);
            }
        }
    }

    private static async Task ScrapeAsync(Uri metrics, CancellationToken end)
    {
        using var prometheus = new HttpClient();
        using var timer = new PeriodicTimer(ScrapeEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                using var answer = await prometheus.GetAsync(metrics, end);
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"{metrics} answers {answer.StatusCode}.");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement has ended.
        }
    }
}
