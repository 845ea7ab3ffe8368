using System.Text.RegularExpressions;
using ImageHub.Application.Images;

namespace ImageHub.Api.Console.Adding;

/// <summary>A file to upload.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Shown">The path relative to the folder, for display.</param>
internal sealed record LocalFile(string Path, string Shown)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The file's size and time, to detect changes. A missing file has a length of -1.</summary>
    public FileState State => new FileInfo(Path) is { Exists: true } file ? new FileState(Path, file.Length, file.LastWriteTimeUtc) : new FileState(Path, -1, default);
}

/// <summary>A snapshot of a file's size and time.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="WrittenAt">The time of the last write, in UTC.</param>
internal readonly record struct FileState(string Path, long Bytes, DateTime WrittenAt);

/// <summary>The place of a group in the tree: its title and the place of the group above.</summary>
/// <param name="Title">The group's title.</param>
/// <param name="Parent">The group above; null at the first level.</param>
internal sealed record GroupPlace(string Title, GroupPlace? Parent = null)
{
    /// <summary>The places from the first level down to this one.</summary>
    public IEnumerable<GroupPlace> WithAbove() => Parent is null ? [this] : [.. Parent.WithAbove(), this];
}

/// <summary>A group to find or create, with its files in their final order.</summary>
/// <param name="Place">The group's title, and the groups above.</param>
/// <param name="Files">The files; at least one.</param>
internal sealed partial record PlannedGroup(GroupPlace Place, IReadOnlyList<LocalFile> Files)
{
    /// <summary>The group's title.</summary>
    public string Title => Place.Title;

    /// <summary>Whether this is a Google Takeout folder for a year. Its photos may also be in the folders of albums beside it.</summary>
    public bool IsYear => Year().IsMatch(Path.GetFileName(Folder));

    /// <summary>The path of the folder that contains the group's folder; null for the file system's root.</summary>
    public string? FolderAbove => Path.GetDirectoryName(Folder);

    /// <summary>The path of the folder of the first file.</summary>
    private string Folder => Path.GetDirectoryName(Files[0].Path)!;

    [GeneratedRegex("^Photos from [0-9]{4}$", RegexOptions.NonBacktracking)]
    private static partial Regex Year();
}

/// <summary>The content of a folder, sorted: each folder's files by name, then its subfolders.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Groups">The groups to upload.</param>
/// <param name="NoImages">Files with the extension of a non-image format that the upload does not use.</param>
/// <param name="Hidden">Hidden files and folders.</param>
/// <param name="Unreadable">Folders that could not be read, and entries with unusable names, with the reasons.</param>
/// <param name="Sidecars">The sidecar of each photo that has one.</param>
internal sealed record FolderScan(
    string Root,
    IReadOnlyList<PlannedGroup> Groups,
    IReadOnlyList<LocalFile> NoImages,
    IReadOnlyList<LocalFile> Hidden,
    IReadOnlyList<(LocalFile Entry, string Reason)> Unreadable,
    IReadOnlyDictionary<LocalFile, LocalFile> Sidecars)
{
    /// <summary>The number of files to upload.</summary>
    public int Files => Groups.Sum(group => group.Files.Count);

    /// <summary>
    /// Limits the scan to photos that are new or have changed since <paramref name="before"/>, or whose sidecars have. The lists of skipped entries are empty.
    /// </summary>
    /// <param name="before">The states of the files that need no further attempt.</param>
    /// <param name="unfinished">The paths of files that are being written; photos with such a file are left out.</param>
    public FolderScan Without(IReadOnlySet<FileState> before, IReadOnlySet<string> unfinished)
    {
        var groups = Groups.Select(group => group with { Files = [.. group.Files.Where(IsMissing)] }).Where(group => group.Files.Count > 0);
        return new FolderScan(Root, [.. groups], NoImages: [], Hidden: [], Unreadable: [], Sidecars);

        bool IsMissing(LocalFile photo)
        {
            LocalFile[] files = Sidecars.TryGetValue(photo, out var sidecar) ? [photo, sidecar] : [photo];
            return !files.Any(file => unfinished.Contains(file.Path)) && files.Any(file => !before.Contains(file.State));
        }
    }

    /// <summary>Scans a folder and its subfolders.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="title">The title of one group for all files, or null for one group per folder.</param>
    /// <param name="isNested">Whether nested folders become nested groups.</param>
    /// <param name="logPath">The full path of the command's own log, which is left out; null if there is none.</param>
    public static FolderScan Read(string folder, string? title, bool isNested, string? logPath)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var walk = new Walk(root, logPath);
        walk.Run();
        var folders = walk.Found.OrderBy(found => found.Segments, SegmentOrder.Instance).ToList();
        var images = folders
            .Select(found => (found.Segments, All: found.Files, Files: found.Files.Where(file => !FileKinds.IsNoImage(file.Name)).OrderBy(file => file.Name, NaturalOrder.Instance).ToList()))
            .Where(found => found.Files.Count > 0)
            .ToList();
        var sidecars = images.SelectMany(found => Pair(found.Files, found.All)).ToDictionary();
        var used = sidecars.Values.ToHashSet();
        IReadOnlyList<PlannedGroup> groups = [];
        if (title is null)
        {
            var places = new FolderPlaces(root, folders.Select(found => (found.Segments, AlbumFile.FindTitle(found.Files))), isNested);
            groups = [.. images.Select(found => new PlannedGroup(places.Find(found.Segments), found.Files))];
        }
        else if (images.Count > 0)
        {
            groups = [new PlannedGroup(new(title), [.. images.SelectMany(found => found.Files)])];
        }

        var noImages = folders.SelectMany(found => found.Files)
            .Where(file => FileKinds.IsNoImage(file.Name) && !used.Contains(file) && (title is not null || file.Name != SidecarNames.OfAlbum));
        return new FolderScan(root, groups, [.. noImages], [.. walk.Hidden.OrderBy(file => file.Shown, StringComparer.Ordinal)], walk.Unreadable, sidecars);
    }

    /// <summary>Pairs the photos of a folder with their sidecars.</summary>
    private static IEnumerable<KeyValuePair<LocalFile, LocalFile>> Pair(IReadOnlyList<LocalFile> photos, IReadOnlyList<LocalFile> files)
    {
        var sidecars = files.Where(file => SidecarNames.IsSidecar(file.Name)).ToDictionary(file => file.Name, StringComparer.Ordinal);
        var names = new SidecarNames(sidecars.Keys);
        foreach (var photo in sidecars.Count == 0 ? [] : photos)
        {
            if (names.Find(photo.Name) is { } name)
            {
                yield return KeyValuePair.Create(photo, sidecars[name]);
            }
        }
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

    /// <summary>Visits real folders before links, and each real folder once. This ends loops and lists a folder under its real name.</summary>
    private sealed class Walk(string root, string? logPath)
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
            foreach (var entry in Entries(folder, segments).Where(entry => !FileKinds.IsLitter(entry) && entry.FullName != logPath))
            {
                if (FileKinds.IsHidden(entry))
                {
                    Hidden.Add(new LocalFile(entry.FullName, string.Join('/', [.. segments, entry.Name]) + (entry is DirectoryInfo ? "/" : "")));
                }
                else if (FileKinds.HasNoUsableName(entry))
                {
                    Unreadable.Add((new LocalFile(entry.FullName, string.Join('/', [.. segments, entry.Name])), "Its name is not valid UTF-8, so no program can open it; rename it."));
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

        /// <summary>Resolves all links in a path.</summary>
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
