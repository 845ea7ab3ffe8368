using ImageHub.Domain.Groups;

namespace ImageHub.Api.Console.Adding;

/// <summary>
/// Determines the group of each folder: its title and the group above. Among nested groups, a folder's group is above the groups of its subfolders.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="folders">The folder and its subfolders: the names below the root, and the title of the album in the folder, or null.</param>
/// <param name="isNested">Whether nested folders become nested groups.</param>
internal sealed class FolderPlaces(string root, IEnumerable<(string[] Segments, string? AlbumTitle)> folders, bool isNested)
{
    private readonly Dictionary<string, string?> albumTitles = folders.ToDictionary(folder => Path.Combine(folder.Segments), folder => folder.AlbumTitle, StringComparer.Ordinal);
    private readonly Dictionary<string, GroupPlace> places = new(StringComparer.Ordinal);
    private readonly HashSet<GroupPlace> used = [];

    /// <summary>
    /// The place of a folder. Among nested groups, the root folder's group is beside the groups of its subfolders. A folder below the last level gets a group
    /// at that level, titled with its path below the group above.
    /// </summary>
    /// <param name="segments">The names below the root.</param>
    public GroupPlace Find(string[] segments)
    {
        var path = Path.Combine(segments);
        if (!places.TryGetValue(path, out var place))
        {
            var above = isNested ? Math.Clamp(segments.Length - 1, 0, Group.MaxLevels - 1) : 0;
            place = Number(new GroupPlace(albumTitles[path] ?? BuildTitle(segments[above..]), above == 0 ? null : Find(segments[..above])));
            places.Add(path, place);
        }

        return place;
    }

    /// <summary>Numbers groups that have the same title and the same group above, for example after truncation.</summary>
    private GroupPlace Number(GroupPlace place)
    {
        var title = place.Title;
        for (var number = 2; !used.Add(place); number++)
        {
            var suffix = $" ({number})";
            place = place with { Title = title[..Math.Min(title.Length, Group.MaxTitleLength - suffix.Length)] + suffix };
        }

        return place;
    }

    /// <summary>
    /// Joins the segments to a title; without segments, it is the root folder's name. A title that is too long keeps its end, which distinguishes folders.
    /// </summary>
    private string BuildTitle(string[] segments)
    {
        var title = Terminal.Printable(segments.Length == 0 ? new DirectoryInfo(root).Name : string.Join(" / ", segments)).Trim();
        return title.Length switch
        {
            0 => "Images",
            > Group.MaxTitleLength => "…" + title[^(Group.MaxTitleLength - 1)..],
            _ => title,
        };
    }
}
