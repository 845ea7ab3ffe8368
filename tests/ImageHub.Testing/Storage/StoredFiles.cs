namespace ImageHub.Testing.Storage;

/// <summary>The files of a folder store.</summary>
public static class StoredFiles
{
    /// <summary>Returns the paths of all objects in a server's data directory, without the file that names the store's gallery.</summary>
    public static string[] Of(string dataDirectory)
    {
        var store = Path.Combine(dataDirectory, "objects");
        return [.. Directory.GetFiles(store, "*", SearchOption.AllDirectories).Where(path => path != Path.Combine(store, "gallery"))];
    }
}
