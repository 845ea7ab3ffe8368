using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ImageHub.Benchmarks;

/// <summary>
/// Compares the durations of two refusals that must not differ: for an item that does not exist, and for an item that exists but is secret. A pair differs if
/// the Mann–Whitney U test (Mann and Whitney, Annals of Mathematical Statistics 18, 1947) gives p &lt; 0.001 and the medians differ by more than 1 ms or by
/// more than 2 %.
/// </summary>
internal static class Timing
{
    private const double MaxProbability = 0.001;
    private const double MaxMilliseconds = 1;
    private const double MaxShare = 0.02;
    private const int WarmUps = 100;

    /// <summary>The number of accounts and of links that take turns, because failures are limited for each account and link.</summary>
    private const int Targets = 250;

    /// <param name="requests">The number of requests of each kind.</param>
    /// <returns>Whether no pair differs.</returns>
    public static async Task<bool> MeasureAsync(int requests)
    {
        await using var postgres = new PostgresServer();
        await using var server = new ImageHubProcess(Tools.NewFolder())
        {
            Environment =
            {
                ["ConnectionStrings__ImageHub"] = await postgres.CreateDatabaseAsync(),
                ["Jwt__SigningKey"] = ImageHubServer.SigningKey,
                ["ForwardedHeaders__KnownProxies"] = "127.0.0.1",
                ["Throttles__Links__Burst"] = "1000",
                ["Logging__LogLevel__Default"] = "Error",
            },
        };
        using var admin = await server.StartAndSignInAsync();
        using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };
        var published = await admin.CreateGroupAsync("Published");
        var hidden = await admin.CreateGroupAsync("Hidden", isPublished: false);
        var image = await admin.AddImageAsync(hidden, "hidden.jpg", TestImages.Jpeg());
        var signer = await TransformSigner.CreateAsync(admin);
        var signed = signer.Sign("w:100", image);
        var ended = (await admin.PostAsJsonAsync($"/api/v1/groups/{published}/links", new { }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
        var links = (await admin.GetAsync("/api/v1/links").JsonAsync()).Items("items");
        await admin.DeleteAsync($"/api/v1/links/{links[0].Id()}").StatusAsync(HttpStatusCode.NoContent);
        var unlocks = new List<string>();
        for (var i = 0; i < Targets; i++)
        {
            await admin.CreateUserAsync($"user-{i}");
            unlocks.Add((await admin.PostAsJsonAsync($"/api/v1/groups/{published}/links", new { password = ImageHubServer.LinkPassword }).JsonAsync(HttpStatusCode.Created)).Text("url")!);
        }

        (string Name, HttpStatusCode Status, Func<int, HttpRequestMessage> Absent, Func<int, HttpRequestMessage> Secret)[] pairs =
        [
            ("image: an unknown id, a hidden one", HttpStatusCode.NotFound, _ => Get($"/api/v1/images/{Guid.CreateVersion7()}"), _ => Get($"/api/v1/images/{image}")),
            ("rendition: of an unknown image, of a hidden one", HttpStatusCode.NotFound, _ => Get($"/api/v1/images/{Guid.CreateVersion7()}/low"), _ => Get($"/api/v1/images/{image}/low")),
            ("group: an unknown id, a hidden one", HttpStatusCode.NotFound, _ => Get($"/api/v1/groups/{Guid.CreateVersion7()}"), _ => Get($"/api/v1/groups/{hidden}")),
            ("shared link: an unknown token, an ended one", HttpStatusCode.NotFound, i => Get("/api/v1" + Changed(ended, i)), _ => Get("/api/v1" + ended)),
            ("signed address: of an unknown image, of a hidden one", HttpStatusCode.NotFound, _ => Get(signer.Sign("w:100", Guid.CreateVersion7())), _ => Get(signed)),
            ("sign-in: an unknown name, a wrong password", HttpStatusCode.Unauthorized, i => SignIn($"nobody-{i % Targets}", i), i => SignIn($"user-{i % Targets}", i)),
            ("link password: another one, one with the same beginning", HttpStatusCode.Unauthorized, i => Unlock(i, "another password"), i => Unlock(i, ImageHubServer.LinkPassword + "!")),
        ];
        var holds = true;
        Console.WriteLine($"{"",-60} {"median ms",20} {"difference",12} {"p",10}");
        foreach (var (name, status, absent, secret) in pairs)
        {
            List<double> first = [], second = [];
            for (var i = -WarmUps; i < requests; i++)
            {
                // The order changes, so that neither kind always follows the other.
                foreach (var isSecret in (bool[])(i % 2 == 0 ? [false, true] : [true, false]))
                {
                    var milliseconds = await TimeAsync(visitor, (isSecret ? secret : absent)(i + WarmUps), status);
                    if (i >= 0)
                    {
                        (isSecret ? second : first).Add(milliseconds);
                    }
                }
            }

            var (one, two) = (Row.Median(first), Row.Median(second));
            var p = Probability(first, second);
            var differs = p < MaxProbability && (Math.Abs(two - one) > MaxMilliseconds || Math.Abs(two - one) / one > MaxShare);
            holds &= !differs;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-60} {one,9:0.000} {two,9:0.000} {(two - one) / one,12:+0.0%;-0.0%} {p,10:0.0000}{(differs ? "  differs" : "")}"));
        }

        return holds;

        HttpRequestMessage Unlock(int i, string password) => Post(i, $"/api/v1{unlocks[i % Targets]}/unlock", new { password });
    }

    /// <summary>
    /// The two-sided p-value of the Mann–Whitney U test in the normal approximation. Perfolizer's test was ruled out, because it returns NaN for 2,000 samples
    /// of each kind.
    /// </summary>
    private static double Probability(List<double> first, List<double> second)
    {
        // Equal values get the mean of their ranks.
        var rankSum = 0d;
        var below = 0;
        foreach (var equal in first.Select(value => (value, isFirst: true)).Concat(second.Select(value => (value, isFirst: false))).GroupBy(one => one.value).OrderBy(group => group.Key))
        {
            var count = equal.Count();
            rankSum += equal.Count(one => one.isFirst) * (below + ((count + 1) / 2d));
            below += count;
        }

        var product = (double)first.Count * second.Count;
        var u = rankSum - (first.Count * (first.Count + 1d) / 2);
        var z = Math.Abs(u - (product / 2)) / Math.Sqrt(product * (first.Count + second.Count + 1) / 12);
        return 2 * NormalDistribution.Standard.Cdf(-z);
    }

    private static async Task<double> TimeAsync(HttpClient client, HttpRequestMessage request, HttpStatusCode status)
    {
        using (request)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await client.SendAsync(request);
            var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return answer.StatusCode == status ? elapsed : throw new InvalidOperationException($"{request.RequestUri}: {answer.StatusCode} in place of {status}");
        }
    }

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    private static HttpRequestMessage SignIn(string userName, int i) => Post(i, "/api/v1/auth/login", new { userName, password = "a wrong password" });

    /// <summary>A request from one of many IP addresses, because failures are limited for each IP address.</summary>
    private static HttpRequestMessage Post(int i, string path, object body) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"10.{i % 100}.{i / 100 % 250}.{i % 250}") } } };

    /// <summary>Replaces the end of a link's token, so that the link has an unknown token of the same length.</summary>
    private static string Changed(string address, int i) => address[..^4] + string.Create(CultureInfo.InvariantCulture, $"{i % 10_000:0000}");
}
