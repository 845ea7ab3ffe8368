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

    /// <summary>Returns the paths of the parts of unfinished uploads in a server's data directory.</summary>
    public static string[] PartsOf(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "objects", "parts");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }
}
