using System.ComponentModel.DataAnnotations;
using ImageHub.Infrastructure.Database.Embedded;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure;

/// <summary>Settings of the whole: section <c>ImageHub</c>.</summary>
public sealed class ImageHubOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "ImageHub";

    /// <summary>The embedded database, the file store, files in flight and generated keys; relative to the working directory.</summary>
    [Required(ErrorMessage = Section + ":DataDirectory must be the path of a folder.")]
    public string DataDirectory { get; set; } = "data";
}

/// <summary>
/// The folder that holds what this instance keeps. Only its owner may read it: folders 0700, files 0600. What is shared its group may read, too.
/// </summary>
public sealed class DataDirectory
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="SettingException">It cannot be made.</exception>
    public DataDirectory(IOptions<ImageHubOptions> options)
    {
        Path = System.IO.Path.GetFullPath(options.Value.DataDirectory);
        try
        {
            Folder("");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(
                $"{ImageHubOptions.Section}:{nameof(ImageHubOptions.DataDirectory)}", $"it is '{Path}', where no folder can be made: {refused.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>The absolute path of a folder in it, which is made where it is missing.</summary>
    public string Folder(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        CreatePrivate(path);
        return path;
    }

    /// <summary>Makes a folder that only its owner may enter.</summary>
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

    /// <summary>Lets only its owner read and write a file.</summary>
    public static void MakePrivate(string file) => SetMode(file, PrivateFile);

    /// <summary>Lets its group pass through it to what is shared, and see nothing else: 0710; with a group of its own for what is shared everybody, since the folder's may be PostgreSQL's: 0711.</summary>
    /// <param name="group">The group of what is shared; null: the one that the folder has.</param>
    public void LetGroupPass(uint? group) => SetMode(Path, Private | UnixFileMode.GroupExecute | (group is null ? UnixFileMode.None : UnixFileMode.OtherExecute));

    /// <summary>Lets a folder's group enter and list it: 0750, whatever the umask says.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="group">Which group; null: the one that it has.</param>
    public static void ShareFolder(string folder, uint? group) => Share(folder, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute, group);

    /// <summary>Lets a file's group read it: 0640.</summary>
    /// <param name="file">The file.</param>
    /// <param name="group">Which group; null: the one that it has.</param>
    public static void ShareFile(string file, uint? group) => Share(file, PrivateFile | UnixFileMode.GroupRead, group);

    /// <summary>Whether a file's group may read it.</summary>
    public static bool IsShared(FileInfo file) => OperatingSystem.IsWindows() || file.UnixFileMode.HasFlag(UnixFileMode.GroupRead);

    /// <summary>The absolute path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    private static void Share(string path, UnixFileMode mode, uint? group)
    {
        if (group is { } id && !OperatingSystem.IsWindows())
        {
            // The owner stays: -1 (chown(2)).
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
