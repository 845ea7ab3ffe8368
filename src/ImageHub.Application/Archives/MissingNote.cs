using System.IO.Hashing;
using System.Text;

namespace ImageHub.Application.Archives;

/// <summary>The text file of an archive that names the files which are missing in it.</summary>
/// <param name="file">An empty file, which closes with it.</param>
internal sealed class MissingNote(Stream file) : IAsyncDisposable
{
    /// <summary>What its entry has in place of an object's key.</summary>
    public const string Key = "";

    /// <summary>No image is called so: their names end as their formats do.</summary>
    private const string Name = "Missing files.txt";

    private const string Heading = "These files are missing here: their bytes are lost or damaged on the server.\r\n\r\n";

    private readonly byte[] line = new byte[ZipFormat.MaxNameBytes + 2];
    private readonly Crc32 crc32 = new();

    /// <summary>How many files it names.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a file's name; all are added before it is read.</summary>
    public void Add(string fileName)
    {
        if (Count++ == 0)
        {
            Write(Heading);
        }

        Write(fileName);
        Write("\r\n");
    }

    /// <summary>Its entry in the archive. It has no time of its own: the same files give the same archive.</summary>
    public ArchivedFile ToFile()
    {
        file.Flush();
        return new ArchivedFile(Key, Name, file.Length, crc32.GetCurrentHashAsUInt32(), DateTime.UnixEpoch);
    }

    /// <summary>Copies its text.</summary>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        file.Flush();
        file.Position = 0;
        await file.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Its text; once, since the file closes with it.</summary>
    public Stream OpenRead()
    {
        file.Position = 0;
        return file;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => file.DisposeAsync();

    private void Write(string text)
    {
        var bytes = line.AsSpan(0, Encoding.UTF8.GetBytes(text, line));
        crc32.Append(bytes);
        file.Write(bytes);
    }
}
