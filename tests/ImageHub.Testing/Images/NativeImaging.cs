using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ImageHub.Infrastructure.Imaging;

namespace ImageHub.Testing.Images;

/// <summary>Loads the tests' libvips: the bundled one, or the one that <c>IMAGEHUB_TEST_LIBVIPS</c> selects, in the format of the server's setting.</summary>
public static class NativeImaging
{
    /// <summary>The value of the libvips setting.</summary>
    public static string Setting { get; } = Environment.GetEnvironmentVariable("IMAGEHUB_TEST_LIBVIPS") ?? "bundled";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "NetVips loads a libvips of its own choice when a method that refers to it is compiled, unless one is loaded by then.")]
    internal static void Load() => LibVips.Load(Setting, AppContext.BaseDirectory);
}
