using ImageHub.Application.Errors;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Imaging;

public sealed class RenderQueueTests
{
    private readonly ShiftedClock clock = new();

    [Fact]
    public async Task As_many_run_as_there_are_slots()
    {
        var queue = new RenderQueue(slots: 2, budgetBytes: 100, maxWaiting: 10, clock);
        using var first = await queue.EnterAsync(1, default);
        var second = await queue.EnterAsync(1, default);

        var third = queue.EnterAsync(1, default);
        third.IsCompleted.ShouldBeFalse();
        second.Dispose();

        (await third).Dispose();
    }

    [Fact]
    public async Task What_runs_together_fits_the_budget()
    {
        var queue = new RenderQueue(slots: 8, budgetBytes: 100, maxWaiting: 10, clock);
        var first = await queue.EnterAsync(60, default);

        var second = queue.EnterAsync(60, default);
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();

        (await second).Dispose();
    }

    [Fact]
    public async Task One_larger_than_the_budget_runs_alone()
    {
        var queue = new RenderQueue(slots: 8, budgetBytes: 100, maxWaiting: 10, clock);
        var small = await queue.EnterAsync(1, default);
        var huge = queue.EnterAsync(1000, default);
        huge.IsCompleted.ShouldBeFalse();

        small.Dispose();
        var admitted = await huge;
        var next = queue.EnterAsync(1, default);
        next.IsCompleted.ShouldBeFalse();
        admitted.Dispose();

        (await next).Dispose();
    }

    [Fact]
    public async Task A_large_one_is_not_overtaken()
    {
        var queue = new RenderQueue(slots: 8, budgetBytes: 100, maxWaiting: 10, clock);
        var first = await queue.EnterAsync(60, default);
        var large = queue.EnterAsync(80, default);

        var small = queue.EnterAsync(1, default);

        small.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await large).Dispose();
        (await small).Dispose();
    }

    [Fact]
    public async Task A_full_queue_says_when_to_come_again()
    {
        var queue = new RenderQueue(slots: 1, budgetBytes: 100, maxWaiting: 1, clock);
        using (await queue.EnterAsync(1, default))
        {
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        // As long as the last one took, and no less than the one that runs has taken already.
        using var running = await queue.EnterAsync(1, default);
        _ = queue.EnterAsync(1, default);
        await ExpectBusyAsync(30);
        clock.Advance(TimeSpan.FromSeconds(40));
        await ExpectBusyAsync(40);

        async Task ExpectBusyAsync(int seconds)
        {
            var problem = await Should.ThrowAsync<ProblemException>(() => queue.EnterAsync(1, default));
            problem.Problem.ShouldBe(Problems.ServerBusy);
            problem.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public async Task Cancelling_leaves_the_queue_and_lets_those_behind_through()
    {
        var queue = new RenderQueue(slots: 8, budgetBytes: 100, maxWaiting: 10, clock);
        using var running = await queue.EnterAsync(60, default);
        using var cancellation = new CancellationTokenSource();
        var large = queue.EnterAsync(80, cancellation.Token);
        var small = queue.EnterAsync(1, default);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
    }

    [Fact]
    public async Task Giving_back_twice_counts_once()
    {
        var queue = new RenderQueue(slots: 1, budgetBytes: 100, maxWaiting: 10, clock);
        var first = await queue.EnterAsync(1, default);
        first.Dispose();
        using var second = await queue.EnterAsync(1, default);

        first.Dispose();

        queue.EnterAsync(1, default).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Many_at_once_never_exceed_slots_or_budget()
    {
        var queue = new RenderQueue(slots: 3, budgetBytes: 100, maxWaiting: 1000, clock);
        var (running, held, worst, heaviest) = (0, 0L, 0, 0L);
        var counting = new Lock();

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (number, cancellationToken) =>
        {
            var bytes = 10 + (number * 7 % 60);
            using var admission = await queue.EnterAsync(bytes, cancellationToken);
            lock (counting)
            {
                worst = Math.Max(worst, ++running);
                heaviest = Math.Max(heaviest, held += bytes);
            }

            await Task.Yield();
            lock (counting)
            {
                running--;
                held -= bytes;
            }
        });

        worst.ShouldBeInRange(1, 3);
        heaviest.ShouldBeInRange(1, 100);
    }
}
