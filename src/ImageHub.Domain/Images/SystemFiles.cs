namespace ImageHub.Domain.Images;

/// <summary>Files that operating systems write into every folder.</summary>
public static class SystemFiles
{
    /// <summary>The names of these files. Case does not matter.</summary>
    public static readonly IReadOnlyList<string> Names = [".DS_Store", "Thumbs.db", "desktop.ini"];

    /// <summary>The name prefix of the files in which macOS stores resource forks on file systems without forks.</summary>
    public const string AppleDoublePrefix = "._";
}
