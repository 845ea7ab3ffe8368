using ImageHub.Application.Accounts;
using ImageHub.Infrastructure.Accounts;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Accounts;

public sealed class HashQueueTests : IDisposable
{
    private const string Office = "192.0.2.1";

    private static readonly Guid Ada = Guid.CreateVersion7();
    private static readonly Guid Bob = Guid.CreateVersion7();

    private readonly SemaphoreSlim turn = new(1);
    private readonly HashQueue queue;

    public HashQueueTests() => queue = new HashQueue(turn, new ShiftedClock());

    public void Dispose() => turn.Dispose();

    [Fact]
    public async Task An_account_that_asks_again_and_again_does_not_keep_another_one_at_its_address_waiting()
    {
        var first = await EnterAsync(Ada);
        var more = Enumerable.Range(0, 8).Select(_ => EnterAsync(Ada)).ToArray();
        var other = EnterAsync(Bob);

        first.Dispose();

        (await Task.WhenAny([.. more, other])).ShouldBe(other);
    }

    private Task<IDisposable> EnterAsync(Guid account) => queue.WaitForTurnAsync(new HashCaller(Office, account), TestContext.Current.CancellationToken);
}
