using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Imaging;

public sealed class RenderQueueTests
{
    private static readonly Guid Ada = Guid.CreateVersion7();
    private static readonly Guid Bob = Guid.CreateVersion7();
    private static readonly Guid Cid = Guid.CreateVersion7();

    private readonly ShiftedClock clock = new();

    [Fact]
    public async Task One_account_may_use_every_worker_and_all_accounts_together_one_more()
    {
        var queue = NewQueue(workers: 2);
        var first = await EnterAsync(queue, Ada);
        using var second = await EnterAsync(queue, Ada);
        var third = EnterAsync(queue, Ada);

        using var others = await EnterAsync(queue, Bob);
        var last = EnterAsync(queue, Cid);

        (third.IsCompleted, last.IsCompleted).ShouldBe((false, false));
        first.Dispose();
        (await last).Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task Accounts_take_turns()
    {
        var queue = NewQueue(workers: 2);
        var first = await EnterAsync(queue, Ada);
        using var others = await EnterAsync(queue, Bob);
        using var third = await EnterAsync(queue, Cid);
        var (next, last) = (EnterAsync(queue, Ada), EnterAsync(queue, Ada));
        var other = EnterAsync(queue, Bob);

        first.Dispose();

        var admitted = await next;
        (last.IsCompleted, other.IsCompleted).ShouldBe((false, false));
        admitted.Dispose();
        (await last).Dispose();
        (await other).Dispose();
    }

    [Fact]
    public async Task An_account_gets_a_second_worker_only_while_no_other_account_waits_for_a_first_one()
    {
        var queue = NewQueue(workers: 2);
        var first = await EnterAsync(queue, Ada);
        using var second = await EnterAsync(queue, Ada);
        using var others = await EnterAsync(queue, Bob);
        var next = EnterAsync(queue, Ada);
        var newcomer = EnterAsync(queue, Cid);

        first.Dispose();

        next.IsCompleted.ShouldBeFalse();
        (await newcomer).Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task An_account_yields_its_second_worker_when_another_account_waits_for_a_first_one()
    {
        var manual = new ManualClock();
        var queue = new RenderQueue(2, 100, 10, manual);
        using var first = await EnterAsync(queue, Ada);
        using var second = await EnterAsync(queue, Ada);
        using var others = await EnterAsync(queue, Bob);
        manual.Advance(RenderQueue.YieldAfter);
        RenderQueue.Ticket[] running = [first, second, others];
        running.ShouldAllBe(ticket => !queue.ShouldYield(ticket));

        var newcomer = EnterAsync(queue, Cid);

        queue.ShouldYield(first).ShouldBeFalse();
        queue.ShouldYield(others).ShouldBeFalse();
        queue.ShouldYield(second).ShouldBeTrue();
        second.Dispose();
        using var admitted = await newcomer;
        running.Except([second]).ShouldAllBe(ticket => !queue.ShouldYield(ticket));
    }

    [Fact]
    public async Task A_file_yields_its_worker_after_a_moment_and_only_one_file_per_waiting_account_does()
    {
        var manual = new ManualClock();
        var queue = new RenderQueue(3, 100, 10, manual);
        var first = await EnterAsync(queue, Ada);
        var (second, third) = (await EnterAsync(queue, Ada), await EnterAsync(queue, Ada));
        using var others = await EnterAsync(queue, Bob);
        _ = EnterAsync(queue, Cid);

        manual.Advance(RenderQueue.YieldAfter - TimeSpan.FromMilliseconds(1));
        queue.ShouldYield(second).ShouldBeFalse();
        manual.Advance(TimeSpan.FromMilliseconds(1));

        queue.ShouldYield(third).ShouldBeTrue();
        queue.ShouldYield(second).ShouldBeFalse();
        queue.ShouldYield(third).ShouldBeTrue();
    }

    [Fact]
    public async Task Background_work_yields_to_a_file_that_waits_for_memory()
    {
        var manual = new ManualClock();
        var queue = new RenderQueue(2, 100, 10, manual);
        var background = await EnterAsync(queue, RenderAccounts.Background, bytes: 70);
        using var small = await EnterAsync(queue, Ada, bytes: 20);
        manual.Advance(RenderQueue.YieldAfter);
        queue.ShouldYield(background).ShouldBeFalse();

        var waiting = EnterAsync(queue, Bob, bytes: 40);

        queue.ShouldYield(small).ShouldBeFalse();
        queue.ShouldYield(background).ShouldBeTrue();
        background.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_file_that_yielded_its_worker_runs_before_the_other_files_of_its_account()
    {
        var queue = NewQueue(workers: 1);
        var running = await EnterAsync(queue, Ada);
        var waiting = EnterAsync(queue, Ada);
        var again = queue.EnterAsync(Ada, 1, CancellationToken.None, isAgain: true);

        running.Dispose();

        using var admitted = await again;
        waiting.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task An_account_whose_files_timed_out_three_times_in_ten_minutes_goes_to_the_end_of_the_queue()
    {
        var manual = new ManualClock();
        var queue = new RenderQueue(2, 100, 10, manual);
        var (slow, others) = (await EnterAsync(queue, Ada), await EnterAsync(queue, Cid));
        using var third = await EnterAsync(queue, Guid.CreateVersion7());
        for (var timeout = 0; timeout < 3; timeout++)
        {
            queue.CountTimeout(Ada);
        }

        var (first, second, last) = (EnterAsync(queue, Ada), EnterAsync(queue, Bob), EnterAsync(queue, Bob));
        others.Dispose();
        (await second).Dispose();
        using (await last)
        {
            first.IsCompleted.ShouldBeFalse();
        }

        (await first).Dispose();

        // A running file of a slow account yields its worker before the files of other accounts.
        using var held = await EnterAsync(queue, Bob);
        manual.Advance(RenderQueue.YieldAfter);
        queue.ShouldYield(slow).ShouldBeFalse();
        var newcomer = EnterAsync(queue, Cid);
        queue.ShouldYield(held).ShouldBeFalse();
        queue.ShouldYield(slow).ShouldBeTrue();
        slow.Dispose();
        (await newcomer).Dispose();

        // Ten minutes later the account has the same priority as the others.
        manual.Advance(TimeSpan.FromMinutes(10));
        slow = await EnterAsync(queue, Ada);
        manual.Advance(RenderQueue.YieldAfter);
        _ = EnterAsync(queue, Guid.CreateVersion7());
        queue.ShouldYield(slow).ShouldBeFalse();
    }

    [Fact]
    public async Task Parallel_files_fit_the_memory_budget()
    {
        var queue = NewQueue(workers: 8);
        var first = await EnterAsync(queue, Ada, 60);

        var second = EnterAsync(queue, Bob, 60);

        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task One_account_leaves_a_quarter_of_the_memory_to_others()
    {
        var queue = NewQueue(workers: 8);
        using var first = await EnterAsync(queue, Ada, 50);

        var second = EnterAsync(queue, Ada, 30);
        using var others = await EnterAsync(queue, Bob, 25);

        second.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Small_files_overtake_a_large_one_but_not_forever()
    {
        var queue = NewQueue(workers: 8);
        var first = await EnterAsync(queue, Ada, 60);
        var large = EnterAsync(queue, Bob, 70);
        var overtaking = 0;
        while (EnterAsync(queue, Cid) is { IsCompleted: true } small && overtaking < 1000)
        {
            overtaking++;
            (await small).Dispose();
        }

        overtaking.ShouldBeInRange(1, 30);
        first.Dispose();
        (await large).Dispose();
    }

    [Fact]
    public async Task A_full_queue_says_when_to_retry()
    {
        var queue = NewQueue(workers: 1, maxWaiting: 1);
        using (await EnterAsync(queue, Ada))
        {
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        // The reported wait is the longest recent duration, including the time that the running job has taken so far.
        using var running = await EnterAsync(queue, Ada);
        _ = EnterAsync(queue, Ada);
        await ExpectBusyAsync(30);
        clock.Advance(TimeSpan.FromSeconds(40));
        await ExpectBusyAsync(40);

        async Task ExpectBusyAsync(int seconds)
        {
            var problem = await Should.ThrowAsync<ProblemException>(() => EnterAsync(queue, Ada));
            problem.Problem.ShouldBe(Problems.ServerBusy);
            problem.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public async Task An_account_that_fills_the_queue_loses_its_last_file_to_a_new_account()
    {
        var queue = NewQueue(workers: 1, maxWaiting: 2);
        var running = await EnterAsync(queue, Ada);
        var others = await EnterAsync(queue, Bob);
        var (first, last) = (EnterAsync(queue, Ada), EnterAsync(queue, Ada));

        var newcomer = EnterAsync(queue, Cid);

        (await Should.ThrowAsync<ProblemException>(() => last)).Problem.ShouldBe(Problems.ServerBusy);
        others.Dispose();
        (await newcomer).Dispose();
        running.Dispose();
        (await first).Dispose();
    }

    [Fact]
    public async Task No_file_waits_longer_than_half_a_minute()
    {
        var manual = new ManualClock();
        var queue = new RenderQueue(1, 100, 10, manual);
        using var running = await EnterAsync(queue, Ada);
        var waiting = EnterAsync(queue, Ada);

        manual.Advance(TimeSpan.FromSeconds(29));
        waiting.IsCompleted.ShouldBeFalse();
        manual.Advance(TimeSpan.FromSeconds(1));

        (await Should.ThrowAsync<ProblemException>(() => waiting)).Problem.ShouldBe(Problems.ServerBusy);
    }

    [Fact]
    public async Task Cancelling_removes_a_file_from_the_queue_and_lets_later_files_run()
    {
        var queue = NewQueue(workers: 8);
        using var running = await EnterAsync(queue, Ada, 60);
        using var cancellation = new CancellationTokenSource();
        var large = queue.EnterAsync(Ada, 70, cancellation.Token);
        var small = EnterAsync(queue, Ada);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
    }

    [Fact]
    public async Task Releasing_a_worker_twice_counts_once()
    {
        var queue = NewQueue(workers: 1);
        var first = await EnterAsync(queue, Ada);
        first.Dispose();
        using var second = await EnterAsync(queue, Ada);

        first.Dispose();

        EnterAsync(queue, Ada).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Many_parallel_files_never_exceed_the_workers_or_the_budget()
    {
        var queue = NewQueue(workers: 3, maxWaiting: 1000);
        var (running, held, worst, heaviest) = (0, 0L, 0, 0L);
        var counting = new Lock();
        Guid[] accounts = [Ada, Bob, Cid];

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (number, cancellationToken) =>
        {
            var bytes = 10 + (number * 7 % 60);
            using var admission = await queue.EnterAsync(accounts[number % 3], bytes, cancellationToken);
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

        worst.ShouldBeInRange(1, 4);
        heaviest.ShouldBeInRange(1, 100);
    }

    [Fact]
    public async Task A_background_file_waits_until_no_other_file_does_and_delays_none()
    {
        var queue = NewQueue(workers: 1, maxWaiting: 1);
        var running = await EnterAsync(queue, Ada);
        var (first, second) = (EnterAsync(queue, RenderAccounts.Background), EnterAsync(queue, RenderAccounts.Background));
        var waiting = EnterAsync(queue, Ada);

        running.Dispose();
        var next = await waiting;
        (first.IsCompleted, second.IsCompleted).ShouldBe((false, false));
        next.Dispose();
        var made = await first;
        second.IsCompleted.ShouldBeFalse();
        using (await EnterAsync(queue, Ada))
        {
            made.Dispose();
            second.IsCompleted.ShouldBeFalse();
        }

        (await second).Dispose();
    }

    [Fact]
    public async Task A_background_file_waits_without_a_time_limit_unless_it_is_cancelled()
    {
        var manual = new ManualClock();
        var queue = new RenderQueue(1, 100, 10, manual);
        var running = await EnterAsync(queue, Ada);
        using var cancellation = new CancellationTokenSource();
        var cancelled = queue.EnterAsync(RenderAccounts.Background, 1, cancellation.Token);
        var waiting = EnterAsync(queue, RenderAccounts.Background);

        manual.Advance(TimeSpan.FromHours(2));
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        waiting.IsCompleted.ShouldBeFalse();
        running.Dispose();
        (await waiting).Dispose();
    }

    private RenderQueue NewQueue(int workers, int maxWaiting = 10) => new(workers, budgetBytes: 100, maxWaiting, clock);

    private static Task<RenderQueue.Ticket> EnterAsync(RenderQueue queue, Guid account, long bytes = 1) => queue.EnterAsync(account, bytes, CancellationToken.None);
}
