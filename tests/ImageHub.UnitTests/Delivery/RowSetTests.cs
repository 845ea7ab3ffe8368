using ImageHub.Infrastructure.Delivery;

namespace ImageHub.UnitTests.Delivery;

public sealed class RowSetTests
{
    private readonly RowSet<int, string> set;
    private bool isCurrent = true;
    private bool isListening = true;

    public RowSetTests() => set = new RowSet<int, string>(() => isCurrent, () => isListening);

    [Fact]
    public void A_row_is_kept_until_all_are_removed()
    {
        set.Keep(1, "one", set.Generation);

        set.Find(1).ShouldBe("one");
        set.Find(2).ShouldBeNull();
        set.Clear();
        set.Find(1).ShouldBeNull();
        set.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_row_that_was_read_before_a_change_is_not_kept_after_it()
    {
        var before = set.Generation;
        set.Clear();

        set.Keep(1, "one", before);

        set.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Rows_are_read_only_while_they_are_current_and_kept_only_while_changes_are_received()
    {
        set.Keep(1, "one", set.Generation);
        isCurrent = false;
        set.Find(1).ShouldBeNull();

        isCurrent = true;
        isListening = false;
        set.Keep(2, "two", set.Generation);

        set.Find(1).ShouldBe("one");
        set.Find(2).ShouldBeNull();
    }

    [Fact]
    public void At_most_10000_rows_are_kept()
    {
        for (var i = 0; i < 10_000; i++)
        {
            set.Keep(i, "row", set.Generation);
        }

        (set.Find(0), set.Find(9_999)).ShouldBe(("row", "row"));
        set.Keep(10_000, "row", set.Generation);
        set.IsEmpty.ShouldBeTrue();
    }
}
