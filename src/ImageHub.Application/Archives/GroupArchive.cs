using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Archives;

/// <summary>
/// An archive of known length whose bytes are generated while reading. While it is sent, it uses little memory and holds no database connection.
/// </summary>
public sealed class GroupArchive : IAsyncDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

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

    /// <summary>The file name of the download.</summary>
    public string FileName { get; }

    /// <summary>The number of files.</summary>
    public int Files { get; }

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>A strong entity tag, without quotes, that changes with the list of files.</summary>
    public string ETag { get; }

    /// <summary>The files.</summary>
    internal ArchiveList List => files;

    /// <summary>The text file that names missing images, or null.</summary>
    internal MissingNote? Note => note is { Count: > 0 } ? note : null;

    /// <summary>The ZIP's bytes, read object by object.</summary>
    /// <remarks>
    /// Reading throws <see cref="LostObjectException"/> if an object is missing or altered, and <see cref="ProblemException"/> if the store is
    /// unavailable. The bytes read before the exception are not a valid archive.
    /// </remarks>
    public Stream OpenRead()
    {
        var checkedAt = clock.GetTimestamp();
        return new StoredZip(files, Bytes, Open, EnsureAllowedAsync);

        Stream Open(ArchivedFile file) => file.Key == MissingNote.Key
            ? note!.OpenRead()
            : bytes.OpenRead(new ImageObject(ObjectKey.Parse(file.Key)!.ImageId, variant, file.Key, file.Bytes, "", file.Crc32, file.Blocks));

        // The permission is checked again every second, also in the middle of a file. Access then ends soon after the permission is withdrawn.
        async ValueTask EnsureAllowedAsync(CancellationToken cancellationToken)
        {
            if (clock.GetElapsedTime(checkedAt) > CheckInterval)
            {
                await stillAllowed(cancellationToken);
                checkedAt = clock.GetTimestamp();
            }
        }
    }

    /// <summary>Tries to restore an image whose bytes are lost. The next archive contains the image if it was restored, and omits it otherwise.</summary>
    public async Task RestoreAsync(LostObjectException lost)
    {
        try
        {
            await bytes.RestoreAsync(ObjectKey.Parse(lost.Key)!.ImageId, variant.Unmarked ?? variant);
        }
        catch (ProblemException)
        {
            // The image cannot be restored, permanently or for now. The check has logged the reason.
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
