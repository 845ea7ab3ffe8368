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
    private readonly MissingNote? note;
    private readonly IObjectStore store;
    private readonly ImageBytes bytes;
    private readonly TimeProvider clock;

    internal GroupArchive(string fileName, ArchiveList files, MissingNote? note, IObjectStore store, ImageBytes bytes, TimeProvider clock)
    {
        (FileName, Bytes, ETag) = (fileName, files.ZipBytes, files.BuildETag());
        (this.files, this.note, this.store, this.bytes, this.clock) = (files, note, store, bytes, clock);
    }

    /// <summary>Asked between files, once a second at most: fails when the caller may have no more of them.</summary>
    internal Func<CancellationToken, Task>? StillAllowed { get; init; }

    /// <summary>What a download is called.</summary>
    public string FileName { get; }

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>A strong entity tag, without quotes: another one as soon as it has other files.</summary>
    public string ETag { get; }

    /// <summary>Writes it, object by object.</summary>
    /// <exception cref="LostObjectException">An object is missing or not what was stored; what was written so far is no archive.</exception>
    /// <exception cref="ProblemException">The store cannot be read; the same holds.</exception>
    public Task WriteToAsync(Stream to, CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        return new StoredZip(files, OpenAsync).WriteToAsync(to, cancellationToken);

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
            await bytes.RestoreAsync(ObjectKey.Parse(lost.Key)!.ImageId, ImageVariant.Full);
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
