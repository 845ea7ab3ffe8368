namespace ImageHub.Application.Storage;

/// <summary>
/// Local folders for images that are being created ("in flight"). The folder's name is the image's id, and the folder exists only until the image is complete.
/// After a crash, the folders that remain therefore name the images whose objects may lack a row.
/// </summary>
public interface IStaging
{
    /// <summary>Creates the folder of a new image.</summary>
    StagingFolder Create(Guid imageId);

    /// <summary>Creates a private folder that belongs to no image. The caller must delete it.</summary>
    /// <returns>The folder's absolute path.</returns>
    string CreateFolder();

    /// <summary>Opens a temporary file for data that is too large for memory. Disposing the stream deletes the file.</summary>
    Stream OpenScratch();

    /// <summary>Returns the ids of images that crashed processes left in flight. An image's folder is deleted when the caller requests the next id.</summary>
    IAsyncEnumerable<Guid> TakeAbandonedAsync(CancellationToken cancellationToken);
}

/// <summary>The folder of an image in flight. Disposing removes it with its content.</summary>
/// <param name="Path">The folder's absolute path.</param>
public sealed record StagingFolder(string Path) : IDisposable
{
    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The disk has become read-only. The next start of the server deletes the folder.
        }
    }
}
