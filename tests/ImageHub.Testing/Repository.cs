namespace ImageHub.Testing;

/// <summary>The clone that the tests were built in.</summary>
public static class Repository
{
    /// <summary>The absolute path of a file in it.</summary>
    /// <exception cref="InvalidOperationException">The tests do not run in a clone.</exception>
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
