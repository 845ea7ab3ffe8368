using ImageHub.Application.Thumbnails;

namespace ImageHub.UnitTests.Thumbnails;

public sealed class RenderSlotsTests
{
    private readonly RenderSlots slots = new(4);

    [Fact]
    public async Task Visitors_leave_one_slot_to_owners_and_an_owner_is_the_next_before_visitors()
    {
        var visitors = Enter("a", "a", "b", "b");
        visitors.Count(slot => slot.IsCompleted).ShouldBe(3);

        var owners = Enter(null, null);
        owners.Select(slot => slot.IsCompleted).ShouldBe([true, false]);
        (await visitors[0]).Dispose();

        await owners[1];
        visitors[3].IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_free_slot_goes_to_the_visitor_with_the_fewest_renderings_and_otherwise_to_the_first_one()
    {
        var visitors = Enter("a", "a", "a", "a", "b", "c");

        (await visitors[0]).Dispose();
        await visitors[4];
        (await visitors[1]).Dispose();
        await visitors[5];
        visitors[3].IsCompleted.ShouldBeFalse();

        (await visitors[4]).Dispose();
        await visitors[3];
    }

    [Fact]
    public async Task A_cancelled_rendering_leaves_the_queue()
    {
        var visitors = Enter("a", "a", "a");
        using var cancellation = new CancellationTokenSource();
        var cancelled = slots.EnterAsync("b", cancellation.Token);
        var next = Enter("a")[0];
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);

        (await visitors[0]).Dispose();

        await next;
    }

    private List<Task<IDisposable>> Enter(params string?[] visitors) => [.. visitors.Select(visitor => slots.EnterAsync(visitor, CancellationToken.None))];
}
