using ImageHub.Api.Console.Adding;

namespace ImageHub.UnitTests.Uploads;

/// <summary>The order of a folder's files, in the folder and in the gallery.</summary>
public sealed class FolderOrderTests
{
    [Theory]
    [InlineData("IMG_9.jpg", "img_10.jpg")]
    [InlineData("a.jpg", "B.jpg")]
    [InlineData("2", "10")]
    [InlineData("a", "a1")]
    [InlineData("a", "a b")]
    [InlineData("a2b", "a10a")]
    [InlineData("99999999999999999999", "100000000000000000000")]
    public void Names_are_sorted_as_people_do(string first, string second)
    {
        NaturalOrder.Instance.Compare(first, second).ShouldBeNegative();
        NaturalOrder.Instance.Compare(second, first).ShouldBePositive();
    }

    [Fact]
    public void Different_names_are_never_equal_so_that_the_order_is_always_the_same()
    {
        NaturalOrder.Instance.Compare("a01", "a1").ShouldNotBe(0);
        NaturalOrder.Instance.Compare("A", "a").ShouldNotBe(0);
        NaturalOrder.Instance.Compare("a", "a").ShouldBe(0);
    }

    [Fact]
    public void New_rows_alone_are_put_behind_their_first()
    {
        var ids = Ids(3);

        Moves([.. ids.Select(id => (id, true))]).ShouldBe([(ids[0], $"{ids[1]},{ids[2]}")]);
        Moves([(ids[0], true)]).ShouldBeEmpty();
    }

    [Fact]
    public void New_rows_are_put_behind_their_older_neighbours_which_do_not_move()
    {
        var ids = Ids(6);

        Moves([(ids[0], true), (ids[1], false), (ids[2], false), (ids[3], true), (ids[4], true), (ids[5], false)])
            .ShouldBe([(null, $"{ids[0]}"), (ids[2], $"{ids[3]},{ids[4]}")]);
    }

    [Fact]
    public void A_long_block_is_moved_in_parts_each_behind_the_last()
    {
        var ids = Ids(2_002);

        var moves = OrderBlocks.Find([.. ids.Select(id => (id, true))]).ToList();

        moves.Select(move => move.Ids.Length).ShouldBe([1_000, 1_000, 1]);
        moves.Select(move => move.After).ShouldBe([ids[0], ids[1_000], ids[2_000]]);
    }

    private static Guid[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid())];

    private static IEnumerable<(Guid? After, string Ids)> Moves((Guid Id, bool IsNew)[] rows) =>
        OrderBlocks.Find(rows).Select(move => (move.After, string.Join(',', move.Ids)));
}
