using ImageHub.Api.Console.Adding;

namespace ImageHub.UnitTests.Uploads;

/// <summary>The order of a folder's files.</summary>
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
    public void Names_are_sorted_in_natural_order(string first, string second)
    {
        NaturalOrder.Instance.Compare(first, second).ShouldBeNegative();
        NaturalOrder.Instance.Compare(second, first).ShouldBePositive();
    }

    [Fact]
    public void Different_names_never_compare_as_equal()
    {
        NaturalOrder.Instance.Compare("a01", "a1").ShouldNotBe(0);
        NaturalOrder.Instance.Compare("A", "a").ShouldNotBe(0);
        NaturalOrder.Instance.Compare("a", "a").ShouldBe(0);
    }
}
