namespace ImageHub.Application.Storage;

/// <summary>
/// Local folders in which images are made. A folder is named by the image's id and is there exactly while the image is in
/// flight, so the folders that a dead process left behind say which objects may lack a row.
/// </summary>
public interface IStaging
{
    /// <summary>Makes the folder of a new image.</summary>
    StagingFolder Create(Guid imageId);

    /// <summary>Makes a new, private folder that belongs to no image. Its maker removes it.</summary>
    /// <returns>Its absolute path.</returns>
    string CreateFolder();

    /// <summary>Opens a new file for what one request cannot hold in memory. Closing removes it.</summary>
    Stream OpenScratch();

    /// <summary>The ids that dead processes left in flight; removes each folder once the caller has dealt with its id.</summary>
    IAsyncEnumerable<Guid> TakeAbandonedAsync(CancellationToken cancellationToken);
}

/// <summary>The folder of one image in flight. Disposing removes it with all that it holds.</summary>
/// <param name="Path">Its absolute path.</param>
public sealed record StagingFolder(string Path) : IDisposable
{
    /// <summary>A path in it.</summary>
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
