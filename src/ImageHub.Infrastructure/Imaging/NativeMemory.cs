using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Keeps glibc from retaining what decoders have freed.</summary>
public static partial class NativeMemory
{
    // mallopt(3): M_ARENA_MAX and M_MMAP_THRESHOLD.
    private const int ArenaMax = -8;
    private const int MapThreshold = -3;

    private const long PixelsATrim = 4_000_000;

    private static long pixels;

    private static bool IsGlibc { get; } =
        OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    /// <summary>
    /// One arena for all threads, and large buffers straight from the system and back. By default glibc keeps an arena for each
    /// thread, each as large as the largest picture it ever held. To be called first of all: arenas that are there stay.
    /// </summary>
    public static void Limit()
    {
        if (IsGlibc)
        {
            _ = SetOption(ArenaMax, 1);
            _ = SetOption(MapThreshold, 256 * 1024);
        }
    }

    /// <summary>
    /// Gives back what was freed, in the arenas too that were there before <see cref="Limit"/>: after each large picture, and once for
    /// many small ones, which would ask the system for the same pages again.
    /// </summary>
    /// <param name="decoded">The pixels of the picture that was decoded.</param>
    public static void Trim(long decoded)
    {
        if (Interlocked.Add(ref pixels, decoded) >= PixelsATrim && IsGlibc)
        {
            Interlocked.Exchange(ref pixels, 0);
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
