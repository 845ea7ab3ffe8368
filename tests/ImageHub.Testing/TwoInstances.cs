using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageHub.Testing.Database;
using ImageHub.Testing.RateLimits;
using ImageHub.Testing.Storage;
using Shouldly;
using Xunit;

namespace ImageHub.Testing;

/// <summary>
/// Two processes of the real program, as behind a load balancer. They share only PostgreSQL, an S3 bucket, Redis and the signing key. Both start at
/// the same time on an empty database. Used as a class fixture.
/// </summary>
public sealed class TwoInstances(PostgresServer postgres) : IAsyncLifetime
{
    private readonly S3Server store = new();
    private readonly RedisServer redis = new();
    private readonly ImageHubProcess first = new();
    private readonly ImageHubProcess second = new();

    /// <summary>The connection string of the shared database.</summary>
    public string ConnectionString { get; private set; } = null!;

    /// <summary>For each instance, a client signed in as the admin.</summary>
    public IReadOnlyList<HttpClient> Admins { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.CreateDatabaseAsync();
        await store.InitializeAsync();
        await redis.StartAsync();
        var settings = new Dictionary<string, string?>(store.Settings)
        {
            ["ConnectionStrings:ImageHub"] = ConnectionString,
            ["Jwt:SigningKey"] = ImageHubServer.SigningKey,
            ["RateLimits:Redis"] = redis.Address,

            // A late answer from a busy machine must not count as an outage.
            ["RateLimits:RedisTimeoutMilliseconds"] = "10000",
        };
        foreach (var (key, value) in settings)
        {
            first.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value!;
            second.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value!;
        }

        Admins = await Task.WhenAll(first.StartAndSignInAsync(), second.StartAndSignInAsync());
    }

    /// <summary>Creates a client of one instance, without credentials and with a cookie store.</summary>
    public HttpClient NewGuest(int instance) => new() { BaseAddress = Admins[instance].BaseAddress };

    /// <summary>Signs in on the first instance, and creates a client of each instance with the access token.</summary>
    public async Task<HttpClient[]> SignInAsync(string userName)
    {
        using var guest = NewGuest(0);
        var pair = await guest.PostAsJsonAsync("/api/v1/auth/login", new { userName, password = ImageHubServer.UserPassword }).JsonAsync();
        return [.. Enumerable.Range(0, 2).Select(instance =>
        {
            var client = NewGuest(instance);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.Text("accessToken"));
            return client;
        })];
    }

    /// <summary>Asserts that a change is in force at the first instance's next request, and eventually on the second one.</summary>
    public static async Task ChangesAsync(Func<Task> change, IReadOnlyList<HttpClient> clients, Func<HttpClient, Task<bool>> isChanged)
    {
        foreach (var client in clients)
        {
            // These requests make the instance cache the rows that the change affects.
            (await isChanged(client)).ShouldBeFalse();
            (await isChanged(client)).ShouldBeFalse();
        }

        await change();

        (await isChanged(clients[0])).ShouldBeTrue();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await isChanged(clients[1]))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Kills the first instance, like a power cut.</summary>
    public Task KillFirstAsync() => first.KillAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var admin in Admins)
        {
            admin.Dispose();
        }

        await first.DisposeAsync();
        await second.DisposeAsync();
        await store.DisposeAsync();
        await redis.DisposeAsync();
        await postgres.DropDatabaseAsync(ConnectionString);
    }
}
