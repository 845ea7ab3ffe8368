using System.Diagnostics;

namespace ImageHub.Testing.Images;

/// <summary>Reads metadata with ExifTool, as a second opinion.</summary>
public static class ExifTool
{
    /// <summary>
    /// Lists every tag, including embedded and unknown ones: one line a tag, with group, name and value. Tags of the file system are left out: the random file
    /// name could contain anything.
    /// </summary>
    public static string ReadAll(string path)
    {
        var start = new ProcessStartInfo("exiftool") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-a", "-G1", "-s", "-ee", "-u", "--System:all", path })
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
