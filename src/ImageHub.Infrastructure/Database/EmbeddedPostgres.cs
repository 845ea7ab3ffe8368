using ImageHub.Infrastructure.Database.Embedded;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// The PostgreSQL that ImageHub brings along: one cluster in a data directory, started and stopped with the process.
/// </summary>
/// <remarks>
/// <para>
/// It listens on a Unix socket in a private folder only (on Windows on loopback, with a generated password). On Linux it ends
/// when the process that started it ends, however that happens; elsewhere a server left over is adopted by the next start.
/// </para>
/// <para>
/// A second process on the same data directory, such as an import from the command line while the server runs, adopts the
/// running PostgreSQL and leaves it alone at its end. If the process that started it stops first, the adopter's
/// connections break, and a moment later it runs a PostgreSQL of its own under the same connection string. The same goes
/// for a server that dies: it is started again.
/// </para>
/// </remarks>
/// <param name="dataDirectory">ImageHub's data directory; made, private, if it does not exist.</param>
/// <param name="logger">Hears where the cluster is and how it started.</param>
/// <param name="durable">False only for tests: whatever was written may be lost, and nothing waits for the disk.</param>
internal sealed class EmbeddedPostgres(string dataDirectory, ILogger logger, bool durable = true) : IAsyncDisposable
{
    private readonly string dataDirectory = Path.GetFullPath(dataDirectory);
    private readonly Supervisor supervisor = new(Path.GetFullPath(dataDirectory), durable, logger);
    private CancellationTokenSource? stopping;
    private Task watch = Task.CompletedTask;

    /// <summary>Which PostgreSQL it is and where its cluster lies, for the log.</summary>
    public string Description => supervisor.Installation?.Description ?? $"PostgreSQL (embedded, not started, {dataDirectory})";

    /// <summary>Whether another process started the server, and stops it.</summary>
    public bool IsAdopted => supervisor.IsAdopted;

    /// <summary>How to connect to a database of the cluster; the database need not exist yet.</summary>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public string ConnectionString(string database) =>
        supervisor.Endpoint?.ConnectionString(database) ?? throw new InvalidOperationException("The embedded PostgreSQL has not been started.");

    /// <summary>Starts the server, or adopts the one that runs in this data directory; makes the cluster first if there is none.</summary>
    /// <exception cref="InvalidOperationException">It cannot start; the message says why and ends with what PostgreSQL logged.</exception>
    /// <exception cref="TimeoutException">It did not start within a minute.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await supervisor.BringUpAsync(cancellationToken);
        stopping = new CancellationTokenSource();
        watch = supervisor.WatchAsync(stopping.Token);
    }

    /// <summary>Stops the server that this instance started, keeping everything committed; leaves an adopted one alone.</summary>
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
