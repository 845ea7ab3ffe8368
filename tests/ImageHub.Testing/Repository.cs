namespace ImageHub.Testing;

/// <summary>The git clone that the tests were built in.</summary>
public static class Repository
{
    /// <summary>Returns the absolute path of a file in the clone.</summary>
    /// <exception cref="InvalidOperationException">The tests do not run inside a clone.</exception>
    public static string PathOf(params string[] names)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageHub.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("This needs a clone of the repository.");
        }

        return Path.Combine([folder.FullName, .. names]);
    }
}
