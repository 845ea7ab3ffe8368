using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using ImageHub.Application.Database;
using ImageHub.Infrastructure.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>
/// Receives a notification of each change that any instance commits, by LISTEN (PostgreSQL documentation, "Asynchronous Notification"). One connection listens,
/// and another connection requests confirmations. Neither connection belongs to the pool, so a busy pool does not delay them.
/// </summary>
internal sealed class ChangeFeed(DatabaseServer server, Func<NpgsqlDataSource> pool, ILogger<ChangeFeed> logger) : IAsyncDisposable
{
    /// <summary>The channel to which the database's triggers send notifications.</summary>
    private const string Channel = "imagehub_changes";

    /// <summary>
    /// The time limit for a confirmation, after which the connections are replaced. Replacing them clears the cache, so this limit is longer than the time
    /// that requests wait: a busy server alone should not reach it.
    /// </summary>
    private static readonly TimeSpan ConfirmationTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The time limit for the database to respond on other connections.</summary>
    private static readonly TimeSpan ReachabilityTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The time without notifications after which <see cref="OnQuiet"/> is called.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    private readonly string ownChannel = $"imagehub_{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, TaskCompletionSource> awaited = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;
    private Task confirming = Task.CompletedTask;
    private Task? nextConfirmation;
    private NpgsqlConnection? asking;
    private CancellationTokenSource? listening;
    private long asked;

    /// <summary>Called when listening starts. Queries from then on see all earlier commits; later commits are reported to <see cref="OnChanged"/>.</summary>
    public Action? OnConnected { get; set; }

    /// <summary>Called when data that cached entries may contain has changed; the argument contains the tags of this data.</summary>
    public Action<string[]>? OnChanged { get; set; }

    /// <summary>Called when listening has stopped, possibly more than once.</summary>
    public Action? OnLost { get; set; }

    /// <summary>
    /// Called when no notification was received for a while. The handler requests a confirmation, because the connections may have failed silently.
    /// </summary>
    public Func<Task>? OnQuiet { get; set; }

    /// <summary>Called after a failed attempt to listen; the argument is whether the database is reachable.</summary>
    public Action<bool>? OnTried { get; set; }

    /// <summary>Listens until disposed. The schema must exist.</summary>
    public void Start() => running = Task.Run(() => RunAsync(stopping.Token));

    /// <summary>Requests a confirmation: waits until all changes committed so far have been received.</summary>
    /// <exception cref="TimeoutException">No confirmation was received; the connections are replaced.</exception>
    public Task ConfirmAsync()
    {
        lock (gate)
        {
            // The running confirmation may have started before the caller's change was committed. The caller therefore shares the next one with others.
            return nextConfirmation ??= confirming = ConfirmAfterAsync(confirming);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private async Task ConfirmAfterAsync(Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        NpgsqlConnection? connection;
        CancellationTokenSource? current;
        lock (gate)
        {
            nextConfirmation = null;
            connection = asking;
            current = listening;
        }

        if (connection is null)
        {
            throw new TimeoutException("The connection for change notifications does not answer.");
        }

        var word = Interlocked.Increment(ref asked).ToString(CultureInfo.InvariantCulture);
        var heard = awaited.GetOrAdd(word, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            // No cancellation token is passed, because cancelling a statement contacts the server, which may be unresponsive.
            await Task.WhenAll(AskAsync(connection, word), heard.Task).WaitAsync(ConfirmationTimeout);
        }
        catch (Exception exception)
        {
            // Catches all exceptions, because a connection that is closed concurrently can fail in many ways.
            lock (gate)
            {
                if (current is not null && current == listening)
                {
                    // Called before the callers of this confirmation continue, so that they do not use the cache.
                    OnLost?.Invoke();
                    _ = current.CancelAsync();
                }
            }

            throw new TimeoutException("The connection for change notifications does not answer.", exception);
        }
        finally
        {
            awaited.TryRemove(word, out _);
        }
    }

    private async Task AskAsync(NpgsqlConnection connection, string word)
    {
        await using var ask = new NpgsqlCommand("SELECT pg_notify($1, $2)", connection) { Parameters = { new() { Value = ownChannel }, new() { Value = word } } };
        await ask.ExecuteNonQueryAsync();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // This data source traces only statements of traced requests, so not the statements of this background work, even after a reconnection.
        await using var connections = DatabaseServices.CreateDataSource(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        while (!cancellationToken.IsCancellationRequested)
        {
            var hasListened = false;
            var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                var listener = connections.CreateConnection();
                await using var closed = new Closing(listener);
                var asker = connections.CreateConnection();
                await using var alsoClosed = new Closing(asker);
                await listener.OpenAsync(cancellationToken);
                await asker.OpenAsync(cancellationToken);
                listener.Notification += Hear;
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}; LISTEN {ownChannel}", listener))
                {
                    await listen.ExecuteNonQueryAsync(cancellationToken);
                }

                // A pooler in transaction mode accepts LISTEN but forwards no notifications; this check detects it.
                await AskAsync(asker, "heard?");
                if (!await listener.WaitAsync(ConfirmationTimeout, cancellationToken))
                {
                    throw new TimeoutException("The database does not forward notifications.");
                }

                lock (gate)
                {
                    (asking, listening) = (asker, broken);
                }

                hasListened = true;
                OnConnected?.Invoke();
                await ListenAsync(listener, broken.Token);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // The service is stopping.
            }
            catch (Exception exception)
            {
                var isExpected = exception is OperationCanceledException || (IsConnectionError(exception) && !DatabaseOutage.IsProtocolError(exception));
                if (hasListened)
                {
                    OnLost?.Invoke();
                    logger.LogWarning(
                        isExpected ? null : exception, "No change notifications are received ({Reason}); responses come from the database until this is fixed", DatabaseOutage.FindReason(exception));
                    hasListened = isExpected;
                }
                else if (!isExpected)
                {
                    logger.LogError(exception, "Listening for changes failed unexpectedly");
                }
            }
            finally
            {
                lock (gate)
                {
                    (asking, listening) = (null, null);
                }

                broken.Dispose();
            }

            if (!hasListened && !cancellationToken.IsCancellationRequested)
            {
                OnTried?.Invoke(await IsReachableAsync(cancellationToken));
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await listener.WaitAsync(KeepAlive, cancellationToken))
            {
                // If a confirmation fails, the token cancels this wait.
                _ = OnQuiet?.Invoke();
            }
        }
    }

    private void Hear(object sender, NpgsqlNotificationEventArgs heard)
    {
        if (heard.Channel == Channel)
        {
            OnChanged?.Invoke(heard.Payload.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        else if (awaited.TryRemove(heard.Payload, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    private async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(ReachabilityTimeout);
            await using var ask = pool().CreateCommand("SELECT 1");
            await ask.ExecuteNonQueryAsync(limit.Token).WaitAsync(ReachabilityTimeout, cancellationToken);
            return true;
        }
        catch (Exception exception)
        {
            // While the service stops, the pool may be disposed concurrently.
            var isExpected = exception is OperationCanceledException || (IsConnectionError(exception) && !DatabaseOutage.IsProtocolError(exception));
            if (!isExpected && !cancellationToken.IsCancellationRequested)
            {
                logger.LogError(exception, "The check whether the database is reachable failed unexpectedly");
            }

            return false;
        }
    }

    private static bool IsConnectionError(Exception exception) => exception is IOException or SocketException or TimeoutException || DatabaseOutage.IsDatabaseError(exception);

    /// <summary>Closes a connection in the background, so that an unresponsive server does not delay the next attempt.</summary>
    private sealed class Closing(NpgsqlConnection connection) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            _ = Task.Run(async () => await connection.DisposeAsync());
            return ValueTask.CompletedTask;
        }
    }
}
