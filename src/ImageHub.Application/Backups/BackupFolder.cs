using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using ImageHub.Application.Storage;

namespace ImageHub.Application.Backups;

/// <summary>
/// A folder with backups. <c>objects</c> has the objects of all backups, each under its key and its SHA-256, so that a backup copies only objects that no earlier
/// one has. <c>backups/{time}</c> has the database, the list of objects and the manifest of one backup.
/// </summary>
/// <param name="root">The folder's path.</param>
internal sealed class BackupFolder(string root)
{
    private const string Backups = "backups";
    private const string Objects = "objects";
    private const string Unfinished = ".unfinished";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const int HashCharacters = 64;

    private static readonly UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The absolute path.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The folder with the objects of all backups.</summary>
    public string ObjectsPath => Path.Combine(Root, Objects);

    /// <summary>Prepares the folder for a backup, and locks it against other backups until the lock is disposed.</summary>
    /// <exception cref="BackupException">The folder has other content, or another backup is running.</exception>
    public IDisposable Begin()
    {
        if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any() && !Directory.Exists(Path.Combine(Root, Backups)))
        {
            throw new BackupException($"'{Root}' is neither empty nor a folder with backups; name another folder.");
        }

        CreateFolder(Path.Combine(Root, Backups));
        CreateFolder(Path.Combine(Root, Objects));
        try
        {
            var held = PrivateFile.Create(Path.Combine(Root, "lock"));
            foreach (var unfinished in Directory.EnumerateDirectories(Path.Combine(Root, Backups), "*" + Unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            return held;
        }
        catch (IOException)
        {
            throw new BackupException($"Another backup into '{Root}' is running.");
        }
    }

    /// <summary>Creates the folder of a new backup, which is unfinished until <see cref="FinishAsync"/>.</summary>
    /// <returns>The folder's path.</returns>
    public string Create(DateTimeOffset at)
    {
        var path = Path.Combine(Root, Backups, at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) + Unfinished);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        CreateFolder(Path.Combine(path, "database"));
        return path;
    }

    /// <summary>Writes the manifest with its checksum, and gives the backup its name.</summary>
    /// <returns>The path of the backup.</returns>
    public static async Task<string> FinishAsync(string unfinished, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupManifest.Json);
        await HashedFile.WriteAsync(Path.Combine(unfinished, "manifest.json"), new MemoryStream(json), cancellationToken);
        await HashedFile.WriteAsync(
            Path.Combine(unfinished, "manifest.json.sha256"), new MemoryStream(System.Text.Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(json))}  manifest.json\n")), cancellationToken);
        var finished = unfinished[..^Unfinished.Length];
        Directory.Move(unfinished, finished);
        return finished;
    }

    /// <summary>Finds the newest backup in a folder with backups, or the backup that a path names.</summary>
    /// <exception cref="BackupException">There is none.</exception>
    public static (BackupFolder Folder, string Path) Find(string source)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        if (File.Exists(Path.Combine(path, "manifest.json")) && Path.GetFileName(Path.GetDirectoryName(path)) == Backups)
        {
            return (new BackupFolder(Path.GetDirectoryName(Path.GetDirectoryName(path))!), path);
        }

        var backups = Path.Combine(path, Backups);
        var newest = Directory.Exists(backups)
            ? Directory.EnumerateDirectories(backups).Where(folder => !folder.EndsWith(Unfinished, StringComparison.Ordinal)).Max(StringComparer.Ordinal)
            : null;
        return newest is null ? throw new BackupException($"'{path}' contains no finished backup.") : (new BackupFolder(path), newest);
    }

    /// <summary>Lists the finished backups.</summary>
    /// <returns>Their paths and times; the time of a backup whose folder has been renamed is null.</returns>
    public IReadOnlyList<(string Path, DateTimeOffset? At)> List() =>
        Directory.Exists(Path.Combine(Root, Backups))
            ? [.. Directory.EnumerateDirectories(Path.Combine(Root, Backups)).Where(folder => !folder.EndsWith(Unfinished, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(folder => (folder, ParseTime(folder)))]
            : [];

    /// <summary>Deletes a backup without its objects. If the deletion is interrupted, the backup is unfinished.</summary>
    public static void Delete(string backup)
    {
        var unfinished = backup + Unfinished;
        Directory.Move(backup, unfinished);
        Directory.Delete(unfinished, recursive: true);
    }

    /// <summary>Reads a backup's manifest.</summary>
    /// <exception cref="BackupException">The manifest is missing or damaged, or a newer program has written it.</exception>
    public static async Task<BackupManifest> ReadManifestAsync(string backup, CancellationToken cancellationToken)
    {
        var path = Path.Combine(backup, "manifest.json");
        if (!File.Exists(path) || !File.Exists(path + ".sha256"))
        {
            throw new DamagedBackupException($"'{path}' or its checksum is missing; this backup cannot be used.");
        }

        var json = await File.ReadAllBytesAsync(path, cancellationToken);
        var expected = (await File.ReadAllTextAsync(path + ".sha256", cancellationToken)).Split(' ')[0];
        if (Convert.ToHexStringLower(SHA256.HashData(json)) != expected)
        {
            throw new DamagedBackupException($"'{path}' does not have the checksum in manifest.json.sha256; this backup cannot be used.");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            var format = document.RootElement.GetProperty("format").GetInt32();
            return format == BackupManifest.CurrentFormat
                ? document.Deserialize<BackupManifest>(BackupManifest.Json)!
                : throw new BackupException($"'{path}' has the format {format}, and this program reads only format {BackupManifest.CurrentFormat}; use the program that made the backup, or a later one.");
        }
        catch (Exception invalid) when (invalid is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DamagedBackupException($"'{path}' is not a manifest: {invalid.Message}");
        }
    }

    /// <summary>Reads the list of a backup's objects, in the order of the list.</summary>
    public static async IAsyncEnumerable<ListedObject> ReadObjectsAsync(string backup, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in File.ReadLinesAsync(ListPath(backup), cancellationToken))
        {
            yield return ListedObject.Parse(line);
        }
    }

    /// <summary>The path of the list of a backup's objects.</summary>
    public static string ListPath(string backup) => Path.Combine(backup, "objects.txt");

    /// <summary>The path of a table's file.</summary>
    public static string TablePath(string backup, string table) => Path.Combine(backup, "database", $"{table}.copy");

    /// <summary>The path of the data directory's key.</summary>
    public static string KeyPath(string backup) => Path.Combine(backup, "signing.key");

    /// <summary>The path of an object.</summary>
    public string PathOf(ListedObject listed) => $"{PathOf(listed.Key)}.{listed.Sha256}";

    /// <summary>Finds an object that an earlier backup, also an unfinished one, has copied. Objects never change, so it needs not be read.</summary>
    /// <returns>The object with its SHA-256; null if there is none of this size.</returns>
    public ListedObject? FindObject(string key, long bytes)
    {
        var path = PathOf(key);
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".");
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var found = new DirectoryInfo(folder).EnumerateFiles(name + "*").FirstOrDefault(file => file.Name.Length == name.Length + HashCharacters && file.Length == bytes);
        return found is null ? null : new ListedObject(key, bytes, found.Name[name.Length..]);
    }

    /// <summary>Copies an object. A copy that is interrupted has another name and is overwritten by the next backup.</summary>
    public async Task<ListedObject> AddObjectAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        CreateFolder(Path.GetDirectoryName(path)!);
        var written = await HashedFile.WriteAsync(path + Unfinished, content, cancellationToken);
        var listed = new ListedObject(key, written.Bytes, written.Sha256);
        File.Move(path + Unfinished, PathOf(listed), overwrite: true);
        return listed;
    }

    private static DateTimeOffset? ParseTime(string backup) =>
        DateTimeOffset.TryParseExact(Path.GetFileName(backup), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Private);
        }
    }

    /// <summary>Puts the objects of an image into a folder of their own, in one of 256 folders.</summary>
    private string PathOf(string key)
    {
        var segments = key.Split('/');
        return Path.Combine([Root, Objects, segments[0], segments[1][^Math.Min(2, segments[1].Length)..], .. segments[1..]]);
    }
}

/// <summary>An object in the list of a backup.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
internal sealed record ListedObject(string Key, long Bytes, string Sha256)
{
    /// <summary>Parses a line.</summary>
    public static ListedObject Parse(string line) => line.Split(' ') is [var key, var bytes, var hash]
        ? new ListedObject(key, long.Parse(bytes, NumberStyles.None, CultureInfo.InvariantCulture), hash)
        : throw new DamagedBackupException($"The list of objects has the line '{line}'.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key} {Bytes} {Sha256}");
}
