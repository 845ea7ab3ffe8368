using ImageHub.Domain.Groups;
using ImageHub.Domain.OneDrive;

namespace ImageHub.Application.Imports;

/// <summary>The folders of an import as a tree. The groups for the folders have at most <see cref="Group.MaxLevels"/> levels.</summary>
/// <param name="folders">The folders of the import.</param>
internal sealed class FolderTree(IEnumerable<ImportFolder> folders)
{
    private readonly Dictionary<string, ImportFolder> byPath = folders.DistinctBy(folder => KeyOf(folder.Path), StringComparer.Ordinal).ToDictionary(folder => KeyOf(folder.Path), StringComparer.Ordinal);

    /// <summary>Finds the outer folders whose groups will contain a folder's group, outermost first. Folders that are not imported are omitted.</summary>
    public IReadOnlyList<ImportFolder> FindAbove(ImportFolder folder)
    {
        var above = Enumerable.Range(0, folder.Path.Count).Select(length => byPath.GetValueOrDefault(KeyOf(folder.Path.Take(length)))).OfType<ImportFolder>();
        return [.. above.Take(Group.MaxLevels - 1)];
    }

    /// <summary>
    /// The title of a folder's group: the folder's name or, at the last level, the path below the innermost folder of <see cref="FindAbove"/>.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="rootTitle">The title of the drive's root folder.</param>
    public string FindTitle(ImportFolder folder, string rootTitle)
    {
        var above = FindAbove(folder);
        return folder.Path.Count == 0 ? rootTitle
            : above.Count == Group.MaxLevels - 1 ? string.Join('/', folder.Path.Skip(above[^1].Path.Count))
            : folder.Path[^1];
    }

    private static string KeyOf(IEnumerable<string> path) => string.Join('/', path);
}
