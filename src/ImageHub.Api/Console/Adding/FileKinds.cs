namespace ImageHub.Api.Console.Adding;

/// <summary>What a name says of a file before anybody has looked into it.</summary>
internal static class FileKinds
{
    /// <summary>What the framework says of what is not there: all attributes at once.</summary>
    private const FileAttributes NotThere = (FileAttributes)(-1);

    /// <summary>What systems and programs leave in folders; nobody asks what became of them.</summary>
    private static readonly HashSet<string> Litter = new(StringComparer.OrdinalIgnoreCase)
    {
        ".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "@eaDir", "__MACOSX", "$RECYCLE.BIN", "System Volume Information",
    };

    /// <summary>
    /// Certainly no images: what lies beside photos. Anything else, known or not, is sent, because the server judges by content.
    /// </summary>
    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        // Sidecars and lists of photo programs.
        ".xmp", ".aae", ".thm", ".json", ".xml", ".csv", ".yaml", ".yml", ".ini", ".db", ".log", ".lrcat", ".md5", ".sha256", ".picasa",

        // Films and sound.
        ".mov", ".mp4", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".m2ts", ".3gp", ".wmv", ".mp3", ".m4a", ".wav", ".aac", ".flac", ".ogg",

        // Documents and pages.
        ".txt", ".md", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".rtf", ".html", ".htm", ".css", ".js", ".url", ".lnk",

        // Archives and programs.
        ".zip", ".7z", ".rar", ".tar", ".gz", ".xz", ".bz2", ".iso", ".exe", ".dll", ".msi", ".dmg", ".sh", ".bat", ".py", ".part", ".tmp", ".bak",
    };

    /// <summary>How the second half of a file begins that a Mac writes to other systems' disks.</summary>
    private const string AppleDouble = "._";

    /// <summary>Whether a file or folder was left by a system or a program: it is passed over without a word.</summary>
    public static bool IsLitter(FileSystemInfo entry) => entry.Name.EndsWith('~') || entry.Name.StartsWith(AppleDouble, StringComparison.Ordinal) || Litter.Contains(entry.Name);

    /// <summary>Whether a file or folder is hidden: it is passed over and counted.</summary>
    public static bool IsHidden(FileSystemInfo entry) => entry.Name.StartsWith('.') || (entry.Attributes.HasFlag(FileAttributes.Hidden) && !HasNoUsableName(entry));

    /// <summary>Whether bytes of its name are no text (some systems allow any), so that the name as it was read leads to nothing.</summary>
    public static bool HasNoUsableName(FileSystemInfo entry) => entry.Name.Contains('\uFFFD') && entry.Attributes == NotThere;

    /// <summary>Whether a file's name says that it is no image.</summary>
    public static bool IsNoImage(string fileName) => Others.Contains(Path.GetExtension(fileName));
}
