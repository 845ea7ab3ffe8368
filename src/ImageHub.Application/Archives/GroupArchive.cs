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
    private readonly IObjectStore store;
    private readonly ImageBytes bytes;
    private readonly TimeProvider clock;

    internal GroupArchive(string fileName, ImageVariant variant, ArchiveList files, MissingNote? note, IObjectStore store, ImageBytes bytes, TimeProvider clock)
    {
        (FileName, Files, Bytes, ETag) = (fileName, files.Count, files.ZipBytes, files.BuildETag());
        (this.variant, this.files, this.note, this.store, this.bytes, this.clock) = (variant, files, note, store, bytes, clock);
    }

    /// <summary>Asked between files, once a second at most: fails when the caller may have no more of them.</summary>
    internal Func<CancellationToken, Task>? StillAllowed { get; init; }

    /// <summary>What a download is called.</summary>
    public string FileName { get; }

    /// <summary>How many files it has.</summary>
    public int Files { get; }

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>A strong entity tag, without quotes: another one as soon as it has other files.</summary>
    public string ETag { get; }

    /// <summary>Its bytes, read object by object.</summary>
    /// <remarks>
    /// A read fails with <see cref="LostObjectException"/> where an object is missing or not what was stored, and with a <see cref="ProblemException"/> when the store
    /// cannot be read; what was read so far is no archive.
    /// </remarks>
    public Stream OpenRead()
    {
        var asked = clock.GetTimestamp();
        return new StoredZip(files, Bytes, OpenAsync);

        async ValueTask<Stream> OpenAsync(ArchivedFile file, CancellationToken cancellationToken)
        {
            if (StillAllowed is not null && clock.GetElapsedTime(asked) > AskedEvery)
            {
                await StillAllowed(cancellationToken);
                asked = clock.GetTimestamp();
            }

            return file.Key == MissingNote.Key ? note!.OpenRead() : store.OpenRead(file.Key, file.Bytes);
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
