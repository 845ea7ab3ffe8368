using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Limits the freed memory that the process retains. By default, glibc retains either all freed memory or none of the large buffers.</summary>
public static partial class NativeMemory
{
    // mallopt(3).
    private const int ArenaMax = -8;
    private const int MapThreshold = -3;
    private const int TrimThreshold = -1;

    private static bool IsGlibc { get; } =
        OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    /// <summary>
    /// Uses one arena for all threads. With an arena for each thread, every thread that has compiled code retains the compiler's memory. Call this at the start
    /// of the process, because existing arenas remain.
    /// </summary>
    public static void UseOneArena()
    {
        if (IsGlibc)
        {
            _ = SetOption(ArenaMax, 1);
        }
    }

    /// <summary>
    /// Uses one arena for all threads, which also serves the buffers of ordinary pictures: fetching new pages would take a quarter of a picture's time. Call
    /// this at the start of the process, because existing arenas remain.
    /// </summary>
    public static void Limit()
    {
        UseOneArena();
        if (IsGlibc)
        {
            _ = SetOption(MapThreshold, 32 << 20);
            _ = SetOption(TrimThreshold, 64 << 20);
        }
    }

    /// <summary>Releases freed memory if the process holds more than the given number of bytes. Call after each picture.</summary>
    public static void TrimAbove(long bytes)
    {
        if (Environment.WorkingSet > bytes)
        {
            Trim();
        }
    }

    /// <summary>Releases freed memory, including memory of arenas created before <see cref="Limit"/>.</summary>
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
