using ImageHub.Application.Accounts;
using ImageHub.Infrastructure.Accounts;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Accounts;

public sealed class HashQueueTests : IDisposable
{
    private const string Office = "192.0.2.1";

    private static readonly Guid Ada = Guid.CreateVersion7();
    private static readonly Guid Bob = Guid.CreateVersion7();
    private static readonly Guid Cyd = Guid.CreateVersion7();

    private readonly SemaphoreSlim turn = new(1);
    private readonly HashQueue queue;

    public HashQueueTests() => queue = new HashQueue(turn, new ShiftedClock());

    public void Dispose() => turn.Dispose();

    [Fact]
    public async Task An_account_with_repeated_requests_does_not_block_another_account_at_its_address()
    {
        var first = await EnterAsync(Ada);
        var more = Enumerable.Range(0, 8).Select(_ => EnterAsync(Ada)).ToArray();
        var other = EnterAsync(Bob);

        first.Dispose();

        (await Task.WhenAny([.. more, other])).ShouldBe(other);
    }

    [Fact]
    public async Task Two_accounts_that_fill_the_queue_leave_a_place_for_a_third_one()
    {
        var first = await EnterAsync(Ada);
        var more = Enumerable.Range(0, 10).SelectMany(_ => new[] { EnterAsync(Ada), EnterAsync(Bob) }).ToArray();
        var other = EnterAsync(Cyd);

        var replaced = await Task.WhenAny(more.Append(other));
        replaced.IsFaulted.ShouldBeTrue();
        replaced.ShouldNotBe(other);
        first.Dispose();
        (await await Task.WhenAny(more.Except([replaced]))).Dispose();
        (await other).Dispose();
    }

    private Task<IDisposable> EnterAsync(Guid account) => queue.WaitForTurnAsync(new HashCaller(Office, account), TestContext.Current.CancellationToken);
}
