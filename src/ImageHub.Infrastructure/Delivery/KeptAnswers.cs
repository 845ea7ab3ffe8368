using ImageHub.Application.Accounts;
using ImageHub.Application.Delivery;
using ImageHub.Application.Thumbnails;
using ImageHub.Infrastructure.Database;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>
/// The response cache in memory and on disk. The <see cref="ChangeFeed"/> reports committed changes, and the affected responses are removed. A confirmation
/// proves that all changes committed before it was requested have been received. A response is served only if the last confirmation was requested less than
/// <see cref="HoldsFor"/> ago.
/// </summary>
/// <remarks>
/// While the database is unavailable, there are no confirmations. Responses are then served although they may be stale, until the last confirmation is older
/// than <see cref="DeliveryOptions.StaleSeconds"/>.
/// </remarks>
internal sealed class KeptAnswers : IKeptAnswers, IAsyncDisposable
{
    /// <summary>If the last confirmation is at least this old, a request makes the cache request a new confirmation in the background.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(300);

    /// <summary>If the last confirmation is at least this old, a request waits for a new confirmation.</summary>
    private static readonly TimeSpan HoldsFor = TimeSpan.FromMilliseconds(700);

    /// <summary>How long a request waits for a confirmation. After that, its response is created from the database.</summary>
    private static readonly TimeSpan ConfirmationTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan MarkEvery = TimeSpan.FromSeconds(10);

    private readonly DeliveryOptions options;
    private readonly AnswerSet set;
    private readonly AnswerFiles files;
    private readonly ChangeFeed feed;
    private readonly StatementCount statements;
    private readonly TimeProvider clock;
    private readonly ILogger<KeptAnswers> logger;
    private readonly Lock gate = new();
    private volatile bool isListening;
    private volatile bool isAway;
    private readonly long startedAt;

    private long confirmedAt;
    private long asking;
    private long currentAt;
    private DateTimeOffset markedAt;
    private volatile bool hasReadFiles;

    public KeptAnswers(
        IOptions<DeliveryOptions> options, DataDirectory data, string source, ChangeFeed feed, StatementCount statements, TimeProvider clock, ILogger<KeptAnswers> logger)
    {
        this.options = options.Value;
        this.feed = feed;
        this.statements = statements;
        this.clock = clock;
        this.logger = logger;
        set = new AnswerSet(options.Value.KeptBytes);
        Sessions = new RowSet<FindSession, LiveSession>(MayReadRows, () => isListening);
        Thumbnails = new RowSet<OpenThumbnail, StoredThumbnail>(MayReadRows, () => isListening);
        files = new AnswerFiles(data.Folder("kept"), source, set, logger);
        currentAt = files.CurrentAt?.UtcTicks ?? 0;
        startedAt = clock.GetTimestamp();
        feed.OnConnected = Begin;
        feed.OnChanged = Drop;
        feed.OnLost = () => isListening = false;
        feed.OnQuiet = ConfirmedAsync;
        feed.OnTried = isThere =>
        {
            if (isThere)
            {
                isAway = false;
            }
            else
            {
                MarkAway();
            }
        };
    }

    /// <inheritdoc/>
    public bool MayServeStale => IsStaleGoodEnough() && MayHoldAny();

    /// <summary>The use of the cache in memory.</summary>
    public AnswerSetUse Use => set.Use;

    /// <summary>The permissions of sessions.</summary>
    public RowSet<FindSession, LiveSession> Sessions { get; }

    /// <summary>Stored thumbnails by height.</summary>
    public RowSet<OpenThumbnail, StoredThumbnail> Thumbnails { get; }

    /// <inheritdoc/>
    public long Generation => set.Generation;

    /// <inheritdoc/>
    public long Statements => statements.Value;

    /// <inheritdoc/>
    public ValueTask<KeptAnswerUse> CheckAsync() =>
        !isListening ? ValueTask.FromResult(isAway && IsStaleGoodEnough() ? KeptAnswerUse.Stale : KeptAnswerUse.None)
        : IsCurrent() ? ValueTask.FromResult(KeptAnswerUse.Current)
        : new ValueTask<KeptAnswerUse>(ConfirmedAsync());

    /// <inheritdoc/>
    public KeptContent? Find(string key) => set.Find(key);

    /// <inheritdoc/>
    public void Keep(string key, KeptContent answer, IReadOnlyList<string> tags, long generation)
    {
        var kept = new KeptAnswer(key, answer, tags);
        if (isListening && set.Add(kept, generation, out var evicted))
        {
            files.Write(kept);
            files.Evict(evicted);
        }
    }

    /// <inheritdoc/>
    public Task ConfirmAsync() => isListening && MayHoldAny() ? ConfirmedAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task SettleAsync()
    {
        if (!MayHoldAny())
        {
            // A row that is being read now must not be kept.
            ClearRows();
            return;
        }

        if (!isListening || await ConfirmedAsync() != KeptAnswerUse.Current)
        {
            // The caller's change will not be received in time. Which entries it affects is unknown, so all entries are removed.
            Clear();
        }
    }

    /// <inheritdoc/>
    public async Task ReportOutageAsync()
    {
        if (isListening)
        {
            try
            {
                // A single failed connection is not an outage. The database counts as unavailable only if no confirmation arrives.
                await feed.ConfirmAsync();
                return;
            }
            catch (TimeoutException)
            {
                // The feed has stopped listening. MarkAway checks whether it has restarted.
            }
        }

        MarkAway();
    }

    private void MarkAway()
    {
        if (isListening || isAway)
        {
            return;
        }

        lock (gate)
        {
            // The feed has restarted in the meantime, so the database is available.
            if (isListening)
            {
                return;
            }

            if (!hasReadFiles)
            {
                var generation = set.Generation;
                foreach (var answer in files.Read())
                {
                    set.Add(answer, generation, out _);
                }

                // Set last. While it is false, a concurrent SettleAsync assumes that there are entries to remove.
                hasReadFiles = true;
            }

            isAway = true;
            if (MayServeStale)
            {
                logger.LogWarning("The database is unavailable: visitors get cached responses until {Until:u}", CurrentAt.AddSeconds(options.StaleSeconds));
            }
        }
    }

    /// <summary>Starts listening for changes. The schema must exist.</summary>
    public void Start() => feed.Start();

    /// <summary>Stops listening for changes.</summary>
    public ValueTask StopAsync() => feed.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await files.DisposeAsync();
    }

    /// <summary>
    /// Whether the last confirmation is recent enough to serve stale responses during an outage. Checks the wall clock, which continues across
    /// a restart, and the monotonic clock of this process, which does not jump.
    /// </summary>
    private bool IsStaleGoodEnough()
    {
        var limit = TimeSpan.FromSeconds(options.StaleSeconds);
        return clock.GetUtcNow() - CurrentAt < limit && clock.GetElapsedTime(Math.Max(Interlocked.Read(ref confirmedAt), startedAt)) < limit;
    }

    /// <summary>Whether there may be entries, in memory or on disk from before the start.</summary>
    private bool MayHoldAny() => !set.IsEmpty || !Sessions.IsEmpty || !Thumbnails.IsEmpty || !hasReadFiles;

    /// <summary>
    /// Whether the last confirmation is recent. Requests a new one in the background if the last one is older than <see cref="AskAgainAfter"/>.
    /// </summary>
    private bool IsCurrent()
    {
        var age = clock.GetElapsedTime(Interlocked.Read(ref confirmedAt));
        if (age >= AskAgainAfter && age < HoldsFor)
        {
            AskInBackground();
        }

        return age < HoldsFor;
    }

    /// <summary>Whether cached rows are current. If they are not, the request runs its query, which takes no longer than a confirmation.</summary>
    private bool MayReadRows()
    {
        if (!isListening)
        {
            return false;
        }

        if (IsCurrent())
        {
            return true;
        }

        AskInBackground();
        return false;
    }

    private void AskInBackground()
    {
        if (Interlocked.Exchange(ref asking, 1) == 0)
        {
            _ = ConfirmedAsync();
        }
    }

    /// <summary>When the last confirmation was requested; <see cref="DateTimeOffset.MinValue"/> if there was none.</summary>
    private DateTimeOffset CurrentAt => new(Interlocked.Read(ref currentAt), TimeSpan.Zero);

    private async Task<KeptAnswerUse> ConfirmedAsync()
    {
        var (begun, time) = (clock.GetTimestamp(), clock.GetUtcNow());
        try
        {
            await feed.ConfirmAsync().WaitAsync(ConfirmationTimeout);
            Confirm(begun, time);
            return KeptAnswerUse.Current;
        }
        catch (TimeoutException)
        {
            return KeptAnswerUse.None;
        }
        finally
        {
            Interlocked.Exchange(ref asking, 0);
        }
    }

    private void Begin()
    {
        var (begun, time) = (clock.GetTimestamp(), clock.GetUtcNow());
        lock (gate)
        {
            hasReadFiles = true;
            Clear();
            isAway = false;
            Confirm(begun, time);
            isListening = true;
        }
    }

    private void Drop(string[] tags)
    {
        if (tags.Contains(ChangeTags.All, StringComparer.Ordinal))
        {
            Clear();
            return;
        }

        if (tags.Contains(ChangeTags.Accounts, StringComparer.Ordinal))
        {
            Sessions.Clear();
        }

        if (tags.Contains(ChangeTags.Thumbnails, StringComparer.Ordinal))
        {
            Thumbnails.Clear();
        }

        files.Remove(set.Drop(tags));
    }

    private void Clear()
    {
        ClearRows();
        set.Clear();
        files.Clear();
    }

    private void ClearRows()
    {
        Sessions.Clear();
        Thumbnails.Clear();
    }

    private void Confirm(long begun, DateTimeOffset time)
    {
        Interlocked.Exchange(ref confirmedAt, begun);
        Interlocked.Exchange(ref currentAt, time.UtcTicks);
        if (time - markedAt >= MarkEvery)
        {
            markedAt = time;
            files.MarkCurrent(time);
        }
    }
}
