using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Application.Archives;

/// <summary>The files of an archive, on disk: a group may have more of them than a request should hold.</summary>
/// <param name="file">An empty file, which closes with the list.</param>
internal sealed class ArchiveList(Stream file) : IEnumerable<ArchivedFile>, IAsyncDisposable
{
    private readonly BinaryWriter writer = new(file, Encoding.UTF8, leaveOpen: true);
    private readonly ZipLength length = new();

    /// <summary>How many files there are.</summary>
    public int Count { get; private set; }

    /// <summary>The size of a ZIP of the files, in bytes.</summary>
    public long ZipBytes => length.Bytes;

    /// <summary>Adds a file; all are added before the first is read.</summary>
    public void Add(ArchivedFile added)
    {
        Count++;
        length.Add(added);
        writer.Write(added.Key);
        writer.Write(added.Name);
        writer.Write(added.Bytes);
        writer.Write(added.Crc32);
        writer.Write(added.ModifiedAt.Ticks);
    }

    /// <summary>Writes what is still in memory: here, and not while it is read, a full disk is told.</summary>
    /// <exception cref="IOException">The disk takes no more.</exception>
    public void Flush() => file.Flush();

    /// <summary>What tells these files from others: 32 characters.</summary>
    public string BuildETag()
    {
        Flush();
        file.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, 16));
    }

    /// <inheritdoc/>
    public IEnumerator<ArchivedFile> GetEnumerator()
    {
        Flush();
        file.Position = 0;
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        while (file.Position < file.Length)
        {
            yield return new ArchivedFile(
                reader.ReadString(), reader.ReadString(), reader.ReadInt64(), reader.ReadUInt32(), new DateTime(reader.ReadInt64(), DateTimeKind.Unspecified));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => file.DisposeAsync();
}
