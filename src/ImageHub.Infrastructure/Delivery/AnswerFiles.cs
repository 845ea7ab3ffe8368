using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using ImageHub.Application.Delivery;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Delivery;

/// <summary>
/// The cached responses on disk, one file each. A server that starts while the database is unavailable serves them. Files are written in the background;
/// <see cref="Remove"/> returns once the files are deleted.
/// </summary>
/// <remarks>
/// A file contains the key, the tags, the headers and the body, and the SHA-256 hash of them all, which detects files left incomplete by a power failure.
/// </remarks>
internal sealed class AnswerFiles : IAsyncDisposable
{
    private const int WaitingWrites = 32;
    private const string Suffix = ".answer";
    private const string Unfinished = ".new";
    private const string Marker = "current";

    private readonly string folder;
    private readonly AnswerSet set;
    private readonly ILogger logger;
    private readonly FileStream? ownLock;
    private readonly Lock gate = new();
    private readonly Channel<KeptAnswer> waiting = Channel.CreateBounded<KeptAnswer>(new BoundedChannelOptions(WaitingWrites) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly Task writing;
    private volatile bool isBroken;

    // Whether a power failure could still undo the deletion of files.
    private volatile bool isUnflushed;

    /// <summary>
    /// Opens a folder, and deletes the folders of other databases and versions. If another process uses the parent folder, this process stores no files.
    /// </summary>
    /// <param name="parent">The parent folder.</param>
    /// <param name="name">The name, which identifies the database and version.</param>
    /// <param name="set">The cached responses in memory.</param>
    /// <param name="logger">The logger for failures.</param>
    public AnswerFiles(string parent, string name, AnswerSet set, ILogger logger)
    {
        this.set = set;
        this.logger = logger;
        folder = Path.Combine(parent, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]);
        ownLock = TryLock(parent);
        writing = ownLock is null ? Task.CompletedTask : WriteAllAsync();
        if (ownLock is null)
        {
            // Another process uses the same data directory.
            return;
        }

        foreach (var other in Directory.EnumerateDirectories(parent).Where(other => other != folder))
        {
            Directory.Delete(other, recursive: true);
        }

        DataDirectory.CreatePrivate(folder);
        foreach (var unfinished in Directory.EnumerateFiles(folder, "*" + Unfinished))
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>When the responses were last known to be current; null if never, or if this process stores no files.</summary>
    public DateTimeOffset? CurrentAt
    {
        get
        {
            var marker = new FileInfo(Path.Combine(folder, Marker));
            return ownLock is not null && marker.Exists ? new DateTimeOffset(marker.LastWriteTimeUtc) : null;
        }
    }

    /// <summary>Records when the responses were last known to be current.</summary>
    public void MarkCurrent(DateTimeOffset at)
    {
        if (ownLock is null || isBroken)
        {
            return;
        }

        TryChange(() =>
        {
            var marker = Path.Combine(folder, Marker);
            if (!File.Exists(marker))
            {
                PrivateFile.Create(marker).Dispose();
            }

            File.SetLastWriteTimeUtc(marker, at.UtcDateTime);
        });
    }

    /// <summary>Writes a response in the background. If too many responses wait, the oldest ones are not written.</summary>
    public void Write(KeptAnswer answer)
    {
        if (ownLock is not null)
        {
            waiting.Writer.TryWrite(answer);
        }
    }

    /// <summary>Deletes evicted responses without flushing. They are still valid, so a power failure may undo the deletion.</summary>
    public void Evict(IReadOnlyCollection<KeptAnswer> answers) => Delete(answers, flush: false);

    /// <summary>
    /// Deletes invalidated responses and flushes the folder. This also makes earlier evictions durable, because evicted responses may be invalid now.
    /// </summary>
    public void Remove(IReadOnlyCollection<KeptAnswer> answers) => Delete(answers, flush: true);

    /// <summary>Deletes all responses.</summary>
    public void Clear()
    {
        if (ownLock is null)
        {
            return;
        }

        TryChange(() =>
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*" + Suffix))
            {
                File.Delete(path);
            }

            Durability.FlushFolder(folder);
        });
    }

    /// <summary>Reads all responses, one at a time.</summary>
    public IEnumerable<KeptAnswer> Read()
    {
        if (ownLock is null)
        {
            yield break;
        }

        foreach (var path in List())
        {
            if (TryRead(path) is { } answer)
            {
                yield return answer;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
        if (ownLock is not null)
        {
            await ownLock.DisposeAsync();
        }
    }

    private static FileStream? TryLock(string parent)
    {
        try
        {
            return PrivateFile.Create(Path.Combine(parent, "lock"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Lists the files; none if the folder has been deleted or cannot be read, which is logged.</summary>
    private string[] List()
    {
        try
        {
            return Directory.GetFiles(folder, "*" + Suffix);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("Cached responses on disk cannot be read from {Folder}: {Reason}", folder, exception.Message);
            return [];
        }
    }

    /// <summary>Reads a response; null if its file is corrupt, cannot be read, or was deleted in the meantime.</summary>
    private static KeptAnswer? TryRead(string path)
    {
        try
        {
            return TryParse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] Serialize(KeptAnswer answer)
    {
        var content = answer.Content;
        using var memory = new MemoryStream(content.Body.Length + 1_024);
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(answer.Key);
            writer.Write(string.Join(' ', answer.Tags));
            writer.Write(content.Headers.Count);
            foreach (var (name, value) in content.Headers)
            {
                writer.Write(name);
                writer.Write(value);
            }

            writer.Write(content.Body.Length);
            writer.Write(content.Body);
        }

        memory.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        return memory.ToArray();
    }

    private static KeptAnswer? TryParse(byte[] file)
    {
        var end = file.Length - SHA256.HashSizeInBytes;
        if (end < 0 || !SHA256.HashData(file.AsSpan(0, end)).AsSpan().SequenceEqual(file.AsSpan(end)))
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(file, 0, end), Encoding.UTF8);
        var key = reader.ReadString();
        var tags = reader.ReadString().Split(' ');
        var headers = new KeyValuePair<string, string>[reader.ReadInt32()];
        foreach (ref var header in headers.AsSpan())
        {
            header = new KeyValuePair<string, string>(reader.ReadString(), reader.ReadString());
        }

        return new KeptAnswer(key, new KeptContent(headers, reader.ReadBytes(reader.ReadInt32())), tags);
    }

    /// <summary>
    /// Changes the folder. A disk error is logged, not thrown: the invalid responses are already removed from memory, and files are read only after the next
    /// start. After an error the files are no longer marked as current, so they expire after <see cref="DeliveryOptions.StaleSeconds"/>.
    /// </summary>
    private void TryChange(Action change)
    {
        try
        {
            lock (gate)
            {
                change();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            isBroken = true;
            logger.LogError("Cached responses on disk cannot be changed; delete {Folder} before starting without the database: {Reason}", folder, exception.Message);
        }
    }

    private void Delete(IReadOnlyCollection<KeptAnswer> answers, bool flush)
    {
        if (ownLock is null || (answers.Count == 0 && !(flush && isUnflushed)))
        {
            return;
        }

        TryChange(() =>
        {
            foreach (var path in answers.Select(PathOf).Where(File.Exists))
            {
                File.Delete(path);
                isUnflushed = true;
            }

            if (flush && isUnflushed)
            {
                Durability.FlushFolder(folder);
                isUnflushed = false;
            }
        });
    }

    private string PathOf(KeptAnswer answer) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(answer.Key))) + Suffix);

    private async Task WriteAllAsync()
    {
        await foreach (var answer in waiting.Reader.ReadAllAsync())
        {
            try
            {
                if (set.Holds(answer))
                {
                    await WriteAsync(answer);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning("A response cannot be cached on disk: {Reason}", exception.Message);
            }
        }
    }

    private async Task WriteAsync(KeptAnswer answer)
    {
        var path = PathOf(answer);
        var unfinished = path + Unfinished;
        await using (var file = PrivateFile.Create(unfinished))
        {
            await file.WriteAsync(Serialize(answer));
        }

        lock (gate)
        {
            // The response may have been invalidated in the meantime.
            if (set.Holds(answer))
            {
                File.Move(unfinished, path, overwrite: true);
            }
            else
            {
                File.Delete(unfinished);
            }
        }
    }
}
