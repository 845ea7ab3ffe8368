using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using ImageHub.Soak.Traffic;
using ImageHub.Testing;

namespace ImageHub.Soak;

/// <summary>Takes as much of each resource as one IP address can get. Measures the answers, and the slowdown of another visitor's pages.</summary>
internal sealed class Greed(Gallery gallery, Load load, ImageHubProcess server, TimeSpan duration, string only, TextWriter output)
{
    private const int Together = 64;
    private const int Connections = 2_000;
    private const int SlowBytes = 512;
    private const int Heights = 20;
    private const int Photos = 20;

    /// <summary>The number of pipelined requests whose answers exceed the buffers of a connection.</summary>
    private const int Pipelined = 400;

    private static readonly IPAddress Address = IPAddress.Parse("127.0.0.66");
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient greedy = NewClient(gallery.Admin.BaseAddress!);
    private readonly SortedDictionary<string, long> results = new(StringComparer.Ordinal);
    private int number;

    /// <summary>Measures each resource.</summary>
    /// <returns>Answers that a server must not give.</returns>
    public async Task<IReadOnlyList<string>> MeasureAsync(CancellationToken stop)
    {
        var findings = new List<string>();
        var photos = (await gallery.Admin.GetAsync($"/api/v1/groups/{gallery.All[1].Id}/images?pageSize=20", stop).JsonAsync()).Items();
        var images = photos.Select(photo => photo.Id()).ToList();
        var high = photos[0].GetProperty("high").Text("url")!;
        var (user, own) = await NewUserAsync();
        using var guest = await NewGuestAsync();
        var link = guest.Path;
        (string Resource, Func<CancellationToken, Task> TakeAsync)[] resources =
        [
            ("nothing", _ => Task.CompletedTask),
            ("idle connections", end => HoldAsync("", 0, end)),
            ("slow readers of photos", end => HoldAsync($"GET {high} HTTP/1.1\r\nHost: localhost\r\n\r\n", Pipelined, end)),
            ("headers, one byte at a time", end => HoldAsync("GET / HTTP/1.1\r\nHost: ", 1, end)),
            ("pages", end => RepeatAsync(() => Get(gallery.All[Next(gallery.All.Count)].Page), end)),
            ("addresses without a page", end => RepeatAsync(() => Get($"/groups/{Guid.NewGuid():n}"), end)),
            ("searches", end => RepeatAsync(() => Get($"/api/v1/images?q={Next(1_000)}&sort=-takenAt"), end)),
            ("lists, abandoned after 0 to 4 ms", end => RepeatAsync(() => AbandonAsync($"/api/v1/images?tag=tag{Next(1_000)}", TimeSpan.FromMilliseconds(Next(5))), end)),
            ("archives", end => RepeatAsync(() => Get($"/api/v1/groups/{gallery.All[1].Id}/archive"), end)),
            ("thumbnails by a user", end => RepeatAsync(() => Get($"/api/v1/images/{own[Next(own.Count)]}/thumbnails/{100 + Next(Heights)}", user), end)),
            ("signed addresses with a wrong signature", end => RepeatAsync(() => Get($"/t/{Guid.NewGuid()}/{new string('A', 43)}/w:{Next(2_000)}/{images[0]}.jpeg"), end)),
            ("sign-in with a wrong password", end => RepeatAsync(() => new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/login") { Content = JsonContent.Create(new { userName = "admin", password = "wrong password" }) }, end)),
            ("a guest's favourites", end => RepeatAsync(() => new HttpRequestMessage(HttpMethod.Put, $"{link}/favourites/{images[Next(images.Count)]}") { Content = JsonContent.Create(new { note = new string('x', 500) }) }, end, guest.Client)),
            ("a guest's uploads", end => RepeatUploadsAsync(guest, end)),
        ];
        output.WriteLine("| one visitor takes | answers | another visitor's page: median, p95 | preview: median, p95 | server, MB | connections |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var (resource, takeAsync) in resources.Where(resource => resource.Resource.Contains(only, StringComparison.Ordinal)))
        {
            results.Clear();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            end.CancelAfter(duration);
            var answers = new Answers();
            var taking = takeAsync(end.Token);
            var most = 0L;
            var connections = 0;
            var measuring = Task.Run(
                async () =>
                {
                    while (!end.IsCancellationRequested)
                    {
                        most = Math.Max(most, server.OwnResidentBytes());
                        connections = Math.Max(connections, Gauges.CountConnections(server));
                        await Task.WhenAny(Task.Delay(Interval, end.Token));
                    }
                },
                stop);
            await load.ReadAloneAsync(answers, end.Token);
            await Task.WhenAll(taking, measuring);
            findings.AddRange(answers.Findings.Select(finding => $"{resource}: another visitor: {finding}"));
            findings.AddRange(results.Keys.Where(result => result.StartsWith('5') && !result.StartsWith("503", StringComparison.Ordinal)).Select(result => $"{resource}: {result}"));
            var (page, preview) = (answers[Visits.Kinds[0]], answers[Visits.Kinds[2]]);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {resource} | {string.Join(", ", results.Select(result => $"{result.Key}: {result.Value:N0}"))} | {Milliseconds(page)} | {Milliseconds(preview)} | {most / 1e6:0} | {connections} |"));
        }

        greedy.Dispose();
        return findings;
    }

    private static string Milliseconds(Durations durations) =>
        string.Create(CultureInfo.InvariantCulture, $"{durations.FindQuantile(0.5).TotalMilliseconds:0.0}, {durations.FindQuantile(0.95).TotalMilliseconds:0.0}");

    private int Next(int end) => Math.Abs(Interlocked.Increment(ref number)) % end;

    private static HttpRequestMessage Get(string path, AuthenticationHeaderValue? authorization = null) =>
        new(HttpMethod.Get, path) { Headers = { Authorization = authorization } };

    /// <summary>Creates a user whose tier allows many sizes of thumbnails, and uploads some photos of the user.</summary>
    private async Task<(AuthenticationHeaderValue Session, List<Guid> Images)> NewUserAsync()
    {
        var tier = await gallery.Admin.CreateTierAsync("Greedy", [.. Enumerable.Range(100, Heights)]);
        await gallery.Admin.CreateUserAsync("greedy", tier);
        var signedIn = await gallery.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "greedy", password = ImageHubServer.UserPassword }).JsonAsync();
        var session = new AuthenticationHeaderValue("Bearer", signedIn.Text("accessToken"));
        var images = new List<Guid>();
        for (var photo = 0; photo < Photos; photo++)
        {
            var file = gallery.Ledger.NewFile();
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/me/images/{file.FileName}") { Headers = { Authorization = session }, Content = new ByteArrayContent(file.Content) };
            images.Add((await greedy.SendAsync(request).JsonAsync(HttpStatusCode.Created)).Id());
        }

        return (session, images);
    }

    private async Task<SendingGuest> NewGuestAsync()
    {
        var link = await gallery.Admin.PostAsJsonAsync($"/api/v1/groups/{gallery.All[1].Id}/links", new { uploads = true, favourites = true }).JsonAsync(HttpStatusCode.Created);
        var guest = new SendingGuest(NewClient(gallery.Admin.BaseAddress!, new CookieContainer()), "/api/v1" + link.Text("url"));
        await guest.Client.GetAsync(guest.Path).StatusAsync(HttpStatusCode.OK);
        return guest;
    }

    private Task RepeatAsync(Func<HttpRequestMessage> make, CancellationToken end, HttpClient? client = null) => RepeatAsync(
        async () =>
        {
            using var request = make();
            using var response = await (client ?? greedy).SendAsync(request, end);
            await response.Content.CopyToAsync(Stream.Null, end);
            Count($"{(int)response.StatusCode}");
        },
        end);

    /// <summary>Sends a request, and ends its connection after a time.</summary>
    private async Task AbandonAsync(string path, TimeSpan after)
    {
        using var abandoned = new CancellationTokenSource(after);
        try
        {
            using var answer = await greedy.GetAsync(path, abandoned.Token);
            Count($"{(int)answer.StatusCode}");
        }
        catch (OperationCanceledException)
        {
            Count("abandoned");
        }
    }

    private Task RepeatUploadsAsync(SendingGuest guest, CancellationToken end) => RepeatAsync(
        async () =>
        {
            var file = gallery.Ledger.NewFile();
            using var announced = await guest.AnnounceAsync("Greedy", (file.FileName, file.Content));
            Count($"{(int)announced.StatusCode}");
            if (announced.IsSuccessStatusCode)
            {
                var url = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(await announced.Content.ReadAsStringAsync(end)).Items("files")[0].Text("uploadUrl")!;
                using var sent = await guest.Client.TusPatchAsync(url, 0, file.Content);
                Count($"{(int)sent.StatusCode}");
            }
        },
        end);

    private async Task RepeatAsync(Func<Task> act, CancellationToken end) => await Task.WhenAll(Enumerable.Range(0, Together).Select(async _ =>
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await act();
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                Count(end.IsCancellationRequested ? "ended" : "closed");
            }
        }
    }));

    /// <summary>Sends a request a number of times on each of many connections, and reads slowly. A request sent once is continued byte by byte.</summary>
    private async Task HoldAsync(string request, int times, CancellationToken end)
    {
        var clients = new List<Task>();
        for (var opened = 0; opened < Connections && !end.IsCancellationRequested; opened++)
        {
            clients.Add(HoldOneAsync(request, times, end));
            if (opened % 50 == 0)
            {
                await Task.WhenAny(Task.Delay(10, end));
            }
        }

        await Task.WhenAll(clients);
    }

    private async Task HoldOneAsync(string request, int times, CancellationToken end)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SlowBytes };
            socket.Bind(new IPEndPoint(Address, 0));
            await socket.ConnectAsync(IPAddress.Loopback, gallery.Admin.BaseAddress!.Port, end);
            var reads = times != 1;
            await socket.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, times))), end);
            var buffer = new byte[SlowBytes];
            while (!end.IsCancellationRequested)
            {
                if (!reads)
                {
                    await socket.SendAsync("a"u8.ToArray(), end);
                }
                else if (await socket.ReceiveAsync(buffer, end) == 0)
                {
                    Count("closed");
                    return;
                }

                await Task.Delay(Interval, end);
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            Count("closed");
            return;
        }
        catch (OperationCanceledException)
        {
            // The measurement has ended.
        }

        Count("kept");
    }

    private void Count(string result)
    {
        lock (results)
        {
            results[result] = results.GetValueOrDefault(result) + 1;
        }
    }

    private static HttpClient NewClient(Uri address, CookieContainer? cookies = null) => new(new SocketsHttpHandler
    {
        CookieContainer = cookies ?? new CookieContainer(),
        UseCookies = cookies is not null,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(Address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = address,
    };
}
