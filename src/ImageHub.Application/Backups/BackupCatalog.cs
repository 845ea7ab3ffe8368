using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;

namespace ImageHub.Application.Backups;

/// <summary>
/// The backups in a place. The folder <c>objects</c> contains the objects of all backups. Each object's file is named by the key and the SHA-256, so a backup
/// copies only objects that no earlier backup has copied. The folder <c>backups/{time}</c> contains the database, the list of objects and the manifest of one
/// backup.
/// </summary>
/// <param name="place">The place.</param>
internal sealed class BackupCatalog(IBackupPlace place)
{
    private const string Backups = "backups/";
    private const string Objects = "objects/";
    private const string Manifest = "manifest.json";
    private const string Checksum = "manifest.json.sha256";
    private const string Signature = "manifest.json.sig";
    private const int MaxSignatureBytes = 1024;

    /// <summary>The marker file of an unfinished backup. A backup contains it until it is finished, and again while the backup is being deleted.</summary>
    private const string Unfinished = "unfinished";

    /// <summary>
    /// The suffix of a marker: an empty file beside an object's file. It states that the content does not match the SHA-256 in the file's name.
    /// </summary>
    private const string Damaged = ".damaged";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const int HashCharacters = 64;

    /// <summary>A manifest has a line for each table, column and lost object. Its size does not depend on the number of images.</summary>
    private const int MaxManifestBytes = 64 * 1024 * 1024;

    /// <summary>The prefixes of objects: 256 for images and 256 for parts of uploads.</summary>
    public static IEnumerable<string> ObjectPrefixes { get; } =
        [.. from root in (string[])[ObjectKey.Root, UploadPart.Root] from number in Enumerable.Range(0, 256) select string.Create(CultureInfo.InvariantCulture, $"{Objects}{root}{number:x2}/")];

    /// <summary>The place.</summary>
    public IBackupPlace Place => place;

    /// <summary>
    /// The time by which a backup may be newer than this machine's clock. With a larger difference, one of the clocks is wrong, so it is unknown which backup is
    /// the newest.
    /// </summary>
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromMinutes(5);

    /// <summary>Finds the newest backup in a place, or the backup that a path or an address names. A renamed backup is found only by its name or alone.</summary>
    /// <returns>The catalog and the backup's name. The caller must dispose the catalog's place.</returns>
    /// <exception cref="BackupException">The place contains no finished backup, or it is unknown which one is the newest.</exception>
    public static async Task<(BackupCatalog Catalog, string Backup)> FindAsync(IBackupPlaces places, string source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var full = (BucketTarget.IsMeant(source) ? source : Path.GetFullPath(source).Replace(Path.DirectorySeparatorChar, '/')).TrimEnd('/');
        var separator = full.LastIndexOf('/');
        var parent = separator > 0 && full[..(separator + 1)].EndsWith($"/{Backups}", StringComparison.Ordinal) ? full[..(separator - Backups.Length + 1)] : null;

        // A bucket can have the name "backups".
        if (parent is not null && (!BucketTarget.IsMeant(full) || BucketTarget.TryParse(parent, out _)))
        {
            var named = new BackupCatalog(places.Open(parent));
            var backup = full[(separator + 1)..];
            if (await named.Place.FindLengthAsync(FileName(backup, Manifest), cancellationToken) is not null)
            {
                return (named, backup);
            }

            named.Place.Dispose();
        }

        var catalog = new BackupCatalog(places.Open(source));
        var finished = await catalog.ListAsync(cancellationToken);
        var timed = finished.Where(backup => backup.At is not null).ToArray();
        if (timed is [.., var newest] && newest.At <= now + MaxClockDifference)
        {
            return (catalog, newest.Name);
        }

        if (finished is [{ At: null } only])
        {
            return (catalog, only.Name);
        }

        using var undecided = catalog.Place;
        if (finished.Count == 0)
        {
            throw new BackupException($"'{undecided.Describe("")}' contains no finished backup.");
        }

        var reason = timed.Length == 0
            ? "only renamed backups"
            : "a backup whose time is in the future, because the clock of this machine or of the machine that made the backup is or was wrong";
        throw new BackupException($"'{undecided.Describe("")}' contains {reason}. It is unknown which backup is the newest; name one of these: {string.Join(", ", finished.Select(backup => catalog.Describe(backup.Name)))}.");
    }

    /// <summary>Locks the place against other backups until the lock is disposed, and deletes unfinished backups.</summary>
    /// <exception cref="BackupException">The place has other content, or another backup is running.</exception>
    public async Task<IBackupLock> BeginAsync(CancellationToken cancellationToken)
    {
        if (!await place.ListAsync(Backups, cancellationToken).AnyAsync(cancellationToken)
            && await place.ListAsync("", cancellationToken).AnyAsync(file => !file.Name.StartsWith("lock", StringComparison.Ordinal) && !IsObject(file.Name), cancellationToken))
        {
            throw new BackupException($"'{place.Describe("")}' is neither empty nor a folder with backups; name another folder.");
        }

        var held = await place.LockAsync(BackupUse.Writing, cancellationToken);
        try
        {
            foreach (var (name, files) in await ReadAsync(cancellationToken))
            {
                if (IsUnfinished(name, files))
                {
                    await DeleteFilesAsync(name, files, cancellationToken);
                }
            }

            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ensures that the finished backups of a place are of this gallery, because a backup of another gallery would count as one of this one.</summary>
    /// <param name="gallery">The id of this gallery.</param>
    /// <param name="backups">The names of the backups.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="BackupException">A backup is of another gallery.</exception>
    public async Task EnsureOwnAsync(Guid gallery, IEnumerable<string> backups, CancellationToken cancellationToken)
    {
        foreach (var backup in backups)
        {
            if (await FindGalleryAsync(backup, cancellationToken) is { } other && other != gallery)
            {
                throw new BackupException($"'{Describe(backup)}' is a backup of another gallery; name an empty folder or bucket for this gallery's backups.");
            }
        }
    }

    /// <summary>The id of a backup's gallery; null if the manifest is damaged or does not contain it.</summary>
    private async Task<Guid?> FindGalleryAsync(string backup, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadManifestAsync(backup, key: null, cancellationToken)).GalleryId;
        }
        catch (BackupException)
        {
            // A damaged backup must not prevent the next one.
            return null;
        }
    }

    /// <summary>Begins a new backup, which is unfinished until <see cref="FinishAsync"/>.</summary>
    /// <returns>The backup's name, and the time in it.</returns>
    public async Task<(string Backup, DateTimeOffset At)> CreateAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            var at = clock.GetUtcNow();
            var name = at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
            if (!await place.ListAsync(FileName(name, ""), cancellationToken).AnyAsync(cancellationToken))
            {
                await WriteTextAsync(FileName(name, Unfinished), "", cancellationToken);
                return (name, at);
            }

            // A backup with this time in its name already exists.
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
        }
    }

    /// <summary>Writes the manifest, its checksum and, if there is a key, its signature. Then finishes the backup.</summary>
    public async Task FinishAsync(string backup, BackupManifest manifest, ManifestKey? key, IBackupLock held, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupManifest.Json);
        await WriteAsync(FileName(backup, Manifest), new MemoryStream(json), cancellationToken);
        await WriteTextAsync(FileName(backup, Checksum), $"{Convert.ToHexStringLower(SHA256.HashData(json))}  {Manifest}\n", cancellationToken);
        if (key is not null)
        {
            await WriteAsync(FileName(backup, Signature), new MemoryStream(key.Sign(json)), cancellationToken);
        }

        await held.ThrowIfLostAsync(cancellationToken);
        await place.DeleteAsync([FileName(backup, Unfinished)], cancellationToken);
    }

    /// <summary>Lists the finished backups, ordered by name.</summary>
    /// <returns>Their names and times; the time of a backup that has been renamed is null.</returns>
    public async Task<IReadOnlyList<(string Name, DateTimeOffset? At)>> ListAsync(CancellationToken cancellationToken) =>
        [.. from backup in await ReadAsync(cancellationToken) where !IsUnfinished(backup.Key, backup.Value) select (backup.Key, ParseTime(backup.Key))];

    /// <summary>Whether a backup is unfinished. A backup that was interrupted while its marker was written contains only a partial marker.</summary>
    private static bool IsUnfinished(string backup, IReadOnlyCollection<string> files) =>
        files.Contains(FileName(backup, Unfinished), StringComparer.Ordinal) || files.All(file => file.EndsWith($".{Unfinished}", StringComparison.Ordinal));

    /// <summary>Deletes a backup without its objects. If the deletion is interrupted, the backup is unfinished.</summary>
    public async Task DeleteAsync(string backup, CancellationToken cancellationToken)
    {
        await WriteTextAsync(FileName(backup, Unfinished), "", cancellationToken);
        var files = await place.ListAsync(FileName(backup, ""), cancellationToken).Select(file => file.Name).ToArrayAsync(cancellationToken);
        await DeleteFilesAsync(backup, files, cancellationToken);
    }

    /// <summary>Reads a backup's manifest.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="key">The key that must have signed the manifest; null if it needs no signature.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="BackupException">The manifest is missing or damaged, has no valid signature, or a newer program has written it.</exception>
    public async Task<BackupManifest> ReadManifestAsync(string backup, ManifestKey? key, CancellationToken cancellationToken)
    {
        var path = place.Describe(FileName(backup, Manifest));
        var json = await ReadBytesAsync(FileName(backup, Manifest), MaxManifestBytes, cancellationToken);
        var expected = await ReadBytesAsync(FileName(backup, Checksum), HashCharacters * 2, cancellationToken);
        if (json is null || expected is null)
        {
            throw new DamagedBackupException($"'{path}' or its checksum is missing; this backup cannot be used.");
        }

        if (Convert.ToHexStringLower(SHA256.HashData(json)) != Encoding.ASCII.GetString(expected).Split(' ')[0])
        {
            throw new DamagedBackupException($"'{path}' does not have the checksum in {Checksum}; this backup cannot be used.");
        }

        if (key is not null && (await ReadBytesAsync(FileName(backup, Signature), MaxSignatureBytes, cancellationToken) is not { } signature || !key.Verifies(json, signature)))
        {
            throw new DamagedBackupException($"'{path}' is not signed with the given key in {Signature}; this backup was made without the key, or somebody has changed it.");
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
    /// <param name="backup">The backup's name.</param>
    /// <param name="expected">The list in the manifest.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="DamagedBackupException">The list is missing or, thrown after its last object, does not match the manifest.</exception>
    public async IAsyncEnumerable<ListedObject> ReadObjectsAsync(string backup, BackupFile expected, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = ListName(backup);
        await using var verified = await OpenAsync(name, expected, cancellationToken);
        using var list = new StreamReader(verified);
        while (await list.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return ListedObject.Parse(line);
        }
    }

    /// <summary>Opens a file whose content is verified while it is read: the last read throws if the content does not match the manifest.</summary>
    /// <exception cref="DamagedBackupException">The file is missing.</exception>
    public async Task<Stream> OpenAsync(string name, BackupFile expected, CancellationToken cancellationToken) =>
        await place.OpenAsync(name, cancellationToken) is { } content
            ? new ComparedStream(content, expected, place.Describe(name))
            : throw new DamagedBackupException($"'{place.Describe(name)}' is missing.");

    /// <summary>The name of the list of a backup's objects.</summary>
    public static string ListName(string backup) => FileName(backup, "objects.txt");

    /// <summary>The name of a table's file.</summary>
    public static string TableName(string backup, string table) => FileName(backup, $"database/{table}.copy");

    /// <summary>The name of the data directory's key.</summary>
    public static string KeyName(string backup) => FileName(backup, "signing.key");

    /// <summary>The name of the encrypted key of the data directory.</summary>
    public static string EncryptedKeyName(string backup) => KeyName(backup) + ".encrypted";

    /// <summary>The full path or address of a backup.</summary>
    public string Describe(string backup) => place.Describe(Backups + backup);

    /// <summary>The name of an object's file.</summary>
    public static string ObjectName(ListedObject listed) => $"{ObjectName(listed.Key)}.{listed.Sha256}";

    /// <summary>Finds the files of an object's image or, for a part of an upload, the files of that part.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The sizes of the files by name.</returns>
    public async Task<IReadOnlyDictionary<string, long>> FindFilesAsync(string key, CancellationToken cancellationToken)
    {
        var name = ObjectName(key);
        var end = name.IndexOf('/', Objects.Length + key.IndexOf('/', StringComparison.Ordinal) + "/ab/".Length);
        var prefix = end < 0 ? name + "." : name[..(end + 1)];
        return await place.ListAsync(prefix, cancellationToken).ToDictionaryAsync(file => file.Name, file => file.Bytes, StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>
    /// Finds an object among the image's files that earlier backups have copied, including unfinished backups. Objects never change, so the object need not be
    /// read.
    /// </summary>
    /// <returns>The object with its SHA-256; null if no undamaged file has the size and, if the row has one, the SHA-256.</returns>
    public static ListedObject? FindObject(IReadOnlyDictionary<string, long> files, NeededObject needed)
    {
        var start = ObjectName(needed.Key) + ".";
        return files
            .Where(file => file.Key.Length == start.Length + HashCharacters && file.Key.StartsWith(start, StringComparison.Ordinal) && file.Value == needed.Bytes && !files.ContainsKey(file.Key + Damaged))
            .Select(file => new ListedObject(needed.Key, needed.Bytes, file.Key[start.Length..]))
            .FirstOrDefault(listed => needed.Sha256 is null || needed.Sha256 == listed.Sha256);
    }

    /// <summary>Copies an object. An interrupted copy has a name without SHA-256, and the next backup overwrites it.</summary>
    /// <param name="needed">The object.</param>
    /// <param name="content">Its content.</param>
    /// <param name="files">The files of its image.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The object; null if the content does not match the object's row. In that case, nothing is written.</returns>
    public async Task<ListedObject?> AddObjectAsync(NeededObject needed, Stream content, IReadOnlyDictionary<string, long> files, CancellationToken cancellationToken)
    {
        ListedObject? listed = null;
        await place.WriteAsync(
            ObjectName(needed.Key),
            content,
            (file, crc32) =>
            {
                listed = needed.Matches(file, crc32) ? new ListedObject(needed.Key, file.Bytes, file.Sha256) : null;
                return listed is null ? null : ObjectName(listed);
            },
            cancellationToken);
        if (listed is not null && files.ContainsKey(ObjectName(listed) + Damaged))
        {
            await place.DeleteAsync([ObjectName(listed) + Damaged], cancellationToken);
        }

        return listed;
    }

    /// <summary>Notes that an object's file is damaged, so that the next backup copies the object again.</summary>
    public Task NoteDamageAsync(ListedObject listed, CancellationToken cancellationToken) => WriteTextAsync(ObjectName(listed) + Damaged, "", cancellationToken);

    /// <summary>Gets the name of an object's file. For the marker of a damaged file, this is the name of that file; otherwise it is the given name.</summary>
    public static string FindNoted(string name) => name.EndsWith(Damaged, StringComparison.Ordinal) ? name[..^Damaged.Length] : name;

    /// <summary>Writes a file with a fixed name.</summary>
    public Task<BackupFile> WriteAsync(string name, Stream content, CancellationToken cancellationToken) => place.WriteAsync(name, content, (_, _) => name, cancellationToken);

    private static string FileName(string backup, string file) => $"{Backups}{backup}/{file}";

    private static DateTimeOffset? ParseTime(string backup) =>
        DateTimeOffset.TryParseExact(backup, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>Builds the name of an object's file, without the SHA-256. Each image has its own folder, in one of 256 folders.</summary>
    private static string ObjectName(string key)
    {
        var segments = key.Split('/');
        return string.Join('/', [Objects + segments[0], segments[1][^Math.Min(2, segments[1].Length)..], .. segments[1..]]);
    }

    /// <summary>Whether a file has the name of an object's file, of its marker, or of an object's file that was not written to its end.</summary>
    private static bool IsObject(string name) =>
        name.StartsWith(Objects, StringComparison.Ordinal)
        && (name.EndsWith($".{Unfinished}", StringComparison.Ordinal) || (FindNoted(name) is { Length: > HashCharacters } file && file[^HashCharacters..].All(char.IsAsciiHexDigitLower)));

    /// <summary>Reads the names of all files of all backups.</summary>
    private async Task<SortedDictionary<string, HashSet<string>>> ReadAsync(CancellationToken cancellationToken)
    {
        var backups = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        await foreach (var file in place.ListAsync(Backups, cancellationToken))
        {
            if (file.Name.IndexOf('/', Backups.Length) is > 0 and var end)
            {
                var backup = file.Name[Backups.Length..end];
                (backups.TryGetValue(backup, out var files) ? files : backups[backup] = new(StringComparer.Ordinal)).Add(file.Name);
            }
        }

        return backups;
    }

    private Task DeleteFilesAsync(string backup, IEnumerable<string> files, CancellationToken cancellationToken) =>
        place.DeleteAsync(files.Where(file => file != FileName(backup, Unfinished)).Append(FileName(backup, Unfinished)), cancellationToken);

    private Task<BackupFile> WriteTextAsync(string name, string text, CancellationToken cancellationToken) => WriteAsync(name, new MemoryStream(Encoding.ASCII.GetBytes(text)), cancellationToken);

    /// <summary>Reads a small file.</summary>
    /// <returns>The content; null if the file is missing or too large.</returns>
    public async Task<byte[]?> ReadBytesAsync(string name, int maxBytes, CancellationToken cancellationToken)
    {
        await using var file = await place.OpenAsync(name, cancellationToken);
        if (file is null || file.Length > maxBytes)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}

/// <summary>An object in the list of a backup.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
internal sealed record ListedObject(string Key, long Bytes, string Sha256)
{
    /// <summary>Parses a line.</summary>
    public static ListedObject Parse(string line) =>
        line.Split(' ') is [var key, var size, var hash]
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && key.Contains('/', StringComparison.Ordinal)
        && key.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '/')
        && !key.Contains("//", StringComparison.Ordinal)
        && hash.Length == SHA256.HashSizeInBytes * 2
        && hash.All(char.IsAsciiHexDigitLower)
            ? new ListedObject(key, bytes, hash)
            : throw new DamagedBackupException($"The list of objects has the line '{line}'.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key} {Bytes} {Sha256}");
}
