using ImageHub.Domain;

namespace ImageHub.UnitTests;

public sealed class PositionTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(null, 5L)]
    [InlineData(7L, null)]
    [InlineData(0L, 4_000L)]
    [InlineData(-100L, 3_000L)]
    public void Positions_ascend_strictly_between_their_neighbours(long? before, long? after)
    {
        var places = Position.Between(before, after, 1_000).ShouldNotBeNull();

        places.Length.ShouldBe(1_000);
        places.ShouldBe(places.Distinct().Order());
        places.ShouldAllBe(place => (before == null || place > before) && (after == null || place < after));
    }

    [Theory]
    [InlineData(1L, 2L, 1)]
    [InlineData(1L, 1L, 1)]
    [InlineData(0L, 10L, 10)]
    public void An_exhausted_gap_has_no_positions(long before, long after, int count) => Position.Between(before, after, count).ShouldBeNull();
}
