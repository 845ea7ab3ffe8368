using System.Diagnostics;

namespace ImageHub.Testing.Images;

/// <summary>A second opinion on what a file carries.</summary>
public static class ExifTool
{
    /// <summary>Every tag that it finds, embedded and unknown ones too, a line each: group, name, value. What the file system says of the file is not among them: a random name says anything.</summary>
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
