using System.Runtime.InteropServices;

namespace ImageHub.Application.OneDrive;

/// <summary>Titles for folders.</summary>
internal static class FolderTitles
{
    /// <summary>
    /// A title for each folder: its name, preceded by as much of its path as is needed to make it unique. A path that is a suffix of another is
    /// used in full.
    /// </summary>
    /// <param name="paths">The names from the root to each folder; none is empty.</param>
    /// <returns>The titles, in the same order.</returns>
    public static string[] From(IReadOnlyList<IReadOnlyList<string>> paths)
    {
        var titles = new string?[paths.Count];
        var open = Enumerable.Range(0, paths.Count).ToList();
        for (var names = 1; open.Count > 0; names++)
        {
            var alike = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            foreach (var index in open)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(alike, Title(paths[index], names), out _)++;
            }

            foreach (var index in open.Where(index => alike[Title(paths[index], names)] == 1 || paths[index].Count <= names))
            {
                titles[index] = Title(paths[index], names);
            }

            open.RemoveAll(index => titles[index] is not null);
        }

        return titles!;
    }

    private static string Title(IReadOnlyList<string> path, int names) => string.Join('/', path.Skip(path.Count - names));
}
