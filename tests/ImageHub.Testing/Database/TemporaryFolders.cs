using System.Diagnostics;
using System.Globalization;

namespace ImageHub.Testing.Database;

/// <summary>Folders of a test run. Their names hold its pid, so that a later run can remove what a killed one left.</summary>
public static class TemporaryFolders
{
    private const string Prefix = "imagehub-tests-";

    /// <summary>A new private folder.</summary>
    public static string Create() => Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;

    /// <summary>Removes the folders of runs that are over.</summary>
    public static void Sweep()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
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
                    // Another account's, or another run is removing it.
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
