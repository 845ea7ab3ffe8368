using System.Diagnostics;
using System.Globalization;

namespace ImageHub.Testing.Database;

/// <summary>Folders of a test run. Each name contains the run's process id, so that a later run can remove the folders of a killed run.</summary>
public static class TemporaryFolders
{
    private const string Prefix = "imagehub-tests-";

    private const long EnoughBytes = 4L << 30;

    /// <summary>
    /// The parent folder. It is in memory if 4 GiB are free there (containers often have 64 MB); a cluster is then created in a third of the time.
    /// </summary>
    private static readonly string Parent =
        OperatingSystem.IsLinux() && Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace >= EnoughBytes ? "/dev/shm" : Path.GetTempPath();

    /// <summary>Creates a private folder.</summary>
    public static string Create()
    {
        var folder = Path.Combine(Parent, $"{Prefix}{Environment.ProcessId}-{Guid.CreateVersion7():n}");
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(folder).FullName
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Removes the folders of runs that have ended.</summary>
    public static void Sweep()
    {
        foreach (var folder in Directory.EnumerateDirectories(Parent, Prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !IsRunning(process))
            {
                try
                {
                    Directory.Delete(folder, recursive: true);
                }
                catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                {
                    // The folder belongs to another account, or another run is removing it.
                }
            }
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
