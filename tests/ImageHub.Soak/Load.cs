using ImageHub.Soak.Traffic;

namespace ImageHub.Soak;

/// <summary>The clients' actions, in fixed proportions.</summary>
internal sealed class Load(Gallery gallery, int seed)
{
    /// <summary>The number of concurrent clients during the measurement of the sustained rate.</summary>
    private const int Together = 12;

    /// <summary>The maximum number of pending actions of one kind. Further actions are not started, as a browser limits its uploads.</summary>
    private const int MaxWaiting = 64;

    private static readonly TimeSpan BetweenVisits = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private static readonly IReadOnlyList<(int Weight, Func<Gallery, Answers, Random, Task> ActAsync)> Kinds =
    [
        (60, Visits.ActAsync),
        (8, Uploads.SendBatchAsync),
        (8, (gallery, answers, _) => Uploads.SendAsGuestAsync(gallery, answers)),
        (8, Uploads.UseDavAsync),
        (16, Curation.ActAsync),
    ];

    private readonly int[] waiting = new int[Kinds.Count];
    private long number;
    private long notBegun;

    /// <summary>The number of actions that were not begun, because too many of their kind were in progress.</summary>
    public long NotBegun => Volatile.Read(ref notBegun);

    /// <summary>Lets one visitor alone read, with pauses, for a duration.</summary>
    public async Task ReadAloneAsync(Answers answers, TimeSpan duration, CancellationToken stop)
    {
        using var end = EndAfter(duration, stop);
        await ReadAloneAsync(answers, end.Token);
    }

    /// <summary>Lets one visitor read, with pauses, until the token is cancelled.</summary>
    public async Task ReadAloneAsync(Answers answers, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Visits.ActAsync(gallery, answers, NewRandom());
            await Task.Delay(BetweenVisits, CancellationToken.None);
        }
    }

    /// <summary>Runs a fixed number of clients. Each starts its next action when the last one has ended.</summary>
    /// <returns>The number of finished actions per second.</returns>
    public async Task<double> MeasureSustainedAsync(Answers answers, TimeSpan duration, CancellationToken stop)
    {
        using var end = EndAfter(duration, stop);
        long finished = 0;
        await Task.WhenAll(Enumerable.Range(0, Together).Select(async _ =>
        {
            while (!end.IsCancellationRequested)
            {
                var random = NewRandom();
                await Kinds[ChooseKind(random)].ActAsync(gallery, answers, random);
                Interlocked.Increment(ref finished);
            }
        }));
        return finished / duration.TotalSeconds;
    }

    /// <summary>Starts actions at a fixed rate, even if earlier ones are still running, and waits for the last ones.</summary>
    /// <param name="answers">Receives the answers.</param>
    /// <param name="perSecond">The number of actions to begin per second.</param>
    /// <param name="duration">The duration.</param>
    /// <param name="stop">Cancels the load.</param>
    public async Task OfferAsync(Answers answers, double perSecond, TimeSpan duration, CancellationToken stop)
    {
        using var end = EndAfter(duration, stop);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (long begun = 0; !end.IsCancellationRequested; begun++)
        {
            while (begun > clock.Elapsed.TotalSeconds * perSecond && !end.IsCancellationRequested)
            {
                await Task.Delay(Tick, CancellationToken.None);
            }

            var random = NewRandom();
            var kind = ChooseKind(random);
            if (Interlocked.Increment(ref waiting[kind]) > MaxWaiting)
            {
                Interlocked.Decrement(ref waiting[kind]);
                Interlocked.Increment(ref notBegun);
                continue;
            }

            _ = Task.Run(() => ActAsync(kind, answers, random), CancellationToken.None);
        }

        while (waiting.Any(count => count > 0))
        {
            await Task.Delay(Tick, CancellationToken.None);
        }
    }

    private async Task ActAsync(int kind, Answers answers, Random random)
    {
        try
        {
            await Kinds[kind].ActAsync(gallery, answers, random);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException or Shouldly.ShouldAssertException)
        {
            answers.AddFinding($"an answer that cannot be read: {exception.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref waiting[kind]);
        }
    }

    private Random NewRandom() => new(unchecked((seed * 1_000_003) + (int)Interlocked.Increment(ref number)));

    private static int ChooseKind(Random random)
    {
        var left = random.Next(Kinds.Sum(kind => kind.Weight));
        for (var kind = 0; ; kind++)
        {
            left -= Kinds[kind].Weight;
            if (left < 0)
            {
                return kind;
            }
        }
    }

    private static CancellationTokenSource EndAfter(TimeSpan duration, CancellationToken stop)
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(duration);
        return end;
    }
}
