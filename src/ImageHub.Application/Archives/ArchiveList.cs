using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Application.Archives;

/// <summary>The list of an archive's files. It is stored in a file, because the list of a large group would take too much memory.</summary>
/// <param name="file">An empty file. The list disposes it.</param>
internal sealed class ArchiveList(Stream file) : IEnumerable<ArchivedFile>, IAsyncDisposable
{
    private readonly BinaryWriter writer = new(file, Encoding.UTF8, leaveOpen: true);
    private readonly ZipLength length = new();

    /// <summary>The number of files.</summary>
    public int Count { get; private set; }

    /// <summary>The size of a ZIP of the files, in bytes.</summary>
    public long ZipBytes => length.Bytes;

    /// <summary>The size of the list itself, in bytes.</summary>
    public long Bytes
    {
        get
        {
            Flush();
            return file.Length;
        }
    }

    /// <summary>Reads a stored list.</summary>
    /// <param name="file">The file that contains the list. The list disposes it.</param>
    public static ArchiveList Read(Stream file)
    {
        var list = new ArchiveList(file);
        foreach (var one in list)
        {
            list.Count++;
            list.length.Add(one);
        }

        return list;
    }

    /// <summary>Copies the list in its stored form.</summary>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        Flush();
        file.Position = 0;
        await file.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Adds a file. All files must be added before the first file is read.</summary>
    public void Add(ArchivedFile added)
    {
        Count++;
        length.Add(added);
        writer.Write(added.Key);
        writer.Write(added.Name);
        writer.Write(added.Bytes);
        writer.Write(added.Crc32);
        writer.Write(added.ModifiedAt.Ticks);
        writer.Write(added.Blocks?.Length ?? 0);
        foreach (var block in added.Blocks ?? [])
        {
            writer.Write(block);
        }
    }

    /// <summary>Writes buffered data. A full disk is then detected here rather than while reading.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Flush() => file.Flush();

    /// <summary>A tag that identifies this list of files: 32 characters.</summary>
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
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        for (var next = 0L; next < file.Length;)
        {
            // Another enumerator may have moved the position.
            file.Position = next;
            var one = new ArchivedFile(
                reader.ReadString(), reader.ReadString(), reader.ReadInt64(), reader.ReadUInt32(), new DateTime(reader.ReadInt64(), DateTimeKind.Unspecified), ReadBlocks(reader));
            next = file.Position;
            yield return one;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static uint[]? ReadBlocks(BinaryReader reader)
    {
        var blocks = new uint[reader.ReadInt32()];
        for (var block = 0; block < blocks.Length; block++)
        {
            blocks[block] = reader.ReadUInt32();
        }

        return blocks.Length == 0 ? null : blocks;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => file.DisposeAsync();
}
