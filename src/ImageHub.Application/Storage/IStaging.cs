namespace ImageHub.Application.Storage;

/// <summary>
/// Local folders for images and file parts that are being created ("in flight"). A folder's name is the id of the image or part, and the folder exists only
/// until the image or part is complete.
/// </summary>
/// <remarks>After a crash, the folders that remain therefore name the images and parts whose objects may lack a row.</remarks>
public interface IStaging
{
    /// <summary>Creates the folder of a new image or part, or a folder for other temporary files, which has a new id.</summary>
    StagingFolder Create(Guid imageId);

    /// <summary>Creates a private folder that belongs to no image. The caller must delete it.</summary>
    /// <returns>The folder's absolute path.</returns>
    string CreateFolder();

    /// <summary>Opens a temporary file for data that is too large for memory. Disposing the stream deletes the file.</summary>
    Stream OpenScratch();

    /// <summary>Returns the ids of the folders that crashed processes left. A folder is deleted when the caller requests the next id.</summary>
    IAsyncEnumerable<Guid> TakeAbandonedAsync(CancellationToken cancellationToken);
}

/// <summary>The folder of an image or part in flight. Disposing removes the folder with its content.</summary>
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
