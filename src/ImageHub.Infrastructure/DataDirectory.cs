using System.ComponentModel.DataAnnotations;
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

/// <summary>The folder that holds what this instance keeps. Only its owner may read it: folders 0700, files 0600.</summary>
public sealed class DataDirectory
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder where it is missing.</summary>
    public DataDirectory(IOptions<ImageHubOptions> options)
    {
        Path = System.IO.Path.GetFullPath(options.Value.DataDirectory);
        Folder("");
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
    public static void MakePrivate(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>The absolute path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);
}
