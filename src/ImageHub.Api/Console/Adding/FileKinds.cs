using ImageHub.Domain.Images;

namespace ImageHub.Api.Console.Adding;

/// <summary>Classifies files by name, before reading their content.</summary>
internal static class FileKinds
{
    /// <summary>The attributes that .NET reports for a missing file: all bits set.</summary>
    private const FileAttributes NotThere = (FileAttributes)(-1);

    /// <summary>
    /// Files and folders that systems and programs leave behind, in addition to <see cref="SystemFiles.Names"/>. They are skipped without being reported.
    /// </summary>
    private static readonly HashSet<string> Litter = new(StringComparer.OrdinalIgnoreCase)
    {
        "ehthumbs.db", "Icon\r", "@eaDir", "__MACOSX", "$RECYCLE.BIN", "System Volume Information",
    };

    /// <summary>
    /// File extensions that are certainly not images. Files with any other extension, known or not, are sent, because the server checks the
    /// content.
    /// </summary>
    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        // Sidecar files and catalogs of photo programs.
        ".xmp", ".aae", ".thm", ".json", ".xml", ".csv", ".yaml", ".yml", ".ini", ".db", ".log", ".lrcat", ".md5", ".sha256", ".picasa",

        // Video and audio.
        ".mov", ".mp4", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".m2ts", ".3gp", ".wmv", ".mp3", ".m4a", ".wav", ".aac", ".flac", ".ogg",

        // Documents and web pages.
        ".txt", ".md", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".rtf", ".html", ".htm", ".css", ".js", ".url", ".lnk",

        // Archives and executables.
        ".zip", ".7z", ".rar", ".tar", ".gz", ".xz", ".bz2", ".iso", ".exe", ".dll", ".msi", ".dmg", ".sh", ".bat", ".py", ".part", ".tmp", ".bak",
    };

    /// <summary>Whether a file or folder was left by the system or a program. It is skipped without being reported.</summary>
    public static bool IsLitter(FileSystemInfo entry) =>
        entry.Name.EndsWith('~')
        || entry.Name.StartsWith(SystemFiles.AppleDoublePrefix, StringComparison.Ordinal)
        || SystemFiles.Names.Contains(entry.Name, StringComparer.OrdinalIgnoreCase)
        || Litter.Contains(entry.Name);

    /// <summary>Whether a file or folder is hidden. It is skipped and counted.</summary>
    public static bool IsHidden(FileSystemInfo entry) => entry.Name.StartsWith('.') || (entry.Attributes.HasFlag(FileAttributes.Hidden) && !HasNoUsableName(entry));

    /// <summary>
    /// Whether the name contains bytes that are not valid UTF-8, which some file systems allow. The decoded name then does not find the file.
    /// </summary>
    public static bool HasNoUsableName(FileSystemInfo entry) => entry.Name.Contains('\uFFFD') && entry.Attributes == NotThere;

    /// <summary>Whether the file's extension is one of a known non-image format.</summary>
    public static bool IsNoImage(string fileName) => Others.Contains(Path.GetExtension(fileName));
}
