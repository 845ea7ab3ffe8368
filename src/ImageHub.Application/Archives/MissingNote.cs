using System.IO.Hashing;
using System.Text;

namespace ImageHub.Application.Archives;

/// <summary>The text file in an archive that names missing images.</summary>
/// <param name="file">The text: an empty file for a new note, or a stored note to read. The note disposes it.</param>
internal sealed class MissingNote(Stream file) : IAsyncDisposable
{
    /// <summary>The key of the note's entry, which has no object.</summary>
    public const string Key = "";

    /// <summary>The name of the text file. No image has this name, because image names have the extension of an image format.</summary>
    private const string Name = "Missing files.txt";

    private const string Heading = "These files are missing, because their content is lost or damaged on the server.\r\n\r\n";

    private readonly byte[] line = new byte[ZipFormat.MaxNameBytes + 2];
    private readonly Crc32 crc32 = new();

    /// <summary>The number of named files.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a file name. All names must be added before the note is read.</summary>
    public void Add(string fileName)
    {
        if (Count++ == 0)
        {
            Write(Heading);
        }

        Write(fileName);
        Write("\r\n");
    }

    /// <summary>Returns the note's entry in the archive. The entry's time is constant, so the same files result in the same archive.</summary>
    public ArchivedFile ToFile()
    {
        file.Flush();
        return new ArchivedFile(Key, Name, file.Length, crc32.GetCurrentHashAsUInt32(), DateTime.UnixEpoch);
    }

    /// <summary>Copies the text.</summary>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        file.Flush();
        file.Position = 0;
        await file.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Opens the text for reading. Only one call is possible, because disposing the stream disposes the file.</summary>
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
