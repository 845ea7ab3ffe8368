using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>How much of what decoders have freed stays with the process. glibc's own rules either keep all of it or map every large buffer anew.</summary>
public static partial class NativeMemory
{
    // mallopt(3).
    private const int ArenaMax = -8;
    private const int MapThreshold = -3;
    private const int TrimThreshold = -1;

    private static bool IsGlibc { get; } =
        OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    /// <summary>
    /// One arena for all threads, and the buffers of usual pictures from it: fresh pages for each would take a quarter of the time. By
    /// default glibc keeps an arena for each thread, each as large as the largest picture it ever held. To be called first of all:
    /// arenas that are there stay.
    /// </summary>
    public static void Limit()
    {
        if (IsGlibc)
        {
            _ = SetOption(ArenaMax, 1);
            _ = SetOption(MapThreshold, 32 << 20);
            _ = SetOption(TrimThreshold, 64 << 20);
        }
    }

    /// <summary>Gives back what was freed, when the process holds more than so many bytes. To be called after each picture.</summary>
    public static void TrimAbove(long bytes)
    {
        if (Environment.WorkingSet > bytes)
        {
            Trim();
        }
    }

    /// <summary>Gives back what was freed, in the arenas too that were there before <see cref="Limit"/>.</summary>
    public static void Trim()
    {
        if (IsGlibc)
        {
            _ = GiveBack(0);
        }
    }

    // malloc_trim(3).
    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GiveBack(nuint kept);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
