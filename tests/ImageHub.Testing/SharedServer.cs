using ImageHub.Testing.Database;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Testing;

/// <summary>
/// A server that the tests of one class use in turn; each test creates its own data. After a test has advanced the clock, the next test gets a new server.
/// </summary>
public sealed class SharedServer(PostgresServer postgres) : IAsyncDisposable
{
    private ImageHubServer? server;
    private ShiftedClock clock = new();

    /// <param name="settings">Settings added to the defaults, the same for each test of the class.</param>
    public async Task<(ImageHubServer Server, ShiftedClock Clock)> TakeAsync(Dictionary<string, string?>? settings = null)
    {
        if (server is null || clock.IsShifted)
        {
            await DisposeAsync();
            clock = new ShiftedClock();
            var told = clock;
            server = await ImageHubServer.StartAsync(postgres, settings, builder => builder.Services.AddSingleton<TimeProvider>(told));
        }

        return (server, clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
            server = null;
        }
    }
}
