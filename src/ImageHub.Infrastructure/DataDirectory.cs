using System.ComponentModel.DataAnnotations;
using ImageHub.Infrastructure.Database.Embedded;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure;

/// <summary>General settings: section <c>ImageHub</c>.</summary>
public sealed class ImageHubOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "ImageHub";

    /// <summary>
    /// The folder for the embedded database, the file store, files in flight, cached responses and generated keys. A relative path is relative to the working
    /// directory.
    /// </summary>
    [Required(ErrorMessage = Section + ":DataDirectory must be the path of a folder.")]
    public string DataDirectory { get; set; } = "data";
}

/// <summary>
/// The data directory of this instance. Only its owner can read it: folders 0700, files 0600. Shared files are also readable by their group.
/// </summary>
public sealed class DataDirectory
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the data directory if it is missing, and flushes the entries of new folders.</summary>
    /// <exception cref="SettingException">The folder cannot be created or flushed.</exception>
    public DataDirectory(IOptions<ImageHubOptions> options)
    {
        Path = System.IO.Path.GetFullPath(options.Value.DataDirectory);
        try
        {
            var parents = new List<string>();
            for (var missing = Path; !Directory.Exists(missing) && System.IO.Path.GetDirectoryName(missing) is { } parent; missing = parent)
            {
                parents.Add(parent);
            }

            CreatePrivate(Path);
            parents.ForEach(Durability.FlushFolder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(
                $"{ImageHubOptions.Section}:{nameof(ImageHubOptions.DataDirectory)}", $"it is '{Path}', where the folder cannot be created: {refused.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The absolute path of the data directory.</summary>
    public string Path { get; }

    /// <summary>Returns the absolute path of a subfolder, and creates the subfolder if it is missing.</summary>
    public string Folder(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        CreatePrivate(path);
        return path;
    }

    /// <summary>Creates a folder that only its owner can access.</summary>
    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Private);
        }
    }

    /// <summary>Makes a file accessible only to its owner.</summary>
    public static void MakePrivate(string file) => SetMode(file, PrivateFile);

    /// <summary>
    /// Allows the group of shared files to traverse the data directory without listing it (mode 0710). With a separate group for shared files, all users can
    /// traverse it (mode 0711), because the directory may have the group of PostgreSQL's account.
    /// </summary>
    /// <param name="group">The group of shared files; null for the folder's group.</param>
    public void LetGroupPass(uint? group) => SetMode(Path, Private | UnixFileMode.GroupExecute | (group is null ? UnixFileMode.None : UnixFileMode.OtherExecute));

    /// <summary>Allows a folder's group to list it (mode 0750), regardless of the umask.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="group">The group; null for its current one.</param>
    public static void ShareFolder(string folder, uint? group) => Share(folder, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute, group);

    /// <summary>Allows a file's group to read it (mode 0640).</summary>
    /// <param name="file">The file.</param>
    /// <param name="group">The group; null for its current one.</param>
    public static void ShareFile(string file, uint? group) => Share(file, PrivateFile | UnixFileMode.GroupRead, group);

    /// <summary>Whether a file's group can read it.</summary>
    public static bool IsShared(FileInfo file) => OperatingSystem.IsWindows() || file.UnixFileMode.HasFlag(UnixFileMode.GroupRead);

    /// <summary>The absolute path of a file in the data directory.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    private static void Share(string path, UnixFileMode mode, uint? group)
    {
        if (group is { } id && !OperatingSystem.IsWindows())
        {
            // -1 keeps the owner (chown(2)).
            Posix.Give(path, uint.MaxValue, id);
        }

        SetMode(path, mode);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, mode);
        }
    }
}
