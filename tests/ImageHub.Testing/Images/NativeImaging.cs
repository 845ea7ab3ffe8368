using ImageHub.Infrastructure.Imaging.Native;

namespace ImageHub.Testing.Images;

/// <summary>The libvips that tests use: the bundled one, or what <c>IMAGEHUB_TEST_LIBVIPS</c> says in the words of the setting.</summary>
public static class NativeImaging
{
    /// <summary>The setting.</summary>
    public static string Setting { get; } = Environment.GetEnvironmentVariable("IMAGEHUB_TEST_LIBVIPS") ?? "bundled";

    internal static LibVips Load() => LibVips.Load(Setting, AppContext.BaseDirectory);
}
