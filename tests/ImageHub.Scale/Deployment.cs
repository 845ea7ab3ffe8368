using System.Globalization;
using ImageHub.Testing;
using ImageHub.Testing.RateLimits;

namespace ImageHub.Scale;

/// <summary>One of the instances.</summary>
/// <param name="Number">The instance's number, counted from 1.</param>
/// <param name="Program">The running program.</param>
/// <param name="Admin">A client signed in as the admin, which reaches this instance without nginx.</param>
internal sealed record Instance(int Number, ImageHubProcess Program, HttpClient Admin)
{
    /// <summary>The address at which nginx reaches the instance.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port(Number)}");

    /// <summary>The address of the instance's metrics.</summary>
    public Uri Metrics => MetricsAddress(Number);

    public static int Port(int number) => Ports.Instances + number;

    public static Uri MetricsAddress(int number) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.Metrics + number}"));

    /// <summary>Creates a client of this instance without credentials.</summary>
    public HttpClient NewVisitor() => new() { BaseAddress = Admin.BaseAddress };
}

/// <summary>Three instances behind nginx, on a PostgreSQL with a standby, an S3 store behind another nginx, and Redis.</summary>
/// <param name="folder">A new folder for the data and logs of all servers except Redis, which has a temporary folder of its own.</param>
internal sealed class Deployment(string folder) : IAsyncDisposable
{
    private readonly Radosgw store = new(Path.Combine(folder, "ceph"));
    private readonly Nginx front = new(Path.Combine(folder, "front"));
    private readonly Nginx gate = new(Path.Combine(folder, "gate"));
    private readonly List<Instance> started = [];

    public PostgresPair Postgres { get; } = new(Path.Combine(folder, "postgres"));

    public RedisServer Redis { get; } = new();

    /// <summary>The instances that have not been killed.</summary>
    public List<Instance> Instances { get; } = [];

    public async Task StartAsync()
    {
        await Task.WhenAll(Postgres.StartAsync(), store.StartAsync(), Redis.StartAsync());
        await gate.StartAsync(Nginx.StoreGate(StoreState.Well), Ports.StoreGate);
        Instances.AddRange(await Task.WhenAll(StartInstanceAsync(1), StartInstanceAsync(2), StartInstanceAsync(3)));
        await front.StartAsync(await Nginx.FrontAsync([Instance.Port(1), Instance.Port(2), Instance.Port(3)]), Ports.Front);
    }

    /// <summary>Kills an instance, like a power cut. nginx is not told.</summary>
    public async Task KillAsync(Instance instance)
    {
        Instances.Remove(instance);
        await instance.Program.KillAsync();
    }

    /// <summary>Starts another instance, and gives nginx a new list with the running instances.</summary>
    public async Task<Instance> AddAsync(int number)
    {
        var added = await StartInstanceAsync(number);
        Instances.Add(added);
        await front.ReplaceAsync(await Nginx.FrontAsync(Instances.Select(instance => Instance.Port(instance.Number))));
        return added;
    }

    public Task SetStoreAsync(StoreState state) => gate.ReplaceAsync(Nginx.StoreGate(state));

    /// <summary>Creates a client that reaches the instances in turn.</summary>
    /// <param name="key">An API key, or null for a visitor.</param>
    public static HttpClient NewClient(string? key = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.Front}")), Timeout = TimeSpan.FromMinutes(2) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return client;
    }

    /// <summary>Writes the output of the instances to files in the run's folder.</summary>
    public async Task WriteLogsAsync()
    {
        foreach (var instance in started)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"instance{instance.Number}.log")), instance.Program.Output);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await front.DisposeAsync();
        foreach (var instance in started)
        {
            instance.Admin.Dispose();
            await instance.Program.DisposeAsync();
        }

        await gate.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        await store.DisposeAsync();
    }

    private async Task<Instance> StartInstanceAsync(int number)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"instance{number}"))).FullName;
        var program = new ImageHubProcess(data)
        {
            Environment =
            {
                ["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Instance.Port(number)}"),
                ["Metrics__Urls"] = Instance.MetricsAddress(number).ToString(),
                ["ConnectionStrings__ImageHub"] = PostgresPair.ConnectionString,
                ["Jwt__SigningKey"] = ImageHubServer.SigningKey,
                ["RateLimits__Redis"] = Redis.Address,
                ["ForwardedHeaders__KnownProxies"] = "127.0.0.1",
                ["Storage__Provider"] = "S3",
                ["Storage__S3__ServiceUrl"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.StoreGate}"),
                ["Storage__S3__Bucket"] = Radosgw.Bucket,
                ["Storage__S3__AccessKey"] = Radosgw.AccessKey,
                ["Storage__S3__SecretKey"] = Radosgw.SecretKey,

                // The instances share two cores here.
                ["Imaging__Workers"] = "1",
            },
        };
        var instance = new Instance(number, program, await program.StartAndSignInAsync());
        lock (started)
        {
            started.Add(instance);
        }

        return instance;
    }
}
