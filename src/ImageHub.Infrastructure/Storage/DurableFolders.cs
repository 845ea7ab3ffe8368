namespace ImageHub.Infrastructure.Storage;

/// <summary>Creates folders durably, also if several tasks create the same folder at once.</summary>
/// <param name="root">The folder from which levels are counted.</param>
/// <param name="sharedLevels">The number of levels below the root whose folders several tasks use.</param>
/// <param name="prepare">Called with each new folder before the folder's entry is flushed.</param>
internal sealed class DurableFolders(string root, int sharedLevels, Action<string>? prepare = null)
{
    private readonly Lock creating = new();

    /// <summary>Creates a folder that only its owner can access, and all missing folders above it. An existing folder counts as durable.</summary>
    /// <exception cref="IOException">A folder cannot be created or flushed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be created.</exception>
    public void Create(string folder)
    {
        if (Path.GetRelativePath(root, folder).Split(Path.DirectorySeparatorChar).Length > sharedLevels)
        {
            CreateMissing(folder);
            return;
        }

        // No other task may use such a folder before its entry is durable.
        lock (creating)
        {
            CreateMissing(folder);
        }
    }

    private void CreateMissing(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"'{folder}' does not exist.");
        Create(parent);
        DataDirectory.CreatePrivate(folder);
        try
        {
            prepare?.Invoke(folder);
            Durability.FlushFolder(parent);
        }
        catch
        {
            // An existing folder would count as durable.
            Directory.Delete(folder);
            throw;
        }
    }
}
