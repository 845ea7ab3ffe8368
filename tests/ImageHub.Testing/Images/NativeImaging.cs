using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ImageHub.Infrastructure.Imaging;

namespace ImageHub.Testing.Images;

/// <summary>Loads libvips for the tests, as the server does. <c>IMAGEHUB_TEST_LIBVIPS</c> replaces the server's setting; the default is bundled.</summary>
public static class NativeImaging
{
    /// <summary>The value of the libvips setting.</summary>
    public static string Setting { get; } = Environment.GetEnvironmentVariable("IMAGEHUB_TEST_LIBVIPS") ?? "bundled";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "NetVips loads a libvips of its own choice when a method that refers to it is compiled, unless one is loaded by then.")]
    internal static void Load() => LibVips.Load(Setting, AppContext.BaseDirectory);
}
