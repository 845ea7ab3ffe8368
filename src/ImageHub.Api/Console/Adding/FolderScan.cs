using ImageHub.Domain.Groups;

namespace ImageHub.Api.Console.Adding;

/// <summary>A file to upload.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Shown">Its path below the folder, for people.</param>
internal sealed record LocalFile(string Path, string Shown)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>What tells whether it has changed since; a file that is gone has a length of -1.</summary>
    public FileState State => new FileInfo(Path) is { Exists: true } file ? new FileState(Path, file.Length, file.LastWriteTimeUtc) : new FileState(Path, -1, default);
}

/// <summary>A file as it was at a time.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="WrittenAt">When it was last written, in UTC.</param>
internal readonly record struct FileState(string Path, long Bytes, DateTime WrittenAt);

/// <summary>A group to be, with its files in the order that they shall have.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Files">Its files; at least one.</param>
internal sealed record PlannedGroup(string Title, IReadOnlyList<LocalFile> Files);

/// <summary>What a folder holds, sorted: each folder's files by name, then the folders below it.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Groups">The groups that its files go into.</param>
/// <param name="NoImages">Files whose names say that they are no images.</param>
/// <param name="Hidden">Files and folders that are hidden.</param>
/// <param name="Unreadable">Folders that could not be read, and files and folders whose names could not, and why.</param>
internal sealed record FolderScan(
    string Root, IReadOnlyList<PlannedGroup> Groups, IReadOnlyList<LocalFile> NoImages, IReadOnlyList<LocalFile> Hidden, IReadOnlyList<(LocalFile Entry, string Reason)> Unreadable)
{
    /// <summary>How many files are to be sent.</summary>
    public int Files => Groups.Sum(group => group.Files.Count);

    /// <summary>What is left without files that are as they were before.</summary>
    public FolderScan Without(IReadOnlySet<FileState> before)
    {
        var groups = Groups
            .Select(group => group with { Files = [.. group.Files.Where(file => !before.Contains(file.State))] })
            .Where(group => group.Files.Count > 0);
        return new FolderScan(Root, [.. groups], NoImages: [], Hidden: [], Unreadable: []);
    }

    /// <summary>Looks through a folder and those below it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="title">The one group for all files, or null for a group a folder.</param>
    public static FolderScan Read(string folder, string? title)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var walk = new Walk(root);
        walk.Run();
        var folders = walk.Found.OrderBy(found => found.Segments, SegmentOrder.Instance).ToList();
        var images = folders
            .Select(found => (found.Segments, Files: found.Files.Where(file => !FileKinds.IsNoImage(file.Name)).OrderBy(file => file.Name, NaturalOrder.Instance).ToList()))
            .Where(found => found.Files.Count > 0)
            .ToList();
        var groups = title is null
            ? NameApart(images.Select(found => new PlannedGroup(BuildTitle(root, found.Segments), found.Files)))
            : images.Count > 0 ? [new PlannedGroup(title, [.. images.SelectMany(found => found.Files)])] : [];
        return new FolderScan(root, groups, [.. folders.SelectMany(found => found.Files).Where(file => FileKinds.IsNoImage(file.Name))], [.. walk.Hidden.OrderBy(file => file.Shown, StringComparer.Ordinal)], walk.Unreadable);
    }

    /// <summary>A folder's name; for nested ones the path below the root. Of one that is too long the end is kept, which tells folders apart.</summary>
    private static string BuildTitle(string root, string[] segments)
    {
        var title = Terminal.Printable(segments.Length == 0 ? new DirectoryInfo(root).Name : string.Join(" / ", segments)).Trim();
        return title.Length switch
        {
            0 => "Images",
            > Group.MaxTitleLength => "…" + title[^(Group.MaxTitleLength - 1)..],
            _ => title,
        };
    }

    /// <summary>Numbers titles that are equal once they have been cut.</summary>
    private static List<PlannedGroup> NameApart(IEnumerable<PlannedGroup> groups)
    {
        var titles = new HashSet<string>(StringComparer.Ordinal);
        return [.. groups.Select(group =>
        {
            var title = group.Title;
            for (var number = 2; !titles.Add(title); number++)
            {
                var suffix = $" ({number})";
                title = group.Title[..Math.Min(group.Title.Length, Group.MaxTitleLength - suffix.Length)] + suffix;
            }

            return group with { Title = title };
        })];
    }

    private sealed class SegmentOrder : IComparer<string[]>
    {
        public static SegmentOrder Instance { get; } = new();

        public int Compare(string[]? x, string[]? y)
        {
            foreach (var (left, right) in x!.Zip(y!))
            {
                if (NaturalOrder.Instance.Compare(left, right) is not 0 and var order)
                {
                    return order;
                }
            }

            return x!.Length.CompareTo(y!.Length);
        }
    }

    /// <summary>
    /// Walks real folders first and those behind links afterwards, each real folder once, so that loops end and a folder is called
    /// by its own name.
    /// </summary>
    private sealed class Walk(string root)
    {
        private readonly HashSet<string> seen = new(StringComparer.Ordinal);
        private readonly Queue<(DirectoryInfo Folder, string[] Segments)> links = [];

        public List<(string[] Segments, List<LocalFile> Files)> Found { get; } = [];

        public List<LocalFile> Hidden { get; } = [];

        public List<(LocalFile Entry, string Reason)> Unreadable { get; } = [];

        public void Run()
        {
            links.Enqueue((new DirectoryInfo(root), []));
            while (links.TryDequeue(out var next))
            {
                try
                {
                    Visit(next.Folder, RealPath(next.Folder.FullName), next.Segments);
                }
                catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                {
                    Refuse(next.Folder, next.Segments);
                }
            }
        }

        private void Visit(DirectoryInfo folder, string realPath, string[] segments)
        {
            if (!seen.Add(realPath))
            {
                return;
            }

            var files = new List<LocalFile>();
            Found.Add((segments, files));
            foreach (var entry in Entries(folder, segments).Where(entry => !FileKinds.IsLitter(entry)))
            {
                if (FileKinds.IsHidden(entry))
                {
                    Hidden.Add(new LocalFile(entry.FullName, string.Join('/', [.. segments, entry.Name]) + (entry is DirectoryInfo ? "/" : "")));
                }
                else if (FileKinds.HasNoUsableName(entry))
                {
                    Unreadable.Add((new LocalFile(entry.FullName, string.Join('/', [.. segments, entry.Name])), "Its name is not in UTF-8, so that nothing opens it; rename it."));
                }
                else if (entry is not DirectoryInfo child)
                {
                    files.Add(new LocalFile(entry.FullName, string.Join('/', [.. segments, entry.Name])));
                }
                else if (child.LinkTarget is null)
                {
                    Visit(child, Path.Combine(realPath, child.Name), [.. segments, child.Name]);
                }
                else
                {
                    links.Enqueue((child, [.. segments, child.Name]));
                }
            }
        }

        private FileSystemInfo[] Entries(DirectoryInfo folder, string[] segments)
        {
            try
            {
                return [.. folder.EnumerateFileSystemInfos()];
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                Refuse(folder, segments);
                return [];
            }
        }

        private void Refuse(DirectoryInfo folder, string[] segments) =>
            Unreadable.Add((new LocalFile(folder.FullName, string.Join('/', segments) + "/"), "The folder cannot be read."));

        /// <summary>The path without links in any of its parts.</summary>
        private static string RealPath(string path)
        {
            var full = Path.GetFullPath(path);
            var parent = Path.GetDirectoryName(full);
            if (parent is null)
            {
                return full;
            }

            var here = Path.Combine(RealPath(parent), Path.GetFileName(full));
            return new DirectoryInfo(here).ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : here;
        }
    }
}
