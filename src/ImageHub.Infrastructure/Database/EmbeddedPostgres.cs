using ImageHub.Infrastructure.Database.Embedded;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database;

/// <summary>The PostgreSQL server included with ImageHub: one cluster in a data directory, started and stopped with the process.</summary>
/// <remarks>
/// <para>
/// The server listens only on a Unix socket in a private folder (on Windows on loopback, with a generated password). On Linux with setpriv, the server stops
/// when the process that started it ends, even by a crash. On other systems, the next start adopts a server that is still running.
/// </para>
/// <para>
/// A second process on the same data directory, such as a command while the server runs, adopts the running PostgreSQL and does not stop it. If the process
/// that started PostgreSQL stops first, the second process loses its connections and soon starts PostgreSQL itself.
/// </para>
/// <para>
/// A server that crashes is restarted as well. The connection string stays the same, except on Windows, where a restarted server has another port.
/// </para>
/// </remarks>
/// <param name="dataDirectory">ImageHub's data directory; created with private access if it does not exist.</param>
/// <param name="logger">Receives the location of the cluster, and each start and unexpected end of the server.</param>
/// <param name="durable">False only in tests, which do not wait for the disk and may lose data.</param>
/// <param name="clock">Measures the duration of a start; null means the system's clock.</param>
internal sealed class EmbeddedPostgres(string dataDirectory, ILogger logger, bool durable = true, TimeProvider? clock = null) : IAsyncDisposable
{
    private readonly string dataDirectory = Path.GetFullPath(dataDirectory);
    private readonly Supervisor supervisor = new(Path.GetFullPath(dataDirectory), durable, logger, clock ?? TimeProvider.System);
    private CancellationTokenSource? stopping;
    private Task watch = Task.CompletedTask;

    /// <summary>The version and the cluster's location, for the log.</summary>
    public string Description => supervisor.Installation?.Description ?? $"PostgreSQL (embedded, not started, {dataDirectory})";

    /// <summary>Whether another process started the server and will stop it.</summary>
    public bool IsAdopted => supervisor.IsAdopted;

    /// <summary>Returns the connection string of a database of the cluster, which need not exist yet.</summary>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public string ConnectionString(string database) =>
        supervisor.Endpoint?.ConnectionString(database) ?? throw new InvalidOperationException("The embedded PostgreSQL has not been started.");

    /// <summary>Starts the server, or adopts a server that already runs in this data directory. Creates the cluster first if there is none.</summary>
    /// <exception cref="InvalidOperationException">The server cannot start; the message explains why.</exception>
    /// <exception cref="TimeoutException">Apart from recovery after a crash, the start took longer than a minute; or initdb did not end within two minutes.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await supervisor.BringUpAsync(cancellationToken);
        stopping = new CancellationTokenSource();
        watch = supervisor.WatchAsync(stopping.Token);
    }

    /// <summary>Stops the server that this instance started, keeping all committed data. An adopted server keeps running.</summary>
    public async Task StopAsync()
    {
        if (stopping is not null)
        {
            await stopping.CancelAsync();
            await watch;
            stopping.Dispose();
            stopping = null;
        }

        await supervisor.StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();
}
