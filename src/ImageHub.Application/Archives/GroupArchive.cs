using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Archives;

/// <summary>An archive whose length is known and of which nothing is written yet. Memory and connections are not held while it is written.</summary>
public sealed class GroupArchive : IAsyncDisposable
{
    private static readonly TimeSpan AskedEvery = TimeSpan.FromSeconds(1);

    private readonly ArchiveList files;
    private readonly ImageVariant variant;
    private readonly MissingNote? note;
    private readonly ImageBytes bytes;
    private readonly TimeProvider clock;
    private readonly Func<CancellationToken, Task> stillAllowed;

    internal GroupArchive(string fileName, ImageVariant variant, ArchiveList files, MissingNote? note, ImageBytes bytes, TimeProvider clock, Func<CancellationToken, Task> stillAllowed)
    {
        (FileName, Files, Bytes, ETag) = (fileName, files.Count, files.ZipBytes, files.BuildETag());
        (this.variant, this.files, this.note, this.bytes, this.clock, this.stillAllowed) = (variant, files, note, bytes, clock, stillAllowed);
    }

    /// <summary>What a download is called.</summary>
    public string FileName { get; }

    /// <summary>How many files it has.</summary>
    public int Files { get; }

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>A strong entity tag, without quotes: another one as soon as it has other files.</summary>
    public string ETag { get; }

    /// <summary>Its files.</summary>
    internal ArchiveList List => files;

    /// <summary>The text file that names what is missing, or null.</summary>
    internal MissingNote? Note => note is { Count: > 0 } ? note : null;

    /// <summary>Its bytes, read object by object.</summary>
    /// <remarks>
    /// A read fails with <see cref="LostObjectException"/> where an object is missing or not what was stored, and with a <see cref="ProblemException"/> when the store
    /// cannot be read; what was read so far is no archive.
    /// </remarks>
    public Stream OpenRead()
    {
        var asked = clock.GetTimestamp();
        return new StoredZip(files, Bytes, Open, AskAsync);

        Stream Open(ArchivedFile file) => file.Key == MissingNote.Key
            ? note!.OpenRead()
            : bytes.OpenRead(new ImageObject(ObjectKey.Parse(file.Key)!.ImageId, variant, file.Key, file.Bytes, "", file.Crc32, file.Blocks));

        // Whoever may have no more of it gets no more, within a second, also in the middle of a file.
        async ValueTask AskAsync(CancellationToken cancellationToken)
        {
            if (clock.GetElapsedTime(asked) > AskedEvery)
            {
                await stillAllowed(cancellationToken);
                asked = clock.GetTimestamp();
            }
        }
    }

    /// <summary>Looks after the image whose bytes turned out to be lost, so that the next archive has them, or goes without.</summary>
    public async Task RestoreAsync(LostObjectException lost)
    {
        try
        {
            await bytes.RestoreAsync(ObjectKey.Parse(lost.Key)!.ImageId, variant);
        }
        catch (ProblemException)
        {
            // Nothing is left to make them again from, or not now. The check has said so in the log.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await files.DisposeAsync();
        if (note is not null)
        {
            await note.DisposeAsync();
        }
    }
}
