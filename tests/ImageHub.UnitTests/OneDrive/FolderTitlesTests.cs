using ImageHub.Application.OneDrive;

namespace ImageHub.UnitTests.OneDrive;

public sealed class FolderTitlesTests
{
    [Theory]
    [InlineData("Harbour", "Harbour")]
    [InlineData("Trips/Italy|Trips/Spain", "Italy|Spain")]
    [InlineData("Trips/Italy/Best|Trips/Spain/Best", "Italy/Best|Spain/Best")]
    [InlineData("A/X/Best|B/X/Best|B/Y/Best", "A/X/Best|B/X/Best|Y/Best")]
    [InlineData("Best|Italy/Best", "Best|Italy/Best")]
    [InlineData("best|Italy/BEST", "best|Italy/BEST")]
    [InlineData("", "")]
    public void A_group_is_titled_by_its_folder_name_and_as_much_of_the_path_as_makes_it_unique(string paths, string titles) =>
        FolderTitles.From([.. paths.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(path => (IReadOnlyList<string>)path.Split('/'))])
            .ShouldBe(titles.Split('|', StringSplitOptions.RemoveEmptyEntries));
}
