namespace ImageHub.Application.Storage;

/// <summary>
/// Local folders in which images are made. A folder has the image's id as its name and exists only while the image is being made ("in flight").
/// Folders left by a dead process therefore identify objects that may lack a row.
/// </summary>
public interface IStaging
{
    /// <summary>Creates the folder of a new image.</summary>
    StagingFolder Create(Guid imageId);

    /// <summary>Creates a new private folder that belongs to no image. The caller removes it.</summary>
    /// <returns>Its absolute path.</returns>
    string CreateFolder();

    /// <summary>Opens a temporary file for data that a request cannot hold in memory. Disposing removes it.</summary>
    Stream OpenScratch();

    /// <summary>The ids of images left in flight by dead processes. Each folder is removed when the caller requests the next id.</summary>
    IAsyncEnumerable<Guid> TakeAbandonedAsync(CancellationToken cancellationToken);
}

/// <summary>The folder of an image in flight. Disposing removes it with its content.</summary>
/// <param name="Path">Its absolute path.</param>
public sealed record StagingFolder(string Path) : IDisposable
{
    /// <summary>A path in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
