using ImageHub.Domain;

namespace ImageHub.UnitTests;

/// <summary>The numbers of revisions and watermarks.</summary>
public sealed class RevisionNumberTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 3_635_310)]
    [InlineData(3_635_309, 3_635_310)]
    [InlineData(3_635_310, 3_635_311)]
    [InlineData(4_000_000, 4_000_001)]
    public void The_next_revision_is_higher_than_any_that_was_made_before(int current, int next) => RevisionNumber.After(current, Now).ShouldBe(next);

    [Theory]
    [InlineData(1, 60_588)]
    [InlineData(60_588, 60_589)]
    public void The_next_watermark_is_higher_than_any_before_the_last_hour(int current, int next) => RevisionNumber.MarkAfter(current, Now).ShouldBe(next);

    [Theory]
    [InlineData(1970)]
    [InlineData(9999)]
    public void A_clock_that_is_wrong_by_centuries_does_not_use_up_the_numbers(int year)
    {
        var wrong = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero);

        RevisionNumber.After(7, wrong).ShouldBe(8);
        RevisionNumber.MarkAfter(7, wrong).ShouldBe(8);
    }
}
