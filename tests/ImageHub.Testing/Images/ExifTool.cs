using System.Diagnostics;

namespace ImageHub.Testing.Images;

/// <summary>Reads and writes metadata with ExifTool, to check the project's own parsers.</summary>
public static class ExifTool
{
    /// <summary>
    /// Lists every tag, including embedded and unknown ones: one line a tag, with group, name and value. Tags of the file system are left out, because the
    /// random file name could contain a text that a test looks for.
    /// </summary>
    public static string ReadAll(string path) => Run("-a", "-G1", "-s", "-ee", "-u", "--System:all", path);

    /// <summary>Lists every tag of a file's content, as <see cref="ReadAll(string)"/> does.</summary>
    public static string ReadAll(byte[] file) => WithFile(file, ReadAll);

    /// <summary>Returns a copy of a file in which the given tags are set.</summary>
    /// <param name="file">The file.</param>
    /// <param name="assignments">Arguments such as <c>-XMP-dc:Title=Harbour</c>, in UTF-8.</param>
    public static byte[] Write(byte[] file, params IEnumerable<string> assignments) => WithFile(file, path =>
    {
        Run(["-charset", "iptc=UTF8", "-m", "-overwrite_original", .. assignments, path]);
        return File.ReadAllBytes(path);
    });

    private static T WithFile<T>(byte[] file, Func<string, T> use)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            return use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("exiftool") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("exiftool is not on the PATH; on Debian: apt-get install libimage-exiftool-perl", exception);
        }

        using (process)
        {
            var errors = process!.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output + errors.GetAwaiter().GetResult();
        }
    }
}
