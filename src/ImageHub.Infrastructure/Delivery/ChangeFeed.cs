using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using ImageHub.Infrastructure.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>
/// Hears of every change that is committed, on any instance, by LISTEN (PostgreSQL's documentation, "Asynchronous Notification"). It holds two connections of its
/// own, so that a busy pool delays nothing: one listens, the other asks for a confirmation.
/// </summary>
internal sealed class ChangeFeed(DatabaseServer server, Func<NpgsqlDataSource> pool, ILogger<ChangeFeed> logger) : IAsyncDisposable
{
    /// <summary>Where the triggers of the database announce changes.</summary>
    private const string Channel = "imagehub_changes";

    /// <summary>How long a confirmation may take before the connections are made anew. Callers need not wait for so long: a busy server is no reason to forget everything.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long the database may take to answer others.</summary>
    private static readonly TimeSpan PatienceForOthers = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing is heard before <see cref="OnQuiet"/>.</summary>
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

    /// <summary>It listens from now on: whatever was committed before can be read, whatever comes after will be heard.</summary>
    public Action? OnConnected { get; set; }

    /// <summary>Something that visitors see has changed.</summary>
    public Action<string[]>? OnChanged { get; set; }

    /// <summary>It does not listen any more. May be called more than once.</summary>
    public Action? OnLost { get; set; }

    /// <summary>Nobody has asked for a confirmation for a while: somebody should, since the connections may have broken without a word.</summary>
    public Func<Task>? OnQuiet { get; set; }

    /// <summary>While it does not listen: whether the database can be reached by others.</summary>
    public Action<bool>? OnTried { get; set; }

    /// <summary>Begins to listen, and goes on until it is disposed of. To be called when the database has its schema.</summary>
    public void Start() => running = Task.Run(() => RunAsync(stopping.Token));

    /// <summary>Waits until all has been heard that is committed by now.</summary>
    /// <exception cref="TimeoutException">Nothing is heard; the connections are made anew.</exception>
    public Task ConfirmAsync()
    {
        lock (gate)
        {
            // The one that runs may have begun before a change that the caller knows of; whoever else waits for the next one shares it.
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
            throw new TimeoutException("Nothing is heard of changes now.");
        }

        var word = Interlocked.Increment(ref asked).ToString(CultureInfo.InvariantCulture);
        var heard = awaited.GetOrAdd(word, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            // Not by a token: cancelling a statement asks the server, which may be what hangs.
            await Task.WhenAll(AskAsync(connection, word), heard.Task).WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            // Of any kind: a connection that is closed meanwhile fails in more ways than one that breaks.
            lock (gate)
            {
                if (current is not null && current == listening)
                {
                    // Before those who wait for this confirmation go on.
                    OnLost?.Invoke();
                    _ = current.CancelAsync();
                }
            }

            throw new TimeoutException("Nothing is heard of changes now.", exception);
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
        var connectionString = new NpgsqlConnectionStringBuilder(DatabaseServices.WithDefaults(server.ConnectionString)) { Pooling = false }.ConnectionString;
        while (!cancellationToken.IsCancellationRequested)
        {
            var hasListened = false;
            var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                var listener = new NpgsqlConnection(connectionString);
                await using var closed = new Closing(listener);
                var asker = new NpgsqlConnection(connectionString);
                await using var alsoClosed = new Closing(asker);
                await listener.OpenAsync(cancellationToken);
                await asker.OpenAsync(cancellationToken);
                listener.Notification += Hear;
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}; LISTEN {ownChannel}", listener))
                {
                    await listen.ExecuteNonQueryAsync(cancellationToken);
                }

                // Behind a pooler in transaction mode, which takes LISTEN and forwards nothing, it would seem to listen.
                await AskAsync(asker, "heard?");
                if (!await listener.WaitAsync(Patience, cancellationToken))
                {
                    throw new TimeoutException("The database does not pass notifications on.");
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
                // The service stops.
            }
            catch (Exception exception)
            {
                if (hasListened)
                {
                    OnLost?.Invoke();
                    logger.LogWarning("Nothing is heard of changes ({Reason}); answers come from the database until it is", exception.Message);
                }

                if (!IsOfConnection(exception) && exception is not OperationCanceledException)
                {
                    logger.LogError(exception, "Listening to changes failed unexpectedly");
                    hasListened = false;
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

            if (!hasListened)
            {
                OnTried?.Invoke(await AnswersOthersAsync(cancellationToken));
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
                // What it finds broken is told by the token above.
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

    private async Task<bool> AnswersOthersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(PatienceForOthers);
            await using var ask = pool().CreateCommand("SELECT 1");
            await ask.ExecuteNonQueryAsync(limit.Token).WaitAsync(PatienceForOthers, cancellationToken);
            return true;
        }
        catch (Exception exception) when (IsOfConnection(exception) || exception is OperationCanceledException)
        {
            return false;
        }
    }

    private static bool IsOfConnection(Exception exception) => exception is DbException or IOException or SocketException or TimeoutException;

    /// <summary>Closes a connection in the background: a server that hangs does not hold up the next attempt.</summary>
    private sealed class Closing(NpgsqlConnection connection) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            _ = Task.Run(async () => await connection.DisposeAsync());
            return ValueTask.CompletedTask;
        }
    }
}
