using System.Runtime.InteropServices;

namespace ImageHub.Application.OneDrive;

/// <summary>Creates titles for folders.</summary>
internal static class FolderTitles
{
    /// <summary>
    /// Creates a title for each folder: its name, preceded by as many parent names as are needed to make the title unique. A folder whose path is a suffix of
    /// another folder's path gets its whole path as the title.
    /// </summary>
    /// <param name="paths">For each folder, the names of its path from the root, ending with its own name; at least one name.</param>
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
